"""Writes a Word file; run in a process of its own, see `word`."""

import json
import sys
from io import BytesIO
from typing import Any

import docx
import segno
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from tracker.kit.documents import (
    CheckMark,
    Document,
    Facts,
    Heading,
    Items,
    PageBreak,
    Paragraph,
    Picture,
    Signatures,
    Table,
    document_of,
)

A4 = (Cm(21), Cm(29.7))
NOTE = Pt(9)


def written(document: Document) -> bytes:
    """The document as a .docx file."""
    file = docx.Document()
    dress(file, document)
    for line_number, line in enumerate(document.letterhead):
        paragraph = file.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.add_run(line).bold = line_number == 0
    title = file.add_heading(document.title, level=0)
    if document.letterhead:
        title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if document.subtitle:
        file.add_paragraph(document.subtitle)
    for block in document.blocks:
        put(file, block)
    kept = BytesIO()
    file.save(kept)
    return kept.getvalue()


def dress(file: Any, document: Document) -> None:
    file.core_properties.title = document.title
    file.core_properties.author = document.author
    file.core_properties.language = "id-ID" if document.language == "id" else "en-GB"
    file.styles["Normal"].font.name = "Calibri"
    file.styles["Normal"].font.size = Pt(11)
    section = file.sections[0]
    section.page_width, section.page_height = reversed(A4) if document.landscape else A4
    section.orientation = WD_ORIENT.LANDSCAPE if document.landscape else WD_ORIENT.PORTRAIT
    section.left_margin = section.right_margin = Cm(2.2)
    section.footer.paragraphs[0].text = document.foot


def put(file: Any, block: Any) -> None:
    match block:
        case Heading(text, level):
            file.add_heading(text, level=level)
        case Paragraph(text, kind, strong):
            paragraph = file.add_paragraph()
            run = paragraph.add_run(text)
            run.bold = strong
            if kind == "centre":
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            elif kind == "note":
                run.font.size = NOTE
        case Facts(rows):
            grid = file.add_table(rows=0, cols=2)
            for label, value in rows:
                cells = grid.add_row().cells
                cells[0].text, cells[1].text = label, value
        case Table():
            put_table(file, block)
        case Items(texts, numbered):
            for text in texts:
                file.add_paragraph(text, style="List Number" if numbered else "List Bullet")
        case Signatures(people):
            put_signatures(file, people)
        case Picture(_, says, _):
            file.add_paragraph(says)  # a drawing is said in words here: Word takes no SVG without a copy as pixels
        case CheckMark(address, text):
            put_check(file, address, text)
        case PageBreak():
            file.add_page_break()


def put_table(file: Any, block: Table) -> None:
    if block.caption:
        file.add_paragraph().add_run(block.caption).bold = True
    table = file.add_table(rows=1, cols=len(block.header), style="Table Grid")
    for cell, text in zip(table.rows[0].cells, block.header, strict=True):
        cell.paragraphs[0].add_run(text).bold = True
    repeat_at_each_page(table.rows[0])
    for row in block.rows:
        for column, (cell, text) in enumerate(zip(table.add_row().cells, row, strict=True)):
            cell.text = text
            if column in block.right:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT


def repeat_at_each_page(row: Any) -> None:
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def put_signatures(file: Any, people: Any) -> None:
    table = file.add_table(rows=0, cols=2)
    for first in range(0, len(people), 2):
        cells = table.add_row().cells
        for cell, person in zip(cells, people[first : first + 2], strict=False):
            lines = [person.above, person.post, "", "", "", person.name]
            cell.text = "\n".join(line for index, line in enumerate(lines) if line or index > 1)
            if person.number:
                cell.add_paragraph(f"NIP {person.number}")


def put_check(file: Any, address: str, text: str) -> None:
    drawing = BytesIO()
    segno.make(address, error="m").save(drawing, kind="png", scale=4, border=2)
    drawing.seek(0)
    file.add_picture(drawing, width=Cm(2.6))
    file.add_paragraph(f"{text} {address}")


def main() -> int:
    """In the child: a document on standard input, the file on standard output."""
    sys.stdout.buffer.write(written(document_of(json.load(sys.stdin.buffer))))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
