"""What do allauth's forms ask here, and in which words?

A password is typed once: the field can show it, and a forgotten one can be set anew.
"""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.account.adapter import get_adapter
from allauth.mfa.base import forms as code
from allauth.mfa.totp import forms as app
from allauth.mfa.webauthn import forms as passkey
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest

from candela.web.accounts import noticed
from candela.web.accounts.models import User
from candela.web.audit.actions import Action
from candela.web.forms import CodeInput

__all__ = [
    "PASSWORD_HINT",
    "CodeAgainForm",
    "CodeForm",
    "FirstCodeForm",
    "FirstPasswordForm",
    "ForgottenForm",
    "NewPasskeyForm",
    "NewPasswordForm",
    "OtherPasswordForm",
    "PasskeyAgainForm",
    "PasskeyForm",
    "PasskeyNameForm",
    "PasswordAgainForm",
    "SignInForm",
    "SignInPasskeyForm",
]

PASSWORD_HINT = (
    "12 characters or more. Three words that do not belong together are easy to keep "
    "in mind. You can paste one from a password manager."
)
NO_PASSKEY = "The passkey was not accepted. Try again, or use another way."
TOO_MANY = "too_many_login_attempts"
NAME_LENGTH = 60
# What allauth lets through when the answer of a passkey is not whole.
NOT_WHOLE = (KeyError, TypeError, ValueError, AttributeError)


class SignInForm(account.LoginForm):
    """E-mail address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _asks(self, "login", "E-mail address", autocomplete="username")
        _asks(self, "password", "Password")


class ForgottenForm(account.ResetPasswordForm):
    """Which address to send the link to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _asks(self, "email", "E-mail address", autocomplete="username")

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Write to whoever asked, known or not: the answer takes as long either way."""
        if self.users:
            return str(super().save(request, **kwargs))
        email: str = self.cleaned_data["email"]
        get_adapter(request).send_mail("account/email/unknown_account", email, {})
        return email


class NewPasswordForm(account.ResetPasswordKeyForm):
    """A new password, by the link that was sent."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _asks_once_for_new(self)


class OtherPasswordForm(account.ChangePasswordForm):
    """The password now, and a new one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _asks(self, "oldpassword", "Your password now")
        _asks_once_for_new(self)


class FirstPasswordForm(account.SetPasswordForm):
    """A password for somebody who had none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _asks_once_for_new(self)


class PasswordAgainForm(account.ReauthenticateForm):
    """The password again, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _asks(self, "password", "Your password")


class _NotesRefusals:
    """Writes a refused code or passkey into the log, once a try."""

    user: User | None

    def clean_code(self) -> str:
        try:
            return str(super().clean_code())  # type: ignore[misc]
        except ValidationError as error:
            # The tries after too many would only fill the log.
            if self.user is not None and error.code != TOO_MANY:
                noticed.noted(Action.SIGN_IN_REFUSED, self.user, at="code")
            raise


class CodeForm(_NotesRefusals, code.AuthenticateForm):
    """A code from the app, or a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _asks_code(self, "From your app, or one of your recovery codes.")


class CodeAgainForm(_NotesRefusals, code.ReauthenticateForm):
    """A code again, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _asks_code(self, "From your app, or one of your recovery codes.")


class FirstCodeForm(app.ActivateTOTPForm):
    """The first code of an app, which proves that it holds the secret."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _asks_code(self, "The 6 digits that the app shows now.")


class _PasskeyWords:
    """Says that a passkey was not accepted as such, and not as a wrong code."""

    user: User | None

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except (ValidationError, *NOT_WHOLE) as error:
            if self.user is None:
                noticed.unknown_refused()
            elif getattr(error, "code", "") != TOO_MANY:
                noticed.noted(Action.SIGN_IN_REFUSED, self.user, at="passkey")
            raise ValidationError(NO_PASSKEY, code="no_passkey") from error


class PasskeyForm(_PasskeyWords, passkey.AuthenticateWebAuthnForm):
    """A passkey as second factor."""


class SignInPasskeyForm(_PasskeyWords, passkey.LoginWebAuthnForm):
    """A passkey instead of a password."""


class PasskeyAgainForm(_PasskeyWords, passkey.ReauthenticateWebAuthnForm):
    """A passkey again, before something that matters."""


class NewPasskeyForm(passkey.AddWebAuthnForm):
    """A new passkey; one that asks for a finger, a face or a PIN, so it is enough."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].widget = forms.HiddenInput()
        self.fields["passwordless"].initial = "on"
        _asks_name(self)

    def clean_passwordless(self) -> bool:
        """Return that a device which does not ask who holds it is refused."""
        return True

    def clean(self) -> dict[str, Any]:
        """Return the answers, a refusal in our own words."""
        try:
            return dict(super().clean())
        except (ValidationError, *NOT_WHOLE) as error:
            raise ValidationError(NO_PASSKEY, code="no_passkey") from error


class PasskeyNameForm(passkey.EditWebAuthnForm):
    """Another name for a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _asks_name(self)


def _asks_once_for_new(form: forms.Form) -> None:
    del form.fields["password2"]
    _asks(form, "password1", "New password", PASSWORD_HINT)


def _asks_code(form: forms.Form, hint: str) -> None:
    form.fields["code"].widget = CodeInput()
    _asks(form, "code", "Code", hint)


def _asks_name(form: forms.Form) -> None:
    form.fields["name"].validators.append(MaxLengthValidator(NAME_LENGTH))
    _asks(
        form,
        "name",
        "Name of this passkey",
        "Such as the device it is on. Only you see it.",
    )


def _asks(
    form: forms.Form, name: str, label: str, hint: str = "", *, autocomplete: str = ""
) -> None:
    field = form.fields[name]
    field.label, field.help_text = label, hint
    if autocomplete:
        field.widget.attrs["autocomplete"] = autocomplete
