"""Does what people were asked stay as they were asked it?"""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from candela.errors import InputError, NotAllowed
from candela.impact import questionnaire
from candela.impact.questionnaire import shipped
from candela.impact.questions import Format
from candela.web.accounts.models import User
from candela.web.audit.models import Event
from candela.web.questionnaires import actions, drafts, reading
from candela.web.questionnaires.models import QuestionnaireVersion
from candela.web.questionnaires.reading import form_of, formats_of
from candela.web.questionnaires.wording import Place as Spot
from candela.web.questionnaires.wording import Written, place_of, written_at
from candela.web.scoping import organisation_scope
from web.conftest import Place
from web.questionnaires.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_scope")]
State = QuestionnaireVersion.State
ANY = Spot("standard", "en-GB", "words", "any")


def reworded(
    draft: QuestionnaireVersion, by: User, words: str = "Anything new?"
) -> None:
    written = written_at(draft.content, ANY)
    new = replace(written, texts={**written.texts, "text": words})
    drafts.change_words(version=draft, place=ANY, words=new, seen=draft.checksum, by=by)


def test_a_questionnaire_is_copied_on_first_use_and_the_same_one_after(
    here: Place, asked: QuestionnaireVersion, author: User
) -> None:
    again = actions.take_into_use(
        organisation=here.organisation, key="participant", by=author, now=NOW
    )
    assert again.pk == asked.pk
    assert asked.checksum == shipped()["participant"].checksum
    assert form_of(asked) == shipped()["participant"].form()


def test_each_organisation_has_its_own_copy(
    here: Place, there: Place, asked: QuestionnaireVersion, author: User
) -> None:
    with organisation_scope(there.organisation):
        theirs = actions.take_into_use(
            organisation=there.organisation, key="participant", by=None, now=NOW
        )
        assert theirs.pk != asked.pk
        assert QuestionnaireVersion.objects.count() == 1


def test_a_questionnaire_that_does_not_exist_is_said_to_be_missing(
    here: Place, author: User
) -> None:
    with pytest.raises(InputError, match="no questionnaire of this name"):
        actions.take_into_use(
            organisation=here.organisation, key="astronaut", by=author, now=NOW
        )


def test_a_retired_questionnaire_is_not_brought_back_by_a_campaign(
    here: Place, asked: QuestionnaireVersion, author: User
) -> None:
    actions.retire(version=asked, by=author)
    with pytest.raises(NotAllowed, match="all were retired"):
        actions.take_into_use(
            organisation=here.organisation, key="participant", by=author, now=NOW
        )
    actions.use_again(version=asked, by=author)
    assert asked.state == State.ACTIVE


def test_a_word_changed_in_a_version_in_use_is_refused_with_words(
    asked: QuestionnaireVersion, author: User
) -> None:
    before = deepcopy(asked.content)
    with pytest.raises(NotAllowed, match="Make a new version"):
        reworded(asked, author)
    asked.content["forms"][0]["words"]["any"]["text"] = "Something else?"
    with pytest.raises(NotAllowed, match="words stay as people met them"):
        asked.save()
    asked.refresh_from_db()
    assert asked.content == before
    assert shipped()["participant"].content == before  # no row shares it


