"""The same content as a PDF that is tagged, and as a Word file."""

import json
import subprocess
import sys
from io import BytesIO
from typing import Any

import docx
import pypdf
import pytest

from tracker.kit.documents import (
    CheckMark,
    Document,
    DocumentFailed,
    Facts,
    Heading,
    Items,
    PageBreak,
    Paragraph,
    Picture,
    Signature,
    Signatures,
    Table,
    document_of,
    spoken,
)
from tracker.kit.typesetting import pdf
from tracker.kit.word import word

SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><rect width="10" height="10" fill="#123"/></svg>'
TRICKY = '#panic("x") $y$ *tebal* <b>& "kutip" \\ @a'
PAPER = Document(
    "Berita Acara",
    [
        Heading("Peserta"),
        Paragraph(TRICKY, strong=True),
        Paragraph("catatan", kind="note"),
        Facts([("Nomor", "BA-1/2020")]),
        Table(
            ["No", "Unit", "Nilai"],
            [[str(row), f"Unit {row}", "3,36"] for row in range(90)],
            widths=(0.4, 3, 1),
            right=frozenset({2}),
            caption="Hasil per unit",
        ),
        Items(["satu", "dua"], numbered=True),
        Picture(SQUARE, "sebuah kotak", 0.2),
        PageBreak(),
        Signatures([Signature("Asisten Deputi", "Nama Satu", "Mengetahui,", "198001012005011001")]),
        CheckMark("http://127.0.0.1:8000/periksa/abc", "Periksa keasliannya:"),
    ],
    letterhead=["KEMENTERIAN", "Jalan"],
    foot="3 dari 3 baris",
    author="Tuntas",
)
SAID = (
    "Berita Acara", "Peserta", TRICKY, "catatan", "BA-1/2020", "Hasil per unit", "Unit 89", "3,36", "satu",
    "Mengetahui,", "Nama Satu", "198001012005011001", "http://127.0.0.1:8000/periksa/abc", "KEMENTERIAN",
)  # fmt: skip


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_a_pdf_says_all_of_the_document_and_is_tagged() -> None:
    file = pypdf.PdfReader(BytesIO(pdf(PAPER)))
    text = squeezed("".join(page.extract_text() for page in file.pages))
    assert [word for word in SAID if squeezed(word) not in text] == []
    root: Any = file.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "id"
    assert file.metadata is not None
    assert file.metadata.title == "Berita Acara"
    assert b"pdfuaid" in root["/Metadata"].get_data()


def test_a_table_repeats_its_header_on_each_page() -> None:
    file = pypdf.PdfReader(BytesIO(pdf(PAPER)))
    assert sum("No Unit Nilai" in page.extract_text() for page in file.pages) >= 2


def test_a_word_file_says_the_same() -> None:
    file = docx.Document(BytesIO(word(PAPER)))
    said = [each.text for each in file.paragraphs]
    said += [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    text = squeezed("\n".join(said))
    assert [word for word in SAID if squeezed(word) not in text] == []


def test_a_document_comes_to_its_maker_as_it_was_written() -> None:
    heard = document_of(json.loads(json.dumps(spoken(PAPER))))
    assert spoken(heard) == spoken(PAPER)
    assert [type(block) for block in heard.blocks] == [type(block) for block in PAPER.blocks]


def test_what_makes_word_files_and_pdfs_stays_out_of_the_process_that_asks_for_them() -> None:
    asked = "import sys, tracker.wiring; print({'docx', 'typst'} & {*sys.modules})"
    found = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"


def test_a_word_file_that_cannot_be_made_says_why() -> None:
    with pytest.raises(DocumentFailed, match="XML"):
        word(Document("Tanda kendali \x00", []))


def test_a_picture_without_words_is_refused() -> None:
    with pytest.raises(DocumentFailed, match="alt"):
        pdf(Document("Tanpa kata", [Picture(SQUARE, "")]))
