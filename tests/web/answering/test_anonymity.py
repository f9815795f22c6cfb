"""Can somebody with copies of the whole database find out who said what?

The attacker here has every table and column, and what the database keeps beside them
(``rowid``; ``ctid``, ``xmin`` and ``xmax``), as often as they like: before, between and
after.  They know who was invited (they read the addresses in a letter) and watch which
invitation is answered in which copy.  They do not have the file of keys, and they have
no link.  They try to join what they saw to the answers that are there at the end.

``attack`` must find nothing in what Candela does, and must find everybody where one of
its precautions is left out: else the test could not fail.
"""

from __future__ import annotations

import io
import itertools
import logging
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.db.models.expressions import RawSQL
from django.test import Client

from candela.web.answering import drafts, news, opening, sealing, sending
from candela.web.answering.models import Response, SealedAnswer
from candela.web.answering.opening import open_box
from candela.web.answering.sealing import BLOCK, keys_of_link, seal, unseal
from candela.web.campaigns.contacts import unseal as unseal_address
from candela.web.campaigns.links import token_of
from candela.web.campaigns.models import Invitation
from candela.web.scoping import across_organisations
from web.answering.places import NOW, Asking, asking, scope
from web.conftest import Place

pytestmark = pytest.mark.django_db

Row = Mapping[str, Any]
Copy = Mapping[str, list[Row]]  # rows by table


def copy_of_database() -> Copy:
    """Return every row of every table with all that the database keeps beside it."""
    beside = {"postgresql": ("ctid", "xmin", "xmax"), "sqlite": ("rowid",)}
    hidden = beside[connection.vendor]
    found = {}
    with across_organisations(), connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            columns = ", ".join(f'{name} AS "_{name}"' for name in hidden)
            cursor.execute(f'SELECT {columns}, * FROM "{table}"')
            names = [column[0] for column in cursor.description]
            rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
            found[table] = sorted(rows, key=lambda r: str(r[f"_{hidden[0]}"]))
    return found


@dataclass
class Seen:
    """What the attacker has: copies in the order of time, and what was logged."""

    copies: list[Copy] = field(default_factory=list)
    log: str = ""

    def look(self) -> None:
        """Take one more copy."""
        self.copies.append(copy_of_database())


@dataclass(frozen=True)
class Person:
    """Somebody who answers, as only the test knows them."""

    invitation: Invitation
    words: str
    extra: int = 0
    """Pages they save before they send: more in some than in others."""


# --- What happens ---------------------------------------------------------------------


def campaign(asked: Asking, people: list[Person], order: list[int], seen: Seen) -> None:
    """Let people answer one by one, each by pages; the attacker looks at each step."""
    handler = logging.StreamHandler(io.StringIO())
    root = logging.getLogger()
    root.addHandler(handler)
    seen.look()
    for number in order:
        person, client = people[number], Client()
        token = token_of(person.invitation)
        base = f"/tell/{token}"
        client.get(f"{base}/")
        client.post(f"{base}/any/", {"any": "better"})
        seen.look()
        for _ in range(person.extra):
            client.post(f"{base}/hard/", {"hard": "no_change", "tab": "x"})
        client.post(f"{base}/more/", {"more": person.words})
        seen.look()
        sent = client.post(f"{base}/check/", {"about-age": "30_49"})
        assert sent.status_code == 302
        seen.look()
    with scope(asked.place):
        open_box(group=asked.group, now=NOW, rng=random.SystemRandom())
    seen.look()
    root.removeHandler(handler)
    seen.log += handler.stream.getvalue()


def some_people(asked: Asking, number: int = 8) -> list[Person]:
    """Return people whose answers differ in length as much as answers do."""
    return [
        Person(
            asked.invite(f"person{n}@place.example"),
            f"Words of number {n}. " + _unlike(35 * n * n),
            extra=n % 4,
        )
        for n in range(number)
    ]


def _unlike(letters: int) -> str:
    """Return letters that no compression makes shorter by much."""
    rng = random.Random(letters)
    return "".join(rng.choice("abcdefghijklmnopqrstuvwxyz ") for _ in range(letters))


# --- What the attacker does -----------------------------------------------------------

Guess = dict[int, str]  # invitation -> the words they are thought to have said


