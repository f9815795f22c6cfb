"""Addresses for programs, out of the one table of ``endpoints``."""

from __future__ import annotations

import re

from django.urls import URLPattern, path

from candela.web.api import views
from candela.web.api.endpoints import ENDPOINTS, IN_PATH


def _route(address: str) -> str:
    """Return an address as Django writes it: ``books/<book:book_id>/``."""

    def part(found: re.Match[str]) -> str:
        name = found.group(1)
        kind, _ = IN_PATH[name]
        return f"<{kind}:{'book_id' if name == 'book' else name}>"

    return re.sub(r"\{(\w+)\}", part, address)


urlpatterns: list[URLPattern] = [
    path("openapi.json", views.openapi, name="api-openapi"),
    *(
        path(_route(e.path), views.VIEWS[e.name], name=f"api-{e.name}")
        for e in ENDPOINTS
    ),
    path("<path:rest>", views.nothing_here, name="api-nothing"),
]
