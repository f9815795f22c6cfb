# glm(family = poisson) with a log offset, and sandwich::vcovCL by cluster.
source("reference.R")
suppressMessages(library(sandwich))

one <- function(name, data, formula) {
  fit <- glm(formula, poisson, data, control = tight)
  list(
    name = name,
    data = as.list(data),
    columns = colnames(model.matrix(fit)),
    expected = list(
      coefficients = unname(coef(fit)),
      model_covariance = as_rows(vcov(fit)),
      hc0 = as_rows(vcovCL(fit, cluster = data$cluster, type = "HC0", cadjust = FALSE)),
      hc1 = as_rows(vcovCL(fit, cluster = data$cluster, type = "HC1")),
      log_likelihood = as.numeric(logLik(fit)),
      pearson = sum(residuals(fit, "pearson")^2) / fit$df.residual
    )
  )
}

by_dose <- y ~ dose + offset(log(expected))
by_year <- y ~ dose + year + offset(log(expected))
write_reference("poisson_glm", list(
  one("equal clusters", made_up_trusts(1, rep(4, 24)), by_dose),
  one("unequal clusters", made_up_trusts(2, rep(c(1, 3, 6), 8)), by_year),
  one("small counts", made_up_trusts(3, rep(3, 30), expected = 3), by_year)
), "sandwich")
