"""What is taken as evidence, who may open it, and what it is given out as."""

from __future__ import annotations

import hashlib
import io
import stat
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from candela.errors import InputError
from candela.web.accounts.models import Membership, User
from candela.web.accounts.permissions import Role
from candela.web.audit.models import Event
from candela.web.coding.models import Evidence, Support
from candela.web.coding.vault import look_into, on_one_line
from candela.web.scoping import organisation_scope
from web.coding.pages import at, text_of
from web.conftest import Place
from web.impact_places import make_statement

pytestmark = pytest.mark.django_db

Browser = Callable[[User], Client]
PDF = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
MINUTES = {
    "title": "Minutes of the diabetes group",
    "kind": "minutes",
    "quality": "internal_record",
    "sensitivity": "internal",
}


def office(parts: Mapping[str, bytes], types: bytes = b"<Types/>") -> bytes:
    """Return an office file with these parts."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", types)
        for name, content in parts.items():
            archive.writestr(name, content)
    return held.getvalue()


DOCX = office({"word/document.xml": b"<w:document/>"})
XLSX = office({"xl/workbook.xml": b"<workbook/>"})


@pytest.fixture
def coder(here: Place, signed_in: Browser) -> Client:
    return signed_in(here.person(Role.CODER))


def add(client: Client, place: Place, content: bytes, name: str, **changes: str) -> Any:
    """Add a file as evidence through the page."""
    file = SimpleUploadedFile(name, content)
    sent = {**MINUTES, **changes, "file": file}
    return client.post(at(place, "evidence/new/"), sent)


def in_vault() -> set[str]:
    """Return the names of all files in the vault, half-written ones too."""
    folder = Path(settings.CONFIGURATION.home) / "evidence"
    return {path.name for path in folder.glob("*")}


def only(place: Place) -> Evidence:
    with organisation_scope(place.organisation):
        return Evidence.objects.select_related("redacted_copy").get()


def item(place: Place, evidence: Evidence, rest: str = "") -> str:
    return at(place, f"evidence/{evidence.pk}/{rest}")


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (PDF, "minutes.pdf", "application/pdf"),
        (PNG, "ward.PNG", "image/png"),
        (b"\xff\xd8\xff\xe0" + bytes(20), "ward.jpg", "image/jpeg"),
        ("Füße\n".encode(), "feet.txt", "text/plain; charset=utf-8"),
        (b"month,feet\n1,90\n", "feet.csv", "text/csv; charset=utf-8"),
        (DOCX, "letter.docx", "application/vnd.openxmlformats-officedocument"),
        (XLSX, "costs.xlsx", "application/vnd.openxmlformats-officedocument"),
    ],
)
def test_a_file_of_a_known_kind_is_kept_by_its_hash_for_its_owner_alone(
    here: Place, coder: Client, content: bytes, name: str, media_type: str
) -> None:
    assert add(coder, here, content, name).status_code == 302
    evidence = only(here)
    assert evidence.file_name == hashlib.sha256(content).hexdigest()
    assert evidence.given_name == name
    assert evidence.media_type.startswith(media_type)
    kept = Path(settings.CONFIGURATION.home) / "evidence" / evidence.file_name
    assert kept.read_bytes() == content
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700


BOMB = office({"word/document.xml": bytes(60_000_000)})
MACROS = office({"word/document.xml": b"<a/>", "word/vbaProject.bin": b"x"})
ENABLED = office(
    {"xl/workbook.xml": b"<a/>"},
    b'<Override ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/>',
)
OBJECT = office({"word/document.xml": b"<a/>", "word/embeddings/oleObject1.bin": b"x"})
ACTS = PDF + b"<< /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>"


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"MZ" + bytes(50), "tool.exe", "files of this kind are not taken"),
        (b"<script>alert(1)</script>", "page.html", "files of this kind are not taken"),
        (b"MZ" + bytes(50), "minutes.pdf", "the content is something else"),
        (PDF, "minutes.docx", "the content is something else"),
        (XLSX, "letter.docx", "the content is something else"),
        (PDF, "ward.png", "the content is something else"),
        (b"a\0b", "feet.txt", "the content is something else"),
        (b"\xff\xfef\0", "feet.csv", "the content is something else"),
        (b"caf\xe9 au lait", "feet.csv", "not text in UTF-8"),
        (BOMB, "letter.docx", "unpacks to far more than it should"),
        (MACROS, "letter.docx", "holds macros or objects that act"),
        (ENABLED, "costs.xlsx", "holds macros or objects that act"),
        (OBJECT, "letter.docx", "holds macros or objects that act"),
        (ACTS, "minutes.pdf", "holds something that acts"),
    ],
)
def test_what_is_not_taken_is_refused_in_words_and_what_was_typed_is_kept(
    here: Place, coder: Client, content: bytes, name: str, words: str
) -> None:
    before = in_vault()
    page = add(coder, here, content, name)
    assert page.status_code == 200
    said = text_of(page)
    assert words in said
    assert "What you typed is kept; choose a file again." in said
    assert "Minutes of the diabetes group" in page.content.decode()
    with organisation_scope(here.organisation):
        assert not Evidence.objects.exists()
    assert in_vault() == before


def test_words_across_the_blocks_of_a_large_pdf_are_found(tmp_path: Path) -> None:
    file = tmp_path / "large.pdf"
    file.write_bytes(PDF + b" " * ((1 << 20) - len(PDF) - 5) + b"/JavaScript")
    with pytest.raises(InputError, match="acts"):
        look_into(file, "large.pdf")


def test_letters_across_the_blocks_of_a_large_text_are_letters(tmp_path: Path) -> None:
    file = tmp_path / "large.txt"
    file.write_bytes(b"a" * ((1 << 20) - 1) + "é".encode())
    assert look_into(file, "large.txt").size == (1 << 20) + 1
    file.write_bytes(b"a" * 10 + "é".encode()[:1])
    with pytest.raises(InputError):
        look_into(file, "large.txt")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\notes\\a.txt", "a.txt"),
        ("a\r\nSet-Cookie: x.txt", "a  Set-Cookie: x.txt"),
        ("x" * 300 + ".txt", "x" * 146 + ".txt"),
    ],
)
def test_a_name_has_no_folders_and_no_signs_that_steer(name: str, kept: str) -> None:
    assert on_one_line(name) == kept
    assert len(kept) <= 150


def test_the_same_file_is_not_kept_twice_and_the_first_is_named(
    here: Place, there: Place, coder: Client, signed_in: Browser
) -> None:
    add(coder, here, PDF, "minutes.pdf")
    again = add(coder, here, PDF, "other.pdf")
    assert "this file is here already, as E1. Use that one." in text_of(again)
    # Another organisation that has the same file hears nothing of ours.
    theirs = signed_in(there.person(Role.CODER))
    assert add(theirs, there, PDF, "minutes.pdf").status_code == 302
    assert only(there).label == "E1"


def test_neither_file_nor_address_nor_both_is_asked_about(
    here: Place, coder: Client
) -> None:
    none = coder.post(at(here, "evidence/new/"), MINUTES)
    assert "no file was chosen and no address typed" in text_of(none)
    both = add(coder, here, PDF, "a.pdf", url="https://www.example.org/a")
    assert "Add the two one by one." in text_of(both)
    bad = coder.post(at(here, "evidence/new/"), MINUTES | {"url": "ftp://a.example/x"})
    assert "not a page on the web" in text_of(bad)


def test_no_nhs_number_is_taken_in_a_title(here: Place, coder: Client) -> None:
    # 943 476 5919 has the right check digit: nobody's number, printed as an example.
    told = MINUTES | {"title": "Letter about 943 476 5919", "url": "https://a.example/"}
    assert "NHS number" in text_of(coder.post(at(here, "evidence/new/"), told))
    with organisation_scope(here.organisation):
        assert not Evidence.objects.exists()


def test_an_address_is_kept_and_said_not_to_be_checked(
    here: Place, coder: Client
) -> None:
    coder.post(
        at(here, "evidence/new/"), MINUTES | {"url": "https://www.example.org/guide"}
    )
    assert "link not checked" in text_of(coder.get(at(here, "evidence/")))


def test_a_file_that_is_too_large_is_refused_and_what_was_typed_is_kept(
    here: Place, coder: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = type(settings.CONFIGURATION)(
        **{**vars(settings.CONFIGURATION), "upload_megabytes": 1}
    )
    monkeypatch.setattr(settings, "CONFIGURATION", small)
    page = add(coder, here, PDF + bytes(1_100_000), "minutes.pdf")
    assert "the file has more than 1 MB" in text_of(page)
    assert "Minutes of the diabetes group" in page.content.decode()


def download(client: Client, place: Place, evidence: Evidence) -> Any:
    """Download a file to its end; return the answer."""
    answer = client.post(item(place, evidence, "file/"))
    if answer.streaming:
        answer.file = b"".join(answer.streaming_content)
    return answer


def test_a_file_is_given_out_as_an_attachment_that_no_browser_runs(
    here: Place, coder: Client
) -> None:
    add(coder, here, PDF, "minutes, January.pdf")
    answer = download(coder, here, only(here))
    assert answer.file == PDF
    assert answer["Content-Disposition"].startswith('attachment; filename="E1_minutes_')
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


OPENS = {
    "public": set(Role),
    "internal": set(Role),
    "confidential": {Role.REVIEWER, Role.INFORMATION_GOVERNANCE},
    "contains_personal": {Role.INFORMATION_GOVERNANCE},
}


@pytest.mark.parametrize("sensitivity", OPENS)
def test_each_role_opens_what_it_may_and_sees_no_title_of_the_rest(
    here: Place, coder: Client, signed_in: Browser, sensitivity: str
) -> None:
    add(coder, here, PDF, "minutes.pdf", sensitivity=sensitivity, title="Of Ada H")
    evidence = only(here)
    with organisation_scope(here.organisation):
        statement = make_statement(here, state="verified")
        Support.objects.create(
            organisation=here.organisation, statement=statement, evidence=evidence
        )
    pages = (
        at(here, "evidence/"),
        item(here, evidence),
        at(here, f"statements/{statement.pk}/"),
    )
    for role in Role:
        client = signed_in(here.person(role))
        opens = role in OPENS[sensitivity]
        assert (download(client, here, evidence).status_code == 200) == opens, role
        for page in pages:
            assert ("Of Ada H" in text_of(client.get(page))) == opens, (role, page)


@pytest.mark.parametrize(
    ("sensitivity", "lines"), [("internal", 0), ("contains_personal", 1)]
)
def test_that_sensitive_evidence_was_opened_is_noted_and_looking_changes_nothing(
    here: Place, coder: Client, signed_in: Browser, sensitivity: str, lines: int
) -> None:
    add(coder, here, PDF, "minutes.pdf", sensitivity=sensitivity)
    evidence = only(here)
    governance = signed_in(here.person(Role.INFORMATION_GOVERNANCE))
    governance.get(item(here, evidence))
    governance.get(item(here, evidence, "file/"))
    with organisation_scope(here.organisation):
        opened = Event.objects.filter(action="evidence.opened")
        assert opened.count() == 0
        download(governance, here, evidence)
        assert opened.count() == lines


def test_who_may_not_open_it_is_told_who_may_and_the_attempt_is_noted(
    here: Place, coder: Client
) -> None:
    add(coder, here, PDF, "minutes.pdf", sensitivity="contains_personal")
    refused = download(coder, here, only(here))
    assert refused.status_code == 403
    assert "Information Governance Of Quillmere" in text_of(refused)
    with organisation_scope(here.organisation):
        assert Event.objects.filter(action="access.refused").count() == 1


def test_a_copy_without_names_stands_for_the_original(
    here: Place, coder: Client, signed_in: Browser
) -> None:
    add(
        coder,
        here,
        PDF,
        "minutes.pdf",
        sensitivity="contains_personal",
        needs_redaction="on",
    )
    original = only(here)
    assert "1 needs names taken out" in text_of(coder.get(at(here, "evidence/")))
    file = SimpleUploadedFile("copy.pdf", PDF + b"% without names\n")
    coder.post(item(here, original, "copy/"), {"sensitivity": "internal", "file": file})
    with organisation_scope(here.organisation):
        original, copy = Evidence.objects.order_by("number")
    assert original.redacted_copy_id == copy.pk
    assert not original.needs_redaction
    viewer = signed_in(here.person(Role.VIEWER))
    said = text_of(viewer.get(item(here, original)))
    assert "E2: the copy with names taken out" in said
    assert download(viewer, here, copy).status_code == 200


def test_evidence_is_removed_and_had_back_unless_a_verified_claim_rests_on_it(
    here: Place, coder: Client
) -> None:
    add(coder, here, PDF, "minutes.pdf")
    evidence = only(here)
    coder.post(item(here, evidence, "remove/"))
    assert "Removed in the last 30 days" in text_of(coder.get(at(here, "evidence/")))
    coder.post(item(here, evidence, "restore/"))
    assert only(here).removed_at is None
    with organisation_scope(here.organisation):
        statement = make_statement(here, state="verified")
        Support.objects.create(
            organisation=here.organisation, statement=statement, evidence=evidence
        )
    refused = coder.post(item(here, evidence, "remove/"), follow=True)
    assert "S-1 was verified with E1" in text_of(refused)
    assert only(here).removed_at is None


def test_what_is_said_of_evidence_is_changed_and_a_new_address_is_unchecked(
    here: Place, coder: Client
) -> None:
    coder.post(at(here, "evidence/new/"), MINUTES | {"url": "https://a.example/1"})
    evidence = only(here)
    with organisation_scope(here.organisation):
        evidence.url_works, evidence.url_checked_on = True, "2026-11-01"
        evidence.save()
    coder.post(
        item(here, evidence, "change/"),
        MINUTES | {"title": "Other", "url": "https://a.example/2"},
    )
    now = only(here)
    assert (now.title, now.url_works, now.url_checked_on) == ("Other", None, None)


def test_evidence_of_another_organisation_is_not_found(
    here: Place, there: Place, coder: Client, signed_in: Browser
) -> None:
    add(coder, here, PDF, "minutes.pdf")
    evidence = only(here)
    stranger = signed_in(there.person(Role.ADMINISTRATOR))
    for rest in ("", "file/", "change/", "copy/", "remove/"):
        assert stranger.post(item(there, evidence, rest)).status_code in (404, 405)
    assert stranger.get(item(there, evidence)).status_code == 404


def test_a_file_that_is_gone_is_said_to_be_gone(here: Place, coder: Client) -> None:
    add(coder, here, PDF, "minutes.pdf")
    evidence = only(here)
    (Path(settings.CONFIGURATION.home) / "evidence" / evidence.file_name).unlink()
    said = text_of(coder.post(item(here, evidence, "file/"), follow=True))
    assert "The file of E1 is not on this service's disk." in said


def test_two_roles_together_open_what_one_of_them_may(
    here: Place, coder: Client
) -> None:
    add(coder, here, PDF, "minutes.pdf", sensitivity="confidential")
    with organisation_scope(here.organisation):
        member = Membership.objects.get(user=here.person(Role.CODER))
        member.roles = [Role.CODER.value, Role.REVIEWER.value]
        member.save()
    assert download(coder, here, only(here)).status_code == 200
