# survival::coxph with a frailty, the variance held: gamma and normal, the whole
# information (sparse = FALSE).  The variance that R finds stops at 1e-5 of the
# log-likelihood, so what is kept instead is R's log-likelihood over a grid of variances:
# ours must lie where it is highest.
source("reference.R")
suppressMessages(library(survival))

exact <- coxph.control(eps = 1e-13, toler.chol = 1e-15, iter.max = 200, outer.max = 50)

made_up <- function(seed, n, trusts, sd, per) {
  set.seed(seed)
  trust <- sample(trusts, n, replace = TRUE, prob = seq_len(trusts))
  age <- round(rnorm(n, 68, 9))
  dose <- round(rnorm(trusts), 2)[trust]
  rate <- exp(0.03 * (age - 68) - 0.15 * dose + rnorm(trusts, 0, sd)[trust]) / 900
  death <- rexp(n, rate)
  left <- runif(n, 200, 1800)
  data.frame(
    stop = pmax(ceiling(pmin(death, left) / per), 1), event = as.integer(death <= left),
    age = age, dose = dose, trust = trust - 1
  )
}

held <- function(data, dist, theta, ties) {
  fit <- suppressWarnings(coxph(
    Surv(stop, event) ~ age + dose +
      frailty(trust, distribution = dist, theta = theta, sparse = FALSE),
    data, ties = ties, control = exact
  ))
  out <- list(
    theta = theta,
    coefficients = unname(coef(fit)[1:2]),
    levels = unname(coef(fit)[-(1:2)]),
    standard_errors = unname(sqrt(diag(fit$var))[1:2])
  )
  if (dist == "gamma") out$log_likelihood <- fit$history[[1]]$c.loglik
  out
}

one <- function(name, data, ties) {
  thetas <- c(0.02, 0.1, 0.2, 0.5)
  found <- suppressWarnings(coxph(
    Surv(stop, event) ~ age + dose + frailty(trust, dist = "gauss", sparse = FALSE, eps = 1e-9),
    data, ties = ties, control = exact
  ))
  list(
    name = name, ties = ties, data = as.list(data),
    expected = list(
      gamma = lapply(thetas, function(theta) held(data, "gamma", theta, ties)),
      lognormal = lapply(thetas, function(theta) held(data, "gauss", theta, ties)),
      reml = list(
        theta = unname(found$history[[1]]$theta), coefficients = unname(coef(found)[1:2])
      )
    )
  )
}

write_reference("frailty", list(
  one("few ties", made_up(51, 500, 15, 0.5, 1), "efron"),
  one("many ties", made_up(52, 500, 15, 0.5, 60), "efron"),
  one("many ties, breslow", made_up(52, 500, 15, 0.5, 60), "breslow")
), "survival")
