# What every reference script shares: where its cases go, and what made them.
#
# A script is called as: Rscript NAME.R DATE FOLDER
# and writes FOLDER/NAME.json with a record of the source and its cases.

arguments <- commandArgs(trailingOnly = TRUE)
if (length(arguments) != 2) stop("call as: Rscript NAME.R DATE FOLDER")
reference_date <- arguments[1]
reference_folder <- arguments[2]

write_reference <- function(name, cases, packages = character()) {
  versions <- lapply(
    setNames(packages, packages), function(p) as.character(packageVersion(p))
  )
  source <- list(
    software = paste0("R ", R.version$major, ".", R.version$minor),
    packages = if (length(packages)) versions else setNames(list(), character()),
    script = paste0("validation/r/", name, ".R"),
    date = reference_date
  )
  path <- file.path(reference_folder, paste0(name, ".json"))
  text <- jsonlite::toJSON(
    list(source = source, cases = cases),
    auto_unbox = TRUE, digits = NA, pretty = FALSE
  )
  # One case a line, so that a change is seen where it is.
  text <- gsub('{"name":', '\n{"name":', text, fixed = TRUE)
  writeLines(text, path)
}

# Trusts of different numbers of years, a heavy-tailed dose, levels of their own.
made_up_trusts <- function(seed, sizes, expected = 1000, sd = 0.08, extra = 200) {
  set.seed(seed)
  trusts <- length(sizes)
  cluster <- rep(seq_len(trusts), sizes)
  rows <- length(cluster)
  size <- exp(rnorm(trusts, log(expected), 0.6))[cluster] * exp(rnorm(rows, 0, 0.1))
  dose <- exp(rnorm(trusts))[cluster] * exp(rnorm(rows, 0, 0.1))
  year <- unlist(lapply(sizes, seq_len))
  level <- rnorm(trusts, 0, sd)[cluster]
  mu <- size * exp(level + 0.01 * dose - 0.02 * year) * rgamma(rows, extra, extra)
  data.frame(
    y = rpois(rows, mu), expected = round(size, 6), dose = round(dose, 6),
    year = year, cluster = cluster
  )
}

tight <- glm.control(epsilon = 1e-13, maxit = 200)
as_rows <- function(matrix) unname(as.matrix(matrix))
