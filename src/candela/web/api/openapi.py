"""How does a program learn what it can ask?  OpenAPI 3.1, out of the one table."""

from __future__ import annotations

from typing import Any

from candela import __version__
from candela.web.api.endpoints import ENDPOINTS, IN_PATH, Endpoint
from candela.web.api.schemas import ERROR

__all__ = ["PREFIX", "document"]

PREFIX = "/api/v1/"
DESCRIPTION = (
    "What the pages show, for programs; nothing can be changed here. Public books need "
    "no account. Other books need the session of somebody who signed in with a "
    "browser and may read them. Numbers are those of the book, with the same ones "
    "hidden; each answer says by which rule in its notes."
)
ERRORS = {
    "400": "a choice in the address is not one of those there are",
    "401": "not signed in, and this is not public",
    "404": "there is no such thing, or none that you may see",
    "422": "the book cannot be read at present",
}


def document() -> dict[str, Any]:
    """Return the description of every address."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Candela",
            "version": __version__,
            "description": DESCRIPTION,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": PREFIX}],
        "paths": {f"/{e.path}": {"get": _operation(e)} for e in ENDPOINTS},
        "components": {"schemas": {"Error": dict(ERROR)}},
    }


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    return {
        "operationId": endpoint.name,
        "summary": endpoint.summary,
        "parameters": [*_in_path(endpoint), *_in_query(endpoint)],
        "responses": {
            "200": {
                "description": endpoint.summary,
                "content": {"application/json": {"schema": dict(endpoint.schema)}},
            },
            **{status: _error(words) for status, words in ERRORS.items()},
        },
    }


def _in_path(endpoint: Endpoint) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": words,
            "schema": {"type": "string"},
        }
        for name, (_, words) in IN_PATH.items()
        if f"{{{name}}}" in endpoint.path
    ]


def _in_query(endpoint: Endpoint) -> list[dict[str, Any]]:
    return [
        {
            "name": parameter.name,
            "in": "query",
            "required": False,
            "description": parameter.words,
            "schema": dict(parameter.schema),
        }
        for parameter in endpoint.query
    ]


def _error(words: str) -> dict[str, Any]:
    return {
        "description": words,
        "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/Error"}}
        },
    }
