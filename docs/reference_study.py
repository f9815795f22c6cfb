"""What does the code say of plans to study patients?"""

from __future__ import annotations

from importlib import resources

from reference_markdown import grid, page

from candela.association.patients import SHIPPED, read_protocol

__all__ = ["STUDY_KEYS", "study_protocol_page"]

ONE = "text, one of a few"
STUDY_KEYS = (
    ("`kind`", "`patients`", "what kind of plan this is"),
    ("`name`", "text", "short name, printed with every result"),
    ("`title`", "text", "the question, in words"),
    ("`mirrors`", "text", "the published study whose design it follows; or none"),
    ("`doi`", "text", "of that study"),
    ("`comparison`", "text", "what that study found; or none"),
    ("`departures`", "list of text", "what differs from that study; printed"),
    ("`policy`", "text", "how organisations are followed over mergers"),
    ("`level`", "0.95", "coverage of intervals"),
    ("`fewest_organisations`", "whole number", "with fewer nothing is computed"),
    (
        "`least_coverage`",
        "number, 0 to 1",
        "share of patients that must be in a trust and year with a known dose",
    ),
    ("`disclosure`", "`hes`", "how counts of people are protected in the book"),
    ("`cohort.table`", ONE, "`admission_spell` or `cancer_patient`"),
    ("`cohort.organisation`", ONE, "the column that says where a row belongs"),
    ("`cohort.first_day`", "day", "earlier rows leave; none if left out"),
    ("`cohort.last_day`", "day", "later rows leave; none if left out"),
    ("`cohort.least_age_years`", "whole number", "younger patients leave"),
    ("`cohort.most_age_years`", "whole number", "older patients leave"),
    ("`cohort.admission_methods`", "list of text", "admissions of other kinds leave"),
    ("`cohort.sites_icd10`", "list of text", "tumours of other sites leave"),
    (
        "`cohort.trial_participants`",
        "`kept` or `left_out`",
        "whether the primary analysis has those in a trial by the index day; both "
        "ways are shown",
    ),
    ("`outcome.name`", "text", "short name"),
    ("`outcome.label`", "text", "what is counted, in words"),
    ("`outcome.question`", "text", "the question, as a sentence"),
    ("`outcome.kind`", "`mortality` or `survival`", "an event by a day, or time to it"),
    (
        "`outcome.event`",
        ONE,
        "`died_30d_discharge`, `died_in_hospital`, `died_30d_surgery` or `died`",
    ),
    (
        "`outcome.event_if_absent`",
        ONE,
        "stands in where files lack it; none if left out",
    ),
    ("`outcome.horizon_days`", "whole number", "how long patients are followed"),
    (
        "`outcome.smallest_ratio_that_matters`",
        "number below 1",
        "the verdict hangs on it; its inverse counts above 1",
    ),
    ("`outcome.adjust_for`", "list of text", "names of `case_mix`"),
    (
        "`outcome.stratify_by`",
        "list of text",
        "names of `case_mix` with a baseline for each class; survival only",
    ),
    ("`outcome.model`", ONE, "`robust`, `random_intercept` or `frailty`"),
    ("`exposure.name`", "text", "short name; the first exposure is primary"),
    ("`exposure.label`", "text", "what it is, in words"),
    ("`exposure.measure`", ONE, "a research measure"),
    ("`exposure.design`", "text", "kind of study in `research_activity`, such as all"),
    ("`exposure.specialty`", "text", "specialty in `research_activity`, such as all"),
    (
        "`exposure.denominator`",
        ONE,
        "a measure of size, or `cohort_patients`: the cohort's own patients",
    ),
    (
        "`exposure.lag_years`",
        "whole number",
        "years before the outcome; 1 or more unless there is a reason",
    ),
    ("`exposure.window_years`", "whole number", "years put together; 1 if left out"),
    ("`exposure.same_year_reason`", "text", "why a lag of 0 is wanted; printed"),
    ("`exposure.form`", ONE, "`thirds`, `bands`, `high_years` or `continuous`"),
    ("`exposure.edges`", "numbers", "upper ends of bands; for `bands`"),
    ("`exposure.high_from`", "number", "what makes a year high; for `high_years`"),
    ("`exposure.most_years`", "whole number", "the last class; for `high_years`"),
    ("`exposure.unit`", "number", "what a straight line is quoted for"),
    (
        "`exposure.reference`",
        "`lowest` or `highest`",
        "what tables compare with; the main estimate is of the highest class against "
        "the lowest",
    ),
    ("`exposure.cut_at`", "`trust_years` or `trusts`", "what thirds are thirds of"),
    ("`case_mix.name`", "text", "what it is called"),
    (
        "`case_mix.column`",
        ONE,
        "a column of the table, or `year`, `month` or `trust_patients`",
    ),
    ("`case_mix.bands`", "numbers", "first value of each band"),
    (
        "`case_mix.characters`",
        "whole number",
        "keep the first characters of a code; all of it if left out",
    ),
    (
        "`case_mix.unknown`",
        "`class` or `leave_out`",
        "what becomes of patients of whom it is not known",
    ),
    ("`sensitivity.lags_years`", "list of whole numbers", "other lags"),
    ("`sensitivity.without_trial_participants`", "true or false", "try it"),
    (
        "`sensitivity.within_between`",
        "true or false",
        "compare organisations, and years of one, apart",
    ),
    (
        "`sensitivity.naive`",
        "true or false",
        "show the interval that takes patients as independent",
    ),
    ("`sensitivity.models`", "list of text", "other models"),
    ("`sensitivity.spline_knots`", "3, 4 or 5", "knots of the curve"),
    ("`sensitivity.without_covariates`", "list of text", "leave out one at a time"),
    (
        "`sensitivity.negative_control.lag_years`",
        "whole number below 0",
        "research afterwards, which should go with nothing",
    ),
    ("`sensitivity.negative_control.reason`", "text", "why; printed"),
    ("`published.outcome`", "text", "name of an outcome"),
    ("`published.exposure`", "text", "name of an exposure"),
    ("`published.label`", "text", "the class, as in our tables"),
    ("`published.estimate`", "number", "as printed in the paper"),
    ("`published.lower`", "number", "lower end of its interval"),
    ("`published.upper`", "number", "upper end of its interval"),
    ("`published.patients`", "whole number", "as printed in the paper"),
    (
        "`published.ratio`",
        ONE,
        "`odds ratio`, `hazard ratio`, `risk` or `survival`",
    ),
    ("`published.note`", "text", "what it is compared with"),
)


def study_protocol_page() -> str:
    """Return every key of a plan to study patients, and the plans that are shipped."""
    return page(
        "Study protocols",
        "A study protocol says which patients are studied, what is counted, and how "
        "research is counted, before anybody looks at the rows. It is a TOML file. A "
        "key that is missing, unknown or of another kind is refused by name. [Run a "
        "study of patients](../how-to/run-a-study.md) takes you through one.",
        grid(("key", "kind", "what it decides"), STUDY_KEYS),
        *(
            f"## {name}\n\nThe protocol as shipped:\n\n```toml\n{_text(name)}\n```"
            for name in SHIPPED
        ),
    )


def _text(name: str) -> str:
    """Return a shipped protocol as written; it must be one that can be read."""
    read_protocol(name)
    file = resources.files("candela.association") / "protocols" / f"{name}.toml"
    return file.read_text(encoding="utf-8").strip()
