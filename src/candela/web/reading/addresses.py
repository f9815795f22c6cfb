"""Where in a book does a link lead?  Every address carries the choices made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.urls import reverse

from candela.publish.pages.parts import Number, Sentence, Target

__all__ = ["PICTURES", "Addresses"]

PICTURES = ("svg", "png", "csv")


@dataclass(frozen=True)
class Addresses:
    """Addresses in one book; call it with what a link leads to.

    Attributes
    ----------
    book
        The book's name in addresses.
    peers
        The peers that somebody chose; without a choice addresses name none.
    organisation
        The organisation that is highlighted among all.
    period
        The period that somebody chose, for pages of the same indicator.
    other
        The name of the book that this one is compared with.
    """

    book: str
    peers: tuple[str, ...] = ()
    organisation: str = ""
    period: str = ""
    other: str = ""

    def __call__(self, target: Target) -> str:
        """Return the address of a target; empty where it leads to nothing here."""
        key, book = target.key, self.book
        match target.kind:
            case "organisation":
                return self._with(reverse("organisation", args=[book, key]))
            case "indicator":
                return self._with(
                    reverse("indicator", args=[book, key, target.more]),
                    period=self.period,
                )
            case "funnel":
                return self._with(
                    reverse("funnel", args=[book, key]),
                    period=self.period,
                    org=self.organisation,
                )
            case "peers":
                return self._with(reverse("peers", args=[book, key]))
            case "analysis":
                return reverse("analysis", args=[book, key])
            case "analyses" | "sources" | "downloads":
                return reverse(target.kind, args=[book])
            case "method":
                return reverse("method", args=[key])
            case "words":
                return f"{reverse('words')}#{key}" if key else reverse("words")
            case "table" | "chart":
                kind = "tables" if target.kind == "table" else "charts"
                suffix = "csv" if target.kind == "table" else "svg"
                return self.file(f"{kind}/{key}.{suffix}")
            case "compare":
                return reverse("compare", args=[book, self.other]) if self.other else ""

    def organisation_of(self, code: str) -> str:
        """Return the address of an organisation's page."""
        return self(Target("organisation", code))

    def peers_of(self, code: str) -> str:
        """Return the address where an organisation's peers are chosen."""
        return self(Target("peers", code))

    def keeping_peers(self, organisation: str, code: str, basis: str = "") -> str:
        """Return the address where members keep the peers that were chosen."""
        place = reverse("peer-sets", args=[organisation])
        choices = {"book": self.book, "org": code, "basis": basis}
        return _asking(place, {**choices, "peers": ",".join(self.peers)})

    def funnel_of(self, indicator: str, code: str = "") -> str:
        """Return the address of all organisations, one of them highlighted."""
        code = code or self.organisation
        return replace(self, organisation=code)(Target("funnel", indicator))

    @property
    def find(self) -> str:
        """Where organisations of this book are found."""
        return reverse("book-find", args=[self.book])

    @property
    def sources(self) -> str:
        """Where the book's files are listed."""
        return self(Target("sources"))

    @property
    def downloads(self) -> str:
        """Where everything that can be taken away is listed."""
        return self(Target("downloads"))

    @property
    def kept(self) -> tuple[tuple[str, str], ...]:
        """What a form that changes the period keeps of the address."""
        return ("org", self.organisation), ("peers", ",".join(self.peers))

    def without_choices(self) -> Addresses:
        """Return addresses of the same book with nothing chosen."""
        return replace(self, peers=(), organisation="", period="")

    def file(self, path: str) -> str:
        """Return the address of a file of the book."""
        return reverse("book-file", args=[self.book, path])

    def picture(
        self, kind: str, suffix: str, code: str, indicator: str, period: str
    ) -> str:
        """Return the address of a figure drawn on request, or of its table."""
        choices = {"org": code, "indicator": indicator}
        if kind != "trend":  # which has all periods and no peers
            choices |= {"period": period, "peers": ",".join(self.peers)}
        return _asking(reverse("chart", args=[self.book, kind, suffix]), choices)

    def number(self, *names: str) -> str:
        """Return the address that says where these numbers came from."""
        return reverse("number", args=[self.book, ",".join(names)])

    def numbers_in(self, *sentences: Sentence) -> str:
        """Return the address for the numbers of sentences; empty where none has one."""
        names = named_in(sentences)
        return self.number(*names) if names else ""

    def _with(self, address: str, **choices: str) -> str:
        return _asking(address, {**choices, "peers": ",".join(self.peers)})


def _asking(address: str, choices: Mapping[str, str]) -> str:
    """Return an address with its choices, empty ones left out."""
    given = urlencode({k: v for k, v in choices.items() if v}, safe=",")
    return f"{address}?{given}" if given else address


def named_in(sentences: Iterable[Sentence]) -> tuple[str, ...]:
    """Return the names of the numbers in sentences, each once."""
    found = (
        part.name
        for sentence in sentences
        for part in sentence
        if isinstance(part, Number) and part.name
    )
    return tuple(dict.fromkeys(found))
