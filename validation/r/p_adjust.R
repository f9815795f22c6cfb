# p.adjust by Holm and by Benjamini and Hochberg.
source("reference.R")

one <- function(name, p) {
  list(
    name = name,
    data = list(p = I(p)),
    expected = list(holm = I(p.adjust(p, "holm")), bh = I(p.adjust(p, "BH")))
  )
}

set.seed(61)
write_reference("p_adjust", list(
  one("spread", round(runif(20)^2, 8)),
  one("ties and ends", c(0, 0.01, 0.01, 0.2, 1, 0.04, 0.04)),
  one("one", 0.03)
))
