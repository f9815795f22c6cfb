# relsurv::rs.surv on a made-up cohort and a made-up life table.
source("reference.R")
suppressMessages({
  library(survival)
  library(relsurv)
})

# Gompertz: mortality doubles every eight years, falls a little each calendar year.
ages <- 0:100
years <- 2010:2019
hazard <- function(sex) {
  outer(ages, years, function(age, year) {
    pmin(2e-5 * c(1.4, 1)[sex] * 2^(age / 8) * 0.98^(year - 2010), 0.7)
  })
}
table <- transrate(exp(-hazard(1)), exp(-hazard(2)), yearlim = range(years), int.length = 1)

set.seed(71)
n <- 400
sex <- rbinom(n, 1, 0.5) + 1
age <- round(runif(n, 50, 88) * 365.241)
begin <- sample(0:1400, n, replace = TRUE)
population <- rexp(n, hazard(1)[cbind(pmin(floor(age / 365.241) + 3, 101), 4)] / 365.241)
disease <- rexp(n, 1 / 2500)
left <- runif(n, 900, 2100)
data <- data.frame(
  stop = pmax(round(pmin(population, disease, left)), 1),
  event = as.integer(pmin(population, disease) <= left),
  sex = sex - 1, age = age, begin = begin
)
given <- data
given$sex <- sex
given$year <- as.Date("2010-03-01") + begin

days <- c(365, 730, 1095, 1826)
net <- function(method) {
  fit <- rs.surv(
    Surv(stop, event) ~ 1, data = given, ratetable = table, method = method,
    add.times = days, rmap = list(age = age, sex = sex, year = year)
  )
  at <- findInterval(days, fit$time)
  list(survival = fit$surv[at], log_error = fit$std.err[at])
}

write_reference("net_survival", list(list(
  name = "cohort", data = c(as.list(data), list(
    days = days, first_day = "2010-03-01", first_year = 2010,
    hazards = list(t(hazard(1)), t(hazard(2)))
  )),
  expected = list(pohar_perme = net("pohar-perme"), ederer2 = net("ederer2"))
)), "relsurv")
