# glm(family = binomial) of rows and of cells; sandwich and clubSandwich by trust; one
# model for each diagnosis group; risks standardised over the cohort.
source("reference.R")
suppressMessages(library(sandwich))
suppressMessages(library(clubSandwich))

made_up_patients <- function(seed, rows, trusts = 12) {
  set.seed(seed)
  trust <- sample.int(trusts, rows, TRUE, prob = exp(rnorm(trusts, 0, 0.5)))
  level <- rnorm(trusts, 0, 0.3)[trust]
  dose <- round(exp(rnorm(trusts)), 3)[trust]
  age <- sample.int(3, rows, TRUE)
  sex <- sample.int(2, rows, TRUE)
  group <- sample.int(4, rows, TRUE)
  third <- c(1, 2, 3)[1 + (seq_len(trusts) %% 3)][trust]
  eta <- -2 + level + 0.5 * age - 0.2 * (sex == 2) + 0.3 * group - 0.1 * dose
  data.frame(
    y = rbinom(rows, 1, plogis(eta)), dose = dose, age = age, sex = sex,
    group = group, third = third, trust = trust
  )
}

# glm gives the covariance at the coefficients of one step before its last.  Begun where
# it ended, that is no step at all.
settled <- function(formula, data) {
  fit <- glm(formula, binomial, data, control = tight)
  environment(formula) <- environment()
  glm(formula, binomial, data, control = tight, start = coef(fit))
}

by_all <- y ~ dose + factor(age) + factor(sex) + factor(group)

robust <- function(fit, trust) {
  # The least squares fit that ends the iterations, residuals divided by their
  # standard deviations: clubSandwich of this is the adjustment used here.
  w <- fit$weights
  Z <- sqrt(w) * model.matrix(fit)
  e <- residuals(fit, "response") / sqrt(w)
  last <- lm(as.vector(Z %*% coef(fit) + e) ~ Z - 1)
  whitened <- vcovCR(last, trust, "CR2")
  tests <- coef_test(last, whitened, test = "Satterthwaite")
  list(
    hc1 = as_rows(vcovCL(fit, cluster = trust, type = "HC1")),
    cr2 = as_rows(whitened),
    cr2_freedom = as.numeric(if (is.null(tests$df_Satt)) tests$df else tests$df_Satt),
    cr2_of_glm = as_rows(vcovCR(fit, trust, "CR2"))
  )
}

of_rows <- function(name, data, formula = by_all) {
  fit <- settled(formula, data)
  list(
    name = name,
    data = as.list(data),
    expected = c(list(
      coefficients = unname(coef(fit)),
      covariance = as_rows(vcov(fit)),
      log_likelihood = as.numeric(logLik(fit)),
      null_log_likelihood = -fit$null.deviance / 2
    ), robust(fit, data$trust))
  )
}

of_cells <- function(name, data) {
  data$n <- 1
  cells <- aggregate(cbind(y, n) ~ dose + age + sex + group + trust, data, sum)
  fit <- settled(
    cbind(y, n - y) ~ dose + factor(age) + factor(sex) + factor(group), cells
  )
  list(
    name = name,
    data = as.list(cells),
    expected = list(coefficients = unname(coef(fit)), covariance = as_rows(vcov(fit)))
  )
}

# In the last group nobody of the oldest age dies, and in the third nobody at all.
of_groups <- function(name, data) {
  data$y[data$group == 4 & data$age == 3] <- 0
  data$y[data$group == 3] <- 0
  expected <- numeric(nrow(data))
  for (g in unique(data$group)) {
    rows <- data$group == g
    fit <- suppressWarnings(
      glm(y ~ factor(age) + factor(sex), binomial, data[rows, ], control = tight)
    )
    expected[rows] <- fitted(fit)
  }
  list(
    name = name,
    data = as.list(data),
    expected = list(
      by_trust = as.numeric(tapply(expected, data$trust, sum)),
      by_group = as.numeric(tapply(expected, data$group, sum))
    )
  )
}

of_risks <- function(name, data) {
  fit <- settled(y ~ factor(third) + factor(age) + factor(sex), data)
  V <- vcov(fit)
  risk <- gradient <- NULL
  for (third in 1:3) {
    set <- data
    set$third <- third
    X <- model.matrix(~ factor(third, 1:3) + factor(age) + factor(sex), set)
    p <- plogis(as.vector(X %*% coef(fit)))
    risk <- c(risk, mean(p))
    gradient <- rbind(gradient, colMeans(p * (1 - p) * X))
  }
  apart <- gradient[3, ] - gradient[1, ]
  odds <- gradient[3, ] / (risk[3] * (1 - risk[3])) -
    gradient[1, ] / (risk[1] * (1 - risk[1]))
  list(
    name = name,
    data = as.list(data),
    expected = list(
      risks = risk,
      difference_error = sqrt(as.numeric(apart %*% V %*% apart)),
      log_odds_ratio = qlogis(risk[3]) - qlogis(risk[1]),
      log_odds_ratio_error = sqrt(as.numeric(odds %*% V %*% odds))
    )
  )
}

write_reference("logistic", list(
  of_rows("rows", made_up_patients(41, 400)),
  of_rows("rows of few trusts", made_up_patients(42, 300, trusts = 5)),
  of_cells("cells", made_up_patients(43, 400)),
  of_groups("groups", made_up_patients(44, 400)),
  of_risks("risks", made_up_patients(45, 400))
), c("sandwich", "clubSandwich"))
