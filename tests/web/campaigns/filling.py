"""Somebody who fills forms in by hand; what they typed and pressed is counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.test import Client

BOXES = ("checkbox", "radio")


class _Forms(HTMLParser):
    """Reads forms as a browser does: with what is filled in already."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []
        self._area = self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "form":
            made = {"action": told.get("action"), "values": {}, "names": set()}
            self.forms.append({**made, "buttons": []})
        if not self.forms:
            return
        form, name = self.forms[-1], told.get("name") or ""
        if tag == "button":
            form["buttons"].append((name, told.get("value") or ""))
        if tag in ("input", "textarea", "select") and name:
            form["names"].add(name)
        if tag == "textarea":
            self._area = name
            form["values"][name] = ""
        if tag == "select":
            self._select = name
        if tag == "option" and "selected" in told:
            form["values"][self._select] = told.get("value") or ""
        if tag == "input" and name:
            kind = told.get("type")
            if kind not in BOXES or "checked" in told:
                form["values"][name] = told.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1]["values"][self._area] += data.removeprefix("\n")


@dataclass
class Person:
    """One person at a browser: fields typed, choices made, buttons pressed."""

    client: Client
    typed: int = 0
    chosen: int = 0
    pressed: int = 0
    pages: list[str] = field(default_factory=list)

    def sees(self, address: str) -> str:
        """Open a page."""
        response = self.client.get(address, follow=True)
        assert response.status_code == 200, (address, response.status_code)
        page = response.content.decode()
        assert page.count("<h1") == 1, address
        self.pages.append(address)
        return page

    def sends(
        self,
        address: str,
        typed: dict[str, str] | None = None,
        chosen: dict[str, str | None] | None = None,
        do: str = "",
    ) -> str:
        """Fill a form in, send it, and return the page that comes back."""
        typed, chosen = typed or {}, chosen or {}
        form = self._form(self.sees(address), {*typed, *chosen}, do)
        values = {**form["values"], **typed}
        for name, value in chosen.items():
            values.pop(name, None)
            if value is not None:
                values[name] = value
        if do:
            values["do"] = do
        self.typed += len(typed)
        self.chosen += len(chosen)
        self.pressed += 1
        response = self.client.post(form["action"] or address, values, follow=True)
        assert response.status_code == 200, (address, response.status_code)
        return response.content.decode()

    def _form(self, page: str, names: set[str], do: str) -> dict[str, Any]:
        reader = _Forms()
        reader.feed(page)
        fitting = [
            form
            for form in reader.forms
            if form["names"] >= names
            and (not do or ("do", do) in form["buttons"])
            and (names or do or form["buttons"])
            and "q" not in form["names"]
            and "/sign-out/" not in (form["action"] or "")
        ]
        assert fitting, f"no form with {sorted(names)} and button {do!r}"
        return fitting[0]