def attack(seen: Seen) -> dict[str, Guess]:
    """Try every way to join invitations to answers; name what each way finds."""
    return {
        "key": by_key(seen),
        "time": by_time(seen),
        "order": by_order(seen),
        "order of keys": by_order(seen, key="id"),
        "length": by_length(seen, 0),
        "length of drafts": by_length(seen, 1),
        "transaction": by_transaction(seen),
        "clear text": by_clear_text(seen),
        "log": by_log(seen),
    }


def words_at_end(seen: Seen) -> list[tuple[str, str, Row]]:
    """Return answer, words and row of each text at the end, as the database has it."""
    rows = seen.copies[-1]["answering_answer"]
    return [
        (str(r["response_id"]), str(r["value"]).strip('"'), r)
        for r in rows
        if r["question"] == "more"
    ]


def moments(seen: Seen) -> Iterator[tuple[int, int]]:
    """Yield each invitation with the copy in which it first was answered."""
    for number, (old, new) in enumerate(itertools.pairwise(seen.copies), 1):
        before = {r["id"]: r["state"] for r in old["campaigns_invitation"]}
        for row in new["campaigns_invitation"]:
            if row["state"] == "answered" and before[row["id"]] != "answered":
                yield row["id"], number


def fresh(seen: Seen, number: int, table: str) -> list[Row]:
    """Return the rows that were not in the copy before."""
    old = {str(r["id"]) for r in seen.copies[number - 1][table]}
    return [r for r in seen.copies[number][table] if str(r["id"]) not in old]


def by_key(seen: Seen) -> Guess:
    """Find a value beside the answer that stands at an invitation, too."""
    last = seen.copies[-1]
    found: Guess = {}
    common = _common_values(last)
    owners: dict[str, set[int]] = {}
    for copy in seen.copies:
        for row in copy["campaigns_invitation"]:
            for value in _values(row):
                owners.setdefault(value, set()).add(row["id"])
    responses = {str(r["id"]): r for r in last["answering_response"]}
    for response, words, answer in words_at_end(seen):
        for value in [*_values(responses[response]), *_values(answer)]:
            who = owners.get(value, set())
            if len(who) == 1 and value not in common:
                found[next(iter(who))] = words
    return found


def _values(row: Row) -> list[str]:
    """Return what a row holds that may be unique: long enough not to be a chance."""
    return [str(v) for n, v in row.items() if n == "invitation_id" or len(str(v)) > 15]


def _common_values(copy: Copy) -> set[str]:
    counted: dict[str, int] = {}
    for row in copy["answering_response"]:
        for value in set(_values(row)):
            counted[value] = counted.get(value, 0) + 1
    return {value for value, number in counted.items() if number > 1} | {"None"}


def by_time(seen: Seen) -> Guess:
    """Find rows that came when an invitation was answered and are there at the end."""
    found: Guess = {}
    words = {response: text for response, text, _ in words_at_end(seen)}
    for who, number in moments(seen):
        new = [str(r["id"]) for r in fresh(seen, number, "answering_response")]
        old = fresh(seen, number, "answering_sealedanswer")
        kept = [i for i in new if i in words]
        # A row that keeps its key when it is opened is as good.
        kept += [str(r["id"]) for r in old if str(r["id"]) in words]
        if len(kept) == 1:
            found[who] = words[kept[0]]
    return found


def by_order(seen: Seen, key: str = "") -> Guess:
    """Take it that answers lie in the order in which invitations were answered."""
    hidden = key or ("_ctid" if connection.vendor == "postgresql" else "_rowid")
    answers = words_at_end(seen)
    rows = {str(r["id"]): r for r in seen.copies[-1]["answering_response"]}
    placed = sorted(answers, key=lambda item: _place(rows[item[0]][hidden]))
    who = [invitation for invitation, _ in moments(seen)]
    return {w: words for w, (_, words, _) in zip(who, placed, strict=False)}


def _place(value: Any) -> Any:
    if isinstance(value, str) and value.startswith("("):
        return tuple(int(n) for n in value.strip("()").split(","))
    return value


