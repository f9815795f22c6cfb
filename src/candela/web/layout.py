"""What stands round every page: name, doors, who is signed in, which book is shown?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from candela import __version__

__all__ = ["DOORS", "MADE_UP", "Door", "Layout"]

MADE_UP = (
    "Made-up data. The organisations, people and figures on this page belong to nobody."
)


@dataclass(frozen=True)
class Door:
    """One of the four questions a visitor brings.

    ``address`` is empty where there is nothing behind the door yet.  The door is then
    not in the navigation, since an empty page answers nothing.
    """

    key: str
    question: str
    short: str
    address: str = ""
    current: bool = False


DOORS = (
    Door("care", "Does research go with better care?", "Research and care"),
    Door("lever", "Could it be a lever?", "Research as a lever"),
    Door("regulator", "What would a regulator see?", "What a regulator sees"),
    Door("impact", "What difference has research made here?", "Impact"),
)


@dataclass(frozen=True)
class Layout:
    """What the layout shows; the context processor makes one for each request.

    Without a request, on the page of an unexpected error for example, the defaults are
    what is shown: name, search and the links of the footer.

    Attributes
    ----------
    book, book_date
        The name of the book shown and the day it was built; empty on pages of no book.
    made_up
        Whether anything on the page is made up: the page then says so at its head.
    person, organisation
        Name of who is signed in, and of the organisation they act for.
    notices
        How many things wait for this person.
    """

    book: str = ""
    book_date: date | None = None
    made_up: bool = False
    person: str = ""
    organisation: str = ""
    notices: int = 0
    doors: tuple[Door, ...] = DOORS
    home: str = "/"
    find: str = "/find/"
    sign_in: str = "/sign-in/"
    sign_out: str = "/sign-out/"
    account: str = "/account/"
    my_organisation: str = ""
    waiting: str = "/account/"
    help: str = "/help/"
    wrong: str = "/something-wrong/"
    privacy: str = "/privacy/"
    accessibility: str = "/accessibility/"
    words: str = "/words/"
    version: str = __version__

    @property
    def open_doors(self) -> tuple[Door, ...]:
        """The doors that lead somewhere."""
        return tuple(door for door in self.doors if door.address)

    @property
    def foot_links(self) -> tuple[tuple[str, str], ...]:
        """Words and address of the links in the footer, the same on every page."""
        return (
            ("Help", self.help),
            ("Is something wrong here?", self.wrong),
            ("Privacy", self.privacy),
            ("Accessibility", self.accessibility),
            ("Words", self.words),
        )
