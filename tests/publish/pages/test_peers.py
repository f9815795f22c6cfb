"""Are peers told by what they are alike in, and never by who does better?"""

from __future__ import annotations

from typing import Any

from candela.publish.pages.parts import plain
from candela.publish.pages.peers import PeersPage, peers_page
from page_cases import A, B, C, book, deaths

LABELS = {"beds_total": "Beds", "staff_total_fte": "All staff"}
SIZES = {
    A: (700.0, 3000.0),
    B: (720.0, 2900.0),  # within a third in both
    C: (690.0, 4500.0),  # half as many staff again
}


def features(sizes: dict[str, tuple[float, float]] = SIZES) -> list[dict[str, Any]]:
    return [
        {
            "org_code": code,
            "feature": key,
            "label": LABELS[key],
            "value": value,
            "unit": {"beds_total": "beds, daily average"}.get(key, ""),
        }
        for code, of in sizes.items()
        for key, value in zip(LABELS, of, strict=True)
    ]


def peers(basis: str = "all", codes: tuple[str, ...] = (C, B)) -> list[dict[str, Any]]:
    return [
        {
            "org_code": A,
            "basis": basis,
            "place": float(n),
            "peer_code": code,
            "distance": 0.1 * n,
        }
        for n, code in enumerate(codes, start=1)
    ]


def page_of(basis: str = "all", chosen: tuple[str, ...] = (), **more: Any) -> PeersPage:
    tables = {"feature": features(), "peers": peers(), **more}
    page = peers_page(book(deaths(A), deaths(B), deaths(C), **tables), A, basis, chosen)
    assert page is not None
    return page


def test_the_finding_says_in_what_they_are_alike_and_where_they_differ() -> None:
    assert plain(page_of().finding) == (
        # 4,500 / 3,000 = 1.5, more than 4 / 3; beds 720 / 700 = 1.03
        "The 2 peers are most alike in beds; 1 differs from you by more than a third "
        "in all staff."
    )


def test_peers_alike_in_every_size_are_said_to_be() -> None:
    page = page_of(peers=peers(codes=(B,)))
    assert plain(page.finding) == (
        "The one peer is alike in every size: none differs by more than a third."
    )


def test_the_table_has_the_own_organisation_first_and_peers_by_name() -> None:
    table = page_of().table
    assert table.headings == ("Organisation", "Beds (daily average)", "All staff")
    assert [[cell.words for cell in row] for row in table.rows] == [
        ["Quillmere Hospitals", "700", "3,000"],
        ["Harrowbeck Infirmary", "720", "2,900"],
        ["Tansyvale Hospital", "690", "4,500"],
    ]
    assert table.own == frozenset({0})


def test_a_size_that_is_not_known_says_so() -> None:
    known = [
        f for f in features() if (f["org_code"], f["feature"]) != (B, "beds_total")
    ]
    row = page_of(feature=known).table.rows[1]
    assert (row[1].words, row[1].nothing) == ("(not reported)", "not_reported")


def test_what_each_peer_differs_in_most_is_told_with_both_sizes() -> None:
    told = {choice.code: plain(choice.alike) for choice in page_of().peers}
    assert told[C] == "Differs most in all staff: 4,500 beside 3,000."


def test_the_basis_and_the_peers_can_be_chosen() -> None:
    both = [*peers(), *peers("beds_total", (B,))]
    page = page_of("beds_total", peers=both)
    assert [(b.key, b.words, b.chosen) for b in page.bases] == [
        ("all", "all sizes together", False),
        ("beds_total", "Beds", True),
    ]
    assert [(p.code, p.chosen) for p in page.peers] == [(B, True)]
    chosen = page_of(chosen=(B, "nobody", A))
    assert [(p.code, p.chosen) for p in chosen.peers] == [(B, True), (C, False)]
    assert page_of("rubbish").bases[0].chosen


def test_fewer_than_8_peers_are_too_few_to_say_what_is_usual() -> None:
    assert page_of().too_few.startswith("Fewer than 8 peers")
    eight = tuple(f"ZQ{n}" for n in range(8))
    sizes = {A: SIZES[A], **dict.fromkeys(eight, SIZES[B])}
    page = page_of(peers=peers(codes=eight), feature=features(sizes))
    assert page.too_few == ""


def test_an_organisation_without_sizes_has_no_peers_and_the_page_says_so() -> None:
    page = page_of(feature=None, peers=None)
    assert plain(page.finding) == (
        "No sizes of Quillmere Hospitals are known here, so no peers can be found."
    )
    assert peers_page(book(deaths()), "nobody") is None
