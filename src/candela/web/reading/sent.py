"""How is a file that is made on request sent?"""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.text import get_valid_filename

from candela.publish.csv_tables import PublishedTable, csv_text

__all__ = ["csv_file", "named"]


def named(answer: HttpResponse, name: str, *, attachment: bool) -> HttpResponse:
    """Give an answer a file name; what comes from a book is made fit to be one."""
    answer["Content-Disposition"] = content_disposition_header(
        attachment, get_valid_filename(name)
    )
    return answer


def csv_file(table: PublishedTable) -> HttpResponse:
    """Return a table as a CSV file, its cells safe in a spreadsheet."""
    answer = HttpResponse(csv_text(table), content_type="text/csv; charset=utf-8")
    return named(answer, f"{table.name}.csv", attachment=True)
