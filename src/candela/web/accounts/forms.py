"""What are people asked when they start, join, invite, or change something?"""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

from candela.web.accounts.models import Organisation, User
from candela.web.accounts.permissions import PERMISSIONS, Permission, Role
from candela.web.accounts.sign_in_forms import PASSWORD_HINT
from candela.web.forms import CheckboxList

__all__ = [
    "AddressForm",
    "InviteForm",
    "JoinForm",
    "MemberForm",
    "NameForm",
    "NewOrganisationForm",
    "OrganisationForm",
    "StartForm",
    "role_hints",
]

NAME_HINT = "As colleagues know you. It stands beside what you do here."
ADDRESS = forms.EmailInput(attrs={"autocomplete": "email"})
ORG_CODE = RegexValidator(
    r"^[A-Za-z0-9]{3,10}$",
    "this is not a code of an organisation. Enter 3 to 10 letters and digits, such as "
    "ZA1, or leave it empty.",
)


def role_hints() -> dict[str, str]:
    """Return what each role may do, in the words of the table of permissions."""
    return {role.value: _may(role) for role in Role}


def _may(role: Role) -> str:
    """Say it from the role with most that this one has all of, so that it is short."""
    mine = PERMISSIONS[role]
    below = [other for other in Role if PERMISSIONS[other] < mine]
    least = max(below, key=lambda other: len(PERMISSIONS[other]), default=None)
    more = mine - PERMISSIONS[least] if least else mine
    words = _listed(
        [permission.value for permission in Permission if permission in more]
    )
    return f"As a {least.label}, and may {words}." if least else f"May {words}."


def _listed(words: list[str]) -> str:
    if len(words) == 1:
        return words[0]
    return f"{', '.join(words[:-1])}, and {words[-1]}"


def _name(label: str = "Your name") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=100,
        help_text=NAME_HINT,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


def _new_password() -> forms.CharField:
    return forms.CharField(
        label="Password",
        strip=False,
        help_text=PASSWORD_HINT,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class _ChoosesPassword(forms.Form):
    """Checks a new password against the rules, and against the name and address."""

    def address(self) -> str:
        """Return whose password it is."""
        return str(self.cleaned_data.get("email", ""))

    def clean(self) -> dict[str, Any]:
        """Return the answers, the password checked."""
        answers: dict[str, Any] = super().clean()
        if "password" in answers:
            owner = User(email=self.address(), name=answers.get("name", ""))
            try:
                get_adapter().clean_password(answers["password"], user=owner)
            except ValidationError as error:
                self.add_error("password", error)
        return answers


def _organisation(label: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )


class _GivesCode(forms.Form):
    """Asks for the code that an organisation has in books."""

    org_code = forms.CharField(
        label="Its code",
        required=False,
        max_length=10,
        validators=[ORG_CODE],
        help_text="Its ODS code in books, so that its own page opens first. It can be "
        "added later.",
    )

    def clean_org_code(self) -> str:
        """Return the code in capitals."""
        return str(self.cleaned_data["org_code"]).upper()


class OrganisationForm(_GivesCode):
    """Name and code of an organisation."""

    name = _organisation("Name of the organisation")
    field_order = ("name", "org_code")


class NewOrganisationForm(OrganisationForm):
    """A new organisation, and who looks after it first."""

    email = forms.EmailField(
        label="E-mail address of its first administrator",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


class StartForm(_GivesCode, _ChoosesPassword):
    """What the first user says."""

    organisation = _organisation("Name of your organisation")
    name = _name()
    email = forms.EmailField(label="Your e-mail address", widget=ADDRESS)
    password = _new_password()
    field_order = ("organisation", "org_code", "name", "email", "password")


class JoinForm(_ChoosesPassword):
    """What a new member says; the address is the one that was invited."""

    name = _name()
    password = _new_password()

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def address(self) -> str:
        """Return the address that was invited."""
        return self.email


class _ChoosesRoles(forms.Form):
    """Asks for at least one role."""

    roles = forms.MultipleChoiceField(
        label="Roles",
        choices=[(role.value, role.label.capitalize()) for role in Role],
        widget=CheckboxList(hints=role_hints()),
    )


class InviteForm(_ChoosesRoles):
    """Whom to invite, and as what."""

    email = forms.EmailField(
        label="E-mail address",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    field_order = ("email", "roles")

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisation = organisation

    def clean_email(self) -> str:
        """Return the address in small letters, unless it is a member's."""
        from candela.web.accounts.actions import is_member

        email = str(self.cleaned_data["email"]).lower()
        if is_member(self.organisation, email):
            raise ValidationError(
                "this person is a member already. Change their roles on the page of "
                "members."
            )
        return email


class MemberForm(_ChoosesRoles):
    """What a member may do; who keeps the service may let others keep it, too."""

    keeps_service = forms.BooleanField(
        label="Keeps this service: its health, jobs, backups",
        required=False,
        help_text="This is about the whole service and not about one organisation.",
    )

    def __init__(self, *args: Any, asks_keeper: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_keeper:
            del self.fields["keeps_service"]


class NameForm(forms.Form):
    """Another name."""

    name = _name()


class AddressForm(forms.Form):
    """Another address."""

    email = forms.EmailField(label="New e-mail address", widget=ADDRESS)