def by_length(seen: Seen, part: int) -> Guess:
    """Rank sealed rows, or drafts before they went, and answers; match their ranks."""
    lengths: dict[int, tuple[int, int]] = {}
    for who, number in moments(seen):
        sealed = fresh(seen, number, "answering_sealedanswer")
        gone = [
            r
            for r in seen.copies[number - 1]["answering_draft"]
            if str(r["id"])
            not in {str(n["id"]) for n in seen.copies[number]["answering_draft"]}
        ]
        rows = [r for r in sealed if r["holds"] == "answer"]
        if rows and gone:
            lengths[who] = (len(rows[0]["sealed"]), len(gone[0]["sealed"]))
    if len({pair[part] for pair in lengths.values()}) <= 1:
        return {}  # all alike
    answers = sorted((w for _, w, _ in words_at_end(seen)), key=len)
    ranked = sorted(lengths, key=lambda who: lengths[who][part])
    return dict(zip(ranked, answers, strict=False))


def by_transaction(seen: Seen) -> Guess:
    """Find an answer and an invitation that one transaction wrote (PostgreSQL)."""
    found: Guess = {}
    last = seen.copies[-1]
    if connection.vendor != "postgresql":
        return found
    rows = {str(r["id"]): r for r in last["answering_response"]}
    for response, words, _ in words_at_end(seen):
        mark = str(rows[response]["_xmin"])
        who = {
            r["id"]
            for copy in seen.copies
            for r in copy["campaigns_invitation"]
            if mark in (str(r["_xmin"]), str(r["_xmax"]))
        }
        if len(who) == 1:
            found[who.pop()] = words
    return found


def by_clear_text(seen: Seen) -> Guess:
    """Find the words of an answer in a copy from before the box was opened."""
    found: Guess = {}
    for who, number in moments(seen):
        early = repr(seen.copies[number])
        for _, words, _ in words_at_end(seen):
            if words in early and words not in repr(seen.copies[number - 2]):
                found[who] = words
    return found


def by_log(seen: Seen) -> Guess:
    """Find words, links or anything of one answer in what was logged."""
    told = [seen.log, repr([copy["audit_event"] for copy in seen.copies])]
    found: Guess = {}
    for response, words, _ in words_at_end(seen):
        for text in told:
            # SQLite keeps keys without dashes, and logs have them.
            if words in text or response.replace("-", "") in text.replace("-", ""):
                found[-len(found) - 1] = words
    return found


def right(people: list[Person], guess: Guess) -> int:
    """Return how many of the guesses are true; any found in a log counts."""
    said = {p.invitation.pk: p.words.strip() for p in people}
    return sum(who < 0 or said.get(who) == words for who, words in guess.items())


def expected_by_chance(people: list[Person], guess: Guess) -> int:
    """Return how many a shuffled pack of cards would hit, with room for luck.

    Of n cards in random order one is expected to lie in its place, whatever n is; more
    than six do so in 1 of 40,320 tries.
    """
    return 6 if len(guess) >= len(people) else 0


# --- What is shown --------------------------------------------------------------------


def test_nobody_is_found_in_copies_of_the_whole_database(here: Place) -> None:
    asked, seen = asking(here), Seen()
    people = some_people(asked)
    order = random.Random(4).sample(range(8), 8)
    campaign(asked, people, order, seen)
    assert len(words_at_end(seen)) == 8
    assert sorted(w for _, w, _ in words_at_end(seen)) == sorted(
        p.words.strip() for p in people
    )
    assert len(list(moments(seen))) == 8  # who answered when, the attacker does see
    for way, guess in attack(seen).items():
        hits = right(people, guess)
        assert hits <= expected_by_chance(people, guess), (way, hits, guess)


def test_two_people_are_not_found_either(here: Place) -> None:
    asked, seen = asking(here), Seen()
    people = some_people(asked, 2)
    campaign(asked, people, [1, 0], seen)
    for way in ("key", "time", "length", "transaction", "clear text", "log"):
        assert attack(seen)[way] == {}, way


def test_the_order_is_drawn_anew_each_time(here: Place) -> None:
    """Of two answers, each order comes about half of the time: 0 or 20 of 20 never."""
    first = 0
    for _ in range(20):
        asked = asking(here)
        people = some_people(asked, 2)
        for person in people:
            asked.send(
                token_of(person.invitation),
                answers={"any": "better", "more": person.words},
            )
        with scope(here):
            open_box(group=asked.group, now=NOW, rng=random.SystemRandom())
            rows = as_they_lie(Response.objects.filter(group=asked.group))
            text = rows[0].answers.get(question="more").value
        first += text == people[0].words
    assert 0 < first < 20


