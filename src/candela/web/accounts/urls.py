"""Addresses of signing in, joining, the account and the members.

Pages of allauth are named one by one, under allauth's own names, and none besides: what
is not here cannot be reached.  They check for themselves who asks.
"""

from __future__ import annotations

from collections.abc import Callable

from allauth.account import views as allauth_account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.webauthn import views as passkey
from django.http import HttpRequest, HttpResponse
from django.urls import include, path, register_converter

from candela.web.access import Kind, Rule, declare
from candela.web.accounts import (
    joining_views,
    member_views,
    organisation_views,
    sign_in_views,
    single_sign_on,
    views,
)

__all__ = ["urlpatterns"]

View = Callable[..., HttpResponse]


class _Letters:
    """Letters and digits: what stands before the first hyphen of a link."""

    regex = "[0-9A-Za-z]+"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(_Letters, "letters")


def _anyone(view: View, *, writes: bool = True) -> View:
    return declare(Rule(Kind.PUBLIC, writes=writes), _heads_are_gets(view))


def _self(view: View, *, writes: bool = True) -> View:
    return declare(Rule(Kind.SIGNED_IN, writes=writes), _heads_are_gets(view))


def _heads_are_gets(view: View) -> View:
    """Return the view, which takes HEAD for GET; allauth counts it as a try."""

    def asked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.method == "HEAD":
            request.method = "GET"
        return view(request, *args, **kwargs)

    return asked


sign_in = [
    path("", _anyone(sign_in_views.SignIn.as_view()), name="account_login"),
    path("code/", _anyone(mfa.authenticate), name="mfa_authenticate"),
    path("passkey/", _anyone(passkey.login_webauthn), name="mfa_login_webauthn"),
    path(
        "forgotten/",
        _anyone(allauth_account.password_reset),
        name="account_reset_password",
    ),
    path(
        "forgotten/sent/",
        _anyone(allauth_account.password_reset_done, writes=False),
        name="account_reset_password_done",
    ),
    path(
        "forgotten/done/",
        _anyone(allauth_account.password_reset_from_key_done, writes=False),
        name="account_reset_password_from_key_done",
    ),
    path(
        "forgotten/<letters:uidb36>-<str:key>/",
        _anyone(sign_in_views.ResetPassword.as_view()),
        name="account_reset_password_from_key",
    ),
    path(
        "with/<str:provider_id>/",
        _anyone(single_sign_on.go_there),
        name="openid_connect_login",
    ),
    path(
        "with/<str:provider_id>/back/",
        _anyone(single_sign_on.come_back),
        name="openid_connect_callback",
    ),
]

methods = [
    path("", _self(sign_in_views.SignInMethods.as_view()), name="mfa_index"),
    path("app/", _self(sign_in_views.AddApp.as_view()), name="mfa_activate_totp"),
    path(
        "app/remove/",
        _self(sign_in_views.RemoveApp.as_view()),
        name="mfa_deactivate_totp",
    ),
    path("passkeys/", _self(passkey.list_webauthn), name="mfa_list_webauthn"),
    path(
        "passkeys/add/",
        _self(sign_in_views.AddPasskey.as_view()),
        name="mfa_add_webauthn",
    ),
    path(
        "passkeys/<int:pk>/remove/",
        _self(sign_in_views.RemovePasskey.as_view()),
        name="mfa_remove_webauthn",
    ),
    path(
        "passkeys/<int:pk>/edit/",
        _self(passkey.edit_webauthn),
        name="mfa_edit_webauthn",
    ),
    path("codes/", _self(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "codes/new/",
        _self(sign_in_views.NewCodes.as_view()),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "codes/download/",
        _self(codes.download_recovery_codes, writes=False),
        name="mfa_download_recovery_codes",
    ),
]

again = [
    path("", _self(allauth_account.reauthenticate), name="account_reauthenticate"),
    path("code/", _self(mfa.reauthenticate), name="mfa_reauthenticate"),
    path(
        "passkey/",
        _self(sign_in_views.PasskeyAgain.as_view()),
        name="mfa_reauthenticate_webauthn",
    ),
]

account = [
    path("", views.account, name="account"),
    path("name/", views.name, name="change-name"),
    path("address/", views.address, name="change-address"),
    path("address/<str:token>/", views.confirm_address, name="confirm-address"),
    path(
        "password/",
        _self(sign_in_views.ChangePassword.as_view()),
        name="account_change_password",
    ),
    path(
        "password/first/",
        _self(sign_in_views.SetPassword.as_view()),
        name="account_set_password",
    ),
    path("ways-in/", include(methods)),
    path("again/", include(again)),
    path("sessions/", views.sessions, name="usersessions_list"),
    path("e-mails/<int:follow_id>/stop/", views.stop_email, name="stop-email"),
    path("leave/<slug:slug>/", views.leave, name="leave"),
    path("record/", views.record, name="my-record"),
    path("close/", views.close, name="close-account"),
]

members = [
    path("", member_views.members, name="members"),
    path("invite/", member_views.invite, name="invite"),
    path(
        "invitations/<int:invitation_id>/withdraw/",
        member_views.withdraw,
        name="withdraw-invitation",
    ),
    path("<int:membership_id>/", member_views.change_member, name="change-member"),
    path("<int:membership_id>/end/", member_views.end_member, name="end-member"),
    path("<int:membership_id>/let-in/", member_views.let_in_again, name="let-in-again"),
]

organisations = [
    path("", organisation_views.organisations, name="organisations"),
    path("add/", organisation_views.add, name="add-organisation"),
    path(
        "<slug:slug>/invite/",
        organisation_views.invite_administrator,
        name="invite-administrator",
    ),
]

urlpatterns = [
    path("sign-in/", include(sign_in)),
    path("sign-out/", _anyone(allauth_account.logout), name="account_logout"),
    path("account/", include(account)),
    path("start/<str:token>/", joining_views.start, name="start"),
    path("join/<str:token>/", joining_views.join, name="join"),
    path("at/<slug:slug>/members/", include(members)),
    path(
        "at/<slug:slug>/organisation/",
        organisation_views.settings,
        name="organisation-settings",
    ),
    path("system/organisations/", include(organisations)),
]
