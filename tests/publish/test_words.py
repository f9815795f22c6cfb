"""Does every verdict give its sentence, and nothing that may not be said?"""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from book_pages import Element, page_of, parsed, words_of
from candela.association import Association, verdict_of
from candela.association.sensitivity import NEGATIVE_CONTROL
from candela.association.verdict import Kind
from candela.indicators import Funnel, FunnelRow
from candela.publish.disclosure import hidden_counts
from candela.publish.words import (
    CANNOT_TELL_YOU,
    Per1000,
    control_sentence,
    decimals_for,
    finding,
    funnel_sentence,
    stand_in_words,
    verdict_sentence,
)
from candela.tables import Period
from small_nation import MadeUp

# ratio, lower, upper: the interval against 1 and against 0.98 decides the verdict
INTERVALS = {
    Kind.MATTERS: (0.95, 0.93, 0.97),  # all of it 30 or more fewer; 20 matter
    Kind.SIZE_UNSURE: (0.97, 0.94, 0.995),  # from 60 to 5 fewer
    Kind.TOO_SMALL: (0.992, 0.988, 0.996),  # from 12 to 4 fewer
    Kind.LITTLE_OR_NONE: (0.998, 0.99, 1.006),  # from 10 fewer to 6 more
    Kind.CANNOT_TELL: (0.99, 0.94, 1.04),  # from 60 fewer to 40 more
}
FORBIDDEN = (
    # never about anything (worth a question, different from expected, ...)
    r"\brisks?\b",
    r"\bred\b",
    r"\bfail\w*",
    r"\bpoor\w*",
    r"\bworst\b",
    r"\bunderperform\w*",
    r"\bbest\b",
    r"\btop\b(?! thirds?\b)",  # a third of research activity is not a rank
    r"\bleading\b",
    r"\branked (?:first|second|third|\d)",
    r"\boutliers?\b",
    r"\beffects?\b",
    r"\bimpact\b",
    r"\bimprove\w*",
    r"\bsaves?\b",
    r"\bdue to\b",
    r"\bproves?\b",
    r"(?<!not )\bshows? that\b",
    r"\bsignificant\w*",
    r"(?<!little or )\bno difference\b",
    r"\bgaming\b",
    r"\bmanipulat\w*",
    r"\bsubjects?\b",
    r"\bsuppressed\b",
    r"\bredacted\b",
    r"\binvalid\b",
    r"\bKPI\b",
    r"\b95% sure\b",
)


def plain(name: str, value: float, words: str) -> str:
    return words


def with_interval(found: Association, ratio: tuple[float, float, float]) -> Association:
    """Return the association with another primary ratio and its verdict."""
    value, lower, upper = ratio
    estimate = replace(found.primary.estimate, value=value, lower=lower, upper=upper)
    return replace(
        found,
        primary=replace(found.primary, estimate=estimate),
        verdict=verdict_of(estimate, smallest_ratio_that_matters=0.98),
    )


@pytest.fixture
def found(made_up: MadeUp) -> Association:
    association = made_up.found.association
    assert association is not None
    return association


def said(found: Association) -> tuple[str, str]:
    """Return the finding and the sentence of the verdict."""
    per = Per1000.of(found.primary.estimate)
    return finding(found, plain), verdict_sentence(found.verdict, per, plain)


@pytest.mark.parametrize(
    ("kind", "first", "second"),
    [
        (
            Kind.MATTERS,
            "More research went with fewer deaths: 50 fewer for every 1,000 expected "
            "(95% interval 70 fewer to 30 fewer).",
            "At least 30 fewer for every 1,000 fits the data.",
        ),
        (
            Kind.SIZE_UNSURE,
            "More research went with fewer deaths: 30 fewer for every 1,000 expected "
            "(95% interval 60 fewer to 5 fewer).",
            "It could be too small to matter (5 fewer) or as large as 60 fewer; what "
            "matters was set beforehand at 20 in 1,000.",
        ),
        (
            Kind.TOO_SMALL,
            # an interval 8 wide deserves one decimal
            "More research went with fewer deaths: 8.0 fewer for every 1,000 expected "
            "(95% interval 12.0 fewer to 4.0 fewer).",
            "There is a difference, but it is smaller than what was set beforehand to "
            "matter (20 in 1,000).",
        ),
        (
            Kind.LITTLE_OR_NONE,
            "More research went with little or no difference in deaths (95% interval "
            "10 fewer to 6 more for every 1,000 expected).",
            "Any difference is smaller than 20 in 1,000 expected deaths. That is an "
            "answer, not a lack of one.",
        ),
        (
            Kind.CANNOT_TELL,
            "We cannot tell whether more research goes with more or fewer deaths: "
            "anything from 60 fewer to 40 more for every 1,000 expected fits.",
            # half the interval: (ln 1.04 - ln 0.94) / 2 = 0.050548; its middle is
            # 0.011327 below none, what matters -ln 0.98 = 0.020203.  It settles when
            # half is no wider than 0.011327, for none is then excluded, or than
            # 0.020203 - 0.011327 = 0.008876: (0.050548 / 0.011327) squared = 19.9
            "To settle it would take about 19.9 times as much information (trusts or "
            "years), if the estimate stayed where it is; what matters was set "
            "beforehand at 20 in 1,000.",
        ),
    ],
)
def test_each_verdict_gives_its_sentences(
    found: Association, kind: Kind, first: str, second: str
) -> None:
    changed = with_interval(found, INTERVALS[kind])
    assert changed.verdict.kind is kind
    assert said(changed) == (first, second)


