"""What does each person do on the way from a study to a report?"""

from __future__ import annotations

import re
import time
from pathlib import Path

from browser.impact_people import Somebody, letters, minutes_pass
from browser.service import Service

__all__ = [
    "ANSWERING",
    "CLAIM",
    "build_report",
    "change_in_words",
    "close_campaign",
    "code_answers",
    "keep_minutes",
    "make_paper",
    "name_lead",
    "release",
    "set_up",
    "start_and_wait",
    "try_to_verify_own",
    "type_in",
    "verify",
]

STUDY = "Heron study"
CLAIM = "All patients with diabetes have their feet checked since January 2025."
ADDRESSES = {
    "people who took part": "ann@example.org\nbob@example.org",
    "clinicians": "cleo@example.org",
    "managers": "max@example.org",
    "the research team": "rae@example.org",
}
LETTERS = 5
ANSWERING = {"ann": "participant", "cleo": "clinician", "max": "manager"}
PATIENCE_SECONDS = 60
FROM_CARE = "They looked at my feet on the first day, which nobody had done before."
FROM_WARD = "Every patient with diabetes has their feet checked when they come in."
FROM_MANAGER = "Foot checks are part of the admission pathway since January 2025."
FROM_PAPER = "The drive home after each visit wore me out."
CHECK_KEYS = ("one_change", "supported", "contribution", "size", "people", "costs")
CHECKS = (
    "What is claimed is one change?",
    "Somebody independent, or a document, shows the change?",
    "The research's part is said as a contribution, as far as is known?",
    "A size has a baseline and a method?",
    "Nobody could be identified?",
    "Costs and harms are said too?",
)


def set_up(one: Somebody) -> None:
    """Prepare a campaign from an empty list of studies to its start."""
    one.open("impact/")
    one.press("Studies")
    one.press("Add a study")
    one.type("Short title", STUDY)
    one.press("Add the study")
    one.press("Ask about this study")
    one.press("Prepare the campaign")
    one.press("2. Why, and governance")
    one.choose("service evaluation")
    one.type("Number in your register", "SE-0412")
    one.press("Keep and go on")
    one.press("3. Groups")
    one.press("Keep and go on")
    one.press("4. Questions")
    one.press("Keep and go on")
    one.press("5. Invitations")
    for group, addresses in ADDRESSES.items():
        one.type(f"Addresses of {group}", addresses)
    one.press("Add these addresses")
    one.press("6. Look and start")
    one.press("Start in 10 minutes")
    assert "Nothing has been sent yet" in one.told


def name_lead(one: Somebody) -> None:
    """Say who did the study: a member who may otherwise review."""
    one.open("impact/colleagues/")
    one.page.get_by_label("Name", exact=True).fill("Lena Fenwick")
    one.pick("Which member are they?", "Viewer Of Quillmere")
    one.press("Add them")
    one.open("impact/studies/1/")
    one.press("Who did it")
    one.pick("Who?", "Lena Fenwick")
    one.type("What is their part in it?", "investigator")
    one.press("Add them")


def make_paper(one: Somebody) -> str:
    """Make paper forms for those who took part; return the code of one."""
    one.open("impact/campaigns/1/invitations/")
    one.press("Make paper forms, or ask in conversation")
    one.page.get_by_label("How many more paper forms?").fill("2")
    one.press("Make paper forms")
    one.press("Print the paper forms")
    found = re.findall(r"Form ([a-z0-9-]{14})", one.told)
    assert len(found) == 2
    return str(found[0])


def start_and_wait(service: Service) -> dict[str, str]:
    """Let ten minutes pass; return the link in each e-mail by who got it."""
    minutes_pass(service, 11)
    until = time.monotonic() + PATIENCE_SECONDS
    while len(letters(service)) < LETTERS and time.monotonic() < until:
        time.sleep(0.5)
    found = {letter.to.split("@")[0]: letter.link for letter in letters(service)}
    assert sorted(found) == ["ann", "bob", "cleo", "max", "rae"]
    return found


def change_in_words(one: Somebody, link: str, role: str) -> None:
    """Say on a phone what changed, in a sentence."""
    one.page.goto(link)
    one.pictures.look(one.page, one.name, *one.widths)
    one.press("Start")
    said, about = {
        "participant": (FROM_CARE, "Was your care any different"),
        "clinician": (FROM_WARD, "working"),
        "manager": (FROM_MANAGER, "pathway"),
    }[role]
    if role == "participant":
        one.choose("Something got better")
        one.press("Continue")
        one.choose("The care I got")
        one.press("Continue")
        assert about in one.told
    while role != "participant" and f"/{about}/" not in one.page.url:
        one.choose("Nothing changed")
        one.press("Continue")
    one.choose("Something got better")
    one.type("Tell us in a sentence or two", said)
    one.press("Continue")
    while not one.page.url.endswith("/check/"):
        one.press("Skip this question" if role != "participant" else "Continue")
    one.choose("Yes, without my name")
    one.press("Send")
    assert "Thank you" in one.page.inner_text("h1")


