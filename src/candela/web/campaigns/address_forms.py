"""What is asked about addresses, posters and paper forms?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from candela.impact.claims import Role
from candela.web.books.forms import OneLine
from candela.web.campaigns.inviting import MOST_SHEETS
from candela.web.campaigns.models import Group
from candela.web.campaigns.pasted import Pasted, read_addresses
from candela.web.forms.widgets import RadioList

__all__ = ["Addresses", "MakeSheets", "OneList", "OpenDoor"]


class AddressList(forms.CharField):
    """E-mail addresses pasted from anywhere."""

    def __init__(self, **more: Any) -> None:
        super().__init__(
            widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
            required=False,
            max_length=200_000,
            **more,
        )


class Addresses(forms.Form):
    """Addresses for each group; lines that are not right are kept to be corrected."""

    def __init__(self, *args: Any, groups: Sequence[Group], **more: Any) -> None:
        super().__init__(*args, **more)
        self.groups = list(groups)
        for group in self.groups:
            self.fields[f"addresses_{group.role}"] = AddressList(
                label=f"Addresses of {Role(group.role).words}",
                help_text="Paste them with any signs between. Names are dropped.",
            )

    def pasted(self) -> list[tuple[Group, Pasted]]:
        """Return what was pasted for each group that got something."""
        read = [
            (group, read_addresses(self.cleaned_data[f"addresses_{group.role}"]))
            for group in self.groups
        ]
        return [(group, found) for group, found in read if found != Pasted()]


class OneList(forms.Form):
    """Addresses that are not to be written to any more, and why."""

    what = forms.ChoiceField(
        label="What about these addresses?",
        choices=(
            ("undelivered", "E-mail to them came back"),
            ("take_back", "They should not have been asked"),
        ),
        widget=RadioList(
            hints={
                "undelivered": "Nothing more is sent. Their links still work.",
                "take_back": "Nothing more is sent, and their links end. An answer "
                "that was sent already stays.",
            }
        ),
    )
    addresses = AddressList(label="Addresses", help_text="With any signs between.")

    def clean_addresses(self) -> list[str]:
        """Return the addresses, if all can be read."""
        found = read_addresses(self.cleaned_data["addresses"])
        if found.bad:
            lines = ", ".join(str(line.number) for line in found.bad)
            raise ValidationError(
                f"There is no whole e-mail address in line {lines}. Correct or remove "
                "it."
            )
        if not found.addresses:
            raise ValidationError("There is no address here. Paste one or more.")
        return list(found.addresses)


class MakeSheets(forms.Form):
    """How many paper forms."""

    count = forms.IntegerField(
        label="How many more paper forms?", min_value=1, max_value=MOST_SHEETS
    )


class OpenDoor(forms.Form):
    """A poster, with or without a word beside its code."""

    passphrase = OneLine(
        label="A word to stand beside the code",
        max_length=40,
        required=False,
        help_text="Who has a photograph of the square alone then cannot answer.",
    )
