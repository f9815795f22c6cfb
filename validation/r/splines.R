# A restricted cubic spline spans the same curves as splines::ns with the same inner and
# boundary knots: fitted values of any regression on either agree.
source("reference.R")
suppressMessages(library(splines))

one <- function(name, seed, knots) {
  set.seed(seed)
  x <- round(sort(c(0, exp(rnorm(60)), max(knots) * 1.5)), 6)
  y <- round(rnorm(length(x)), 6)
  inner <- knots[-c(1, length(knots))]
  fit <- lm(y ~ ns(x, knots = inner, Boundary.knots = range(knots)))
  list(
    name = name,
    data = list(x = x, y = y, knots = knots),
    expected = list(fitted = unname(fitted(fit)))
  )
}

write_reference("splines", list(
  one("three knots", 41, c(0.3, 1, 3)),
  one("four knots", 42, c(0.2, 0.6, 1.4, 5)),
  one("five knots", 43, c(0.2, 0.5, 1, 2, 5))
), "splines")