def test_every_kind_of_verdict_has_an_interval_here() -> None:
    assert set(INTERVALS) == set(Kind)


def test_more_deaths_are_said_as_plainly_as_fewer(found: Association) -> None:
    first, second = said(with_interval(found, (1.05, 1.03, 1.07)))
    assert first == (
        "More research went with more deaths: 50 more for every 1,000 expected (95% "
        "interval 30 more to 70 more)."
    )
    assert second == "At least 30 more for every 1,000 fits the data."


@pytest.mark.parametrize("kind", list(Kind))
def test_a_finding_has_at_most_thirty_words_and_an_interval(
    found: Association, kind: Kind
) -> None:
    sentence, _ = said(with_interval(found, INTERVALS[kind]))
    without = re.sub(r"\(95% interval [^)]*\)", "", sentence)
    assert len(without.split()) <= 30
    assert "95% interval" in sentence or "anything from" in sentence


@pytest.mark.parametrize("kind", list(Kind))
def test_a_per_cent_sign_stands_only_before_the_word_interval(
    found: Association, kind: Kind
) -> None:
    changed = with_interval(found, INTERVALS[kind])
    for sentence in (*said(changed), control_sentence(changed, plain)):
        assert "%" not in sentence.replace("95% interval", "")


@pytest.mark.parametrize("kind", list(Kind))
def test_no_sentence_of_a_verdict_says_what_may_not_be_said(
    found: Association, kind: Kind
) -> None:
    for sentence in said(with_interval(found, INTERVALS[kind])):
        assert_sayable(sentence)


def assert_sayable(text: str) -> None:
    for pattern in FORBIDDEN:
        hit = re.search(pattern, text, flags=re.IGNORECASE)
        assert hit is None, f"`{hit.group()}` in: {_around(text, hit)}"


def _around(text: str, hit: re.Match[str]) -> str:
    return text[max(0, hit.start() - 60) : hit.end() + 60]


def test_the_list_of_what_may_not_be_said_finds_each_of_its_words() -> None:
    for sentence in (
        "a higher risk of death",
        "the worst trusts",
        "the effect of research",
        "research saves lives",
        "this shows that research helps",
        "a significant difference",
        "one of the top trusts",
    ):
        with pytest.raises(AssertionError):
            assert_sayable(sentence)


def spoken(page: Element) -> str:
    """Return what the page says in its own words: no quotations, no tables' rows."""
    parts = []
    for child in page.inside:
        if isinstance(child, str):
            parts.append(child)
        elif child.tag not in ("style", "cite", "table", "svg") and (
            "source" not in child.attributes.get("class", "").split()
        ):
            parts.append(" " + spoken(child))
    return " ".join("".join(parts).split())


def test_the_report_says_nothing_that_may_not_be_said(made_up: MadeUp) -> None:
    text = spoken(parsed(page_of(made_up.book)))
    assert "went with" in text or "cannot tell" in text
    assert_sayable(text)


def test_drawings_say_nothing_that_may_not_be_said(made_up: MadeUp) -> None:
    drawings = sorted((made_up.book / "charts").glob("*.svg"))
    assert drawings
    for path in drawings:
        words = [
            e.text()
            for e in parsed(path.read_text(encoding="utf-8")).all()
            if e.tag in ("title", "text")
        ]
        # The line at 1 is marked "no difference": a place on an axis, not a finding.
        assert_sayable(" ".join(w for w in words if w != "no difference"))


