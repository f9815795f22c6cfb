"""Is a questionnaire that is not fit for people refused, with words?"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from candela.errors import InputError
from candela.impact.differences import differences, next_version
from candela.impact.layout import outlines
from candela.impact.questionnaire import Questionnaire, shipped
from candela.impact.soundness import doubts

Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def content() -> dict[str, Any]:
    return deepcopy(dict(shipped()["participant"].content))


def add(content: dict[str, Any], **more: Any) -> None:
    question = {"code": "new", "style": "text_long", "page": "new", "part": 3, **more}
    content["questions"].append(question)
    content["forms"][0]["words"][question["code"]] = {"text": "And this?"}


def said(content: dict[str, Any]) -> dict[str, Any]:
    words: dict[str, Any] = content["forms"][0]["words"]
    return words


def add_to_easy_read(content: dict[str, Any]) -> None:
    add(content, only_if={"any": ["too_early"]})
    (easy,) = (f for f in content["forms"] if f["format"] == "easy_read")
    easy["words"]["new"] = {"text": "And this?"}


CHANGES: list[tuple[str, Change, str]] = [
    ("a question twice", lambda c: add(c, code="any"), "any is there twice"),
    (
        "a ninth gate",
        lambda c: add(c, style="gate", kinds=["H1"]),
        "9 questions about change, and one person is asked 8 at most",
    ),
    (
        "an unknown kind",
        lambda c: add(c, kinds=["Z9"]),
        "is about Z9, which is no kind",
    ),
    (
        "a condition on a later question",
        lambda c: c["questions"][0].update(only_if={"hard": ["worse"]}),
        "depends on hard, which does not come before it",
    ),
    (
        "a condition on an answer that is not there",
        lambda c: add(c, only_if={"any": ["perhaps"]}),
        "depends on an answer that any does not have",
    ),
    ("no words", lambda c: said(c)["any"].update(text=" "), "any has no words"),
    (
        "an answer without words",
        lambda c: c["forms"][0]["choices"].update(worse=""),
        "an answer of question any has no words",
    ),
    (
        "an answer left out of the standard form",
        lambda c: c["forms"][0]["choices"].pop("worse"),
        "an answer of question any has no words in English",
    ),
    (
        "a name asked for",
        lambda c: said(c)["more"].update(text="What is your name and postcode?"),
        "more asks who somebody is",
    ),
    ("too long", lambda c: said(c)["any"].update(text="a " * 400), "longer than 600"),
    (
        "words for nothing",
        lambda c: said(c).update(nothing={"text": "?"}),
        "has words for nothing, which is not asked",
    ),
    (
        "a style that does not exist",
        lambda c: c["questions"][0].update(style="slider"),
        "any has a style that nothing can show",
    ),
    (
        "a box that does not exist",
        lambda c: c["questions"][3].update(opens=["photo"]),
        "health opens a box that there is not",
    ),
    ("no version", lambda c: c.update(version="first"), "the version is two numbers"),
    ("an unknown role", lambda c: c.update(role="pilot"), "no group of people"),
    ("nothing at all", lambda c: c.clear(), "is not there. Write it at the head"),
    (
        "no standard form",
        lambda c: c["forms"].pop(0),
        "there is one standard form in English",
    ),
    (
        "a format unknown",
        lambda c: c["forms"][1].update(format="braille"),
        "no form is made in this format",
    ),
    (
        "a part without a name",
        lambda c: c["forms"][0].update(parts=["Only one"]),
        "is in a part that has no name",
    ),
    (
        "a page in two places",
        lambda c: add(c, page="any"),
        "page any is in two places",
    ),
    (
        "a question that its form cannot reach",
        add_to_easy_read,
        "new is never asked, as any lacks the answer",
    ),
]


@pytest.mark.parametrize(
    ("change", "words"),
    [(change, words) for _, change, words in CHANGES],
    ids=[name for name, _, _ in CHANGES],
)
def test_it_is_said_what_is_wrong(
    content: dict[str, Any], change: Change, words: str
) -> None:
    assert doubts(content) == ()
    change(content)
    with pytest.raises(InputError) as refused:
        Questionnaire.of(content)
    assert words in str(refused.value)


def test_other_words_make_a_minor_version(content: dict[str, Any]) -> None:
    before = deepcopy(content)
    said(content)["any"]["text"] = "Anything new?"
    (found,) = differences(before, content)
    assert (found.where, found.what) == ("standard en-GB", "question “any”, text")
    assert (found.after, found.is_major) == ("Anything new?", False)
    assert next_version("1.0", [found]) == "1.1"
    assert next_version("1.9", [found]) == "1.10"
    assert next_version("1.0", [found], taken={"1.1", "1.2"}) == "1.3"


def test_a_question_that_comes_or_goes_makes_a_major_version(
    content: dict[str, Any],
) -> None:
    before = deepcopy(content)
    add(content)
    found = differences(before, content)
    assert [(f.where, f.what, f.is_major) for f in found if f.is_major] == [
        ("new", "newly asked", True)
    ]
    assert next_version("1.4", found) == "2.0"
    back = differences(content, before)
    assert back[0].what == "no longer asked"
    assert back[0].before == "And this?"


def test_another_condition_or_order_makes_a_major_version(
    content: dict[str, Any],
) -> None:
    before = deepcopy(content)
    content["questions"][3]["only_if"]["about"] = ["care"]
    assert all(f.is_major for f in differences(before, content))
    content = deepcopy(before)
    content["questions"][3:5] = content["questions"][4:2:-1]
    (found,) = differences(before, content)
    assert (found.where, found.is_major) == ("order", True)


def test_a_form_that_is_new_or_gone_is_named(content: dict[str, Any]) -> None:
    before = deepcopy(content)
    gone = content["forms"].pop()
    (found,) = differences(before, content)
    assert found.where == f"standard {gone['locale']}"
    assert found.what == "no longer offered"
    assert differences(content, before)[0].what == "new form"
    assert differences(before, before) == ()


def test_the_same_content_has_the_same_hash_whatever_the_order_of_its_keys(
    content: dict[str, Any],
) -> None:
    turned = dict(reversed(content.items()))
    assert Questionnaire.of(turned).checksum == shipped()["participant"].checksum
    said(content)["any"]["text"] += "!"
    assert Questionnaire.of(content).checksum != shipped()["participant"].checksum


def test_the_general_gate_is_about_every_kind_that_is_asked(
    content: dict[str, Any],
) -> None:
    first = outlines(content)[0]
    assert first.kinds == ("H1", "H2", "H3", "H4", "H5", "I4", "B1", "B2")
