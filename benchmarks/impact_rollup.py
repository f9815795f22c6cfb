"""How long does the roll-up of a large organisation take, beside plain SQL?

1,000 studies in 40 services, 50,000 answers to gates and 10,000 claims, a tenth of them
repeats, a fifth with money of which some is shared.  The peer is SQLite in memory: the
same counts of claims by kind and service, and of answers by kind, group and gate, from
tables that are already filled.  It neither tells groups apart study by study nor keeps
shared money from being counted twice, so the ratio flatters it.

Prints seconds and the ratio; exits with 1 if the roll-up takes longer than 2 seconds.

    python benchmarks/impact_rollup.py
"""

from __future__ import annotations

import random
import sqlite3
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from candela.impact.answers import Gate, Heard
from candela.impact.claims import (
    Beneficiary,
    Claim,
    Direction,
    Horizon,
    Method,
    MoneyKind,
    Quantity,
    Role,
)
from candela.impact.hearing import Sheet, hear
from candela.impact.questions import Asked, Form, Format, Page, Style
from candela.impact.rollup import Rollup, StudyAsked, roll_up

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from impact_claims import a_claim

STUDIES, SERVICES, ANSWERS, CLAIMS = 1_000, 40, 50_000, 10_000
GATES, REPEATS = 10, 5
LONGEST_SECONDS = 2.0
KINDS = [f"{domain}{number}" for domain in "HWREIK" for number in range(1, 6)]
COUNTED = (
    "select kind, service, count(*), sum(direction in ('negative', 'mixed')) from claim"
    " where same_as = '' and state in ('verified', 'published') group by 1, 2",
    "select kind, role, gate, count(*) from heard group by 1, 2, 3",
    "select kind, count(*) from claim where same_as = '' and state = 'published'"
    " group by 1",
)


def some_claims(rng: random.Random) -> list[Claim]:
    """Return claims of all studies."""
    plain = a_claim()
    made = []
    for number in range(1, CLAIMS + 1):
        money = Quantity(
            "saving",
            float(rng.randrange(1_000, 100_000)),
            "GBP",
            Method.ESTIMATED,
            money_kind=rng.choice(list(MoneyKind)),
            price_year=rng.choice([2023, 2024]),
            shared_key=rng.choice(["", "", f"saving {rng.randrange(200)}"]),
        )
        study = rng.randrange(STUDIES)
        made.append(
            replace(
                plain,
                label=f"S-{number}",
                study=f"study {study}",
                service=f"service {study % SERVICES}",
                kind=rng.choice(KINDS),
                direction=rng.choice(list(Direction)),
                horizon=rng.choice(list(Horizon)[1:]),
                beneficiaries=frozenset(rng.sample(list(Beneficiary), 2)),
                state=rng.choice(["draft", "verified", "published", "published"]),
                quantities=(money,) if rng.random() < 0.2 else (),
                same_as=f"S-{rng.randrange(1, CLAIMS)}" if rng.random() < 0.1 else "",
            )
        )
    return made


def a_form(role: Role, kinds: list[str]) -> Form:
    """Return a form with a gate for each kind of change."""
    pages = tuple(
        Page(kind, 1, (Asked(kind, Style.GATE, kind, "", kinds=(kind,)),))
        for kind in kinds
    )
    return Form(
        role.value, "1", role, Format.STANDARD, "en-GB", "", ("",), pages, 5, 10, 9
    )


def some_sheets(rng: random.Random) -> list[Sheet]:
    """Return what respondents said, at ten gates each."""
    gates = list(Gate)
    forms = [a_form(role, rng.sample(KINDS, GATES)) for role in Role]
    return [
        Sheet(
            f"study {rng.randrange(STUDIES)}",
            form,
            {asked.code: rng.choice(gates).value for asked in form.gates},
        )
        for form in rng.choices(forms, k=ANSWERS // GATES)
    ]


def all_studies() -> list[StudyAsked]:
    """Return 1,000 studies, of which four groups of most were asked."""
    asked = {role: frozenset(KINDS[:14]) for role in list(Role)[:4]}
    return [
        StudyAsked(
            f"study {number}",
            f"service {number % SERVICES}",
            asked if number % 3 else {},
        )
        for number in range(STUDIES)
    ]


def tables(claims: list[Claim], heard: list[Heard]) -> sqlite3.Connection:
    """Return a database with both."""
    connection = sqlite3.connect(":memory:")
    connection.execute("create table claim (kind, service, direction, state, same_as)")
    connection.execute("create table heard (study, role, kind, gate)")
    connection.executemany(
        "insert into claim values (?, ?, ?, ?, ?)",
        [(c.kind, c.service, c.direction.value, c.state, c.same_as) for c in claims],
    )
    connection.executemany(
        "insert into heard values (?, ?, ?, ?)",
        [(h.study, h.role.value, h.kind, h.gate.value) for h in heard],
    )
    return connection


def seconds(work: Callable[[], object]) -> float:
    """Return the shortest of ``REPEATS`` runs: the machine may have other work."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> int:
    """Print the table; 1 if it takes too long."""
    rng = random.Random(20)
    claims, sheets, studies = some_claims(rng), some_sheets(rng), all_studies()
    connection = tables(claims, list(hear(sheets)))

    def ours() -> Rollup:
        return roll_up(claims, hear(sheets), studies=studies)

    def theirs() -> object:
        return [connection.execute(query).fetchall() for query in COUNTED]

    found = ours()
    mine, peer = seconds(ours), seconds(theirs)
    print(f"{STUDIES} studies, {ANSWERS} answers, {CLAIMS} claims; best of {REPEATS}")
    print(f"counted once: {found.total.claims} claims, {len(found.money.sums)} sums")
    print(f"roll_up      {mine:6.3f} s")
    print(f"plain SQL    {peer:6.3f} s   ratio {mine / peer:.1f}, for counts alone")
    if mine > LONGEST_SECONDS:
        print(f"longer than the {LONGEST_SECONDS:.0f} s that are promised")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