def test_cause_is_named_only_to_be_denied(made_up: MadeUp) -> None:
    text = spoken(parsed(page_of(made_up.book)))
    assert "This does not show that one caused the other." in text
    for hit in re.finditer(r"\bcaus(?:e|es|ed|al|ally|ing)\b", text):
        before = text[max(0, hit.start() - 60) : hit.end() + 30]
        assert re.search(
            r"does not show that one caused|no cause is claimed|another cause", before
        ), before


def test_the_indicator_is_named_in_full_before_its_letters(made_up: MadeUp) -> None:
    text = spoken(parsed(page_of(made_up.book)))
    first = text.index("SHMI")
    assert text[:first].endswith("deaths compared with expected (")


@pytest.mark.parametrize(
    ("ratio", "words"),
    [
        # given research before, research after the deaths: its interval holds 1
        ((0.99, 0.97, 1.01), "this check found no sign of another cause"),
        ((0.95, 0.93, 0.97), "something else that goes with research activity"),
        ((1.05, 1.03, 1.07), "something else that goes with research activity"),
    ],
)
def test_the_negative_control_is_said_by_its_interval(
    found: Association, ratio: tuple[float, float, float], words: str
) -> None:
    value, lower, upper = ratio
    model = found.secondary[0]
    control = replace(
        model,
        name=NEGATIVE_CONTROL,
        estimate=replace(model.estimate, value=value, lower=lower, upper=upper),
    )
    sentence = control_sentence(replace(found, secondary=(control,)), plain)
    assert words in sentence
    assert "cannot have changed" in sentence


def test_without_a_negative_control_nothing_is_said_of_it(found: Association) -> None:
    assert control_sentence(replace(found, secondary=()), plain) == ""


def test_of_hidden_counts_it_is_said_how_many_the_comparison_rests_on(
    made_up: MadeUp, found: Association
) -> None:
    hidden = hidden_counts(made_up.found.rates)
    words = stand_in_words(found, hidden, plain)
    assert words.startswith(
        "In 1 trust-year of the comparison, research activity is a hidden count"
    )
    assert "takes four in its place" in words


def test_hidden_counts_of_other_analyses_only_are_told_without_a_number(
    made_up: MadeUp, found: Association
) -> None:
    others = frozenset(
        count
        for count in hidden_counts(made_up.found.rates)
        if count[2] != found.panel.design.measure
    )
    assert others
    many = np.full(len(found.panel), 100.0)  # no dose is of few people
    shown = replace(found, panel=replace(found.panel, activity=many))
    words = stand_in_words(shown, others, plain)
    assert words.startswith("Wherever an analysis meets a hidden count")


def test_where_nothing_is_hidden_nothing_is_said_of_it(found: Association) -> None:
    assert stand_in_words(found, frozenset(), plain) == ""


def row(code: str, *, inner: bool, outer: bool) -> FunnelRow:
    return FunnelRow(
        code,
        110,
        100,
        1.1,
        0.9,
        1.05,
        0.8,
        1.08,
        "higher" if inner else "as_expected",
        "higher" if outer else "as_expected",
    )


def test_a_funnel_is_said_beside_what_chance_would_give() -> None:
    rows = tuple(
        row(f"ZA{n}", inner=n < 3, outer=n < 1) for n in range(40)
    )  # 3 outside the inner limits, 1 of them outside the outer
    funnel = Funnel(
        "SHMI", Period.financial_year(2019), "shmi", rows, 0.1, 1.0, "log", ()
    )
    # 40 trusts: 0.05 * 40 = 2 outside the inner limits, 0.002 * 40 = 0.08 the outer
    assert funnel_sentence(funnel, plain) == (
        "1 of 40 trusts was different from expected, where fewer than 1 would be if "
        "none differed; 3 were outside the inner limits, where about 2 would be."
    )


@pytest.mark.parametrize(
    ("width", "decimals"),
    [(100, 0), (10, 0), (9.9, 1), (1, 1), (0.99, 2), (0.1, 2), (0.09, 3), (0, 3)],
)
def test_the_width_of_the_interval_decides_the_last_digit(
    width: float, decimals: int
) -> None:
    assert decimals_for(width) == decimals


def test_a_difference_that_rounds_to_nothing_has_no_direction() -> None:
    per = Per1000(-0.3, -48.0, 20.0)
    assert per.words(-0.3) == "no fewer or more"
    assert per.words(-0.6) == "1 fewer"


def test_thousands_are_parted_and_still_told_from_nothing() -> None:
    assert Per1000(1500.0, 1200.0, 2100.0).words(1500.0) == "1,500 more"


def test_what_a_page_cannot_tell_is_on_the_page(made_up: MadeUp) -> None:
    text = parsed(page_of(made_up.book)).text()
    for sentence in CANNOT_TELL_YOU:
        assert words_of(sentence) in text
