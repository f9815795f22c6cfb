"""Addresses of the portfolio, of reports and of people's records."""

from __future__ import annotations

from django.urls import URLPattern, path

from candela.web.stories.views import people, portfolio, reports

__all__ = ["urlpatterns"]

_REPORT = "reports/<int:report_id>/"

urlpatterns: list[URLPattern] = [
    path("", portfolio.portfolio, name="impact"),
    path("map.<slug:suffix>", portfolio.map_file, name="impact-map"),
    path("headings.<slug:suffix>", portfolio.headings_file, name="impact-headings"),
    path("reports/", reports.reports, name="reports"),
    path("reports/new/", reports.new, name="report-new"),
    path(_REPORT, reports.report, name="report"),
    path(f"{_REPORT}file.<slug:suffix>", reports.file, name="report-file"),
    path(f"{_REPORT}change/", reports.change, name="report-change"),
    path(f"{_REPORT}propose/", reports.propose, name="report-propose"),
    path(f"{_REPORT}take-back/", reports.take_back, name="report-take-back"),
    path(f"{_REPORT}release/", reports.release, name="report-release"),
    path(f"{_REPORT}withdraw/", reports.withdraw, name="report-withdraw"),
    path(f"{_REPORT}next/", reports.next_version, name="report-next"),
    path(f"{_REPORT}quote/remove/", reports.take_quote_out, name="report-quote-out"),
    path(f"{_REPORT}quote/ask/", reports.ask_about_quote, name="report-quote-ask"),
    path("people/<int:colleague_id>/", people.person, name="person-record"),
]
