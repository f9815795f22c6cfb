"""What is asked about services, people in research, and what studies brought forth?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from candela.errors import InputError
from candela.impact.registers.cells import text_of
from candela.impact.registers.numbers import orcid
from candela.web.accounts.models import Organisation, User
from candela.web.books.forms import OneLine
from candela.web.forms import CheckboxList, RadioList
from candela.web.studies import choosing
from candela.web.studies.models import Colleague, Service, ServiceLevel
from candela.web.studies.outputs import MOST_DOIS, dois_in
from candela.web.studies.people import inside

__all__ = [
    "ColleagueForm",
    "ConfirmWorks",
    "ExportForm",
    "MemberForm",
    "OutputsForm",
    "ServiceForm",
    "uploaded",
]

LARGEST_EXPORT = 5_000_000


def uploaded(file: Any) -> bytes:
    """Return an uploaded file's bytes.

    Raises
    ------
    ValidationError
        If it is larger than any list of studies.
    """
    if file.size > LARGEST_EXPORT:
        raise ValidationError(
            "this file has more than 5 MB. Export fewer studies, and only studies."
        )
    return Path(file.temporary_file_path()).read_bytes()


class ServiceForm(forms.Form):
    """A part of the organisation."""

    name = OneLine(label="Name", max_length=120)
    level = forms.ChoiceField(
        label="What is it?", choices=ServiceLevel.choices, widget=RadioList()
    )
    parent = forms.ModelChoiceField(
        Service.objects.none(), label="What is it a part of?", required=False
    )

    def __init__(self, *args: Any, service: Service | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        self.service = service
        parents = choosing.services()
        if service is not None:
            parents = parents.exclude(pk__in=inside(service))
        self.fields["parent"].queryset = parents

    def clean_name(self) -> str:
        """Return a name that no other service has."""
        name = str(self.cleaned_data["name"])
        same = Service.objects.filter(name=name)
        if self.service is not None:
            same = same.exclude(pk=self.service.pk)
        if same.exists():
            raise ValidationError(
                "there is a service of this name already. Choose another name."
            )
        return name


class ColleagueForm(forms.Form):
    """Somebody who does research here."""

    name = OneLine(label="Name", max_length=100)
    profession = OneLine(label="Profession", max_length=80, required=False)
    orcid = OneLine(
        label="ORCID iD",
        help_text="Such as 0000-0002-1825-0097. Their publications need not be typed.",
        max_length=60,
        required=False,
    )
    user = forms.ModelChoiceField(
        User.objects.none(),
        label="Which member are they?",
        help_text="Then they are never asked to verify what is claimed of their study.",
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        organisation: Organisation,
        colleague: Colleague | None = None,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        self.colleague = colleague
        self.fields["user"].queryset = User.objects.filter(
            memberships__organisation=organisation
        ).order_by("name")

    def clean_orcid(self) -> str:
        """Return the iD with its check digit looked at; one person has one entry."""
        typed = self.cleaned_data["orcid"]
        if not typed:
            return ""
        try:
            checked = orcid(typed)
        except InputError as error:
            raise ValidationError(str(error)) from error
        same = Colleague.objects.filter(orcid=checked)
        if self.colleague is not None:
            same = same.exclude(pk=self.colleague.pk)
        if same.exists():
            raise ValidationError(
                "somebody here has this iD already. Open their entry."
            )
        return checked


class MemberForm(forms.Form):
    """Somebody did a study, or does."""

    colleague = forms.ModelChoiceField(Colleague.objects.none(), label="Who?")
    part = OneLine(
        label="What is their part in it?",
        help_text="Such as investigator, research nurse or trial manager.",
        max_length=60,
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["colleague"].queryset = choosing.colleagues()


class OutputsForm(forms.Form):
    """DOIs of what a study brought forth, typed or as a file."""

    dois = forms.CharField(
        label="DOIs, one a line",
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    file = forms.FileField(
        label="Or a CSV file with a DOI in each line", required=False
    )

    def clean_file(self) -> str:
        """Return the text of the file."""
        file = self.cleaned_data["file"]
        if not file:
            return ""
        try:
            return text_of(uploaded(file), "the file")
        except InputError as error:
            raise ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        """Return the DOIs, or say which lines have none."""
        given = self.cleaned_data
        if self.errors:
            return given
        typed, file = given.get("dois", ""), given.get("file", "")
        if not typed.strip() and not file.strip():
            self.add_error(
                "dois", "nothing was entered. Enter a DOI, or choose a file."
            )
            return given
        found: list[str] = []
        for name, text in (("dois", typed), ("file", file)):
            in_it = dois_in(text)
            found += in_it.dois
            if in_it.wrong:
                lines = ", ".join(str(n) for n in in_it.wrong[:10])
                self.add_error(
                    name,
                    f"there is no DOI in line {lines}. Correct these lines, or take "
                    "them out.",
                )
        if len(found) > MOST_DOIS:
            self.add_error(
                "dois", f"there are more than {MOST_DOIS}. Add them in two goes."
            )
        given["found"] = list(dict.fromkeys(found))
        return given


class ConfirmWorks(forms.Form):
    """Which publications that people list at ORCID came of this study?"""

    works = forms.MultipleChoiceField(
        label="Which of these came of this study?",
        help_text="From the lists of its people at ORCID.",
        widget=CheckboxList(),
    )

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["works"].choices = choices


class ExportForm(forms.Form):
    """An export of CPMS or EDGE."""

    file = forms.FileField(
        label="The export, as a CSV file",
        help_text="Nothing is written before you have seen what it would change.",
    )
