"""Is every part of a page sound markup, whatever text it is given?"""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise

import pytest
from django.core.paginator import Paginator
from django.template import engines
from jinja2 import UndefinedError
from jinja2.environment import Environment

from book_pages import Element, parsed
from candela.publish.pages.parts import Number, View
from candela.web.jinja import TEMPLATES, environment
from candela.web.layout import DOORS, MADE_UP, Layout
from candela.web.parts import JobProgress, Link, Task, numbered_pages
from gallery import StrictInOurs, address, full_layout, gallery, page, peers_view, sent

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&lt;{{ 7 * 7 }}"
TEXTS = {
    "plain": str,
    "hostile": lambda text: text + HOSTILE,
    "quoted": lambda text: f"\"{text}' ",
    "long": lambda text: text + "W" * 300,
    "empty": lambda text: "",
}
CONTENT = '{{% extends "layout.html" %}}{{% set question = "Why?" %}}' + (
    "{{% block content %}}{0}{{% endblock %}}"
)


@pytest.fixture(params=TEXTS)
def whole(request: pytest.FixtureRequest) -> Element:
    """The gallery with each kind of text."""
    return parsed(gallery(TEXTS[request.param]))


def made(part: str, **context: object) -> Element:
    """Return what a page holds that shows this part only."""
    tree = parsed(page(CONTENT.format(part), **context))
    (main,) = tree.all("main")
    return main


def classes(element: Element) -> list[str]:
    return element.attributes.get("class", "").split()


def heard_text(element: Element) -> str:
    """Return what a screen reader says of an element."""
    parts = [
        child if isinstance(child, str) else heard_text(child)
        for child in element.inside
        if isinstance(child, str) or child.attributes.get("aria-hidden") != "true"
    ]
    return " ".join("".join(parts).split())


def with_class(tree: Element, name: str) -> list[Element]:
    return [e for e in tree.all() if name in classes(e)]


def test_nothing_on_a_page_has_a_style_or_a_script_of_its_own(whole: Element) -> None:
    for element in whole.all():
        assert "style" not in element.attributes
        assert [a for a in element.attributes if a.startswith("on")] == []
        assert element.tag not in {"style", "iframe", "object", "embed", "base"}
        href = element.attributes.get("href", "")
        assert not href.strip().lower().startswith(("javascript:", "data:"))
    (script,) = whole.all("script")
    assert script.attributes == {
        "type": "module",
        "src": "/static/candela/start.js",
    }
    assert script.text() == ""


def test_hostile_text_is_shown_as_it_is_and_makes_no_element() -> None:
    plain, hostile = parsed(gallery()), parsed(gallery(TEXTS["hostile"]))
    assert [e.tag for e in hostile.all()] == [e.tag for e in plain.all()]
    # In the title, the question, the sentence (3 times in its parts) and so on.
    assert hostile.text().count(HOSTILE) > 100
    pictures = [e.attributes["src"] for e in hostile.all("img")]
    assert pictures == ["/static/candela/icon.svg"]


def test_hostile_answers_come_back_unchanged_in_their_fields() -> None:
    tree = parsed(gallery(TEXTS["hostile"]))
    (name,) = [e for e in tree.all("input") if e.attributes.get("id") == "id_name"]
    assert name.attributes["value"] == f"Asha Patel{HOSTILE}"
    (why,) = tree.all("textarea")
    assert why.text() == f"Because{HOSTILE}"


def test_no_two_elements_have_the_same_name(whole: Element) -> None:
    names = [e.attributes["id"] for e in whole.all() if "id" in e.attributes]
    assert [n for n in set(names) if names.count(n) > 1] == []


def test_what_points_to_an_element_finds_it(whole: Element) -> None:
    names = {e.attributes["id"] for e in whole.all() if "id" in e.attributes}
    for element in whole.all():
        for key in ("aria-labelledby", "aria-describedby", "aria-controls", "for"):
            wanted = set(element.attributes.get(key, "").split())
            assert wanted <= names, (element.tag, key)
        href = element.attributes.get("href", "")
        assert not href.startswith("#") or href[1:] in names


def test_every_input_has_a_label_of_its_own(whole: Element) -> None:
    labelled = {e.attributes.get("for") for e in whole.all("label")}
    inputs = [
        e
        for tag in ("input", "select", "textarea")
        for e in whole.all(tag)
        if e.attributes.get("type") != "hidden"
    ]
    assert len(inputs) == 15
    assert [e.attributes for e in inputs if e.attributes["id"] not in labelled] == []


