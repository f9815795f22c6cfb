"""Is what the organisation's own sign-in service says to be believed?

allauth takes what comes back from the service's own address over TLS as true.  That
leaves gaps which matter behind a proxy or with a service set up carelessly.  Here every
ID token must be signed by the service with a public-key method, be meant for us, be
fresh, and answer the very request this browser made (``nonce``).  The issuer must be
the one that was configured, and an address counts only where the service has proved it.
"""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urlsplit

import jwt
from allauth.account.models import EmailAddress
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp, SocialToken
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import (
    OAuth2CallbackView,
    OAuth2LoginView,
)
from allauth.socialaccount.providers.openid_connect.provider import (
    OpenIDConnectProvider,
)
from allauth.socialaccount.providers.openid_connect.views import (
    OpenIDConnectOAuth2Adapter,
)
from django.http import Http404, HttpRequest, HttpResponse
from requests import RequestException

__all__ = ["StrictProvider", "come_back", "go_there"]

METHODS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384")
NEEDED = ("iss", "aud", "exp", "iat", "sub", "nonce")
ADDRESSES = ("authorization_endpoint", "token_endpoint", "jwks_uri")
SLACK = 60  # seconds by which two clocks may differ


class _StrictAdapter(OpenIDConnectOAuth2Adapter):
    """Asks the service, and checks what it answers."""

    nonce = ""

    @property
    def openid_config(self) -> dict[str, Any]:
        """What the service says of itself, if it is the one that was configured."""
        told: dict[str, Any] = super().openid_config
        wanted = self.get_provider().app.settings["server_url"].rstrip("/")
        issuer = str(told.get("issuer", ""))
        if issuer.rstrip("/") != wanted:
            raise OAuth2Error("the service calls itself by another name")
        scheme = urlsplit(wanted).scheme
        if any(urlsplit(str(told.get(a, ""))).scheme != scheme for a in ADDRESSES):
            raise OAuth2Error("the service has addresses without TLS, or lacks one")
        return told

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> Any:
        """Return who the ID token says this is."""
        given = kwargs["response"].get("id_token")
        if not isinstance(given, str):
            raise OAuth2Error("there is no ID token")
        claims = self._claims(given, app.client_id)
        return self.get_provider().sociallogin_from_response(
            request, {"id_token": claims}
        )

    def _claims(self, given: str, client: str) -> dict[str, Any]:
        """Return what a token says, if it is good in every respect."""
        try:
            header = jwt.get_unverified_header(given)
            if header.get("alg") not in METHODS:
                raise OAuth2Error("the token is not signed with a public-key method")
            claims: dict[str, Any] = jwt.decode(
                given,
                key=self._key(str(header.get("kid", ""))),
                algorithms=[header["alg"]],
                audience=client,
                issuer=self.openid_config["issuer"],
                leeway=SLACK,
                options={"require": list(NEEDED)},
            )
        except (jwt.PyJWTError, KeyError, ValueError) as error:
            raise OAuth2Error(
                f"the token is refused: {type(error).__name__}"
            ) from error
        self._refuse_others_token(claims, client)
        return claims

    def _refuse_others_token(self, claims: dict[str, Any], client: str) -> None:
        """Refuse what is meant for others too, or answers another request."""
        meant_for = claims["aud"]
        is_shared = isinstance(meant_for, list) and len(meant_for) > 1
        if is_shared and claims.get("azp") != client:
            raise OAuth2Error("the token is meant for others as well")
        nonce = str(claims["nonce"])
        if not self.nonce or not secrets.compare_digest(nonce, self.nonce):
            raise OAuth2Error("the token answers another request")

    def _key(self, name: str) -> Any:
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
            return jwt.PyJWKSet.from_dict(answer.json())[name].key


class StrictProvider(OpenIDConnectProvider):
    """The organisation's own sign-in service."""

    oauth2_adapter_class = _StrictAdapter

    def get_redirect_from_request_kwargs(self, request: HttpRequest) -> dict[str, Any]:
        """Return what to ask for; the address in the browser adds nothing to it."""
        asked: dict[str, Any] = super().get_redirect_from_request_kwargs(request)
        return {
            "process": AuthProcess.LOGIN,
            "next_url": asked.get("next_url"),
            "scope": self.get_scope(),
            "auth_params": self.get_auth_params(),
        }

    def redirect(
        self, request: HttpRequest, process: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Lead there with a number that only the answer to this request repeats."""
        nonce = secrets.token_urlsafe(32)
        kwargs["auth_params"] = {**kwargs.get("auth_params", {}), "nonce": nonce}
        return super().redirect(request, process, *args, nonce=nonce, **kwargs)

    def extract_email_addresses(self, data: dict[str, Any]) -> list[EmailAddress]:
        """Return the address, and whether the service has proved it."""
        claims = data["id_token"]
        address = claims.get("email")
        if not isinstance(address, str) or not address:
            return []
        proved = _is_yes(claims.get("email_verified")) or _is_yes(
            # Entra ID says in this claim that the tenant has proved the domain.
            claims.get("xms_edov")
        )
        return [EmailAddress(email=address, verified=proved, primary=True)]

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """Keep nothing about a person beyond the number they have there."""
        return {}


class _Callback(OAuth2CallbackView):
    """Where the service sends people back to."""

    def _get_state(self, request: HttpRequest, provider: Any) -> tuple[Any, Any]:
        state, refused = super()._get_state(request, provider)
        if state is not None:
            self.adapter.nonce = state.get("nonce", "")
        return state, refused


def go_there(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead to the sign-in service."""
    return _asked(request, provider_id, OAuth2LoginView)


def come_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take who comes back from the sign-in service."""
    return _asked(request, provider_id, _Callback)


def _asked(request: HttpRequest, provider_id: str, view: Any) -> HttpResponse:
    adapter = _StrictAdapter(request, provider_id)
    try:
        provider = adapter.get_provider()
    except SocialApp.DoesNotExist:
        raise Http404 from None
    try:
        return view.adapter_view(adapter)(request)
    except (RequestException, OAuth2Error) as error:
        return render_authentication_error(request, provider, exception=error)


def _is_yes(claim: Any) -> bool:
    """Say whether a claim is true; some services send it as a word or a number."""
    return claim is True or str(claim).lower() in ("true", "1")