def type_in(one: Somebody, code: str) -> None:
    """Type in what stands on a paper form."""
    one.open("impact/campaigns/1/type-in/")
    one.type("The code at the foot of the paper", code)
    one.press("Find the paper")
    one.choose("Some of both")
    one.choose("Yes", under="Was anything hard, tiring or harmful?")
    one.page.locator("textarea[name=hard_words]").fill(FROM_PAPER)
    one.press("Save the answers")


def close_campaign(one: Somebody) -> None:
    """Close it; the sealed answers are opened."""
    one.open("impact/campaigns/1/")
    one.press("Close the campaign now")
    one.press("Close the campaign")


def keep_minutes(one: Somebody, folder: Path) -> None:
    """Keep a document as evidence E1."""
    minutes = folder / "minutes.pdf"
    minutes.write_bytes(small_pdf())
    one.open("impact/evidence/")
    one.press("Add a file or an address")
    one.type("What is it?", "Minutes of the diabetes group")
    one.pick("Which kind is it?", "minutes")
    one.page.locator("input[type=file]").set_input_files(minutes)
    one.press("Keep it")


def code_answers(one: Somebody) -> int:
    """Read all answers: one change told by three, and one that was hard.

    Returns the presses for one statement, from its answer to its review.
    """
    one.open("impact/answers/")
    assert "about what was hard or did harm: 1" in one.told
    one.press(f"Read the next answer about {STUDY}")
    assert FROM_PAPER in one.told, "what was hard comes first"
    write(one, "For some, the way to each visit was long and tiring.")
    one.press("Next answer")
    before = one.clicks
    write(one, CLAIM, kind="W1 Service changes made")
    presses = one.clicks - before
    for _ in range(2):
        one.press("Next answer")
        one.type("Number of the statement", "S-2")
        one.press("Tie it to this statement")
    assert "No other answer of this campaign is unread" in one.told
    before = one.clicks
    one.press("S-2")
    one.unfold("Tie evidence to this statement")
    one.pick("Evidence", "E1 Minutes of the diabetes group")
    one.choose("that it changed")
    one.press("Tie it to this statement")
    one.press("Send it for review")
    return presses + one.clicks - before


def write(one: Somebody, claim: str, *, kind: str = "") -> None:
    """Write a statement from the answer on the page."""
    one.type("What changed?", claim)
    if kind:
        one.pick("Kind of change", kind)
        one.choose("better", under="Which way?")
    one.pick("When did it come?", "during the study")
    one.press("Write the statement")


def try_to_verify_own(one: Somebody) -> None:
    """Try it on the page, and then past the page: refused both times, in words."""
    one.open("impact/reviews/")
    assert "You did this study" in one.told
    one.open("impact/statements/2/review/")
    assert "You did this study, so another person has to check" in one.told
    assert one.page.get_by_role("button", name="Keep the decision").count() == 0
    token = one.page.locator("input[name=csrfmiddlewaretoken]").first.input_value()
    given = {f"check_{key}": "yes" for key in CHECK_KEYS}
    answer = one.page.request.post(
        one.page.url,
        form={
            **given,
            "csrfmiddlewaretoken": token,
            "has_interest": "no",
            "decision": "verify",
        },
        headers={"referer": one.page.url},
    )
    assert "Nothing was changed. You did this study" in answer.text()
    one.open("impact/statements/2/")
    assert "waiting for review" in one.told
    assert "Viewer Of Quillmere was refused" in one.told


def verify(one: Somebody) -> None:
    """Check a statement and verify it."""
    one.open("impact/reviews/")
    one.press("Review S-2")
    for check in CHECKS:
        one.choose("yes", under=check)
    one.choose("no", under="Do you have an interest in this?")
    one.choose("Verify it")
    one.press("Keep the decision")
    assert "S-2 is now verified" in one.told


def build_report(one: Somebody, kind: str, title: str) -> None:
    """Begin a report with what is verified, and propose it."""
    one.open("impact/reports/")
    one.press("Begin a report")
    one.choose(kind)
    one.pick("Which study is it about?", STUDY)
    one.choose("the board")
    one.press("Begin the report")
    one.type("Title", title)
    one.press("Keep this and look at it")
    one.press("Propose it for release")


def release(one: Somebody, title: str, folder: Path) -> list[Path]:
    """Release what somebody else proposed; return the Word file and the PDF."""
    one.open("impact/reports/")
    one.press(title)
    one.press("Release it")
    return [one.take(name, folder) for name in ("Word", "PDF")]


def small_pdf() -> bytes:
    """Return a PDF of one empty page."""
    import io

    import pypdf

    writer, out = pypdf.PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    writer.write(out)
    return out.getvalue()