def test_there_is_one_first_heading_and_no_level_is_passed_over(whole: Element) -> None:
    (main,) = whole.all("main")
    levels = [int(e.tag[1]) for e in main.all() if re.fullmatch(r"h[1-6]", e.tag)]
    assert levels.count(1) == 1
    after = levels[levels.index(1) :]
    assert all(b <= a + 1 for a, b in pairwise(after))


def test_every_form_keeps_browsers_from_checking_it(whole: Element) -> None:
    forms = list(whole.all("form"))
    assert len(forms) >= 5  # of the search, the parts, and who is signed in
    assert [f for f in forms if "novalidate" not in f.attributes] == []


def test_every_form_of_a_template_is_checked_by_us_and_guarded() -> None:
    for path in TEMPLATES.rglob("*.html"):
        for form in re.findall(r"<form.*?</form>", path.read_text("utf-8"), re.S):
            assert "novalidate" in form, path.name
            if 'method="post"' in form:
                assert "csrf_input" in form, path.name


def test_no_template_has_a_style_a_script_or_an_unchecked_mark_in_it() -> None:
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text("utf-8")
        assert re.findall(r"\sstyle\s*=|<style|\son[a-z]+\s*=", text) == [], path.name
        assert re.findall(r"<script(?![^>]* src=)", text) == [], path.name
        assert re.findall(r"\|\s*safe\b|autoescape", text) == [], path.name
        assert re.findall(r"https?://(?!doi\.org/)", text) == [], path.name


def test_a_number_in_a_sentence_has_its_name_and_the_link_comes_last() -> None:
    said = ("Deaths were ", Number("association.ratio", "21 fewer"), " per 1,000.")
    tree = made(
        "<p>{{ parts.sentence(said, '/trace/1/', 'deaths') }}</p>",
        said=said,
    )
    (shown,) = tree.all("p")
    assert shown.text().startswith("Deaths were 21 fewer per 1,000. Where from?")
    (number,) = tree.all("data")
    assert number.attributes["data-number"] == "association.ratio"
    assert number.text() == "21 fewer"
    (link,) = shown.all("a")
    assert link.attributes["href"] == "/trace/1/"
    (unseen,) = link.all("span")
    assert unseen.inside == [" deaths"]


def test_a_sentence_of_the_books_words_is_shown_like_one_of_ours() -> None:
    said = ["Deaths were ", {"number": "association.ratio", "words": "21 fewer"}, "."]
    tree = made("{{ parts.lead(said) }}", said=said)
    (number,) = tree.all("data")
    assert number.attributes["data-number"] == "association.ratio"
    assert with_class(tree, "candela-lead")[0].text() == "Deaths were 21 fewer."


def test_a_plain_sentence_is_only_text() -> None:
    tree = made("{{ parts.lead('We cannot tell.') }}")
    (lead,) = with_class(tree, "candela-lead")
    assert lead.inside == ["We cannot tell."]


def test_the_kinds_of_nothing_look_different_and_read_differently() -> None:
    tree = made("{{ parts.table(view, 't') }}", view=peers_view(str))
    cells = list(tree.all("td"))
    looks = [classes(s)[1] for c in cells for s in c.all("span") if len(classes(s)) > 1]
    assert looks == [
        "candela-nothing--hidden",
        "candela-nothing--none",
        "candela-nothing--not_yet",
        "candela-nothing--not_reported",
        "candela-nothing--does_not_apply",
    ]
    heard = [heard_text(c) for c in cells]
    assert heard == [
        "0.98",
        "hidden to protect people",
        "0",
        "not published yet",
        "(not reported)",
        "does not apply",
        "no figure",
    ]


def test_a_table_scrolls_in_a_named_place_that_the_keyboard_reaches() -> None:
    tree = made(
        "{{ parts.table(view, 'peers', to) }}", view=peers_view(str), to=address
    )
    (place,) = with_class(tree, "candela-scroll")
    assert place.attributes["tabindex"] == "0"
    assert place.attributes["role"] == "region"
    (caption,) = tree.all("caption")
    assert place.attributes["aria-labelledby"] == caption.attributes["id"]
    assert caption.text() == "Peers by ratio"
    scopes = [h.attributes["scope"] for h in tree.all("th")]
    assert scopes == ["col", "col", *["row"] * 7]
    (own,) = with_class(tree, "candela-own")
    assert own.text() == "Quillmere 0.98"
    (link,) = own.all("a")
    assert link.attributes["href"] == "/organisation/ZA1/"
    assert (
        len([e for e in tree.all("td") if "nhsuk-table__cell--numeric" in classes(e)])
        == 7
    )


