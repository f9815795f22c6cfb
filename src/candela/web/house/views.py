"""Is the service well, and what does it keep?"""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from candela import __version__
from candela.web.access import public

__all__ = ["health"]


@public
def health(request: HttpRequest) -> HttpResponse:
    """Answer 200 and ``ready`` to a machine that asks, or 503; no secrets or counts."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "no database"}, status=503)
    return JsonResponse({"status": "ready", "version": __version__})
