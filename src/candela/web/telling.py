"""How is somebody told on the next page what was done?

In a cookie, not in the session: nothing is written once a deed is committed, so no
answer says that it failed; and to show a message changes nothing here.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpResponse

__all__ = ["ToldInCookie"]


class ToldInCookie(CookieStorage):
    """Keeps what is to be said in a signed cookie; without it, pages set none."""

    cookie_name = settings.MESSAGE_COOKIE_NAME

    def _update_cookie(self, encoded_data: str, response: HttpResponse) -> Any:
        # Django's own takes the cookie away on every page, also where there was none.
        if encoded_data or self.cookie_name in self.request.COOKIES:
            super()._update_cookie(encoded_data, response)