def test_a_table_without_addresses_has_no_links() -> None:
    tree = made("{{ parts.table(view, 'peers') }}", view=peers_view(str))
    assert list(tree.all("a")) == []


def test_an_empty_table_keeps_its_headings() -> None:
    view = View.of("Nobody yet", ("Name", "Role"), ())
    tree = made("{{ parts.table(view, 'people') }}", view=view)
    assert [h.text() for h in tree.all("th")] == ["Name", "Role"]


def test_a_figure_has_finding_words_table_and_files() -> None:
    tree = parsed(gallery())
    figure, drawn = tree.all("figure")
    assert next(figure.all("h2")).text() == "Deaths were 21 fewer than."
    (picture,) = figure.all("img")
    assert picture.attributes["alt"] == "A funnel"
    assert "How to read: Each dot. Where from?" in figure.text()
    (details,) = figure.all("details")
    assert "open" not in details.attributes
    assert len(list(details.all("table"))) == 1
    (files,) = with_class(figure, "candela-downloads")
    assert [a.attributes["href"] for a in files.all("a")] == [
        "/find/",
        "/organisations/ZA1/",
    ]
    assert list(drawn.all("img")) == []
    assert len(list(drawn.all("svg"))) == 1


def test_a_task_that_cannot_start_yet_is_no_link_and_says_why() -> None:
    tasks = [Task("Start", "not_yet", "Needs questions first", "/start/")]
    tree = made("{{ parts.task_list(tasks) }}", tasks=tasks)
    assert list(tree.all("a")) == []
    assert "Needs questions first" in tree.text()
    assert "Cannot start yet" in tree.text()


def test_a_long_list_has_links_to_its_pages_and_a_short_one_has_none() -> None:
    def where(n: int) -> str:
        return f"/find/?q=a&page={n}"

    long = numbered_pages(Paginator(range(200), 10).page(9), where)
    tree = made("{{ parts.pagination(pages, of='organisations') }}", pages=long)
    (nav,) = tree.all("nav")
    assert nav.attributes["aria-label"] == "Pages of organisations"
    (here,) = [a for a in nav.all("a") if "aria-current" in a.attributes]
    assert here.attributes["href"] == "/find/?q=a&page=9"
    rel = {a.attributes.get("rel"): a.attributes["href"] for a in nav.all("a")}
    assert (rel["prev"], rel["next"]) == (where(8), where(10))
    short = numbered_pages(Paginator(range(5), 10).page(1), where)
    tree = made("{{ parts.pagination(pages) }}", pages=short)
    assert list(tree.all("nav")) == []


def test_work_under_way_is_announced_and_does_not_reload_the_page() -> None:
    job = JobProgress("Drawing charts", "/jobs/7/", True, 3, 14, cancel="/jobs/7/stop/")
    text = page(CONTENT.format("{{ parts.job_progress(job, 'TOKEN') }}"), job=job)
    assert "http-equiv" not in text
    tree = parsed(text)
    (words,) = [e for e in tree.all() if e.attributes.get("id") == "job-progress"]
    assert words.attributes["aria-live"] == "polite"
    assert words.attributes["data-progress"] == "running"
    assert "3 of 14 done." in words.text()
    links = [a.attributes["href"] for a in tree.all("a") if a.text() == "Refresh"]
    assert links == ["/jobs/7/"]
    (stop,) = [
        f for f in tree.all("form") if f.attributes.get("action") == "/jobs/7/stop/"
    ]
    assert "TOKEN" in stop.text()


def test_work_that_has_ended_leads_to_its_result() -> None:
    job = JobProgress("Done", "/jobs/7/", False, result=Link("Open the book", "/b/"))
    tree = made("{{ parts.job_progress(job, '') }}", job=job)
    assert [a.text() for a in tree.all("a")] == ["Open the book"]
    assert list(tree.all("progress")) == []
    assert list(tree.all("form")) == []


def test_what_cannot_be_told_is_a_named_part_of_the_page() -> None:
    tree = made("{{ parts.cannot_tell(['Why.', 'Whether.']) }}")
    (part,) = tree.all("section")
    assert part.text() == "What this cannot tell you Why. Whether."


def title(**context: object) -> str:
    source = '{% extends "layout.html" %}{% set question = "Why?" %}'
    if context.pop("in_error", False):
        source += "{% set in_error = true %}"
    (found,) = parsed(page(source, **context)).all("title")
    return found.text()


