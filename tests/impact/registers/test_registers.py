"""Are the facts of a register's answer taken, and nothing else?"""

from __future__ import annotations

import json
from datetime import date

import pytest

from candela.errors import InputError
from candela.impact.registers import clinical_trials, isrctn, publications
from candela.impact.registers.entries import StudyState
from candela.impact.registers.numbers import Scheme

ISRCTN = """<?xml version="1.0" encoding="UTF-8"?>
<allTrials xmlns="http://www.67bricks.com/isrctn" totalCount="1">
 <fullTrial>
  <trial lastUpdated="2026-09-25T07:18:23Z">
   <isrctn dateAssigned="2020-01-02T00:00:00Z">99999999</isrctn>
   <trialDescription>
    <title>Looking after herons</title>
    <scientificTitle>A trial of looking after herons</scientificTitle>
    <acronym>HERON</acronym>
    <plainEnglishSummary>Background and aims
    Herons stand.</plainEnglishSummary>
   </trialDescription>
   <externalRefs>
    <irasNumber>123456</irasNumber>
    <clinicalTrialsGovNumber>Nil known</clinicalTrialsGovNumber>
   </externalRefs>
   <trialDesign><overallEndDate>2024-12-31T00:00:00Z</overallEndDate></trialDesign>
   <participants>
    <recruitmentStart>2022-09-14T00:00:00Z</recruitmentStart>
    <recruitmentEnd>2024-08-15T00:00:00Z</recruitmentEnd>
    <totalFinalEnrolment>4711</totalFinalEnrolment>
   </participants>
  </trial>
  <contact><forename>Ada</forename><surname>Person</surname></contact>
  <sponsor><organisation>Quillmere Trust</organisation>
   <commercialStatus>Non-Commercial</commercialStatus></sponsor>
 </fullTrial>
</allTrials>"""
NUMBER = "ISRCTN99999999"


def test_isrctn_gives_names_dates_and_numbers_and_no_people() -> None:
    entry = isrctn.read(ISRCTN, NUMBER)
    assert entry is not None
    assert entry.title == "Looking after herons"
    assert entry.short_title == "HERON"
    assert entry.plain_summary == "Background and aims\nHerons stand."
    assert entry.sponsor == "Quillmere Trust"
    assert entry.opened_on == date(2022, 9, 14)
    assert entry.closed_recruitment_on == date(2024, 8, 15)
    assert entry.closed_on == date(2024, 12, 31)
    assert entry.is_commercial is False
    assert entry.numbers == {Scheme.ISRCTN: NUMBER, Scheme.IRAS: "123456"}
    assert entry.recruits is None  # 4,711 is the whole study, not this site
    assert "Person" not in repr(entry)


def test_isrctn_of_another_study_is_not_taken_for_this_one() -> None:
    assert isrctn.read(ISRCTN, "ISRCTN11111111") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<html><body>Sorry</body></html>",
        "not xml",
        '<!DOCTYPE a [<!ENTITY b "bb">]><allTrials>&b;</allTrials>',
    ],
)
def test_what_is_no_answer_of_isrctn_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        isrctn.read(text, NUMBER)


def nct(**status: object) -> str:
    """Return an answer about one study."""
    return json.dumps(
        {
            "protocolSection": {
                "identificationModule": {
                    "nctId": "NCT09999999",
                    "acronym": "EGRET",
                    "briefTitle": "Egrets",
                    "officialTitle": "A trial of egrets",
                    "secondaryIdInfos": [{"id": "ISRCTN99999999"}, {"id": "X"}],
                },
                "statusModule": {
                    "overallStatus": "ACTIVE_NOT_RECRUITING",
                    "startDateStruct": {"date": "2023-04"},
                    "completionDateStruct": {"date": "2025-02-28"},
                    **status,
                },
                "sponsorCollaboratorsModule": {
                    "leadSponsor": {"name": "Westerby Ltd", "class": "INDUSTRY"}
                },
                "contactsLocationsModule": {"overallOfficials": [{"name": "A Person"}]},
                "designModule": {"enrollmentInfo": {"count": 300}},
            }
        }
    )


def test_clinical_trials_gives_names_dates_and_numbers_and_no_people() -> None:
    entry = clinical_trials.read(nct(), "NCT09999999")
    assert entry is not None
    assert (entry.title, entry.short_title) == ("A trial of egrets", "EGRET")
    assert entry.state is StudyState.CLOSED_RECRUITMENT
    assert entry.opened_on == date(2023, 4, 1)
    assert entry.closed_on == date(2025, 2, 28)
    assert entry.is_commercial is True
    assert entry.recruits is None
    assert entry.numbers[Scheme.ISRCTN] == "ISRCTN99999999"
    assert "Person" not in repr(entry)


@pytest.mark.parametrize(
    "status", [{"startDateStruct": None}, {"startDateStruct": {"date": "soon"}}]
)
def test_clinical_trials_may_lack_what_it_lacks(status: dict[str, object]) -> None:
    entry = clinical_trials.read(nct(**status), "NCT09999999")
    assert entry is not None
    assert entry.opened_on is None


def test_clinical_trials_of_another_study_or_kind_is_not_taken() -> None:
    assert clinical_trials.read(nct(), "NCT00000001") is None
    assert clinical_trials.read('{"protocolSection": []}', "NCT00000001") is None
    for text in ("[]", "<html>", "[" * 100_000):
        with pytest.raises(InputError, match="cannot be read"):
            clinical_trials.read(text, "NCT09999999")


def test_crossref_gives_title_day_and_kind() -> None:
    answer = {
        "message": {
            "DOI": "10.1000/HERON.1",
            "title": ["What became\nof the herons"],
            "type": "journal-article",
            "issued": {"date-parts": [[2025, 3]]},
            "author": [{"family": "Person"}],
        }
    }
    work = publications.crossref(json.dumps(answer))
    assert work is not None
    assert work.title == "What became of the herons"
    assert (work.doi, work.dated) == ("10.1000/heron.1", date(2025, 3, 1))
    assert work.kind == "publication"
    assert "Person" not in repr(work)


@pytest.mark.parametrize("message", [{}, {"DOI": "10.1000/1"}, {"title": ["T"]}, []])
def test_crossref_without_title_or_doi_is_no_work(message: object) -> None:
    assert publications.crossref(json.dumps({"message": message})) is None


def summary(title: str, doi: str, year: str | None) -> dict[str, object]:
    """Return one work as ORCID tells it."""
    return {
        "title": {"title": {"value": title}},
        "type": "journal-article",
        "external-ids": {
            "external-id": [
                {
                    "external-id-type": "doi",
                    "external-id-value": doi,
                    "external-id-relationship": "self",
                }
            ]
        },
        "publication-date": {"year": {"value": year}} if year else None,
    }


def test_orcid_works_come_once_each_and_the_newest_first() -> None:
    groups = [
        {"work-summary": [summary("Old", "10.1000/1", "2001")]},
        {"work-summary": [summary("New", "10.1000/2", "2024")]},
        {"work-summary": [summary("Old again", "10.1000/1", "2001")]},
        {"work-summary": [summary("Undated", "", None)]},
        {"work-summary": []},
        {},
    ]
    works = publications.orcid_works(json.dumps({"group": groups}))
    assert [work.title for work in works] == ["New", "Old", "Undated"]
    assert works[0].url == "https://doi.org/10.1000/2"
