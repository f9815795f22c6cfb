# survival::survfit and survdiff.
source("reference.R")
suppressMessages(library(survival))

set.seed(61)
n <- 240
group <- sample(0:2, n, replace = TRUE, prob = c(0.5, 0.3, 0.2))
death <- rexp(n, c(1, 1.4, 0.7)[group + 1] / 500)
left <- runif(n, 100, 1500)
data <- data.frame(
  stop = pmax(ceiling(pmin(death, left) / 10), 1), event = as.integer(death <= left),
  group = group, region = rbinom(n, 1, 0.4)
)
late <- data
late$start <- pmin(late$stop - 1, rpois(n, 3))

curves <- function(formula, data, type) {
  fit <- survfit(formula, data, conf.type = type)
  one <- summary(fit, times = c(10, 30, 60), extend = TRUE)
  list(
    survival = one$surv, standard_error = one$std.err, lower = one$lower,
    upper = one$upper, at_risk = one$n.risk,
    median = as_rows(summary(fit)$table[, c("median", "0.95LCL", "0.95UCL")])
  )
}

types <- c("log", "log-log", "plain")
test <- function(formula) {
  found <- survdiff(formula, data)
  list(
    statistic = found$chisq,
    expected = unname(if (is.matrix(found$exp)) rowSums(found$exp) else found$exp)
  )
}

write_reference("kaplan_meier", list(
  list(
    name = "from the beginning", data = as.list(data),
    expected = list(
      curves = lapply(
        setNames(nm = types), function(type) curves(Surv(stop, event) ~ group, data, type)
      ),
      log_rank = test(Surv(stop, event) ~ group),
      stratified = test(Surv(stop, event) ~ group + strata(region))
    )
  ),
  list(
    name = "late entry", data = as.list(late),
    expected = list(
      curves = lapply(
        setNames(nm = types),
        function(type) curves(Surv(start, stop, event) ~ group, late, type)
      )
    )
  )
), "survival")
