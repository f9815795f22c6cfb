# Do two folders of reference files hold the same numbers?
#
# Rscript compare.R OLD NEW: data must agree to 1e-12 and results to a relative 1e-5,
# which leaves room for another version of R, of BLAS or of lme4's optimiser.

arguments <- commandArgs(trailingOnly = TRUE)
if (length(arguments) != 2) stop("call as: Rscript compare.R OLD NEW")
scripts <- setdiff(
  sort(list.files(".", pattern = "\\.R$")), c("compare.R", "reference.R")
)
wanted <- sub("\\.R$", ".json", scripts)
wrong <- character()
for (name in wanted) {
  paths <- file.path(arguments, name)
  if (!all(file.exists(paths))) {
    wrong <- c(wrong, paste0(name, ": missing from ", paths[!file.exists(paths)]))
    next
  }
  read <- lapply(paths, function(p) jsonlite::fromJSON(p, simplifyDataFrame = FALSE)$cases)
  for (part in list(list("name", 0), list("data", 1e-12), list("expected", 1e-5))) {
    parts <- lapply(read, function(cases) lapply(cases, `[[`, part[[1]]))
    same <- all.equal(parts[[1]], parts[[2]], tolerance = part[[2]])
    if (!isTRUE(same)) wrong <- c(wrong, paste0(name, ", ", part[[1]], ": ", same))
  }
}
if (length(wrong)) {
  writeLines(wrong, stderr())
  quit(status = 1)
}
cat(length(wanted), "reference files agree\n")
