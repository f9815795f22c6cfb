"""Does no NHS number get into what members write?"""

from __future__ import annotations

import pytest

from candela.web.campaigns.forms import WriteTold
from candela.web.coding.forms import NewStatement
from candela.web.coding.review_form import ReviewForm
from candela.web.coding.statement_form import StatementForm
from candela.web.scoping import organisation_scope
from candela.web.stories.forms import WhatToTell
from candela.web.stories.models import Report
from web.conftest import Place

NUMBER = "943 476 5919"  # its last digit is that of an NHS number
OTHER = "943 476 5918"  # and this one's is not
SAID = "there is an NHS number in this"


@pytest.mark.parametrize(
    ("form", "field"),
    [
        (NewStatement, "text"),
        (StatementForm, "text"),
        (StatementForm, "title"),
        (StatementForm, "story"),
        (StatementForm, "plain_summary"),
        (StatementForm, "other_contributors"),
        (ReviewForm, "reasons"),
        (WriteTold, "heard"),
        (WriteTold, "did"),
        (WriteTold, "could_not"),
    ],
)
def test_an_nhs_number_is_not_taken_in_any_text(form: type, field: str) -> None:
    assert SAID in str(form({field: f"She told me: {NUMBER}."}).errors[field])
    assert field not in form({field: f"She told me: {OTHER}."}).errors


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["title", "what_next", "not_to_plan", "contact"])
def test_what_frames_a_report_holds_none_either(here: Place, field: str) -> None:
    with organisation_scope(here.organisation):
        report = Report(organisation=here.organisation, kind="story", title="Heron")
        form = WhatToTell({field: f"Ring {NUMBER}"}, report=report)
        assert SAID in str(form.errors[field])
