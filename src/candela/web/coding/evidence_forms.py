"""What is asked when evidence is added, changed or replaced by a copy?

What was typed comes before the file: where an upload is broken off, what follows is not
read, and what was typed is kept.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from candela.errors import InputError
from candela.impact import claims
from candela.web.accounts.models import Organisation
from candela.web.books.forms import OneLine
from candela.web.books.uploads import Refusal
from candela.web.coding.evidence import same_file
from candela.web.coding.forms import choices_of
from candela.web.coding.models import Evidence
from candela.web.coding.vault import KINDS, Kept, look_into
from candela.web.forms import RadioList, WithoutNhsNumbers

__all__ = ["AddCopy", "AddEvidence", "ChangeEvidence"]

CHOOSE_AGAIN = "What you typed is kept; choose a file again."
SENSITIVITY_HINTS = {
    claims.Sensitivity.PUBLIC.value: "It may be shown to anybody.",
    claims.Sensitivity.INTERNAL.value: "Members of your organisation open it.",
    claims.Sensitivity.CONFIDENTIAL.value: "Such as finance records.",
    claims.Sensitivity.PERSONAL.value: "You will not be able to open it yourself.",
}


class ChangeEvidence(WithoutNhsNumbers):
    """What is said of a piece of evidence."""

    title = OneLine(
        label="What is it?",
        help_text="Example: Minutes of the diabetes group, January 2025.",
        max_length=200,
    )
    kind = forms.ChoiceField(
        label="Which kind is it?",
        choices=[("", "---"), *choices_of(claims.EvidenceKind)],
    )
    dated = forms.DateField(
        label="Date of the evidence",
        help_text="Example: 14/1/2025.",
        required=False,
        widget=forms.DateInput(format="%d/%m/%Y"),
    )
    holder = OneLine(
        label="Who holds the original?",
        help_text="Example: clinical governance office.",
        max_length=120,
        required=False,
    )
    quality = forms.ChoiceField(
        label="How much weight does it bear?",
        choices=choices_of(claims.EvidenceQuality),
        initial=claims.EvidenceQuality.INTERNAL.value,
        widget=RadioList,
    )
    sensitivity = forms.ChoiceField(
        label="Who may open it?",
        choices=choices_of(claims.Sensitivity),
        initial=claims.Sensitivity.INTERNAL.value,
        widget=RadioList(hints=SENSITIVITY_HINTS),
    )
    needs_redaction = forms.BooleanField(
        label="Names have to be taken out before it is handed on", required=False
    )
    url = forms.URLField(
        label="Its address, if it is a page on the web",
        help_text="Example: https://www.example.org/guideline.",
        required=False,
        max_length=500,
        assume_scheme="https",
    )

    def clean_url(self) -> str:
        """Return an address of a page; nothing else is opened later."""
        url = str(self.cleaned_data["url"])
        if url and not url.startswith(("https://", "http://")):
            raise ValidationError("this is not a page on the web. Copy its address.")
        return url


class _WithFile(forms.Form):
    """A file that is looked into before anything else is done with it."""

    organisation: Organisation
    kept: Kept | None = None

    def _prepare(self, organisation: Organisation, refusal: Refusal) -> None:
        self.organisation = organisation
        limit = settings.CONFIGURATION.upload_megabytes
        known = ", ".join(sorted(KINDS))
        self.fields["file"].help_text = f"One of {known}, of {limit} MB at most."
        self.refused = {
            "": "",
            "too_large": f"the file has more than {limit} MB. Nothing of it was kept. "
            "Choose a smaller one, or the pages that matter.",
            "disk_full": "there is no room left on this service's disk. Nothing of the "
            "file was kept. Tell who keeps this service, and try again later.",
        }[refusal]

    def clean_file(self) -> Any:
        """Return the upload, if it is of a kind that is taken and is not here yet."""
        if self.refused:
            raise ValidationError(self.refused)
        upload = self.cleaned_data["file"]
        if upload is None:
            return None
        try:
            kept = look_into(
                Path(upload.temporary_file_path()),
                getattr(upload, "given_name", upload.name),
            )
        except InputError as error:
            raise ValidationError(f"{error} {CHOOSE_AGAIN}") from error
        already = same_file(kept.sha256, self.organisation)
        if already is not None:
            raise ValidationError(
                f"this file is here already, as {already.label}. Use that one."
            )
        self.kept = kept
        return upload


class AddEvidence(ChangeEvidence, _WithFile):
    """A file or an address, and what is said of it."""

    file = forms.FileField(label="The file", required=False)

    def __init__(
        self, *args: Any, organisation: Organisation, refusal: Refusal = "", **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self._prepare(organisation, refusal)

    def clean(self) -> dict[str, Any]:
        """Ask for a file or an address, and not for both."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        has_file, url = given.get("file") is not None, given.get("url")
        if not self.errors and not has_file and not url:
            self.add_error("file", "no file was chosen and no address typed. Give one.")
        if has_file and url:
            self.add_error("url", "there is a file as well. Add the two one by one.")
        return given

    def values(self) -> dict[str, Any]:
        """Return what is said of it."""
        return {n: v for n, v in self.cleaned_data.items() if n != "file"}


class AddCopy(_WithFile):
    """A copy with names taken out."""

    sensitivity = forms.ChoiceField(
        label="Who may open the copy?",
        choices=choices_of(claims.Sensitivity),
        initial=claims.Sensitivity.INTERNAL.value,
        widget=RadioList,
    )
    file = forms.FileField(label="The copy with names taken out")

    def __init__(
        self, *args: Any, organisation: Organisation, refusal: Refusal = "", **more: Any
    ) -> None:
        # The page has a field of this name already.
        super().__init__(*args, auto_id="copy_%s", **more)
        self._prepare(organisation, refusal)
        if self.refused:
            self.fields["file"].error_messages["required"] = self.refused

    def values(self, original: Evidence, *, title: str) -> dict[str, Any]:
        """Return what is said of the copy: the same as of the original."""
        return {
            "title": f"{title[:180]}, names taken out",
            "kind": original.kind,
            "dated": original.dated,
            "holder": original.holder,
            "quality": original.quality,
            "sensitivity": self.cleaned_data["sensitivity"],
        }
