# cor.test(method = "spearman", exact = FALSE), with and without ties.
source("reference.R")

one <- function(name, x, y) {
  test <- cor.test(x, y, method = "spearman", exact = FALSE)
  list(
    name = name,
    data = list(x = x, y = y),
    expected = list(r = unname(test$estimate), p = test$p.value)
  )
}

set.seed(51)
x <- round(exp(rnorm(50)), 6)
write_reference("spearman", list(
  one("no ties", x, round(-0.5 * log(x) + rnorm(50), 6)),
  one("many zeros", pmax(round(x - 1, 1), 0), round(log(x) + rnorm(50), 1)),
  one("six pairs", c(1, 2, 3, 4, 5, 6), c(2, 1, 4, 3, 6, 5))
))
