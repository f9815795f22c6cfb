"""How does the worked example get its released story?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from candela.impact.worked_example import worked_example
from candela.web.accounts.models import Organisation
from candela.web.answering.models import Answer
from candela.web.coding.models import Statement
from candela.web.stories import actions
from candela.web.stories.audiences import Audience
from candela.web.stories.models import Report
from candela.web.studies.models import Study

__all__ = ["release_example_story"]


def release_example_story(
    *,
    organisation: Organisation,
    study: Study,
    answers: Mapping[str, Answer],
    now: datetime,
) -> Report:
    """Release the story of the example, made and released by nobody who signs in."""
    told = worked_example()["story"]
    report = actions.begin(
        organisation=organisation,
        kind="story",
        study=study,
        audience=Audience(told["audience"]),
        by=None,
        now=now,
    )
    numbers = Statement.objects.filter(number__in=told["statements"])
    report.title = told["title"]
    report.choices = {
        "statements": list(numbers.order_by("number").values_list("pk", flat=True)),
        "quotes": [str(answers[key].pk) for key in told["quotes"]],
        "what_next": told["what_next"],
        "contact": worked_example()["campaign"]["contact"],
    }
    report.save()
    actions.propose(report=report, by=None, now=now)
    actions.release(report=report, seal=report.seal, by=None, now=now)
    return report
