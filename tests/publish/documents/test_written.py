"""Does every kind of file say the same, to everybody, whatever was typed?"""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import docx as word
import jsonschema
import pypdf
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from candela.errors import InputError
from candela.publish.documents import data, docx, page, pdf
from candela.publish.documents.clean import file_name, plain_text, runs_of_cell
from candela.publish.documents.docx_order import ORDER
from candela.publish.documents.model import (
    Document,
    Paragraph,
    Table,
    Text,
    from_data,
    to_data,
)
from candela.publish.documents.words import LEFT_OUT, MADE_UP
from document_examples import HOSTILE, with_text

PLAIN = with_text("Foot checks moved to the ward")


def tags(node: Any) -> Iterator[Any]:
    """Yield the marked parts of a PDF in reading order."""
    node = node.get_object()
    if isinstance(node, pypdf.generic.ArrayObject):
        for one in node:
            yield from tags(one)
    elif isinstance(node, dict):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from tags(node["/K"])


def tagged(document: Document) -> list[Any]:
    reader = pypdf.PdfReader(io.BytesIO(pdf.write(document)))
    return list(tags(reader.trailer["/Root"]["/StructTreeRoot"]))


def text_of_pdf(written: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(written)).pages
    return "\n".join(one.extract_text() for one in pages)


def test_a_document_kept_as_json_is_the_same_when_opened_again() -> None:
    kept = json.loads(json.dumps(to_data(PLAIN)))
    assert from_data(kept) == PLAIN


def test_what_was_written_by_something_else_is_not_opened() -> None:
    with pytest.raises(InputError, match="build it again"):
        from_data({"schema": "another"})
    kept = to_data(PLAIN)
    kept["blocks"][0]["block"] = "macro"
    with pytest.raises(InputError, match="unknown kind"):
        from_data(kept)


def test_a_pdf_is_tagged_and_says_its_language_and_title() -> None:
    reader = pypdf.PdfReader(io.BytesIO(pdf.write(PLAIN)))
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "en-GB"
    assert root["/MarkInfo"]["/Marked"]
    assert reader.metadata is not None
    assert reader.metadata.title == PLAIN.title
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()
    assert reader.outline


def test_a_pdf_has_one_table_for_each_table_and_words_for_each_figure() -> None:
    found = tagged(PLAIN)
    kinds = [str(tag["/S"]) for tag in found]
    assert kinds.count("/Table") == 1 + 1  # its own, and where each label leads
    assert kinds.count("/THead") == 2
    assert kinds.count("/L") == 1 + 1 + 1 + 1  # bullets, two numbered, in the box
    assert [tag["/Alt"] for tag in found if tag["/S"] == "/Figure"] == [
        "Five of eight."
    ]
    headings = [kind for kind in kinds if kind in {"/H1", "/H2", "/H3"}]
    assert headings == ["/H1", "/H2", "/H3", "/H2", "/H2"]


def test_the_head_of_a_long_table_stands_on_each_side() -> None:
    table = PLAIN.blocks[8]
    long = replace(table, rows=(("a group", "40", "10"),) * 90)  # type: ignore[type-var]
    written = pdf.write(replace(PLAIN, blocks=(long,)))  # type: ignore[arg-type]
    reader = pypdf.PdfReader(io.BytesIO(written))
    with_rows = [p for p in reader.pages if "a group" in p.extract_text()]
    assert len(with_rows) > 1
    assert all("Answered" in p.extract_text() for p in with_rows)


def test_each_side_says_that_it_is_made_up_and_which_it_is() -> None:
    reader = pypdf.PdfReader(io.BytesIO(pdf.write(PLAIN)))
    sides = [one.extract_text() for one in reader.pages]
    assert len(sides) == 3
    for number, side in enumerate(sides, start=1):
        assert MADE_UP in side
        assert f"Page {number} of 3" in side
    real = text_of_pdf(pdf.write(replace(PLAIN, made_up=False)))
    assert "made up" not in real.casefold().replace("-", " ")


