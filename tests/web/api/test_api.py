"""Does a program get what pages show, in the form that was promised?"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from jsonschema import Draft202012Validator

from book_pages import rows_of
from candela.build.manifest import sealed
from candela.web.accounts.models import User
from candela.web.accounts.permissions import Role
from candela.web.api.endpoints import ENDPOINTS, IN_PATH, MOST_ROWS, Endpoint
from candela.web.api.openapi import PREFIX, document
from candela.web.books.models import Book
from small_nation import FEW, MadeUp
from web.conftest import Place
from web.reading.conftest import ORGANISATION, lead_of, main_of

pytestmark = pytest.mark.django_db

EXAMPLES: Mapping[str, str] = {
    "code": ORGANISATION,
    "key": "shmi",
    "analysis": "jonker_2018",
    "table": "position",
    "printed": "table:position:2:value",
}
FORMATS = Draft202012Validator.FORMAT_CHECKER


def address(endpoint: Endpoint, book: Book) -> str:
    """Return an address of an endpoint in a book."""
    return PREFIX + endpoint.path.format(book=book.public_id, **EXAMPLES)


def answer_of(path: str, client: Client | None = None) -> dict[str, Any]:
    """Return an answer that must be one."""
    answer = (client or Client()).get(path)
    assert answer.status_code == 200, (path, answer.content[:300])
    found: dict[str, Any] = json.loads(answer.content)
    return found


def misfits(schema: Mapping[str, Any], answer: Any) -> list[str]:
    """Return where an answer is not as its schema says."""
    validator = Draft202012Validator(schema, format_checker=FORMATS)
    return [f"{e.json_path}: {e.message}" for e in validator.iter_errors(answer)]


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda e: e.name)
def test_each_answer_fits_its_own_schema(endpoint: Endpoint, public_book: Book) -> None:
    answer = answer_of(address(endpoint, public_book))
    assert misfits(endpoint.schema, answer) == []


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda e: e.name)
def test_each_answer_says_its_rules_and_its_book(
    endpoint: Endpoint, public_book: Book
) -> None:
    answer = answer_of(address(endpoint, public_book))
    assert any("1 to 7 people" in note for note in answer["notes"])
    if not endpoint.everything:
        assert answer["book"]["seal"] == public_book.seal
        assert answer["book"]["made_up"] is True


def test_the_description_is_openapi_and_names_every_address() -> None:
    told = answer_of(f"{PREFIX}openapi.json")
    assert told == json.loads(json.dumps(document()))
    assert told["openapi"] == "3.1.0"
    assert set(told["paths"]) == {f"/{e.path}" for e in ENDPOINTS}
    for path, operations in told["paths"].items():
        assert set(operations) == {"get"}, "nothing can be changed"
        named = {p["name"] for p in operations["get"]["parameters"]}
        assert {n for n in IN_PATH if f"{{{n}}}" in path} <= named
        schema = operations["get"]["responses"]["200"]["content"]["application/json"]
        Draft202012Validator.check_schema(schema["schema"])
    ids = [o["get"]["operationId"] for o in told["paths"].values()]
    assert len(ids) == len(set(ids))


def test_a_schema_that_does_not_fit_is_noticed(public_book: Book) -> None:
    endpoint = next(e for e in ENDPOINTS if e.name == "organisations")
    answer = answer_of(address(endpoint, public_book))
    answer["organisations"][0]["rank"] = 1
    assert misfits(endpoint.schema, answer)


def test_positions_are_the_book_s_to_the_last_digit(
    made_up: MadeUp, public_book: Book
) -> None:
    base = f"{PREFIX}books/{public_book.public_id}/indicators/shmi/"
    answer = answer_of(f"{base}?period=2016-04-01_2017-03-31")
    held = {
        row["org_code"]: row
        for row in rows_of(made_up.book, "tables/position")
        if row["indicator"] == "shmi" and row["period_start"] == "2016-04-01"
    }
    assert len(answer["positions"]) == len(held) > 30
    for position in answer["positions"]:
        row = held[position["organisation"]]
        for name in ("count", "size", "value", "lower", "upper", "lower95", "upper998"):
            assert position[name] == float(row[name]), name
        assert position["verdict"] == row["verdict"]


def test_what_a_page_hides_is_hidden_here_in_every_answer(
    made_up: MadeUp, public_book: Book
) -> None:
    hidden = next(
        row
        for row in rows_of(made_up.book, "tables/position")
        if row["org_code"] == FEW and row["nothing"] == "hidden"
    )
    base = f"{PREFIX}books/{public_book.public_id}"
    period = f"{hidden['period_start']}_{hidden['period_end']}"
    answer = answer_of(f"{base}/indicators/{hidden['indicator']}/?period={period}")
    (position,) = [p for p in answer["positions"] if p["organisation"] == FEW]
    assert position["nothing"] == "hidden"
    for name in ("count", "value", "lower", "upper"):
        assert position[name] is None
    number = rows_of(made_up.book, "tables/position").index(hidden) + 2
    traced = answer_of(f"{base}/numbers/table:position:{number}:count/")
    assert traced["facts"][0] == {"term": "Before rounding", "words": "*"}
    table = answer_of(f"{base}/tables/position/?rows={MOST_ROWS}")
    row = table["rows"][number - 2]
    place = [column["name"] for column in table["columns"]].index("count")
    assert row[place] == "*"


def test_the_finding_is_that_of_the_page(public_book: Book) -> None:
    answer = answer_of(
        f"{PREFIX}books/{public_book.public_id}/organisations/{ORGANISATION}/"
    )
    page = Client().get(f"/books/{public_book.public_id}/organisations/{ORGANISATION}/")
    assert lead_of(main_of(page)).startswith(answer["finding"])


def test_a_long_table_is_read_page_by_page_and_whole(
    made_up: MadeUp, public_book: Book
) -> None:
    path = f"{PREFIX}books/{public_book.public_id}/tables/peers/?rows=700"
    found: list[Any] = []
    pages = 0
    while path:
        answer = answer_of(path)
        found += answer["rows"]
        path = answer["paging"]["next"]
        pages += 1
    held = rows_of(made_up.book, "tables/peers")
    assert pages > 1
    assert [row[0] for row in found] == [row["org_code"] for row in held]
    assert [row[4] for row in found] == [float(row["distance"]) for row in held]


@pytest.mark.parametrize(
    "query", ["page=0", "page=x", "page=9999", "rows=1001", "rows=-1", "rows=1e3"]
)
def test_a_choice_that_cannot_be_is_told_by_what_where_and_what_to_do(
    query: str, public_book: Book
) -> None:
    answer = Client().get(
        f"{PREFIX}books/{public_book.public_id}/tables/position/?{query}"
    )
    assert answer.status_code == 400
    told = answer.json()
    assert told["where"] == query.split("=")[0]
    assert "whole number" in told["what"]
    assert told["what_to_do"]


def test_a_period_that_there_is_not_is_told(public_book: Book) -> None:
    base = f"{PREFIX}books/{public_book.public_id}/indicators/shmi/"
    for period in ("2099", "2016-04-01", "2031-04-01_2032-03-31"):
        answer = Client().get(f"{base}?period={period}")
        assert answer.status_code == 400, period
        assert answer.json()["where"] == "period"


def test_what_there_is_not_is_404_as_json(public_book: Book) -> None:
    for path in (
        "nothing",
        "nothing/at/all/",
        f"books/{public_book.public_id}/organisations/QQQ/",
        f"books/{public_book.public_id}/indicators/nothing/",
        f"books/{public_book.public_id}/tables/nothing/",
        f"books/{public_book.public_id}/tables/..%2F..%2Fmanifest/",
        f"books/{public_book.public_id}/numbers/nothing/",
        f"books/{public_book.public_id}/analyses/nothing/",
    ):
        answer = Client().get(PREFIX + path)
        assert answer.status_code == 404, path
        assert set(answer.json()) == {"what", "where", "what_to_do"}
        assert "QQQ" not in answer.content.decode()


def test_who_is_not_signed_in_is_told_so_whether_it_exists_or_not(
    private_book: Book,
) -> None:
    real = Client().get(f"{PREFIX}books/{private_book.public_id}/")
    made_up = Client().get(f"{PREFIX}books/zzzzzzzzzzzz/")
    assert real.status_code == made_up.status_code == 401
    assert real.content == made_up.content
    assert real.headers["WWW-Authenticate"]


def test_the_list_holds_what_this_person_may_read(
    public_book: Book,
    private_book: Book,
    here: Place,
    there: Place,
    signed_in: Callable[[User], Client],
) -> None:
    def ids(client: Client) -> set[str]:
        return {b["id"] for b in answer_of(f"{PREFIX}books/", client)["books"]}

    public, private = public_book.public_id, private_book.public_id
    assert ids(Client()) == {public}
    assert ids(signed_in(there.person(Role.VIEWER))) == {public}
    assert ids(signed_in(here.person(Role.VIEWER))) == {public, private}


def test_nothing_can_be_changed(public_book: Book) -> None:
    for endpoint in ENDPOINTS:
        path = address(endpoint, public_book)
        for method in (Client().post, Client().put, Client().delete, Client().patch):
            assert method(path).status_code == 405, endpoint.name
        assert Client().head(path).status_code == 200, endpoint.name


def test_a_book_that_was_changed_is_told_as_json(
    copied_book: Path, shelve_public: Callable[[Path], Book]
) -> None:
    book = shelve_public(copied_book)
    path = copied_book / "manifest.json"
    manifest = json.loads(path.read_bytes())
    manifest.pop("seal")
    manifest["choices"] = ["another"]
    path.write_bytes(sealed(manifest))
    answer = Client().get(f"{PREFIX}books/{book.public_id}/")
    assert answer.status_code == 422
    assert "another was built in its place" in answer.json()["what"]


def test_what_was_left_out_since_a_file_changed_is_in_the_notes(
    copied_book: Path, shelve_public: Callable[[Path], Book]
) -> None:
    book = shelve_public(copied_book)
    with (copied_book / "tables" / "feature.csv").open("a") as file:
        file.write("\n")
    answer = answer_of(f"{PREFIX}books/{book.public_id}/organisations/")
    assert any("tables/feature.csv no longer matches" in n for n in answer["notes"])
    table = Client().get(f"{PREFIX}books/{book.public_id}/tables/feature/")
    assert table.status_code == 404


def test_an_unexpected_error_is_json_and_says_nothing_of_itself(
    public_book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object) -> HttpResponse:
        raise RuntimeError("SELECT secret FROM x")

    monkeypatch.setattr("candela.web.api.views.open_shelved", broken)
    answer = Client().get(f"{PREFIX}books/{public_book.public_id}/organisations/")
    assert answer.status_code == 500
    assert "SELECT" not in answer.content.decode()
    assert "request" in answer.json()["where"]
