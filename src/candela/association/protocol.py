"""What was planned before the figures were looked at?

An analysis is declared in a TOML file, read here and checked.  Its hash travels with
every result, so that what was planned can be told from what was tried.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, NoReturn

from candela.errors import InputError, Problem
from candela.tables import DENOMINATORS, MEASURES, Policy

__all__ = ["Covariate", "Exposure", "Protocol", "shipped_protocol"]

LEVEL = 0.95  # every sentence, heading and chart says 95%
SHIPPED = ("jonker_2018",)
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
        try:
            raw = path.read_bytes()
        except OSError as error:
            raise InputError(
                Problem(
                    str(path),
                    f"the protocol cannot be read ({error.strerror})",
                    "a TOML file",
                    "Give the path of a protocol, or leave it out for jonker_2018.",
                )
            ) from None
        return cls.parse(raw, str(path))

    @classmethod
    def parse(cls, raw: bytes, name: str) -> Protocol:
        """Return the protocol written in ``raw``, called ``name`` in messages."""
        try:
            written = tomllib.loads(raw.decode("utf-8"))
        except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise InputError(
                Problem(
                    name,
                    f"this is not TOML ({error})",
                    "a protocol in TOML",
                    "Mend the line named.",
                )
            ) from None
        return _Keys(name, written).protocol(hashlib.sha256(raw).hexdigest())


def shipped_protocol(name: str) -> Protocol:
    """Return a protocol that comes with the package."""
    if name not in SHIPPED:
        raise InputError(f"`{name}` is not a protocol; there are {', '.join(SHIPPED)}.")
    file = resources.files("candela.association") / "protocols" / f"{name}.toml"
    return Protocol.parse(file.read_bytes(), f"{name}.toml")


@dataclass
class _Keys:
    """The keys of a protocol, each checked as it is taken."""

    file: str
    written: Mapping[str, Any]

    def protocol(self, sha256: str) -> Protocol:
        outcome = self._section("outcome", ("indicator", "smallest_ratio_that_matters"))
        sensitivity = self._section(
            "sensitivity",
            ("lags_years", "policies", "measures", "spline_knots", "negative_control"),
        )
        control = self._table(sensitivity, "sensitivity.negative_control")
        smallest = outcome.number("smallest_ratio_that_matters")
        if not 0 < smallest < 1:
            outcome.refuse(
                "smallest_ratio_that_matters", smallest, "a ratio below 1, such as 0.98"
            )
        control._known(["lag_years", "reason"])
        self._known([*TOP_KEYS, "outcome", "exposure", "adjust_for", "sensitivity"])
        return Protocol(
            name=self.text("name"),
            title=self.text("title"),
            mirrors=self.text_if_given("mirrors"),
            doi=self.text_if_given("doi"),
            comparison=self.text_if_given("comparison"),
            departures=tuple(self.words("departures")),
            policy=self._policy("policy", self.text("policy")),
            level=self._level(),
            fewest_organisations=self.whole("fewest_organisations", least=2),
            least_coverage=self._share("least_coverage"),
            indicator=outcome.text("indicator"),
            smallest_ratio_that_matters=smallest,
            exposures=tuple(self._exposures()),
            adjust_for=tuple(self._covariates()),
            lags_years=tuple(
                sensitivity.whole_number("lags_years", lag, least=1)
                for lag in sensitivity.value("lags_years", list)
            ),
            policies=tuple(
                sensitivity._policy("policies", policy)
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
        for keys in self._tables("exposure"):
            keys._known(["measure", "denominators", "lag_years", "window_years"])
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
        for keys in self._tables("adjust_for"):
            keys._known(["name", "measure", "denominator"])
            for key in ("measure", "denominator"):
                keys.words_of([keys.text(key)], key, MEASURES)
            found.append(
                Covariate(
                    keys.text("name"), keys.text("measure"), keys.text("denominator")
                )
            )
        return found

    def _section(self, name: str, known: tuple[str, ...]) -> _Keys:
        section = _Keys(f"{self.file} [{name}]", self.value(name, dict))
        section._known(list(known))
        return section

    def _table(self, section: _Keys, name: str) -> _Keys:
        return _Keys(f"{self.file} [{name}]", section.value(name.split(".")[-1], dict))

    def _tables(self, name: str) -> list[_Keys]:
        tables = self.written.get(name, [])
        if not isinstance(tables, list) or not all(isinstance(t, dict) for t in tables):
            self.refuse(name, tables, f"tables, each under a line [[{name}]]")
        return [
            _Keys(f"{self.file} [[{name}]] {n}", table)
            for n, table in enumerate(tables, 1)
        ]

    def value(self, key: str, kind: type) -> Any:
        """Return the value of a key, refused if missing or of another kind."""
        found = self.written.get(key)
        if not isinstance(found, kind) or isinstance(found, bool):
            self.refuse(
                key, "nothing" if found is None else found, f"a {kind.__name__}"
            )
        return found

    def text(self, key: str) -> str:
        return str(self.value(key, str))

    def text_if_given(self, key: str) -> str:
        return self.text(key) if key in self.written else ""

    def number(self, key: str) -> float:
        found = self.written.get(key)
        if isinstance(found, bool) or not isinstance(found, int | float):
            self.refuse(key, "nothing" if found is None else found, "a number")
        return float(found)

    def whole(
        self,
        key: str,
        *,
        least: int | None = None,
        most: int | None = None,
        otherwise: int | None = None,
    ) -> int:
        found = self.written.get(key, otherwise)
        return self.whole_number(key, found, least=least, most=most)

    def whole_number(
        self,
        key: str,
        found: object,
        *,
        least: int | None = None,
        most: int | None = None,
    ) -> int:
        if (
            isinstance(found, bool)
            or not isinstance(found, int)
            or (least is not None and found < least)
            or (most is not None and found > most)
        ):
            bounds = [f"{least} or more"] if least is not None else []
            bounds += [f"{most} or less"] if most is not None else []
            told = " and ".join(["a whole number", *bounds])
            self.refuse(key, "nothing" if found is None else found, told)
        return found

    def _level(self) -> float:
        level = self.number("level")
        if level != LEVEL:
            self.refuse("level", level, f"{LEVEL}: intervals are 95% everywhere")
        return level

    def _share(self, key: str) -> float:
        found = self.number(key)
        if not 0 < found < 1:
            self.refuse(key, found, "a share between 0 and 1, such as 0.95")
        return found

    def _policy(self, key: str, text: str) -> str:
        try:
            Policy.parse(text)
        except InputError as error:
            self.refuse(key, text, f"a policy ({error})")
        return text

    def words(self, key: str, known: Mapping[str, object] | None = None) -> list[str]:
        return self.words_of(self.value(key, list), key, known)

    def words_of(
        self, found: list[str], key: str, known: Mapping[str, object] | None
    ) -> list[str]:
        for word in found:
            if not isinstance(word, str) or (known is not None and word not in known):
                told = "text" if known is None else f"one of {', '.join(known)}"
                self.refuse(key, word, told)
        return found

    def _known(self, known: list[str]) -> None:
        for key in self.written:
            if key not in known:
                self.refuse(key, "a key nobody reads", f"one of {', '.join(known)}")

    def refuse(self, key: str, found: object, expected: str) -> NoReturn:
        raise InputError(
            Problem(
                self.file,
                f"`{key}` holds {found!r}",
                expected,
                "See the shipped protocol jonker_2018 for an example.",
            )
        )
