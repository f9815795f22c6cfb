# MASS::glm.nb with a log offset, and sandwich::vcovCL by cluster.
source("reference.R")
suppressMessages({
  library(MASS)
  library(sandwich)
})

one <- function(name, data) {
  fit <- glm.nb(y ~ dose + year + offset(log(expected)), data, control = tight)
  list(
    name = name,
    data = as.list(data),
    columns = colnames(model.matrix(fit)),
    expected = list(
      coefficients = unname(coef(fit)),
      theta = fit$theta,
      model_covariance = as_rows(vcov(fit)),
      hc1 = as_rows(vcovCL(fit, cluster = data$cluster, type = "HC1")),
      log_likelihood = as.numeric(logLik(fit))
    )
  )
}

write_reference("negative_binomial", list(
  one("large counts", made_up_trusts(21, rep(c(3, 5), 12))),
  one("small counts", made_up_trusts(22, rep(3, 30), expected = 5, sd = 0.5, extra = 3))
), c("MASS", "sandwich"))