def test_labels_are_plain_text_and_links_in_every_file() -> None:
    written = pdf.write(PLAIN)
    assert "[N1]" in text_of_pdf(written)
    links = [
        annotation.get_object()
        for one in pypdf.PdfReader(io.BytesIO(written)).pages
        for annotation in one.get("/Annots", [])
    ]
    assert len(links) == 4  # lead, list, two cells
    opened = word.Document(io.BytesIO(docx.write(PLAIN)))
    body = opened.element.body
    to = {link.get(qn("w:anchor")) for link in body.iter(qn("w:hyperlink"))}
    marks = {mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))}
    assert to == {"label_N1", "label_S_17"} == marks
    html = page.write(PLAIN)
    assert html.count('href="#label-N1"') == 3
    assert html.count('id="label-N1"') == 1


def test_a_word_file_reads_back_as_it_was_written() -> None:
    opened = word.Document(io.BytesIO(docx.write(PLAIN)))
    styles = [(p.style.name, p.text) for p in opened.paragraphs if p.style]
    assert ("Heading 1", PLAIN.title) in styles
    assert [s for s, _ in styles if s.startswith("Heading")] == [
        "Heading 1", "Heading 2", "Heading 3", "Heading 2", "Heading 2",
    ]  # fmt: skip
    assert sum(s == "List Bullet" for s, _ in styles) == 3
    assert sum(s == "List Number" for s, _ in styles) == 3
    assert len(opened.tables) == 2
    for table in opened.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert opened.core_properties.language == "en-GB"
    assert opened.core_properties.title == PLAIN.title
    assert opened.styles["Normal"].font.size.pt == 12
    alts = [d.get("descr") for d in opened.element.body.iter(qn("wp:docPr"))]
    assert alts == ["Five of eight."]
    section = opened.sections[0]
    assert section.header.paragraphs[0].text == MADE_UP
    assert section.left_margin.mm > 24.9  # room for holes
    numbers = {
        p._p.pPr.numPr.numId.val for p in opened.paragraphs
        if p.style and p.style.name == "List Number"
    }  # fmt: skip
    assert len(numbers) == 2  # the second list begins with 1 again


def test_word_finds_properties_in_the_order_of_its_standard() -> None:
    with zipfile.ZipFile(io.BytesIO(docx.write(PLAIN))) as file:
        parts = {
            name: parse_xml(file.read(name))
            for name in file.namelist()
            if re.fullmatch(r"word/(document|styles|header\d|footer\d)\.xml", name)
        }
    assert len(parts) == 4
    for part in parts.values():
        for tag, names in ORDER.items():
            for properties in part.iter(qn(f"w:{tag}")):
                tags = [child.tag.split("}")[1] for child in properties]
                order = [names.split().index(one) for one in tags]
                assert order == sorted(set(order)), tag
        for paragraph in part.iter(qn("w:p")):
            tags = [child.tag for child in paragraph]
            assert qn("w:pPr") not in tags[1:]


def test_large_print_is_eighteen_points() -> None:
    opened = word.Document(io.BytesIO(docx.write(PLAIN, large_print=True)))
    assert opened.styles["Normal"].font.size.pt == 18
    small = len(pypdf.PdfReader(io.BytesIO(pdf.write(PLAIN))).pages)
    large = pypdf.PdfReader(io.BytesIO(pdf.write(PLAIN, large_print=True))).pages
    assert len(large) > small


SCRIPT = """
import hashlib, sys
sys.path.insert(0, "tests")
from candela.publish.documents import data, docx, page, pdf
from document_examples import with_text
document = with_text("Foot checks \\U0001f600")
for write in (docx.write, pdf.write, data.write_json, data.write_csv):
    print(hashlib.sha256(write(document)).hexdigest())
print(hashlib.sha256(page.write(document).encode()).hexdigest())
"""


def test_the_same_document_is_the_same_bytes_in_another_process() -> None:
    hashes = [
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            capture_output=True,
            check=True,
            text=True,
            env={"PYTHONHASHSEED": seed, "PATH": ""},
        ).stdout
        for seed in ("1", "2")
    ]
    assert hashes[0] == hashes[1]
    assert len(set(hashes[0].split())) == 5


