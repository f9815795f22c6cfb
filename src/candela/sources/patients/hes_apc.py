"""What do the episodes of HES admitted patient care say of stays in hospital?

An episode is a stretch of care under one consultant; a stay (spell) is all of one
person at one provider from one day of admission.  Columns are found by name, so that a
part of the 193 official ones is enough.  Deaths after discharge come from a file of
linked deaths; without one, whether a patient died within 30 days is not known, and the
table has no ``died_30d_discharge``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from candela.engine import Engine
from candela.engine.expressions import quoted
from candela.errors import InputError, Problem
from candela.sources.patients.coding import blank_to_null, day_of
from candela.sources.patients.decisions import Candidate, Decision, RowRule
from candela.sources.patients.headings import Heading
from candela.sources.patients.hes_columns import ALIASES, Cell, episode_cells, seen_in
from candela.sources.patients.lookups import Lookups, group_of, joined, score_of
from candela.sources.patients.recognising import DEATH_DAY, PERSON

__all__ = ["open_hes"]

TABLE = "admission_spell"

EPISODE_STEPS = (
    ("no_epikey", "no record identifier (EPIKEY)"),
    ("repeated_epikey", "record identifier (EPIKEY) seen before"),
    ("no_person", "no pseudonym of the person"),
    ("no_provider", "no provider"),
    ("no_admission_date", "no day of admission, or an invalid one"),
    ("unfinished", "episode not finished (EPISTAT is not 3)"),
    ("maternity_event", "other delivery or birth event (EPITYPE 5 or 6)"),
)
STAY_STEPS = (
    ("repeated_episode", "the same episode under another record identifier"),
    ("joined_episodes", "episodes joined to the first of their stay"),
)
SPELL_RULES = (RowRule("stillbirth", "stillbirth (DISMETH 5)", "dismeth = '5'"),)


def open_hes(
    engine: Engine, files: Mapping[str, Sequence[Heading]], lookups: Lookups
) -> Candidate:
    """Return the stays that a folder's episodes make.

    Raises
    ------
    InputError
        If a column that no stay can do without is missing (the columns seen are
        listed), there are no rows, or deaths have no person in common with episodes.
    """
    episodes = files["hes_apc"]
    deaths = files.get("hes_deaths", ())
    person = _person(episodes[0], deaths[0] if deaths else None)
    engine.read_files("hes_file", [h.path for h in episodes], kind=episodes[0].kind)
    cells = episode_cells(episodes[0], person)
    texts = ", ".join(f"{cell.text} AS {n}" for n, cell in cells.items() if cell.text)
    engine.create_view("hes_text", f"SELECT {texts} FROM hes_file")
    columns = ", ".join(f"{cell.sql} AS {name}" for name, cell in cells.items())
    engine.create_view("hes_coded", f"SELECT {columns} FROM hes_text")
    _deaths(engine, deaths, person)
    for name in ("hes_episode", "hes_distinct", "hes_stay"):
        engine.create_view(name, _sql(name))
    # Sorting episodes into stays takes longest, and a study looks at stays many times.
    engine.hold("hes_spell", _sql("hes_spell"))
    decisions = _unreadable(engine, cells, episodes)
    decisions += _unreadable_deaths(engine) if deaths else []
    decisions += _left(engine)
    spells = decisions[-1].remaining
    decisions += _kept(engine, spells)
    view = "hes_spell"
    if lookups.groups:
        view = f"hes_spell {joined('hes_spell.diagnosis', lookups.groups)}"
    return Candidate(
        TABLE,
        view,
        _canonical(engine, cells, lookups, linked=bool(deaths)),
        spells,
        "spells",
        tuple(decisions),
        SPELL_RULES if "dismeth" in seen_in(cells) else (),
        key_is_unique=True,
        notes=_notes(lookups, linked=bool(deaths)),
    )


def _sql(name: str) -> str:
    return (Path(__file__).parent / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def _person(episodes: Heading, deaths: Heading | None) -> str:
    """Return the pseudonym to go by: one that episodes and deaths have in common."""
    mine = [name for name in PERSON if episodes.column(name)]
    if deaths is None:
        return mine[0] if mine else PERSON[0]
    shared = [name for name in mine if deaths.column(name)]
    if not shared:
        raise InputError(
            Problem(
                deaths.name,
                "no pseudonym of the person that the episodes have too; columns seen: "
                f"{', '.join(deaths.columns)[:2000]}",
                f"one of {', '.join(mine or PERSON)}",
                "Ask for deaths linked by the same pseudonym.",
            )
        )
    return shared[0]


def _deaths(engine: Engine, deaths: Sequence[Heading], person: str) -> None:
    """Make the view of the day of death of each person; empty without a file."""
    if not deaths:
        engine.create_view(
            "hes_death",
            "SELECT CAST(NULL AS STRING) AS person, CAST(NULL AS DATE) AS death"
            " FROM (SELECT 1 AS one) AS nobody WHERE one = 0",
        )
        return
    heading = deaths[0]
    engine.read_files("death_file", [h.path for h in deaths], kind=heading.kind)
    who, day = heading.column(person), heading.column(*DEATH_DAY)
    assert who is not None
    assert day is not None
    name, text = (blank_to_null(f"CAST({quoted(c)} AS STRING)") for c in (who, day))
    engine.create_view(
        "death_text", f"SELECT {name} AS person, {text} AS day FROM death_file"
    )
    compact = "CASE WHEN LENGTH(day) = 8 THEN compact_date(day)"
    engine.create_view(
        "death_coded",
        f"SELECT person, {compact} ELSE {day_of('day')} END AS death FROM death_text",
    )
    engine.create_view(
        "hes_death",
        "SELECT person, MIN(death) AS death FROM death_coded"
        " WHERE person IS NOT NULL AND death IS NOT NULL GROUP BY person",
    )


def _unreadable(
    engine: Engine, cells: Mapping[str, Cell], episodes: Sequence[Heading]
) -> list[Decision]:
    asked = {name: cell for name, cell in cells.items() if cell.bad}
    counts = ", ".join(
        f"COUNT(CASE WHEN {cell.bad} THEN 1 END) AS {name}"
        for name, cell in asked.items()
    )
    found = engine.rows(f"SELECT COUNT(*) AS total, {counts} FROM hes_text")[0]
    total = int(str(found["total"]))
    if not total:
        raise InputError(
            Problem(
                episodes[0].name,
                "there are no rows",
                "episodes",
                "Check that the extract is not empty.",
            )
        )
    return [
        Decision(
            TABLE,
            f"unreadable_{name}",
            f"{ALIASES[name][0]} is not {cell.told}: taken as not known",
            "changed",
            int(str(found[name])),
            total,
            "episodes",
        )
        for name, cell in asked.items()
        if found[name]
    ]


def _unreadable_deaths(engine: Engine) -> list[Decision]:
    found = engine.rows(
        "SELECT COUNT(*) AS total, COUNT(CASE WHEN death IS NULL OR person IS NULL"
        " THEN 1 END) AS bad, COUNT(CASE WHEN person IS NOT NULL AND death IS NOT NULL"
        " THEN 1 END) AS good, COUNT(DISTINCT CASE WHEN death IS NOT NULL THEN person"
        " END) AS persons FROM death_coded"
    )[0]
    total, bad, good, persons = (
        int(str(found[name])) for name in ("total", "bad", "good", "persons")
    )
    labels = (
        ("unusable_death", "deaths without a person or a day: not used", bad),
        ("repeated_death", "deaths of a person who is there before: the first day "
        "counts", good - persons),
    )  # fmt: skip
    return [
        Decision(TABLE, name, label, "changed", number, total, "deaths")
        for name, label, number in labels
        if number
    ]


def _left(engine: Engine) -> list[Decision]:
    """Return what became of episodes; the last says how many stays they make."""
    steps = engine.rows(
        "SELECT step, COUNT(*) AS counted FROM hes_episode GROUP BY step"
    )
    counts = {int(str(row["step"])): int(str(row["counted"])) for row in steps}
    found = engine.rows(
        "SELECT COUNT(*) AS spells, CAST(COALESCE(SUM(episodes), 0) AS BIGINT)"
        " AS distinct_episodes FROM hes_spell"
    )[0]
    spells, distinct = (int(str(found[n])) for n in ("spells", "distinct_episodes"))
    left = [counts.get(step, 0) for step in range(1, len(EPISODE_STEPS) + 1)]
    left += [counts.get(0, 0) - distinct, distinct - spells]
    decisions, remaining = [], sum(counts.values())
    for (name, label), number in zip((*EPISODE_STEPS, *STAY_STEPS), left, strict=True):
        remaining -= number
        if number or name == "joined_episodes":
            decisions.append(
                Decision(TABLE, name, label, "left", number, remaining, "episodes")
            )
    return decisions


def _kept(engine: Engine, spells: int) -> list[Decision]:
    """Return decisions about stays that are kept."""
    found = engine.rows(
        "SELECT"
        " COUNT(CASE WHEN died IS NULL THEN 1 END) AS not_ended,"
        " COUNT(CASE WHEN (dismeth = '4' AND disdest <> '79') OR"
        " (dismeth IN ('1', '2', '3', '6', '7') AND disdest = '79') THEN 1 END)"
        " AS disagree,"
        " COUNT(CASE WHEN NOT died AND death <= discharge AND death >= admission"
        " THEN 1 END) AS early"
        " FROM hes_spell"
    )[0]
    labels = {
        "not_ended": "the record does not say how the stay ended: whether death came "
        "is not known",
        "disagree": "DISMETH and DISDEST disagree about death: DISMETH is believed",
        "early": "discharged alive, with a linked death by that day: counted as death "
        "within 30 days",
    }
    return [
        Decision(TABLE, name, label, "changed", int(str(found[name])), spells, "spells")
        for name, label in labels.items()
        if found[name]
    ]


def _canonical(
    engine: Engine, cells: Mapping[str, Cell], lookups: Lookups, *, linked: bool
) -> dict[str, str]:
    """Return the table's columns that the files can give, and helpers of the rules."""
    spell = "hes_spell"
    wanted = {
        "spell_id": "spell_id",
        "person_id": "person",
        "org_code": "provider",
        "site_code": "site",
        "admission_date": "admission",
        "discharge_date": "discharge",
        "admission_method": "method",
        "patient_class": "patient_class",
        "age_years": "age",
        "sex": "sex",
        "ethnicity": "ethnicity",
        "imd_quintile": "imd",
        "primary_diagnosis": "diagnosis",
        "specialty": "specialty",
    }
    seen = seen_in(cells) | {"spell_id"}
    found = {n: f"{spell}.{c}" for n, c in wanted.items() if c in seen}
    if "diagnosis" in seen:
        found["diagnosis_group"] = group_of(
            engine, f"{spell}.diagnosis", lookups.groups
        )
    if "other_diagnoses" in seen:
        score = score_of(f"{spell}.other_diagnoses", lookups.conditions)
        found["comorbidity_score"] = f"CAST({score} AS INTEGER)"
    found["los_days"] = (
        f"CASE WHEN {spell}.discharge >= {spell}.admission THEN"
        f" days_between({spell}.admission, {spell}.discharge) END"
    )
    if seen & {"dismeth", "disdest"}:
        found["died_in_hospital"] = f"{spell}.died"
        if linked:
            found["died_30d_discharge"] = f"{spell}.died_30d"
    if linked:
        found["death_date"] = f"{spell}.death"
    found["dismeth"] = f"{spell}.dismeth"
    return found


def _notes(lookups: Lookups, *, linked: bool) -> tuple[str, ...]:
    notes = [
        "A stay is all finished episodes of one person at one provider from one day of "
        "admission; a move to another provider begins another stay.",
        lookups.note,
    ]
    if not linked:
        notes.append(
            "No file of linked deaths: deaths after discharge are not known, so "
            "`died_30d_discharge` is absent and a protocol must use "
            "`died_in_hospital`."
        )
    return tuple(notes)