def as_they_lie(rows: Any) -> Any:
    """Return rows in the order in which the database keeps them."""
    hidden = "ctid" if connection.vendor == "postgresql" else "rowid"
    return rows.order_by(RawSQL(f"{rows.model._meta.db_table}.{hidden}", ()))


Weakness = Callable[[pytest.MonkeyPatch], None]


def _no_waiting(patch: pytest.MonkeyPatch) -> None:
    """Answers are written as they come."""

    def at_once(group: Any, holds: str, content: Any) -> None:
        if holds == "answer":
            sending.write_response(
                group=group, sent=content, sent_on=NOW.date().replace(day=1)
            )

    patch.setattr(sending, "_put_in_box", at_once)


def _no_shuffling(patch: pytest.MonkeyPatch) -> None:
    """Answers are opened in the order in which they came."""

    def in_order(group: Any, holds: str, rng: Any) -> list[dict[str, Any]]:
        rows = SealedAnswer.objects.filter(group=group, holds=holds)
        return [
            unseal(r.sealed, key=sealing.answers_key(), place=sending.place_of(group))
            for r in as_they_lie(rows)
        ]

    patch.setattr(opening, "_taken_out", in_order)


def _no_padding(patch: pytest.MonkeyPatch) -> None:
    """Sealed rows are as long as what is in them."""
    patch.setattr(sealing, "BLOCK", 1)


def _no_sealing(patch: pytest.MonkeyPatch) -> None:
    """What waits can be read."""
    import base64
    import json

    def open_letter(content: Any, *, key: bytes, place: str) -> str:
        padded = json.dumps(content, ensure_ascii=False).ljust(BLOCK)
        return padded

    def read_letter(sealed: str, *, key: bytes, place: str) -> Any:
        return json.loads(sealed)

    del base64
    for module in (drafts, sending):
        patch.setattr(module, "seal", open_letter)
    for module in (drafts, opening):
        patch.setattr(module, "unseal", read_letter)


def _key_kept(patch: pytest.MonkeyPatch) -> None:
    """An answer holds the hash of its link."""

    def with_key(group: Any, holds: str, content: Any) -> None:
        content = {**content, "locale": "en-GB"}
        SealedAnswer.objects.create(
            organisation_id=group.organisation_id,
            group=group,
            holds=holds,
            sealed=seal(
                content, key=sealing.answers_key(), place=sending.place_of(group)
            ),
        )

    genuine = opening.write_response

    def marked(**given: Any) -> Response:
        response = genuine(**given)
        text = given["sent"]["answers"]["more"]
        who = next(i for i, words in _key_kept.said.items() if words == text)  # type: ignore[attr-defined]
        hashed = Invitation.objects.get(pk=who).token_hash
        Response.objects.filter(pk=response.pk).update(withdrawal_mark=hashed)
        return response

    del with_key
    patch.setattr(opening, "write_response", marked)


def _chatty_log(patch: pytest.MonkeyPatch) -> None:
    """Each answer is logged."""
    genuine = opening.write_response

    def logged(**given: Any) -> Response:
        response = genuine(**given)
        logging.getLogger("candela").warning("took answer %s", response.pk)
        return response

    patch.setattr(opening, "write_response", logged)