class Tags(HTMLParser):
    """Collects the tags, attributes and text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.names: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.names += [name for name, _ in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_was_typed_steers_a_file(text: str) -> None:
    document = with_text(text)
    said = plain_text(text).strip()
    for part in docx_parts(docx.write(document)):
        assert "\x00" not in part
    opened = word.Document(io.BytesIO(docx.write(document)))
    assert any(said in p.text for p in opened.paragraphs)
    found = text_of_pdf(pdf.write(document))
    assert "root:" not in found  # of /etc/passwd
    tags = Tags()
    tags.feed(page.write(document))
    assert "script" not in tags.tags
    assert not {"style", "onclick", "onerror"} & set(tags.names)
    assert said in tags.text
    assert json.loads(data.write_json(document))["title"] == plain_text(text)
    cells = list(csv.reader(io.StringIO(data.write_csv(document).decode())))
    assert not cells[1][1].startswith(("=", "+", "-", "@", "\t", "\r"))


def docx_parts(written: bytes) -> Iterator[str]:
    """Yield the text of every XML part."""
    with zipfile.ZipFile(io.BytesIO(written)) as file:
        for name in file.namelist():
            if name.endswith(".xml"):
                yield file.read(name).decode()


def test_typst_code_stands_in_a_pdf_as_it_was_typed() -> None:
    found = text_of_pdf(pdf.write(with_text('#read("/etc/passwd") *b* $x$ <a>')))
    assert '#read("/etc/passwd") *b* $x$ <a>' in found.replace("\n", " ")


def test_a_sign_that_cannot_be_drawn_has_a_stand_in_and_is_explained() -> None:
    found = text_of_pdf(pdf.write(with_text("Thank you \U0001f600")))
    assert "Thank you □" in found
    assert LEFT_OUT.split(".")[0] in found.replace("\n", " ")
    assert LEFT_OUT.split(".")[0] not in text_of_pdf(pdf.write(PLAIN))


def test_marks_that_turn_the_direction_of_words_are_taken_out() -> None:
    assert plain_text("pay \u202eelif\u202c  now\n\x07") == "pay elif now "


def test_ten_thousand_words_are_written_too() -> None:
    text = "Foot checks moved. " * 3_333
    blocks = (
        Paragraph((Text(text),)),
        Table("Said", ("Group", "Words"), (("a", text),)),
    )
    document = replace(PLAIN, blocks=blocks)
    pages = pypdf.PdfReader(io.BytesIO(pdf.write(document))).pages
    assert len(pages) > 2 * 9_999 / 800
    assert text.strip() in page.write(document)
    assert docx.write(document)


def test_json_is_as_its_schema_says() -> None:
    jsonschema.validate(json.loads(data.write_json(PLAIN)), data.schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(
            {**json.loads(data.write_json(PLAIN)), "n": 1}, data.schema()
        )


def test_a_label_that_leads_nowhere_is_plain_text() -> None:
    assert runs_of_cell("40 [N1] and [N2]", {"N1"}) == (
        Text("40", label="N1"),
        Text(" and [N2]"),
    )
    assert runs_of_cell("S-17", {"S-17"}) == (Text("", label="S-17"),)
    assert runs_of_cell("S-17 is better", {"S-17"}) == (Text("S-17 is better"),)
    assert runs_of_cell("", set()) == (Text(""),)


def test_a_file_is_named_for_what_it_is_of() -> None:
    named = replace(PLAIN, kind="story", organisation="Quillmere")
    assert file_name(named) == "story_quillmere_2026-11-24_made-up"
    assert file_name(replace(named, made_up=False)) == "story_quillmere_2026-11-24"
    hostile = file_name(replace(named, organisation="../../Ysbyty Môn\\ \x00"))
    assert hostile == "story_ysbyty-mon_2026-11-24_made-up"
    assert file_name(replace(named, organisation="你好")).startswith(
        "story_organisation"
    )