def test_the_title_has_question_book_and_name_and_says_when_there_is_an_error() -> None:
    assert title() == "Why? - Candela"
    book = Layout(book="Made-up nation")
    assert title(layout=book) == "Why? - Made-up nation - Candela"
    assert title(layout=book, in_error=True) == "Error: Why? - Made-up nation - Candela"


def test_the_banner_is_on_made_up_pages_only_and_in_the_words_of_the_report() -> None:
    report = TEMPLATES.parents[1] / "publish" / "templates" / "report.html.jinja"
    assert MADE_UP in report.read_text("utf-8")
    told = parsed(page(CONTENT.format(""), layout=Layout(made_up=True)))
    (banner,) = with_class(told, "made-up")
    assert banner.text() == MADE_UP
    real = parsed(page(CONTENT.format(""), layout=Layout()))
    assert with_class(real, "made-up") == []


def test_a_page_without_a_request_has_name_search_sign_in_and_footer() -> None:
    tree = parsed(page(CONTENT.format("")))
    (search,) = [f for f in tree.all("form") if f.attributes.get("id") == "search"]
    assert (search.attributes["method"], search.attributes["action"]) == (
        "get",
        "/find/",
    )
    assert [i.attributes["name"] for i in search.all("input")] == ["q"]
    (header,) = tree.all("header")
    assert "Candela" in header.text()
    assert "Sign in" in header.text()
    (footer,) = tree.all("footer")
    assert [a.text() for a in footer.all("a")] == [
        "Help",
        "Is something wrong here?",
        "Privacy",
        "Accessibility",
        "Words",
    ]


def test_who_is_signed_in_sees_name_organisation_notices_and_the_way_out() -> None:
    tree = parsed(page(CONTENT.format(""), layout=full_layout(str), csrf_input="TOKEN"))
    (header,) = tree.all("header")
    for words in ("Quillmere Hospitals", "For you: 3", "Asha Patel"):
        assert words in header.text()
    assert "Sign in" not in header.text()
    (out,) = [f for f in header.all("form") if f.attributes["method"] == "post"]
    assert "TOKEN" in out.text()


def test_a_door_with_nothing_behind_it_is_not_in_the_navigation() -> None:
    tree = parsed(page(CONTENT.format(""), layout=full_layout(str)))
    (here,) = [a for a in tree.all("a") if a.attributes.get("aria-current") == "true"]
    assert here.text() == "Research and care"
    shut = parsed(page(CONTENT.format(""), layout=Layout(doors=DOORS)))
    (header,) = shut.all("header")
    assert "Impact" not in header.text()


def test_the_foot_names_book_day_and_version() -> None:
    layout = Layout(book="Nation", book_date=date(2025, 5, 1), version="1.2.3")
    (foot,) = parsed(page(CONTENT.format(""), layout=layout)).all("footer")
    assert "Book: Nation, 1 May 2025 Candela 1.2.3" in foot.text()


@pytest.fixture
def strict(monkeypatch: pytest.MonkeyPatch) -> Environment:
    """Pages of ours fail on what they were not given."""
    made = engines["jinja2"].env
    monkeypatch.setattr(made, "undefined", StrictInOurs)
    return made


@pytest.mark.usefixtures("strict")
def test_no_part_shows_or_asks_for_what_it_was_not_given() -> None:
    assert gallery()
    assert page(CONTENT.format(""))


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize(
    "part",
    [
        "{{ missing }}",
        "{{ layout.missing }}",
        "{% if layout.missing %}x{% endif %}",
        "{% for x in missing %}x{% endfor %}",
        "{{ parts.lead(missing) }}",
        "{{ parts.button(missing) }}",
        "{{ parts.verdict('x', layout.missing) }}",
    ],
)
def test_a_page_that_shows_what_it_was_not_given_would_be_found(part: str) -> None:
    with pytest.raises(UndefinedError):
        page(CONTENT.format(part))


def test_the_environment_escapes_whatever_it_is_told() -> None:
    found = environment(autoescape=False)
    assert found.from_string("{{ x }}").render(x="<b>") == "&lt;b&gt;"


def test_a_form_that_came_back_is_told_of_at_the_head_and_in_the_title() -> None:
    tree = parsed(gallery(form=sent(str)))
    (summary,) = with_class(tree, "nhsuk-error-summary")
    assert len(list(summary.all("a"))) == 8
    (name,) = tree.all("title")
    assert name.text().startswith("Error: ")


def test_an_address_can_be_asked_for_by_the_name_of_its_route() -> None:
    tree = made("<a href=\"{{ url('health') }}\">Health</a>")
    assert next(tree.all("a")).attributes["href"] == "/health"