@pytest.mark.parametrize("state", [State.ACTIVE, State.RETIRED])
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("content", json.dumps({"questions": []})),
        ("checksum", "0" * 64),
        ("version", "9.9"),
        ("state", "draft"),
        ("activated_at", "2020-01-01 00:00:00+00:00"),
    ],
)
def test_the_database_itself_refuses_a_change(
    asked: QuestionnaireVersion, author: User, column: str, value: str, state: str
) -> None:
    if state == State.RETIRED:
        actions.retire(version=asked, by=author)
    with (
        pytest.raises(DatabaseError, match="never changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            f"UPDATE questionnaires_questionnaireversion SET {column} = %s "
            "WHERE id = %s",
            [value, asked.pk],
        )


def test_many_at_once_are_refused_by_the_database_too(
    asked: QuestionnaireVersion,
) -> None:
    rows = QuestionnaireVersion.objects.all()
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        rows.update(content={})
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        rows.delete()
    with pytest.raises(NotAllowed, match="Retire it"):
        asked.delete()


def test_old_answers_are_shown_with_the_words_they_answered(
    asked: QuestionnaireVersion, draft: QuestionnaireVersion, author: User
) -> None:
    old = form_of(asked).question("any")
    reworded(draft, author)
    actions.activate(version=draft, seen=draft.checksum, by=author, now=NOW)
    asked.refresh_from_db()
    assert asked.state == State.RETIRED
    assert form_of(asked).question("any") == old
    new = form_of(draft).question("any")
    assert (new and new.text, new and new.code) == ("Anything new?", "any")
    assert (asked.version, draft.version) == ("1.0", "1.1")
    assert form_of(asked).version == "1.0"
    assert form_of(draft).version == "1.1"


def test_a_draft_that_says_the_same_is_not_taken_into_use(
    draft: QuestionnaireVersion, author: User
) -> None:
    with pytest.raises(NotAllowed, match="says the same as version"):
        actions.activate(version=draft, seen=draft.checksum, by=author, now=NOW)


def test_a_question_that_leaves_makes_a_major_version(
    draft: QuestionnaireVersion, author: User
) -> None:
    content = deepcopy(draft.content)
    content["questions"] = [q for q in content["questions"] if q["code"] != "more"]
    for wording in content["forms"]:
        wording.get("words", {}).pop("more", None)
    draft.content = content
    draft.save()
    actions.activate(version=draft, seen=draft.checksum, by=author, now=NOW)
    assert draft.version == "2.0"


def test_a_new_question_needs_an_old_one_to_leave(
    draft: QuestionnaireVersion, author: User
) -> None:
    content = deepcopy(draft.content)
    ninth = {"code": "ninth", "style": "gate", "page": "ninth", "part": 3}
    content["questions"].append({**ninth, "kinds": ["H1"]})
    content["forms"][0]["words"]["ninth"] = {"text": "And this?"}
    draft.content = content
    draft.save()
    with pytest.raises(InputError, match="A new one needs an old one to leave"):
        actions.activate(version=draft, seen=draft.checksum, by=author, now=NOW)
    draft.refresh_from_db()
    assert draft.state == State.DRAFT


def test_there_is_one_draft_at_a_time_and_it_can_be_dropped(
    asked: QuestionnaireVersion, draft: QuestionnaireVersion, author: User
) -> None:
    with pytest.raises(NotAllowed, match="a draft of “participant” already"):
        drafts.draft_of(version=asked, by=author, now=NOW)
    drafts.drop(version=draft, by=author)
    assert drafts.draft_of(version=asked, by=author, now=NOW).version == "1.1"


def test_words_changed_by_two_at_once_are_not_lost_unseen(
    draft: QuestionnaireVersion, author: User
) -> None:
    seen = draft.checksum
    reworded(draft, author)
    written = written_at(draft.content, ANY)
    with pytest.raises(NotAllowed, match="while this page was open"):
        drafts.change_words(
            version=draft, place=ANY, words=written, seen=seen, by=author
        )
    with pytest.raises(NotAllowed, match="while this page was open"):
        actions.activate(version=draft, seen=seen, by=author, now=NOW)


def test_words_that_ask_who_somebody_is_are_refused_and_nothing_is_kept(
    draft: QuestionnaireVersion, author: User
) -> None:
    with pytest.raises(InputError, match="asks who somebody is"):
        reworded(draft, author, "What is your NHS number?")
    draft.refresh_from_db()
    assert written_at(draft.content, ANY).texts["text"] != "What is your NHS number?"


def test_the_reading_age_is_measured_anew_with_the_words(
    draft: QuestionnaireVersion, author: User
) -> None:
    before = form_of(draft).reading_age
    hard = "Characterise retrospectively the multidimensional consequences"
    reworded(draft, author, f"{hard} of participation, individually considered?")
    assert form_of(draft).reading_age > before


def test_a_language_nobody_checked_is_offered_only_once_somebody_says_so(
    asked: QuestionnaireVersion, draft: QuestionnaireVersion, author: User
) -> None:
    welsh = (Format.STANDARD, "cy")
    assert welsh not in formats_of(asked)
    with pytest.raises(InputError, match="not written in this language"):
        form_of(asked, locale="cy")
    place = place_of(draft.content, "standard.cy.head")
    assert place is not None
    words: Written = replace(written_at(draft.content, place), checked=True)
    drafts.change_words(
        version=draft, place=place, words=words, seen=draft.checksum, by=author
    )
    actions.activate(version=draft, seen=draft.checksum, by=author, now=NOW)
    assert welsh in formats_of(draft)
    assert form_of(draft, locale="cy").title == "Sut brofiad oedd cymryd rhan?"


def test_the_log_tells_what_was_done_and_never_the_words(
    draft: QuestionnaireVersion, author: User
) -> None:
    reworded(draft, author, "A sentence for nobody's log?")
    actions.activate(version=draft, seen=draft.checksum, by=author, now=NOW)
    lines: list[Any] = list(Event.objects.order_by("number"))
    told = [line.action for line in lines if line.action.startswith("questionnaire")]
    assert told == [
        "questionnaire.taken",
        "questionnaire.drafted",
        "questionnaire.changed",
        "questionnaire.retired",
        "questionnaire.taken",
    ]
    assert "nobody's log" not in json.dumps([line.details for line in lines])


def test_a_question_more_needs_a_question_less(
    draft: QuestionnaireVersion, author: User
) -> None:
    drafts.add_gate(
        version=draft,
        kinds=["W1"],
        text="Did your ward change?",
        hint="",
        seen=draft.checksum,
        by=author,
    )
    with pytest.raises(InputError, match="there are 9 questions about change"):
        actions.activate(version=draft, seen=draft.checksum, by=author, now=NOW)
    draft.refresh_from_db()
    drafts.leave_out(version=draft, code="access", seen=draft.checksum, by=author)
    actions.activate(version=draft, seen=draft.checksum, by=author, now=NOW)
    assert draft.version == "2.0"
    form = form_of(draft)
    assert len(form.gates) == 8
    added, about = form.question("own_1"), form.question("about")
    assert added
    assert about
    assert (added.kinds, added.only_if[0].code) == (("W1",), "any")
    assert "access" not in {choice.code for choice in about.choices}
    assert form_of(draft, format=Format.EASY_READ).question("own_1") is None


def test_a_code_is_never_given_to_a_second_question(
    draft: QuestionnaireVersion, author: User
) -> None:
    told: dict[str, Any] = {"kinds": ["W1"], "text": "One?", "hint": "", "by": author}
    drafts.add_gate(version=draft, seen=draft.checksum, **told)
    drafts.leave_out(version=draft, code="say", seen=draft.checksum, by=author)
    actions.activate(version=draft, seen=draft.checksum, by=author, now=NOW)
    later = drafts.draft_of(version=draft, by=author, now=NOW)
    drafts.leave_out(version=later, code="own_1", seen=later.checksum, by=author)
    drafts.add_gate(version=later, seen=later.checksum, **told)
    codes = {question["code"] for question in later.content["questions"]}
    assert "own_2" in codes
    assert "own_1" not in codes


def test_a_question_that_others_follow_from_is_not_left_out(
    draft: QuestionnaireVersion, author: User
) -> None:
    with pytest.raises(InputError, match="leads to any_words, about, health"):
        drafts.leave_out(version=draft, code="any", seen=draft.checksum, by=author)
    with pytest.raises(InputError, match="no such question"):
        drafts.leave_out(version=draft, code="gone", seen=draft.checksum, by=author)


def test_an_easier_form_may_take_a_question_in_or_leave_it_out(
    draft: QuestionnaireVersion, author: User
) -> None:
    def say(name: str, text: str) -> None:
        place = place_of(draft.content, name)
        assert place is not None
        words = written_at(draft.content, place)
        texts = {**dict.fromkeys(words.texts, ""), "text": text}
        new = replace(words, texts=texts)
        drafts.change_words(
            version=draft, place=place, words=new, seen=draft.checksum, by=author
        )

    say("child_6_11.en-GB.words.people", "Did you make friends?")
    child = form_of(draft, format=Format.CHILD)
    friends = child.question("people")
    assert friends
    assert (friends.text, len(friends.choices)) == ("Did you make friends?", 7)
    say("child_6_11.en-GB.words.people", "")
    assert form_of(draft, format=Format.CHILD).question("people") is None
    with pytest.raises(InputError, match="no words"):
        say("standard.en-GB.words.people", "")


def test_what_was_asked_is_shown_whatever_the_rules_are_now(
    asked: QuestionnaireVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading._unchanging.cache_clear()
    monkeypatch.setattr(questionnaire, "doubts", lambda content: ("not any more",))
    question = form_of(asked).question("any")
    assert question
    assert question.text.startswith("Did taking part")


def test_what_is_no_questionnaire_is_said_to_be_none(
    draft: QuestionnaireVersion,
) -> None:
    draft.content = {}
    with pytest.raises(InputError, match="Write it at the head"):
        form_of(draft)
