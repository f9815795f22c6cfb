"""Is a declared study of patients one that can be run?

Every key is checked as it is read, by file and name.  What one part says of another is
checked too: an outcome is adjusted for things that are declared, and research comes
before what is counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, cast, get_args

from candela.association.patients.protocol import (
    CaseMix,
    Cohort,
    Form,
    OutcomePlan,
    PublishedFigure,
    ResearchExposure,
    Sensitivity,
    StudyProtocol,
)
from candela.association.toml_keys import Keys
from candela.tables import MEASURES
from candela.tables.patients import (
    ADMISSION_METHODS,
    PATIENT_TABLES,
    PatientTable,
)

__all__ = ["StudyKeys"]

# Which outcomes each table can tell, and the kind of each.
EVENTS = {
    "admission_spell": {
        "died_30d_discharge": "mortality",
        "died_in_hospital": "mortality",
    },
    "cancer_patient": {"died": "survival", "died_30d_surgery": "mortality"},
}
OF_ORGANISATION = {
    "admission_spell": ("org_code",),
    "cancer_patient": ("trust_diagnosis", "trust_first_treatment"),
}
MADE = ("year", "month", "trust_patients")
MODELS = {
    "mortality": ("robust", "random_intercept"),
    "survival": ("robust", "frailty"),
}
OTHER_MODELS = ("robust", "random_intercept", "frailty")
COHORT_PATIENTS = "cohort_patients"
PROFILES = ("hes",)
MOST_DAYS = 36_500
TOP = (
    "kind",
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
    "disclosure",
    "cohort",
    "outcome",
    "exposure",
    "case_mix",
    "sensitivity",
    "published",
)


class StudyKeys(Keys):
    """The keys of a study of patients."""

    def protocol(self, sha256: str) -> StudyProtocol:
        self.known_keys(list(TOP))
        self.choice("kind", ("patients",))
        cohort = self._cohort()
        case_mix = tuple(k._case_mix(cohort) for k in self.tables("case_mix"))
        exposures = tuple(k._exposure() for k in self.tables("exposure"))
        names = tuple(mix.name for mix in case_mix)
        self._different("case_mix", names)
        outcomes = tuple(k._outcome(cohort, names) for k in self.tables("outcome"))
        for key, found in (("outcome", outcomes), ("exposure", exposures)):
            self._different(key, [one.name for one in found])
            if not found:
                self.refuse(key, "nothing", f"at least one [[{key}]]")
        return StudyProtocol(
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
            disclosure=self.choice("disclosure", PROFILES),
            cohort=cohort,
            outcomes=outcomes,
            exposures=exposures,
            case_mix=case_mix,
            sensitivity=self._sensitivity(names),
            published=tuple(
                keys._published([o.name for o in outcomes], [e.name for e in exposures])
                for keys in self.tables("published")
            ),
            sha256=sha256,
        )

    def _cohort(self) -> Cohort:
        keys = self.section(
            "cohort",
            (
                "table",
                "organisation",
                "first_day",
                "last_day",
                "least_age_years",
                "most_age_years",
                "admission_methods",
                "sites_icd10",
                "trial_participants",
            ),
        )
        table = cast(Any, keys.choice("table", tuple(PATIENT_TABLES)))
        spells = table == "admission_spell"
        other = "sites_icd10" if spells else "admission_methods"
        if other in keys.written:
            keys.refuse(other, keys.written[other], f"nothing: {table} has none")
        first, last = keys._day("first_day"), keys._day("last_day")
        if first is not None and last is not None and last < first:
            keys.refuse("last_day", last.isoformat(), "a day after `first_day`")
        least = keys.whole("least_age_years", least=0, most=130)
        methods = keys.words("admission_methods") if spells else []
        for method in methods:
            if method not in ADMISSION_METHODS:
                expected = f"one of {', '.join(ADMISSION_METHODS)}"
                keys.refuse("admission_methods", method, expected)
        return Cohort(
            table=table,
            organisation=keys.choice("organisation", OF_ORGANISATION[table]),
            first_day=first,
            last_day=last,
            least_age_years=least,
            most_age_years=keys.whole("most_age_years", least=least, most=130),
            admission_methods=tuple(methods),
            sites_icd10=() if spells else tuple(keys.words("sites_icd10")),
            trial_participants=cast(
                Any, keys.choice("trial_participants", ("kept", "left_out"))
            ),
        )

    def _outcome(self, cohort: Cohort, case_mix: Sequence[str]) -> OutcomePlan:
        self.known_keys(
            [
                "name",
                "label",
                "question",
                "kind",
                "event",
                "event_if_absent",
                "horizon_days",
                "smallest_ratio_that_matters",
                "adjust_for",
                "stratify_by",
                "model",
            ]
        )
        kind = self.choice("kind", ("mortality", "survival"))
        events = tuple(e for e, k in EVENTS[cohort.table].items() if k == kind)
        if not events:
            self.refuse("kind", kind, f"an outcome that {cohort.table} can tell")
        smallest = self.number("smallest_ratio_that_matters")
        if not 0 < smallest < 1:
            self.refuse(
                "smallest_ratio_that_matters", smallest, "a ratio below 1, such as 0.98"
            )
        strata = tuple(self._case_mix_names("stratify_by", case_mix, otherwise=[]))
        if strata and kind == "mortality":
            self.refuse(
                "stratify_by", list(strata), "nothing: only survival has strata"
            )
        adjust_for = tuple(self._case_mix_names("adjust_for", case_mix))
        if set(strata) & set(adjust_for):
            self.refuse("stratify_by", list(strata), "things not in `adjust_for` too")
        return OutcomePlan(
            name=self.text("name"),
            label=self.text("label"),
            question=self.text("question"),
            kind=cast(Any, kind),
            event=self.choice("event", events),
            horizon_days=self.whole("horizon_days", least=1, most=MOST_DAYS),
            smallest_ratio_that_matters=smallest,
            adjust_for=adjust_for,
            model=cast(Any, self.choice("model", MODELS[kind])),
            event_if_absent=self.choice("event_if_absent", ("", *events), otherwise=""),
            stratify_by=strata,
        )

    def _exposure(self) -> ResearchExposure:
        self.known_keys(
            [
                "name",
                "label",
                "measure",
                "design",
                "specialty",
                "denominator",
                "lag_years",
                "window_years",
                "same_year_reason",
                "form",
                "edges",
                "high_from",
                "most_years",
                "unit",
                "reference",
                "cut_at",
            ]
        )
        activity = [name for name, m in MEASURES.items() if m.kind == "activity"]
        sizes = [name for name, m in MEASURES.items() if m.kind == "structure"]
        reason = self.text_if_given("same_year_reason")
        form = cast(Form, self.choice("form", get_args(Form)))
        unit = self.number("unit")
        if unit <= 0:
            self.refuse("unit", unit, "a number above 0")
        edges, high_from, most_years = self._shape(form)
        return ResearchExposure(
            name=self.text("name"),
            label=self.text("label"),
            measure=self.choice("measure", activity),
            design=self.text("design"),
            specialty=self.text("specialty"),
            denominator=self.choice("denominator", (COHORT_PATIENTS, *sizes)),
            # Research comes before what it is related to, unless a reason is given.
            lag_years=self.whole("lag_years", least=0 if reason else 1),
            window_years=self.whole("window_years", least=1, otherwise=1),
            same_year_reason=reason,
            form=form,
            edges=edges,
            high_from=high_from,
            most_years=most_years,
            unit=unit,
            reference=cast(
                Any,
                self.choice("reference", ("lowest", "highest"), otherwise="lowest"),
            ),
            cut_at=cast(
                Any,
                self.choice(
                    "cut_at", ("trust_years", "trusts"), otherwise="trust_years"
                ),
            ),
        )

    def _shape(self, form: Form) -> tuple[tuple[float, ...], float | None, int | None]:
        """Return what the form of an exposure needs, and refuse what it does not."""
        needs = {"bands": ("edges",), "high_years": ("high_from", "most_years")}
        for key in ("edges", "high_from", "most_years"):
            if key in self.written and key not in needs.get(form, ()):
                self.refuse(key, self.written[key], f"nothing, for {form} have none")
        edges: tuple[float, ...] = ()
        high_from, most_years = None, None
        if form == "bands":
            edges = self.rising("edges")
            if not edges:
                self.refuse("edges", [], "at least one edge")
        if form == "high_years":
            high_from = self.number("high_from")
            if high_from <= 0:
                self.refuse("high_from", high_from, "a number above 0")
            most_years = self.whole("most_years", least=1, most=20)
        return edges, high_from, most_years

    def _case_mix(self, cohort: Cohort) -> CaseMix:
        self.known_keys(["name", "column", "bands", "unknown", "characters"])
        table = PATIENT_TABLES[cohort.table]
        column = self.choice("column", _adjustable(table))
        kind = "made" if column in MADE else table.column(column).kind
        bands = self.rising("bands") if "bands" in self.written else ()
        wants_bands = column == "trust_patients" or (kind == "whole" and bands)
        if bands and not wants_bands:
            self.refuse("bands", list(bands), f"nothing, for {column} is not a number")
        if column in ("age_years", "age_at_diagnosis", "trust_patients") and not bands:
            self.refuse("bands", "nothing", "the first value of each band")
        characters = self.whole("characters", least=0, most=10, otherwise=0)
        if characters and kind != "text":
            self.refuse("characters", characters, f"0, for {column} is not a code")
        return CaseMix(
            name=self.text("name"),
            column=column,
            bands=bands,
            unknown=cast(Any, self.choice("unknown", ("class", "leave_out"))),
            characters=characters,
        )

    def _sensitivity(self, case_mix: Sequence[str]) -> Sensitivity:
        keys = self.section(
            "sensitivity",
            (
                "lags_years",
                "without_trial_participants",
                "within_between",
                "naive",
                "models",
                "spline_knots",
                "without_covariates",
                "negative_control",
            ),
        )
        control = None
        if "negative_control" in keys.written:
            control = self.table(keys, "sensitivity.negative_control")
            control.known_keys(["lag_years", "reason"])
        return Sensitivity(
            lags_years=tuple(
                keys.whole_number("lags_years", lag, least=1)
                for lag in keys.value("lags_years", list)
            ),
            without_trial_participants=keys._yes("without_trial_participants"),
            within_between=keys._yes("within_between"),
            naive=keys._yes("naive"),
            models=tuple(keys.words("models", dict.fromkeys(OTHER_MODELS))),
            spline_knots=keys.whole("spline_knots", least=3, most=5),
            without_covariates=tuple(
                keys._case_mix_names("without_covariates", case_mix)
            ),
            negative_control_lag_years=(
                None if control is None else control.whole("lag_years", most=-1)
            ),
            negative_control_reason=("" if control is None else control.text("reason")),
        )

    def _published(
        self, outcomes: Sequence[str], exposures: Sequence[str]
    ) -> PublishedFigure:
        self.known_keys(
            [
                "outcome",
                "exposure",
                "label",
                "estimate",
                "lower",
                "upper",
                "patients",
                "ratio",
                "note",
            ]
        )
        ratios = ("odds ratio", "hazard ratio", "risk", "survival")
        given = self.written
        return PublishedFigure(
            outcome=self.choice("outcome", outcomes),
            exposure=self.choice("exposure", exposures),
            label=self.text("label"),
            estimate=self.number("estimate") if "estimate" in given else None,
            lower=self.number("lower") if "lower" in given else None,
            upper=self.number("upper") if "upper" in given else None,
            patients=self.whole("patients", least=0) if "patients" in given else None,
            ratio=cast(Any, self.choice("ratio", ratios)),
            note=self.text_if_given("note"),
        )

    def _case_mix_names(
        self, key: str, known: Sequence[str], otherwise: list[str] | None = None
    ) -> list[str]:
        if otherwise is not None and key not in self.written:
            return otherwise
        return self.words(key, dict.fromkeys(known))

    def _different(self, key: str, names: Sequence[str]) -> None:
        for name in names:
            if names.count(name) > 1:
                self.refuse(key, name, "names that differ")

    def _day(self, key: str) -> date | None:
        found = self.written.get(key)
        if found is not None and type(found) is not date:
            self.refuse(key, found, "a day, such as 2012-04-01, without quotes")
        return found

    def _yes(self, key: str) -> bool:
        found = self.written.get(key)
        if not isinstance(found, bool):
            self.refuse(key, "nothing" if found is None else found, "true or false")
        return found


def _adjustable(table: PatientTable) -> tuple[str, ...]:
    """Return what of a table may be adjusted for: no identifiers, days or outcomes."""
    never = {
        *OF_ORGANISATION[table.name],
        "trial_participant",
        "vital_status",
        "underlying_cause",
        "los_days",
        "primary_diagnosis",
        "morphology",
    }
    return (
        *(
            c.name
            for c in table.columns
            if c.name not in never
            and not c.identifies
            and c.kind in ("text", "whole", "choice")
        ),
        *MADE,
    )
