"""One change in few words: what looks like two, and what must not."""

from __future__ import annotations

import pytest

from candela.impact.one_claim import doubts

ONE = [
    "The ward now checks feet at admission.",
    "Waiting fell from 18 to 12 weeks.",
    "The clinic saved £10,000 in 2024-25.",
    "The cost of a visit fell from £85.50 to £61.20.",
    "The ward manager set up a rota for foot checks. It began in January 2025.",
    "Two nurses and a dietitian finished the course.",
    "The team bought two bladder scanners, which stay after the study.",
    "Staff of both wards use one protocol.",
    "People who took part felt better looked after. Several said so.",
    "It took staff about 30 minutes more for each person.",
    "The post was made permanent, at 0.8 of full time.",
    "The guideline was changed because of what the study found.",
    "Fewer people fell: 31 before, 22 after.",
    "Patients and carers now meet once a month.",
    "Income of £48,000 came from running the study.",
    "Two services hold joint meetings. They did not before.",
]
TWO = [
    "The ward checks feet and also the clinic has a new scanner.",
    "Waiting fell from 18 to 12 weeks and visits rose from 950 to 1,200 a year.",
    "The study saved £10,000 and brought in £4,000.",
    "Staff trained in foot care. The trust bought two scanners.",
    "Nurses learnt a new skill as well as teaching it.",
    "Two nurses finished the course; the clinic opened on Sundays.",
    "A post was made permanent. In addition, a pathway changed.",
    "Not only did waiting fall, the team won an award.",
    "Recruitment improved. The pathway was introduced on four sites.",
    "Falls were reduced. Moreover, staff stay longer.",
]


@pytest.mark.parametrize("text", ONE)
def test_one_change_raises_no_doubt(text: str) -> None:
    assert doubts(text) == ()


@pytest.mark.parametrize("text", TWO)
def test_two_changes_do(text: str) -> None:
    (words,) = doubts(text)
    assert words.startswith("This looks like two statements: ")
    assert words.endswith(" Say one change in each.")


def test_over_sixty_words_are_counted() -> None:
    assert doubts("word " * 60) == ()
    (words,) = doubts("word " * 72)
    assert words.startswith("This is 72 words long. Make it 60 or fewer")


def test_both_doubts_can_be_had() -> None:
    assert len(doubts("word " * 70 + "and also this")) == 2


def test_no_words_raise_no_doubt() -> None:
    assert doubts("") == ()
