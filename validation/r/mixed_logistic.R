# lme4::glmer, logistic with a random intercept, by Laplace and by quadrature.
#
# With lme4's own tolerances (`as lme4 comes`) the fourth digit of cbpp's coefficients is
# not yet settled, which is what most texts print; with tight ones it is.  bobyqa starts
# again where it stopped, until nothing moves.
source("reference.R")
suppressMessages(library(lme4))

settled <- function(radius = 1e-2) glmerControl(
  optimizer = "bobyqa", tolPwrss = 1e-13, check.conv.grad = "ignore",
  check.conv.hess = "ignore",
  optCtrl = list(maxfun = 1e5, rhobeg = radius, rhoend = 1e-10)
)

fitted_with <- function(formula, data, nodes) {
  fit <- suppressWarnings(glmer(formula, data, binomial, nAGQ = nodes, control = settled()))
  for (radius in c(1e-3, 1e-4)) {
    start <- list(theta = getME(fit, "theta"), fixef = fixef(fit))
    fit <- suppressWarnings(glmer(
      formula, data, binomial, nAGQ = nodes, start = start,
      control = settled(radius = radius)
    ))
  }
  # Above one node lme4 leaves the likelihood of the saturated model out.
  saturated <- sum(dbinom(data$y, data$n, data$y / data$n, log = TRUE))
  list(
    coefficients = unname(fixef(fit)),
    intercept_sd = unname(getME(fit, "theta")),
    standard_errors = unname(sqrt(diag(as.matrix(vcov(fit))))),
    log_likelihood = as.numeric(logLik(fit)) + if (nodes > 1) saturated else 0,
    modes = unname(ranef(fit)[[1]][[1]])
  )
}

one <- function(name, formula, data, nodes) {
  expected <- lapply(nodes, function(k) fitted_with(formula, data, k))
  names(expected) <- paste0("nodes_", nodes)
  list(name = name, data = as.list(data), expected = expected)
}

# Contagious bovine pleuropneumonia in 15 herds, four periods: the standard example of
# lme4, from Lesnoff and others 2004, doi:10.1016/j.prevetmed.2004.08.002.
herds <- data.frame(
  y = cbpp$incidence, n = cbpp$size, period = as.integer(cbpp$period),
  cluster = as.integer(cbpp$herd)
)

as_it_comes <- function(data) {
  fit <- glmer(cbind(y, n - y) ~ factor(period) + (1 | cluster), data, binomial)
  list(
    coefficients = unname(fixef(fit)), intercept_sd = unname(getME(fit, "theta")),
    standard_errors = unname(sqrt(diag(as.matrix(vcov(fit))))),
    log_likelihood = as.numeric(logLik(fit))
  )
}

# 95% limits of the standard deviation by profile likelihood.
profiled <- function(data) {
  fit <- glmer(
    cbind(y, n - y) ~ factor(period) + (1 | cluster), data, binomial, nAGQ = 9,
    control = settled()
  )
  suppressWarnings(suppressMessages(as.numeric(confint(fit, parm = "theta_"))))
}

# Admissions of 40 trusts in cells of age, sex and method; 3 to 20 to a cell, a third of
# the cells empty; a dose for each trust.
made_up_admissions <- function(seed) {
  set.seed(seed)
  cells <- expand.grid(cluster = 1:40, age = 1:4, sex = 1:2, method = 1:3)
  cells <- cells[runif(nrow(cells)) < 0.67, ]
  cells$n <- sample(3:20, nrow(cells), replace = TRUE)
  dose <- round(exp(rnorm(40, 0, 0.7)), 3)
  level <- rnorm(40, 0, 0.35)
  cells$dose <- dose[cells$cluster]
  eta <- -2.6 + 0.45 * cells$age - 0.2 * (cells$sex == 2) + 0.3 * (cells$method == 3) -
    0.1 * cells$dose + level[cells$cluster]
  cells$y <- rbinom(nrow(cells), cells$n, plogis(eta))
  rownames(cells) <- NULL
  cells
}

cattle <- one(
  "cbpp", cbind(y, n - y) ~ factor(period) + (1 | cluster), herds, c(1, 9, 25)
)
cattle$expected$as_it_comes <- as_it_comes(herds)
cattle$expected$profile <- profiled(herds)
write_reference("mixed_logistic", list(
  cattle,
  one(
    "admissions",
    cbind(y, n - y) ~ dose + factor(age) + factor(sex) + factor(method) + (1 | cluster),
    made_up_admissions(41), c(1, 9)
  )
), "lme4")
