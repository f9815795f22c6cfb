"""What is asked of who sets up and runs a campaign?  As little as possible."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from candela.impact.claims import Role
from candela.web.books.forms import OneLine
from candela.web.campaigns.models import Campaign, Group
from candela.web.campaigns.plans import usual_mode
from candela.web.campaigns.setting_up import Asked
from candela.web.forms import WithoutNhsNumbers
from candela.web.forms.widgets import RadioList
from candela.web.questionnaires.models import QuestionnaireVersion
from candela.web.studies.models import Study

__all__ = [
    "BeginCampaign",
    "ChooseGroups",
    "ChooseQuestions",
    "CloseOn",
    "Decide",
    "Finish",
    "WriteTold",
]

DAY_HINT = "Such as 30 6 2026."
DAY_FORMATS = ["%d %m %Y", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d %B %Y", "%Y-%m-%d"]
NO_NAMES = "Write nobody's name and nothing about one person's health."
Mode: Any = Group.Mode
Governance: Any = Campaign.Governance


class DayField(forms.DateField):
    """A day, typed in any usual way."""

    def __init__(self, **more: Any) -> None:
        super().__init__(
            input_formats=DAY_FORMATS,
            widget=forms.DateInput(format="%d %m %Y"),
            **{"help_text": DAY_HINT, **more},
        )


class BeginCampaign(forms.Form):
    """Which study is asked about."""

    study = forms.ModelChoiceField(
        Study.objects.none(),
        label="Which study?",
        help_text="A study that is not listed is added under Studies first.",
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["study"].queryset = Study.objects.exclude(
            status=Study.Status.ARCHIVED
        )


class Decide(forms.Form):
    """Why people are asked, on which grounds, and whom they can ask back."""

    reason = OneLine(
        label="Why do you ask?", max_length=300, help_text="In a sentence."
    )
    governance = forms.ChoiceField(
        label="What kind of work is it?",
        help_text="Decide it with the tool of the Health Research Authority.",
        choices=Governance.choices,
        widget=RadioList(
            hints={
                Governance.UNDECIDED: "You can prepare everything, and send nothing.",
                Governance.SERVICE_EVALUATION: "Most campaigns are. Many organisations "
                "keep a register of them.",
                Governance.RESEARCH: "If you want to publish findings for others.",
            }
        ),
    )
    reference = OneLine(label="Number in your register", max_length=80, required=False)
    decided_on = DayField(label="Decided on", required=False)
    contact = OneLine(
        label="Whom can respondents ask?",
        max_length=200,
        help_text="A name with a telephone number or an address.",
    )
    help_now = OneLine(
        label="Where does somebody in distress find help?",
        max_length=300,
        required=False,
        help_text="On every page for people who took part and their families.",
    )
    names_study = forms.BooleanField(
        label="Name the study in the subject of e-mails",
        required=False,
        help_text="Only if its name tells no illness. Otherwise the subject says "
        "“A study you took part in”.",
    )

    def clean(self) -> dict[str, Any]:
        """Ask for a number where there is a register to look it up in."""
        given = self.cleaned_data
        needs = given.get("governance") == Governance.RESEARCH
        if needs and not given.get("reference"):
            self.add_error("reference", "Research has an approval. Enter its number.")
        return given


class ChooseGroups(forms.Form):
    """Which groups, how many of each, how, and until when."""

    closes_on = DayField(label="Closes on")

    def __init__(
        self, *args: Any, campaign: Campaign, today: date, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.today = today
        there = {group.role: group for group in campaign.groups.all()}
        self.fields["closes_on"].initial = campaign.closes_on
        for role in Role:
            self._add_role(role, there.get(role.value))

    def _add_role(self, role: Role, group: Group | None) -> None:
        words = role.words
        self.fields[f"ask_{role.value}"] = forms.BooleanField(
            label=f"Ask {words}", required=False, initial=group is not None
        )
        self.fields[f"target_{role.value}"] = forms.IntegerField(
            label=f"About how many of {words}?",
            required=False,
            min_value=1,
            max_value=100_000,
            initial=group.target if group else None,
        )
        self.fields[f"mode_{role.value}"] = forms.ChoiceField(
            label=f"How are answers of {words} kept?",
            choices=Mode.choices,
            required=False,
            initial=group.mode if group else usual_mode(role),
            widget=forms.RadioSelect,
        )

    @property
    def roles(self) -> list[tuple[Role, list[Any]]]:
        """The fields of each role, for the template."""
        names = ("ask", "target", "mode")
        return [(r, [self[f"{n}_{r.value}"] for n in names]) for r in Role]

    @staticmethod
    def mode_label(mode: str) -> str:
        """Return a mode as the choices call it."""
        label: str = Mode(mode).label
        return f"{label[0].upper()}{label[1:]}"

    def clean_closes_on(self) -> date:
        """Return a day that is ahead, within 90 days."""
        closes_on: date = self.cleaned_data["closes_on"]
        if not 0 < (closes_on - self.today).days <= 90:
            raise ValidationError("Choose a day after today, within 90 days.")
        return closes_on

    def clean(self) -> dict[str, Any]:
        """Ask for one group at least."""
        if not self.asked():
            self.add_error(f"ask_{next(iter(Role)).value}", "Choose a group to ask.")
        return self.cleaned_data

    def asked(self) -> list[Asked]:
        """Return the groups that are ticked."""
        given = self.cleaned_data
        return [
            Asked(
                role,
                given.get(f"mode_{role.value}") or usual_mode(role),
                given.get(f"target_{role.value}"),
            )
            for role in Role
            if given.get(f"ask_{role.value}")
        ]


class ChooseQuestions(forms.Form):
    """Which version each group is asked with."""

    def __init__(self, *args: Any, groups: Sequence[Group], **more: Any) -> None:
        super().__init__(*args, **more)
        in_use = list(
            QuestionnaireVersion.objects.filter(state=QuestionnaireVersion.State.ACTIVE)
        )
        self.versions = {version.pk: version for version in in_use}
        for group in groups:
            self.fields[f"group_{group.pk}"] = forms.ChoiceField(
                label=f"Questions for {Role(group.role).words}",
                choices=[
                    (v.pk, f"{v.key}, version {v.version}")
                    for v in in_use
                    if v.role == group.role
                ],
                initial=group.questionnaire_id,
                widget=forms.RadioSelect,
            )

    def chosen(self) -> dict[int, QuestionnaireVersion]:
        """Return the version for each group's number."""
        return {
            int(name.removeprefix("group_")): self.versions[int(value)]
            for name, value in self.cleaned_data.items()
        }


class CloseOn(forms.Form):
    """Another day to close on."""

    closes_on = DayField(label="Closes on")


class WriteTold(WithoutNhsNumbers):
    """You said, we did."""

    heard = forms.CharField(
        label="What did people say?",
        max_length=2_000,
        widget=forms.Textarea,
        required=False,
        help_text=NO_NAMES,
    )
    did = forms.CharField(
        label="What did you do?",
        max_length=2_000,
        widget=forms.Textarea,
        required=False,
    )
    could_not = forms.CharField(
        label="What could you not do, and why?",
        max_length=2_000,
        widget=forms.Textarea,
        required=False,
    )


class Finish(forms.Form):
    """Why people are not told, where they are not."""

    reason = OneLine(
        label="Why are people not told?", max_length=300, help_text="In a sentence."
    )
