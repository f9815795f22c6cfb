"""Who is it fair to compare us with?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from candela.publish.contents import BookContents
from candela.publish.pages.about_book import book_line, warnings
from candela.publish.pages.cannot_tell import OF_PEERS
from candela.publish.pages.held import Held, held
from candela.publish.pages.histories import listed
from candela.publish.pages.parts import Cell, Sentence, Target, View
from candela.publish.pages.records import Feature
from candela.publish.pages.rounding import counted, figure
from candela.publish.pages.values import in_a_sentence

__all__ = ["BasisChoice", "PeerChoice", "PeersPage", "peers_page"]

QUESTION = "Who is it fair to compare us with?"
ALL = "all"
ALL_WORDS = "all sizes together"
FEWEST = 8
FAR = 4 / 3  # more than a third larger, or as much smaller by ratio
NOT_KNOWN = Cell("(not reported)", nothing="not_reported")
HOW_MADE = (
    "Peers are the organisations whose sizes are nearest. Twice as large counts the "
    "same as half as large.",
    "All sizes together: each counts alike, however much organisations differ in it.",
    "What is not counted here, such as which patients come, plays no part.",
)


@dataclass(frozen=True)
class BasisChoice:
    """What peers may be alike in: a feature's key, or ``all``."""

    key: str
    words: str
    chosen: bool


@dataclass(frozen=True)
class PeerChoice:
    """An organisation that can be kept or dropped."""

    code: str
    name: str
    chosen: bool
    alike: Sentence  # in what it is least alike


@dataclass(frozen=True)
class PeersPage:
    """The organisations most alike, and in what; none of it says who does better."""

    made_up: bool
    code: str
    name: str
    question: str
    finding: Sentence
    how_made: tuple[str, ...]
    bases: tuple[BasisChoice, ...]
    peers: tuple[PeerChoice, ...]
    table: View
    too_few: str
    cannot_tell: tuple[str, ...]
    book_line: str
    warnings: tuple[str, ...]


def peers_page(
    contents: BookContents, code: str, basis: str = ALL, chosen: Sequence[str] = ()
) -> PeersPage | None:
    """Return the page; nothing where the book does not know the organisation.

    Parameters
    ----------
    basis
        A feature's key, or ``all``; any other text counts as ``all``.
    chosen
        Codes kept in the address; without them the nearest on the basis.
    """
    book = held(contents)
    if not book.knows(code):
        return None
    basis = basis if (code, basis) in book.peers else ALL
    near = [peer.peer_code for peer in book.peers.get((code, basis), ())]
    kept = dict.fromkeys(c for c in chosen if book.knows(c) and c != code)
    peers = list(kept) or near
    offered = list(dict.fromkeys([*near, *peers]))
    few = len(peers) < FEWEST and bool(near)
    return PeersPage(
        made_up=contents.made_up,
        code=code,
        name=book.name(code),
        question=QUESTION,
        finding=_finding(book, code, peers),
        how_made=HOW_MADE,
        bases=_bases(book, code, basis),
        peers=tuple(
            PeerChoice(c, book.name(c), c in peers, _least_alike(book, code, c))
            for c in sorted(offered, key=lambda c: (book.name(c).casefold(), c))
        ),
        table=_table(book, code, peers),
        too_few=(
            f"Fewer than {FEWEST} peers are too few to say what is usual: compare "
            "with all organisations instead."
            if few
            else ""
        ),
        cannot_tell=OF_PEERS,
        book_line=book_line(contents),
        warnings=warnings(contents, "peers", "feature"),
    )


def _bases(book: Held, code: str, chosen: str) -> tuple[BasisChoice, ...]:
    keys = [basis for of, basis in book.peers if of == code]
    keys.sort(key=lambda key: (key != ALL, book.feature_labels.get(key, key)))
    return tuple(
        BasisChoice(
            key,
            ALL_WORDS if key == ALL else book.feature_labels.get(key, key),
            key == chosen,
        )
        for key in keys
    )


def _apart(own: Feature | None, other: Feature | None) -> float | None:
    """Return how many times as large the larger is; nothing where either is unknown."""
    if own is None or other is None or not own.value or not other.value:
        return None
    return max(own.value / other.value, other.value / own.value)


def _far(book: Held, code: str, peers: Sequence[str]) -> dict[str, int]:
    """Return how many peers differ by more than a third, by feature."""
    own = book.features.get(code, {})
    return {
        key: sum(
            (times := _apart(own[key], book.features.get(c, {}).get(key))) is not None
            and times > FAR
            for c in peers
        )
        for key in own
    }


def _finding(book: Held, code: str, peers: Sequence[str]) -> Sentence:
    """Return in what the peers are most alike, and where they differ most."""
    far = _far(book, code, peers)
    if not peers or not far:
        return (
            f"No sizes of {book.name(code)} are known here, so no peers can be found.",
        )
    words = {key: in_a_sentence(book.feature_labels[key]) for key in far}
    alike = min(far.values())
    most = listed([words[key] for key in far if far[key] == alike][:3])
    n = "The one peer is" if len(peers) == 1 else f"The {len(peers)} peers are"
    if not any(far.values()):
        return (f"{n} alike in every size: none differs by more than a third.",)
    furthest = max(far, key=lambda key: far[key])
    verb = "differs" if far[furthest] == 1 else "differ"
    return (
        f"{n} most alike in {most}; {far[furthest]} {verb} from you by more than a "
        f"third in {words[furthest]}.",
    )


def _least_alike(book: Held, code: str, peer: str) -> Sentence:
    """Return in what a peer differs most, and how: a sentence with both sizes."""
    own, other = book.features.get(code, {}), book.features.get(peer, {})
    apart = {key: _apart(own[key], other.get(key)) for key in own}
    known = {key: times for key, times in apart.items() if times is not None}
    if not known:
        return ("No size in common is known.",)
    key = max(known, key=lambda k: known[k])
    return (
        f"Differs most in {in_a_sentence(book.feature_labels[key])}: ",
        other[key].number("value", _size(other[key])),
        " beside ",
        own[key].number("value", _size(own[key])),
        ".",
    )


def _size(feature: Feature) -> str:
    value = feature.value or 0.0
    return counted(value) if value >= 100 else figure(value, 1)


def _table(book: Held, code: str, peers: Sequence[str]) -> View:
    own = book.features.get(code, {})
    keys = [key for key in book.feature_labels if key in own] or list(
        book.feature_labels
    )
    ordered = [code, *sorted(peers, key=lambda c: (book.name(c).casefold(), c))]

    def cell(of: str, key: str) -> Cell:
        found = book.features.get(of, {}).get(key)
        if found is None or found.value is None:
            return NOT_KNOWN
        words = _size(found)
        return Cell(words, found.number("value", words).name, sort=found.value)

    return View.of(
        f"Sizes of {book.name(code)} and its peers",
        ("Organisation", *(_heading(book, key) for key in keys)),
        [
            (
                Cell(book.name(c), target=Target("organisation", c)),
                *(cell(c, key) for key in keys),
            )
            for c in ordered
        ],
        numeric=(False, *(True for _ in keys)),
        own=frozenset({0}),
    )


def _heading(book: Held, key: str) -> str:
    """Return a size's label with its unit, where the label does not say it."""
    unit = next(
        (by[key].unit for by in book.features.values() if key in by and by[key].unit),
        "",
    )
    label = book.feature_labels[key]
    first, _, rest = unit.partition(", ")
    said = rest if first in label.lower() else unit
    return f"{label} ({said})" if said else label
