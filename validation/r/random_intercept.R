# lme4::glmer, Poisson with a random intercept, Laplace and 15 nodes.
# The inner tolerance is tightened: with lme4's own, the Laplace estimates of a model of
# small counts stop three digits short.
source("reference.R")
suppressMessages(library(lme4))

control <- glmerControl(
  optimizer = "bobyqa", tolPwrss = 1e-13, check.conv.grad = "ignore",
  check.conv.hess = "ignore",
  optCtrl = list(maxfun = 1e5, rhobeg = 1e-3, rhoend = 1e-10)
)

fitted_with <- function(data, nodes) {
  fit <- suppressWarnings(glmer(
    y ~ dose + year + (1 | cluster), data, poisson,
    offset = log(expected), nAGQ = nodes, control = control
  ))
  out <- list(
    coefficients = unname(fixef(fit)),
    intercept_sd = unname(getME(fit, "theta")),
    standard_errors = unname(sqrt(diag(as.matrix(vcov(fit)))))
  )
  # Above one node lme4 leaves constants out of the log-likelihood.
  if (nodes == 1) out$log_likelihood <- as.numeric(logLik(fit))
  out
}

one <- function(name, data) {
  list(
    name = name,
    data = as.list(data),
    columns = c("(Intercept)", "dose", "year"),
    expected = list(nodes_1 = fitted_with(data, 1), nodes_15 = fitted_with(data, 15))
  )
}

write_reference("random_intercept", list(
  one("large counts", made_up_trusts(31, rep(c(3, 5), 15))),
  one("small counts", made_up_trusts(32, rep(4, 30), expected = 2, sd = 0.7))
), "lme4")
