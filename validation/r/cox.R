# survival::coxph: ties, strata, start-stop rows, clusters, and what is built on a fit.
source("reference.R")
suppressMessages(library(survival))

# Patients of trusts of different levels; days are coarse, so that many die together.
made_up_patients <- function(seed, n, trusts, per = 1) {
  set.seed(seed)
  trust <- sample(trusts, n, replace = TRUE, prob = seq_len(trusts))
  level <- rnorm(trusts, 0, 0.4)
  age <- round(rnorm(n, 68, 9))
  stage <- sample(0:3, n, replace = TRUE, prob = c(0.3, 0.35, 0.25, 0.1))
  sex <- rbinom(n, 1, 0.45)
  dose <- round(rnorm(trusts), 2)[trust]
  log_hazard <- 0.03 * (age - 68) + c(0, 0.4, 0.9, 1.6)[stage + 1] - 0.15 * dose +
    level[trust]
  death <- rexp(n, exp(log_hazard) / 900)
  left <- runif(n, 200, 1800)
  data.frame(
    stop = pmax(ceiling(pmin(death, left) / per), 1), event = as.integer(death <= left),
    age = age, stage = stage, sex = sex, dose = dose, trust = trust - 1
  )
}

# One row becomes two where the dose changes, and some are first seen late.
split_rows <- function(data, seed) {
  set.seed(seed)
  data$start <- ifelse(runif(nrow(data)) < 0.3, pmin(data$stop - 1, rpois(nrow(data), 4)), 0)
  change <- data$start + pmax(1, round((data$stop - data$start) * runif(nrow(data))))
  cut <- change < data$stop
  first <- data
  first$stop[cut] <- change[cut]
  first$event[cut] <- 0L
  second <- data[cut, ]
  second$start <- change[cut]
  second$dose <- round(second$dose + 1, 2)
  rbind(first, second)
}

exact <- coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 100)

told <- function(fit) {
  list(
    coefficients = unname(coef(fit)),
    covariance = as_rows(fit$naive.var), robust = as_rows(fit$var),
    log_likelihood = fit$loglik, score = fit$score,
    concordance = unname(fit$concordance["concordance"])
  )
}

# Survival with everyone given one dose, averaged over the cohort.
averaged <- function(fit, data, dose, days) {
  given <- data
  given$dose <- dose
  curves <- survfit(fit, newdata = given, se.fit = FALSE)
  rowMeans(summary(curves, times = days)$surv)
}

one <- function(name, data, formula, ties, days = NULL) {
  # With the data in the call itself, so that what reads them again finds them.
  given <- list(formula, data = data, ties = ties, control = exact)
  fit <- suppressWarnings(do.call(coxph, c(given, list(cluster = data$trust))))
  plain <- suppressWarnings(do.call(coxph, given))
  expected <- told(fit)
  expected$zph <- lapply(
    setNames(nm = c("km", "identity", "log", "rank")),
    function(scale) unname(cox.zph(plain, transform = scale)$table[, "chisq"])
  )
  if (!is.null(days)) {
    expected$survival <- list(
      days = days, low = averaged(plain, data, -1, days), high = averaged(plain, data, 1, days)
    )
  }
  list(name = name, ties = ties, data = as.list(data), expected = expected)
}

few_ties <- made_up_patients(41, 300, 12)
many_ties <- made_up_patients(42, 500, 15, per = 90)
late <- split_rows(made_up_patients(43, 400, 12, per = 30), 44)
covariates <- "age + factor(stage) + sex + dose"
plain <- as.formula(paste("Surv(stop, event) ~", covariates))
started <- as.formula(paste("Surv(start, stop, event) ~", covariates))
by_sex <- Surv(stop, event) ~ age + factor(stage) + dose + strata(sex)
started_by_sex <- Surv(start, stop, event) ~ age + factor(stage) + dose + strata(sex)

write_reference("cox", list(
  one("few ties", few_ties, plain, "efron", c(365, 730, 1095)),
  one("many ties", many_ties, plain, "efron", c(4, 8, 12)),
  one("many ties, breslow", many_ties, plain, "breslow", c(4, 8, 12)),
  one("strata", many_ties, by_sex, "efron"),
  one("start-stop", late, started, "efron"),
  one("start-stop, breslow", late, started, "breslow"),
  one("start-stop, strata", late, started_by_sex, "efron")
), "survival")
