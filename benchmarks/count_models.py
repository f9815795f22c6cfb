"""How long does our Poisson fit take beside statsmodels, on the same rows?

Prints milliseconds of both, the ratio, and how far the coefficients are apart.
statsmodels is a peer for development only.

    python benchmarks/count_models.py
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np
import statsmodels.api as sm

from candela.stats.count_models import fit_poisson, leave_one_out

TRUSTS, YEARS, REPEATS = 135, 7, 30


def milliseconds(work: Callable[[], object]) -> float:
    """Return the median time of ``REPEATS`` runs, after one that is not counted."""
    work()
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return 1000 * statistics.median(times)


def main() -> None:
    """Print the table."""
    rng = np.random.default_rng(1)
    trust = np.repeat(np.arange(TRUSTS), YEARS)
    year = np.tile(np.arange(YEARS), TRUSTS)
    expected = np.exp(rng.normal(np.log(1100), 0.66, TRUSTS))[trust]
    dose = np.exp(rng.normal(0, 1, TRUSTS))[trust]
    deaths = rng.poisson(expected * np.exp(rng.normal(0, 0.08, TRUSTS)[trust]))
    X = np.column_stack([np.eye(YEARS)[year], dose, rng.normal(size=(trust.size, 2))])
    offset = np.log(expected)
    contrast = np.eye(X.shape[1])[YEARS]

    def theirs() -> object:
        model = sm.GLM(deaths, X, family=sm.families.Poisson(), offset=offset)
        return model.fit(cov_type="cluster", cov_kwds={"groups": trust})

    peer = milliseconds(theirs)
    print(f"{trust.size} rows, {X.shape[1]} columns, {TRUSTS} clusters; median times")
    print(f"statsmodels GLM, cluster   {peer:7.2f} ms")
    for kind in ("cr1", "cr2", "jackknife"):
        ours = milliseconds(
            lambda kind=kind: fit_poisson(
                deaths, X, offset=offset, clusters=trust, robust=kind
            )
        )
        print(f"fit_poisson, {kind:12}  {ours:7.2f} ms   {peer / ours:5.1f} x as fast")
    every = milliseconds(
        lambda: leave_one_out(
            deaths, X, offset=offset, clusters=trust, contrast=contrast
        )
    )
    print(f"leave_one_out, {TRUSTS} fits   {every:7.2f} ms")
    fit = fit_poisson(deaths, X, offset=offset, clusters=trust)
    apart = np.abs(fit.coefficients - theirs().params).max()  # type: ignore[attr-defined]
    print(f"largest difference of coefficients {apart:.1e}")


if __name__ == "__main__":
    main()
