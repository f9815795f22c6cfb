# clubSandwich: CR2 and CR3 with Satterthwaite degrees of freedom, HTZ Wald tests.
source("reference.R")
suppressMessages(library(clubSandwich))

kind <- function(fit, data, type) {
  covariance <- vcovCR(fit, cluster = data$cluster, type = type)
  test <- Wald_test(fit, constrain_zero(2:length(coef(fit))), covariance, test = "HTZ")
  list(
    covariance = as_rows(as.matrix(covariance)),
    degrees_of_freedom = coef_test(fit, covariance)$df_Satt,
    wald = c(test$Fstat, test$df_num, test$df_denom, test$p_val)
  )
}

one <- function(name, data, formula) {
  fit <- glm(formula, poisson, data, control = tight)
  list(
    name = name,
    data = as.list(data),
    columns = colnames(model.matrix(fit)),
    expected = list(cr2 = kind(fit, data, "CR2"), cr3 = kind(fit, data, "CR3"))
  )
}

by_year <- y ~ dose + year + offset(log(expected))
write_reference("bias_reduced", list(
  one("equal clusters", made_up_trusts(11, rep(4, 24)), by_year),
  one("unequal clusters", made_up_trusts(12, rep(c(1, 3, 6), 8)), by_year),
  one("few clusters", made_up_trusts(13, rep(3, 8)), by_year)
), "clubSandwich")
