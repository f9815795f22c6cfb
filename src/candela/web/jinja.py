"""How are pages made from templates?

Ours are in ``templates``; those of the NHS design system come with
``nhsuk_frontend_jinja``.  Theirs look deep into what they are given, such as
``params.label.id``, and need undefined values that allow it.  Ours must not, and
``tests/web`` renders them with an undefined value that refuses to be shown.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from jinja2 import ChainableUndefined, ChoiceLoader, FileSystemLoader, PackageLoader
from jinja2 import Environment as JinjaEnvironment

from candela.web.forms import component, problems
from candela.web.layout import MADE_UP, Layout
from candela.web.shown import browser, cell, day, heard, moment, month, number, slug

__all__ = ["TEMPLATES", "environment"]

TEMPLATES = Path(__file__).parent / "templates"


def environment(**options: Any) -> JinjaEnvironment:
    """Return the environment that Django's Jinja2 backend asks for."""
    given = options.pop("loader", None)
    options["loader"] = ChoiceLoader(
        [
            *([given] if given else []),
            FileSystemLoader(TEMPLATES),
            PackageLoader("nhsuk_frontend_jinja"),
        ]
    )
    options["undefined"] = ChainableUndefined
    options["autoescape"] = _is_markup
    made = JinjaEnvironment(trim_blocks=True, lstrip_blocks=True, **options)
    made.globals.update(
        static=static,
        url=_address,
        layout=Layout(),
        MADE_UP=MADE_UP,
    )
    made.filters.update(
        browser=browser,
        cell=cell,
        component=component,
        day=day,
        heard=heard,
        moment=moment,
        month=month,
        number=number,
        problems=problems,
        slug=slug,
    )
    return made


def _is_markup(name: str | None) -> bool:
    """Say whether text is escaped: everywhere but in plain text, such as e-mail."""
    return name is None or not name.endswith(".txt")


def _address(name: str, *args: Any, **kwargs: Any) -> str:
    """Return the address of a page by the name of its route."""
    return reverse(name, args=args, kwargs=kwargs)
