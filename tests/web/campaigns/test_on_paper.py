"""Does paper say by itself which question comes after which answer?"""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from candela.impact.questionnaire import shipped
from candela.impact.questions import Asked, Choice, Condition, Form, Format, Page, Style
from candela.web.campaigns.on_paper import on_paper
from candela.web.campaigns.pasted import read_addresses
from candela.web.campaigns.square import draw

CHOICES = tuple(Choice(c, f"Choice {c}") for c in "abcde")
FIRST = Asked("first", Style.SINGLE, "one", "First?", choices=CHOICES)


def second_of(*among: str) -> str:
    """Return what stands at a question that comes after these answers to the first."""
    condition = Condition("first", frozenset(among))
    second = Asked("second", Style.LONG_TEXT, "two", "Why?", only_if=(condition,))
    form = _form()
    pages = (Page("one", 1, (FIRST,)), Page("two", 1, (second,)))
    return on_paper(replace(form, pages=pages))[1].only_if


def _form() -> Form:
    form = shipped()["participant"].form(Format.STANDARD, "en-GB")
    assert form is not None
    return form


def test_a_question_says_after_which_answer_it_comes() -> None:
    assert second_of("a") == "Only if you ticked “Choice a” at 1."
    assert second_of("a", "b") == "Only if you ticked “Choice a” or “Choice b” at 1."
    # Four of five lead here, so the one that leads away is shorter to say.
    assert (
        second_of("a", "b", "c", "d") == "Leave this out if you ticked “Choice e” at 1."
    )


def test_every_question_of_every_shipped_form_is_on_paper_once_in_its_order() -> None:
    for questionnaire in shipped().values():
        form = questionnaire.form(Format.STANDARD, "en-GB")
        assert form is not None
        shown = on_paper(form)
        assert [q.asked.code for q in shown] == [a.code for a in form.questions]
        assert [q.number for q in shown] == list(range(1, len(shown) + 1))
        assert all(bool(q.only_if) == bool(q.asked.only_if) for q in shown)


addresses = st.lists(
    st.from_regex(r"[a-z]{1,8}@[a-z]{1,8}\.(org|uk)", fullmatch=True),
    min_size=1,
    max_size=20,
    unique=True,
)
separators = st.sampled_from([", ", "; ", "\n", "\t", " ", " | ", "\r\n"])


@given(addresses, separators, st.booleans())
def test_addresses_are_read_whatever_stands_between_and_beside_them(
    given_: list[str], separator: str, named: bool
) -> None:
    written = [f'"Doe, Ann" <{a}>' if named else a for a in given_]
    found = read_addresses(separator.join(written))
    assert list(found.addresses) == given_
    assert (found.bad, found.repeated) == ((), ())


def test_bad_lines_keep_their_number_and_what_is_wrong_in_them() -> None:
    found = read_addresses("a@b.org\n\nno address\nc@d.org, e@f, g@h.org\nA@B.org")
    assert found.addresses == ("a@b.org", "c@d.org", "g@h.org")
    assert [(line.number, line.text) for line in found.bad] == [
        (3, "no address"),
        (4, "e@f"),
    ]
    assert found.kept_text == "no address\ne@f"
    assert found.repeated == (5,)


def test_drawing_and_picture_of_a_square_show_the_same() -> None:
    import re
    import struct
    import zlib

    address = "https://candela.quillmere.example/ask/abcd-efgh-jkmn/"
    drawing, picture = draw(address, "svg").decode(), draw(address, "png")
    size = int(re.search(r'viewBox="0 0 (\d+)', drawing)[1])  # type: ignore[index]
    dark = {(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h1v1", drawing)}
    width = struct.unpack(">I", picture[16:20])[0]
    start = picture.index(b"IDAT") + 4
    rows = zlib.decompress(picture[start:])
    step, line = width // size, width + 1
    for y in range(size):
        for x in range(size):
            pixel = rows[(y * step + 1) * line + 1 + x * step + 1]
            assert (pixel == 0) == ((x, y) in dark), (x, y)
