"""What is asked when a book is added, named, shared or compared with?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from candela.errors import InputError
from candela.publish.contents import BookContents
from candela.publish.pages.held import held
from candela.web.accounts.models import Organisation
from candela.web.books.intake import look_into
from candela.web.books.models import Book, PeerSet
from candela.web.books.peer_sets import ALL, by_hand
from candela.web.books.uploads import Refusal

__all__ = ["AddBook", "RenameBook", "SavePeers", "ShareBook"]

TITLE = "What shall it be called?"
TITLE_HINT = "As others will look for it, such as Research and outcomes, May 2025."
CHOOSE_AGAIN = "The title is kept; choose a file again."


def on_one_line(text: str) -> str:
    """Return text with single spaces: no line breaks, tabs or signs that steer."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


class OneLine(forms.CharField):
    """Text on one line."""

    def to_python(self, value: Any) -> str:
        """Return the text on one line."""
        return on_one_line(super().to_python(value) or "")


class TitleField(OneLine):
    """The title of a book."""

    def __init__(self) -> None:
        super().__init__(label=TITLE, help_text=TITLE_HINT, max_length=150)


class AddBook(forms.Form):
    """A book is added: a title, which is kept if the file is refused, and the file.

    The title comes first: where an upload is broken off, what follows is not read.
    """

    title = TitleField()
    file = forms.FileField(
        label="The book, as a ZIP file",
        help_text="Make a ZIP of the folder that candela build wrote.",
    )

    def __init__(
        self, *args: Any, organisation: Organisation, refusal: Refusal = "", **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.organisation = organisation
        self.already: Book | None = None
        limit = settings.CONFIGURATION.upload_megabytes
        self.fields["file"].help_text += f" It may have {limit} MB."
        if refusal:
            self._tell(refusal, limit)

    def _tell(self, refusal: Refusal, limit: int) -> None:
        words = {
            "too_large": f"the file has more than {limit} MB. Nothing of it was kept. "
            "Build the book from fewer files, or ask who keeps this service.",
            "disk_full": "there is no room left on this service's disk. Nothing of the "
            "file was kept. Tell who keeps this service, and try again later.",
        }
        self.fields["file"].error_messages["required"] = words[refusal]

    def clean_file(self) -> Any:
        """Return the upload, if it can be a book that is not here yet."""
        upload = self.cleaned_data["file"]
        try:
            seal = look_into(Path(upload.temporary_file_path())).seal
        except InputError as error:
            raise ValidationError(f"{error} {CHOOSE_AGAIN}") from error
        self.already = (
            Book.objects.filter(organisation=self.organisation, seal=seal)
            .exclude(seal="")
            .exclude(state=Book.State.REFUSED)
            .first()
        )
        if self.already is not None:
            withdrawn = self.already.state == Book.State.WITHDRAWN
            todo = "Restore that one." if withdrawn else "There is nothing to add."
            raise ValidationError(
                f"This book is here already, as “{self.already.title}”. {todo}"
            )
        return upload


class RenameBook(forms.Form):
    """Another title."""

    title = TitleField()


class ShareBook(forms.Form):
    """An organisation of this service that may read a book."""

    reader = forms.ModelChoiceField(
        Organisation.objects.none(),
        label="Share with",
        help_text="All its members can then read this book.",
    )

    def __init__(self, *args: Any, book: Book, **more: Any) -> None:
        super().__init__(*args, **more)
        readers = book.shares.values_list("reader", flat=True)
        self.others = Organisation.objects.exclude(
            pk__in=[book.organisation_id, *readers]
        )
        self.fields["reader"].queryset = self.others


class SavePeers(forms.Form):
    """A set of peers is kept: for whom, which, under which name, and why these."""

    name = OneLine(
        label="What shall the set be called?",
        help_text="Everybody in your organisation sees it.",
        max_length=100,
    )
    peers = OneLine(
        label="Codes of the peers",
        help_text="With commas between them.",
        max_length=1_000,
    )
    reason = OneLine(
        label="Optional for the nearest few: why these?",
        help_text="Needed where you took in or left out an organisation by hand.",
        max_length=300,
        required=False,
    )
    book = forms.CharField(widget=forms.HiddenInput)
    org = forms.CharField(widget=forms.HiddenInput)
    basis = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, contents: BookContents, **more: Any) -> None:
        super().__init__(*args, **more)
        self.contents = contents

    def clean_basis(self) -> str:
        """Return what the peers are alike in; any other word is all sizes."""
        basis = str(self.cleaned_data["basis"])
        code = self.cleaned_data.get("org", "")
        return basis if (code, basis) in held(self.contents).peers else ALL

    def clean_peers(self) -> list[str]:
        """Return the codes, each once, all of them in the book."""
        codes = [c.strip() for c in self.cleaned_data["peers"].split(",") if c.strip()]
        unknown = [c for c in codes if not held(self.contents).knows(c)]
        if unknown:
            raise ValidationError(
                f"the book has no organisation {', '.join(unknown[:5])}. Take out or "
                "correct these codes."
            )
        return list(dict.fromkeys(codes))

    def clean(self) -> dict[str, Any]:
        """Ask for a reason where somebody chose by hand, and for a free name."""
        given = self.cleaned_data
        code, peers = given.get("org", ""), given.get("peers", [])
        if code in peers:
            self.add_error("peers", f"take out {code}: it cannot be its own peer.")
        chosen = by_hand(self.contents, code, given.get("basis", ALL), peers)
        if peers and chosen and not given.get("reason"):
            self.add_error("reason", f"{chosen} Say why, in a sentence.")
        same = PeerSet.objects.filter(
            org_code=code, name=given.get("name", ""), removed_at=None
        )
        if same.exists():
            self.add_error(
                "name", "there is a set of this name already. Choose another name."
            )
        return given
