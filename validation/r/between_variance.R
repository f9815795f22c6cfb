# metafor::rma with method DL, PM and REML.  Tolerances are tightened: with metafor's own
# the PM estimate of dat.bcg stops at 0.3180937, 8 parts in 100,000 too high.  Fisher
# scoring takes half steps: to such tolerances whole ones need not settle.
source("reference.R")
suppressMessages(library(metafor))

one <- function(name, y, v) {
  tau2 <- function(method) {
    rma(yi = y, vi = v, method = method, control = list(
      tol = 1e-12, threshold = 1e-12, maxiter = 10000, stepadj = 0.5
    ))$tau2
  }
  list(
    name = name,
    data = list(y = y, v = v),
    expected = list(dl = tau2("DL"), pm = tau2("PM"), reml = tau2("REML"))
  )
}

# Log ratios of trusts of unequal size, true differences of log sd `between`.
trusts <- function(name, seed, n, between) {
  set.seed(seed)
  expected <- round(exp(rnorm(n, log(700), 0.7)), 4)
  observed <- rpois(n, expected * exp(rnorm(n, 0, between)))
  one(name, log(observed / expected), 1 / expected)
}

bcg <- escalc(
  measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg
)

write_reference("between_variance", list(
  one("dat.bcg", as.numeric(bcg$yi), as.numeric(bcg$vi)),
  trusts("130 trusts that differ", 71, 130, 0.1),
  trusts("130 trusts that differ by chance alone", 72, 130, 0),
  trusts("12 trusts that differ", 73, 12, 0.15),
  one("three far apart", c(-1, 0.2, 1.5), c(0.05, 0.01, 0.2)),
  one("all alike", rep(0.1, 5), c(0.01, 0.02, 0.03, 0.02, 0.01)),
  one(
    "whole steps swing", c(0.16, 0.03, 0.02, -0.09, -0.15, -0.06),
    c(0.019, 0.062, 0.265, 0.051, 0.016, 0.115)
  )
), c("metafor", "metadat"))
