"""What was planned before the figures were looked at?

An analysis is declared in a TOML file, read here and checked.  Its hash travels with
every result, so that what was planned can be told from what was tried.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from candela.association.toml_keys import Keys, parse_toml, read_bytes
from candela.errors import InputError
from candela.tables import DENOMINATORS, MEASURES

__all__ = ["Covariate", "Exposure", "Protocol", "shipped_protocol"]

EXAMPLE = "jonker_2018"
SHIPPED = (EXAMPLE,)
TOP_KEYS = (
    "name",
    "title",
    "mirrors",
    "doi",
    "comparison",
    "departures",
    "policy",
    "level",
    "fewest_organisations",
    "least_coverage",
)


@dataclass(frozen=True)
class Exposure:
    """A research measure, the sizes it may be divided by, and when it is counted."""

    measure: str
    denominators: tuple[str, ...]
    lag_years: int = 1
    window_years: int = 1


@dataclass(frozen=True)
class Covariate:
    """Something adjusted for: the logarithm of ``measure`` by ``denominator``."""

    name: str
    measure: str
    denominator: str


@dataclass(frozen=True)
class Protocol:
    """A declared trust-level analysis.

    Attributes
    ----------
    mirrors, doi, comparison
        The published study the design follows, and how its figures compare; empty for
        a protocol that follows none.
    smallest_ratio_that_matters
        Below 1; its inverse counts on the other side.
    least_coverage
        Share (0 to 1) of organisations with outcomes that must have a dose.
    sha256
        Of the file as written.
    """

    name: str
    title: str
    mirrors: str
    doi: str
    comparison: str
    departures: tuple[str, ...]
    policy: str
    level: float
    fewest_organisations: int
    least_coverage: float
    indicator: str
    smallest_ratio_that_matters: float
    exposures: tuple[Exposure, ...]
    adjust_for: tuple[Covariate, ...]
    lags_years: tuple[int, ...]
    policies: tuple[str, ...]
    measures: tuple[str, ...]
    spline_knots: int
    negative_control_lag_years: int
    negative_control_reason: str
    sha256: str

    @classmethod
    def read(cls, path: Path) -> Protocol:
        """Return the protocol in a TOML file.

        Raises
        ------
        InputError
            If the file cannot be read, a key is missing, unknown or of another kind.
        """
        raw = read_bytes(path, otherwise=f"leave it out for {EXAMPLE}")
        return cls.parse(raw, str(path))

    @classmethod
    def parse(cls, raw: bytes, name: str) -> Protocol:
        """Return the protocol written in ``raw``, called ``name`` in messages."""
        keys = _Keys(name, parse_toml(raw, name), EXAMPLE)
        return keys.protocol(hashlib.sha256(raw).hexdigest())


def shipped_protocol(name: str) -> Protocol:
    """Return a protocol that comes with the package."""
    if name not in SHIPPED:
        raise InputError(f"`{name}` is not a protocol; there are {', '.join(SHIPPED)}.")
    file = resources.files("candela.association") / "protocols" / f"{name}.toml"
    return Protocol.parse(file.read_bytes(), f"{name}.toml")


class _Keys(Keys):
    """The keys of a protocol of trusts."""

    def protocol(self, sha256: str) -> Protocol:
        outcome = self.section("outcome", ("indicator", "smallest_ratio_that_matters"))
        sensitivity = self.section(
            "sensitivity",
            ("lags_years", "policies", "measures", "spline_knots", "negative_control"),
        )
        control = self.table(sensitivity, "sensitivity.negative_control")
        smallest = outcome.number("smallest_ratio_that_matters")
        if not 0 < smallest < 1:
            outcome.refuse(
                "smallest_ratio_that_matters", smallest, "a ratio below 1, such as 0.98"
            )
        control.known_keys(["lag_years", "reason"])
        self.known_keys([*TOP_KEYS, "outcome", "exposure", "adjust_for", "sensitivity"])
        return Protocol(
            name=self.text("name"),
            title=self.text("title"),
            mirrors=self.text_if_given("mirrors"),
            doi=self.text_if_given("doi"),
            comparison=self.text_if_given("comparison"),
            departures=tuple(self.words("departures")),
            policy=self.policy("policy", self.text("policy")),
            level=self.level(),
            fewest_organisations=self.whole("fewest_organisations", least=2),
            least_coverage=self.share("least_coverage"),
            indicator=outcome.text("indicator"),
            smallest_ratio_that_matters=smallest,
            exposures=tuple(self._exposures()),
            adjust_for=tuple(self._covariates()),
            lags_years=tuple(
                sensitivity.whole_number("lags_years", lag, least=1)
                for lag in sensitivity.value("lags_years", list)
            ),
            policies=tuple(
                sensitivity.policy("policies", policy)
                for policy in sensitivity.words("policies")
            ),
            measures=tuple(sensitivity.words("measures", MEASURES)),
            spline_knots=sensitivity.whole("spline_knots", least=3, most=5),
            negative_control_lag_years=control.whole("lag_years", most=-1),
            negative_control_reason=control.text("reason"),
            sha256=sha256,
        )

    def _exposures(self) -> list[Exposure]:
        found = []
        for keys in self.tables("exposure"):
            keys.known_keys(["measure", "denominators", "lag_years", "window_years"])
            (measure,) = keys.words_of([keys.text("measure")], "measure", MEASURES)
            denominators = tuple(keys.words("denominators", DENOMINATORS))
            if not denominators:
                keys.refuse("denominators", [], "at least one size")
            found.append(
                Exposure(
                    measure,
                    denominators,
                    # The dose comes before the outcome.
                    keys.whole("lag_years", least=1, otherwise=1),
                    keys.whole("window_years", least=1, otherwise=1),
                )
            )
        if not found:
            self.refuse("exposure", "nothing", "at least one [[exposure]]")
        return found

    def _covariates(self) -> list[Covariate]:
        found = []
        for keys in self.tables("adjust_for"):
            keys.known_keys(["name", "measure", "denominator"])
            for key in ("measure", "denominator"):
                keys.words_of([keys.text(key)], key, MEASURES)
            found.append(
                Covariate(
                    keys.text("name"), keys.text("measure"), keys.text("denominator")
                )
            )
        return found