@pytest.mark.parametrize(
    ("weaken", "way"),
    [
        (_no_waiting, "time"),
        (_no_waiting, "order"),
        (_no_shuffling, "order"),
        (_no_padding, "length"),
        (_no_padding, "length of drafts"),
        (_no_sealing, "clear text"),
        (_key_kept, "key"),
        (_chatty_log, "log"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_with_one_precaution_less_everybody_is_found(
    here: Place, monkeypatch: pytest.MonkeyPatch, weaken: Weakness, way: str
) -> None:
    asked, seen = asking(here), Seen()
    people = some_people(asked)
    _key_kept.said = {p.invitation.pk: p.words.strip() for p in people}  # type: ignore[attr-defined]
    weaken(monkeypatch)
    campaign(asked, people, random.Random(4).sample(range(8), 8), seen)
    assert right(people, attack(seen)[way]) == 8


# --- Piece by piece -------------------------------------------------------------------


def test_every_sealed_row_is_of_one_length_whatever_is_in_it(here: Place) -> None:
    asked = asking(here)
    full = {
        q.code: f"It was a long way, and the {n} stairs were hard for me. " * 36
        for n, q in enumerate(_text_boxes(asked))
    }
    token = asked.token()
    with scope(here):
        drafts.save(token, asked.group, drafts.Kept(full), today=NOW.date())
    with scope(here):
        lengths = {len(d) for d in _sealed("answering_draft")}
    for answers in ({}, {"any": "no_change"}, full):
        asked.send(asked.token(), answers=answers)
    lengths |= {len(d) for d in _sealed("answering_sealedanswer")}
    assert len(lengths) == 1, lengths


def _text_boxes(asked: Asking) -> list[Any]:
    from candela.web.questionnaires.reading import form_of

    form = form_of(asked.group.questionnaire)
    return [q for q in form.questions if q.style.value.startswith("text")]


def _sealed(table: str) -> list[str]:
    with across_organisations(), connection.cursor() as cursor:
        cursor.execute(f'SELECT sealed FROM "{table}"')
        return [row[0] for row in cursor.fetchall()]


def test_a_draft_is_found_and_read_with_the_link_only(here: Place) -> None:
    asked = asking(here)
    token = asked.token()
    with scope(here):
        kept = drafts.Kept({"more": "My secret words"})
        drafts.save(token, asked.group, kept, today=NOW.date())
        invitation = Invitation.objects.get()
    copy = repr(copy_of_database())
    assert "secret words" not in copy
    assert token not in copy
    (row,) = copy_of_database()["answering_draft"]
    beside = {invitation.token_hash, invitation.nonce, str(invitation.pk)}
    assert not beside & {str(v) for n, v in row.items() if n not in ("_rowid",)} - {
        str(asked.group.pk),
        str(here.organisation.pk),
    }
    # What an attacker may try as a token: everything that the database holds.
    for guess in (invitation.token_hash, invitation.nonce, row["mark"]):
        assert keys_of_link(guess).mark != row["mark"]
    with pytest.raises(sealing.LostAnswersKey):
        unseal(row["sealed"], key=sealing.answers_key(), place=f"draft {row['mark']}")


def test_a_draft_is_gone_once_it_was_sent(here: Place) -> None:
    asked = asking(here)
    token = asked.token()
    with scope(here):
        drafts.save(token, asked.group, drafts.Kept(), today=NOW.date())
    asked.send(token)
    assert copy_of_database()["answering_draft"] == []


def test_a_draft_tells_not_how_often_it_was_saved(here: Place) -> None:
    asked = asking(here)
    tokens = [asked.token() for _ in range(2)]
    with scope(here):
        for token, times in zip(tokens, (1, 9), strict=True):
            for _ in range(times):
                drafts.save(token, asked.group, drafts.Kept(), today=NOW.date())
    rows = copy_of_database()["answering_draft"]
    unlike = ("id", "mark", "sealed", "_rowid", "_ctid", "_xmin", "_xmax")
    alike = [{n: v for n, v in row.items() if n not in unlike} for row in rows]
    assert alike[0] == alike[1]


def test_a_sealed_row_cannot_be_moved_to_another_group(here: Place) -> None:
    one, other = asking(here), asking(here)
    one.send(one.token())
    with scope(here):
        SealedAnswer.objects.update(group=other.group)
        with pytest.raises(sealing.LostAnswersKey):
            open_box(group=other.group, now=NOW, rng=random.Random(1))


def test_all_answers_of_a_group_have_one_date_whenever_they_came(here: Place) -> None:
    asked = asking(here)
    for days in (0, 1, 29):
        asked.send(asked.token(), now=NOW + timedelta(days=days))
    later = NOW + timedelta(days=60)
    with scope(here):
        open_box(group=asked.group, now=later, rng=random.Random(1))
        dates = set(Response.objects.values_list("sent_on", flat=True))
    assert dates == {later.date().replace(day=1)}


def test_who_answered_is_forgotten_when_the_box_is_opened(here: Place) -> None:
    asked = asking(here)
    asked.invite()
    asked.send(asked.token())
    with scope(here):
        open_box(group=asked.group, now=NOW, rng=random.Random(1))
        assert set(Invitation.objects.values_list("state", flat=True)) == {"sent"}


def test_what_is_deleted_is_written_over_on_sqlite(here: Place) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL gives room back at its next vacuum")
    asked = asking(here)
    asked.send(asked.token())
    with scope(here):
        open_box(group=asked.group, now=NOW, rng=random.Random(1))
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete")
        assert cursor.fetchone() == (1,)


def test_the_box_is_opened_with_the_systems_own_randomness() -> None:
    """Whoever closes a campaign hands over what nobody can foresee."""
    import inspect

    from candela.web.campaigns import actions

    assert "SystemRandom" in inspect.getsource(actions)


def test_opening_notes_no_number_and_nobody(here: Place) -> None:
    asked = asking(here)
    for _ in range(3):
        asked.send(asked.token())
    with scope(here), mock.patch.object(logging.Logger, "handle") as handled:
        open_box(group=asked.group, now=NOW, rng=random.Random(1))
    assert handled.call_count == 0
    (line,) = [
        e for e in copy_of_database()["audit_event"] if e["action"] == "answers.opened"
    ]
    assert str(line["details"]) in ("{}", '"{}"')


# --- After the close: who answered at all ---------------------------------------------


def test_after_the_close_no_invitation_tells_whether_it_was_answered(
    here: Place,
) -> None:
    """Else of one answer among these it would be known whose it is."""
    asked = asking(here)
    answered, silent = asked.invite("a@place.example"), asked.invite("b@place.example")
    declined, ended = asked.invite("c@place.example"), asked.invite("d@place.example")
    asked.send(token_of(answered))
    states = Invitation.State
    with scope(here):
        rows = Invitation.objects.all()
        rows.filter(pk=silent.pk).update(
            reminders=1, reminded_on=NOW.date() + timedelta(days=7)
        )
        rows.filter(pk=declined.pk).update(state=states.NO_THANKS)
        rows.filter(pk=ended.pk).update(state=states.REVOKED)
        open_box(group=asked.group, now=NOW, rng=random.SystemRandom())
        named = ("state", "reminders", "reminded_on", "mail", "wants_news", "sent_on")
        assert len(set(rows.values_list(*named))) == 1


def test_a_sheet_that_was_typed_in_looks_like_one_that_was_not(here: Place) -> None:
    asked = asking(here)
    used, unused = asked.paper(), asked.paper()
    with scope(here):
        Invitation.objects.update(state=Invitation.State.NEW, sent_on=None)
    asked.send(token_of(used), how="paper")
    with scope(here):
        open_box(group=asked.group, now=NOW, rng=random.SystemRandom())
        states = Invitation.objects.filter(pk__in=(used.pk, unused.pk))
        assert len(set(states.values_list("state", flat=True))) == 1


def test_who_asked_to_be_told_cannot_be_found_among_the_invited(here: Place) -> None:
    asked = asking(here)
    invited = asked.invite("a@place.example")
    asked.invite("b@place.example")
    with scope(here):
        news.tell(group=asked.group, invitation=invited, address="")
    copy = copy_of_database()
    (kept,) = copy["campaigns_newsaddress"]
    invitations = copy["campaigns_invitation"]
    assert not any(row["wants_news"] for row in invitations)
    assert kept["contact_mark"] not in {row["contact_mark"] for row in invitations}
    assert kept["contact_sealed"] not in {row["contact_sealed"] for row in invitations}
    assert unseal_address(kept["contact_sealed"]) == "a@place.example"


def test_the_one_who_was_spoken_to_is_not_known_by_the_form(here: Place) -> None:
    """Nine answered on a page, and one in a conversation: fewer than eight."""
    asked = asking(here)
    for _ in range(9):
        asked.send(asked.token())
    asked.send(asked.token(), how="interview", format="interviewer")
    with scope(here):
        open_box(group=asked.group, now=NOW, rng=random.SystemRandom())
        rows = Response.objects.filter(group=asked.group)
        assert set(rows.values_list("format", "how")) == {("standard", "unsaid")}


def test_a_form_that_eight_answered_is_kept(here: Place) -> None:
    asked = asking(here)
    for _ in range(8):
        asked.send(asked.token())
        asked.send(asked.token(), format="easy_read")
    with scope(here):
        open_box(group=asked.group, now=NOW, rng=random.SystemRandom())
        rows = Response.objects.filter(group=asked.group, format="easy_read")
        assert rows.count() == 8
