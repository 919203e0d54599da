"""A spreadsheet is read as its office sees it, or refused with what to do about it."""

import hashlib
import io
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.styles import Font

from tracker.kit import content, sheets
from tracker.kit.cells import Cell
from tracker.kit.content import Unusable
from tracker.kit.sheets import Limits, Merge, Sheet, read

FIXTURES = Path(__file__).parent / "fixtures"
MB = 1 << 20
ODS_NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "table", "text")
)


def xlsx(fill: Callable[[openpyxl.Workbook], None]) -> bytes:
    book = openpyxl.Workbook()
    fill(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xlsx_of(rows: list[list[object]]) -> bytes:
    def fill(book: openpyxl.Workbook) -> None:
        for row in rows:
            book.active.append(row)  # type: ignore[union-attr]

    return xlsx(fill)


def with_member(data: bytes, name: str, replacement: bytes) -> bytes:
    """The same ZIP with one member exchanged."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            new.writestr(member, replacement if member == name else old.read(member))
    return out.getvalue()


def xlsx_with_sheet(rows: str) -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = f'<worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'
    return with_member(xlsx_of([["x"]]), "xl/worksheets/sheet1.xml", sheet.encode())


def ods_of(rows: str) -> bytes:
    inside = f'<table:table table:name="Lembar">{rows}</table:table>'
    body = f"<office:body><office:spreadsheet>{inside}</office:spreadsheet></office:body>"
    document = f'<?xml version="1.0"?><office:document-content {ODS_NAMES}>{body}</office:document-content>'
    return with_member((FIXTURES / "libreoffice.ods").read_bytes(), "content.xml", document.encode())


def rows_of(data: bytes, name: str = "") -> list[list[Cell]]:
    return read(data, name).sheets[0].rows


def refusal(data: bytes, name: str = "", limits: Limits = sheets.DEFAULT_LIMITS) -> str:
    with pytest.raises(Unusable) as refused:
        read(data, name, limits)
    assert "%(" not in str(refused.value)
    return refused.value.message


# ---- what offices make --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["xlsx", "xls", "ods"])
def test_the_same_workbook_saved_by_libreoffice_reads_the_same_in_every_format(ending: str) -> None:
    book = read(FIXTURES / f"libreoffice.{ending}")
    results, empty = book.sheets
    assert (results.name, empty.name, empty.rows) == ("Hasil", "Kosong", [])
    assert results.rows == [
        ["HASIL EVALUASI", None, None, None, None, None, None],
        [None, None, None, None, None, None, None],
        ["Kode", "Instansi", "Unit", "Nilai", "Tanggal", "Jumlah", "Jam"],
        [71.1, "Pemkab A", "Dinas X", "1,73", date(2020, 6, 30), 2, "11.01"],
        [71.05, "Pemkab A", "Dinas Y", 2.5, datetime(2020, 6, 30, 8, 5), "ab", None],  # noqa: DTZ001
    ]
    assert set(results.merges) == {Merge(1, 0, 1, 3), Merge(4, 1, 5, 1)}
    assert book.digest == hashlib.sha256((FIXTURES / f"libreoffice.{ending}").read_bytes()).hexdigest()


@pytest.mark.parametrize("source", [Path, Path.read_bytes, lambda path: io.BytesIO(path.read_bytes())])
def test_a_path_bytes_and_a_stream_read_alike(source: Callable[[Path], Path | bytes | io.BytesIO]) -> None:
    assert read(source(FIXTURES / "libreoffice.xlsx")) == read(FIXTURES / "libreoffice.xlsx")


def test_rows_are_numbered_as_in_the_sheet_also_below_empty_ones() -> None:
    def fill(book: openpyxl.Workbook) -> None:
        book.active["C4"] = "Unit"  # type: ignore[index]
        book.active["A6"] = 5  # type: ignore[index]

    (sheet,) = read(xlsx(fill)).sheets
    assert [(at, row) for at, row in sheet.numbered() if any(row)] == [(4, [None, None, "Unit"]), (6, [5, None, None])]


def test_a_formula_counts_by_its_stored_value_and_without_one_is_empty() -> None:
    assert rows_of(xlsx_of([["a", "=1+1", '="teks"', "=A1", "b"]])) == [["a", None, None, None, "b"]]
    stored = '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>"a"</f><v>a</v></c>'
    stored += '<c r="C1"><f>A1</f></c></row>'
    assert rows_of(xlsx_with_sheet(stored + '<row r="2"><c r="C2"><v>1</v></c></row>'))[0] == [2, "a", None]
    ods = (
        '<table:table-row><table:table-cell table:formula="of:=1+1"/>'
        '<table:table-cell table:formula="of:=1+1" office:value-type="float" office:value="2"><text:p>2</text:p>'
        "</table:table-cell></table:table-row>"
    )
    assert rows_of(ods_of(ods)) == [[None, 2]]


def test_a_text_that_only_looks_like_a_formula_stays_a_text() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"strings_to_formulas": False}) as book:
        book.add_worksheet().write(0, 0, "=1+1")
    assert rows_of(out.getvalue()) == [["=1+1"]]


def test_a_value_merged_downwards_stands_in_each_row_and_one_merged_sideways_once() -> None:
    def fill(book: openpyxl.Workbook) -> None:
        sheet = book.active
        for row in (["Pemkab A", "Dinas X", 1], [None, "Dinas Y", 2], [None, "Dinas Z", 3], ["Catatan", None, None]):
            sheet.append(row)  # type: ignore[union-attr]
        sheet.merge_cells("A1:A3")  # type: ignore[union-attr]
        sheet.merge_cells("A4:C4")  # type: ignore[union-attr]

    (sheet,) = read(xlsx(fill)).sheets
    assert [row[0] for row in sheet.rows] == ["Pemkab A", "Pemkab A", "Pemkab A", "Catatan"]
    assert sheet.rows[3] == ["Catatan", None, None]


def test_empty_rows_at_the_end_are_dropped_also_blank_and_styled_ones() -> None:
    def fill(book: openpyxl.Workbook) -> None:
        sheet = book.active
        sheet.append(["a"])  # type: ignore[union-attr]
        sheet.append(["   "])  # type: ignore[union-attr]
        sheet["XFD1048576"].font = Font(bold=True)  # type: ignore[index]

    assert rows_of(xlsx(fill)) == [["a"]]


def test_a_hidden_sheet_says_so() -> None:
    def fill(book: openpyxl.Workbook) -> None:
        book.active["A1"] = 1  # type: ignore[index]
        book.create_sheet("Lama").sheet_state = "hidden"

    assert [(sheet.name, sheet.hidden) for sheet in read(xlsx(fill)).sheets] == [("Sheet", False), ("Lama", True)]


def test_a_sheet_filled_by_repetition_in_ods_is_written_out() -> None:
    cell = '<table:table-cell table:number-columns-repeated="2" office:value-type="float" office:value="3"/>'
    rows = f'<table:table-row table:number-rows-repeated="3">{cell}</table:table-row>'
    empty = '<table:table-row table:number-rows-repeated="1048573"><table:table-cell/></table:table-row>'
    assert rows_of(ods_of(rows + empty)) == [[3, 3]] * 3


# ---- CSV ----------------------------------------------------------------------------------------------------------

CSV_ROWS: list[list[str | None]] = [
    ["Instansi", "Nilai", "Catatan"],
    ["Kota Tual", "1,73", 'kata "kutip"; dan, koma'],
    ["Biak Ñumfor", "2,5", None],
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\r\n", "\n"])
def test_csv_is_read_whatever_separator_and_encoding_an_office_used(
    encoding: str, separator: str, line_end: str
) -> None:
    def quoted(cell: str | None) -> str:
        cell = cell or ""
        return '"' + cell.replace('"', '""') + '"' if set(cell) & set(',;\t"') else cell

    written = line_end.join(separator.join(map(quoted, row)) for row in CSV_ROWS)
    (sheet,) = read(written.encode(encoding), "hasil 2019.csv").sheets
    assert (sheet.name, sheet.rows) == ("hasil 2019", CSV_ROWS)


def test_decimal_commas_do_not_pass_for_separators() -> None:
    data = b"Kode;Instansi;A;B\n71.05;Minahasa;1,73;2,10\n71.10;Minsel;0,45;1,00\n"
    header, *scores = rows_of(data)
    assert header == ["Kode", "Instansi", "A", "B"]
    assert scores == [["71.05", "Minahasa", "1,73", "2,10"], ["71.10", "Minsel", "0,45", "1,00"]]


def test_punctuation_does_not_pass_for_separators() -> None:
    data = b'Daftar unit; tahun 2019\nDinas A\nDinas B, Kota C\n"Dinas D"\nDinas E\n'
    assert rows_of(data) == [["Daftar unit; tahun 2019"], ["Dinas A"], ["Dinas B, Kota C"], ["Dinas D"], ["Dinas E"]]


def test_title_rows_above_the_table_and_short_rows_do_not_hide_the_separator() -> None:
    data = b"HASIL EVALUASI\nTAHUN 2019\nKode;Unit;Nilai\n71.05;A;1,5\n71.10;B\n71.07;C;2,5\n"
    assert rows_of(data)[4:] == [["71.10", "B", None], ["71.07", "C", "2,5"]]


def test_csv_rows_are_numbered_as_excel_shows_them() -> None:
    data = b'sep=;\nJudul\n\na;b\n"dua\nbaris";c\n;\n\n'
    assert rows_of(data) == [["Judul", None], [None, None], ["a", "b"], ["dua\nbaris", "c"]]


def test_a_csv_formula_has_no_stored_value_and_a_guarded_text_is_the_text() -> None:
    assert rows_of(b'a,=1+1,=cmd|x,"=""0812""",\'=1+1,\'-,-5\n') == [["a", None, None, "0812", "=1+1", "-", "-5"]]


def test_a_csv_whose_quotes_never_close_is_damaged_not_swallowed() -> None:
    assert refusal(b'a,b\n"c,d\ne,f\n') == content.DAMAGED


# ---- what is refused ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", content.EMPTY),
        (b"\n;;\n  \n", sheets.NOTHING_IN_IT),
        (b"\xef\xbb\xbf", sheets.NOTHING_IN_IT),
        (xlsx_of([]), sheets.NOTHING_IN_IT),
        ((FIXTURES / "password-office.xlsx").read_bytes(), content.PASSWORD),
        ((FIXTURES / "password.xls").read_bytes(), content.PASSWORD),
        ((FIXTURES / "password.ods").read_bytes(), content.PASSWORD),
        (xlsx_of([["a"]])[:-100], content.DAMAGED),
        (xlsx_of([["a"]])[:400] + b"\xff" * 60 + xlsx_of([["a"]])[460:], content.DAMAGED),
        (b"PK\x03\x04 bukan zip", content.DAMAGED),
        ((FIXTURES / "libreoffice.xls").read_bytes()[:1500], content.DAMAGED),
        (with_member((FIXTURES / "libreoffice.ods").read_bytes(), "content.xml", b"<x>"), content.DAMAGED),
        (b"<html><table><tr><td>1</td></tr></table></html>", content.WEB_PAGE),
        (b"%PDF-1.7\n%%EOF", content.UNKNOWN),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), content.UNKNOWN),
        (bytes(500), content.UNKNOWN),
    ],
)
def test_each_unusable_file_gets_its_own_message(data: bytes, message: str) -> None:
    assert refusal(data, "hasil.xlsx") == message


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match=r"tidak-ada\.xlsx"):
        read(tmp_path / "tidak-ada.xlsx")


def test_a_50_mb_file_is_refused_before_it_is_read_into_memory(tmp_path: Path) -> None:
    path = tmp_path / "besar.xlsx"
    with path.open("wb") as file:
        file.truncate(50 * MB)
    tracemalloc.start()
    with pytest.raises(Unusable, match="Batasnya 20 MB"):
        read(path)
    assert tracemalloc.get_traced_memory()[1] < 45 * MB
    tracemalloc.stop()


@cache
def bomb(size: int) -> bytes:
    """A small file that unpacks to `size` bytes of spaces in a sheet."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new, zipfile.ZipFile(io.BytesIO(xlsx_of([["x"]]))) as old:
        for member in old.namelist():
            if member != "xl/worksheets/sheet1.xml":
                new.writestr(member, old.read(member))
        with new.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(size // MB):
                sheet.write(b" " * MB)
    return out.getvalue()


def understated(data: bytes, name: str, said: int) -> bytes:
    """The same ZIP, lying about the unpacked size of one member in both of its headers."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        about = archive.getinfo(name)
    changed = bytearray(data)
    struct.pack_into("<I", changed, about.header_offset + 22, said)
    entry = data.rindex(name.encode()) - 46
    struct.pack_into("<I", changed, entry + 24, said)
    return bytes(changed)


@pytest.mark.parametrize("size", [50 * MB, 300 * MB])
def test_a_bomb_is_refused_by_what_it_says_of_itself_without_unpacking(size: int) -> None:
    data = bomb(size)
    assert len(data) < 2 * MB
    tracemalloc.start()
    assert refusal(data) == sheets.UNPACKS_TOO_LARGE
    assert tracemalloc.get_traced_memory()[1] < 10 * MB
    tracemalloc.stop()


def test_a_bomb_that_lies_about_its_size_is_found_while_it_unpacks() -> None:
    lying = understated(bomb(300 * MB), "xl/worksheets/sheet1.xml", 1000)
    tracemalloc.start()
    assert refusal(lying) == content.DAMAGED
    assert tracemalloc.get_traced_memory()[1] < 20 * MB
    tracemalloc.stop()


FAR = '<c r="XFD1048576"><v>1</v></c>'
CORNER = '<table:table-cell office:value-type="float" office:value="1"/>'


def far_xls() -> bytes:
    """The fixture with its first number moved to the last cell of an old sheet."""
    data = bytearray((FIXTURES / "libreoffice.xls").read_bytes())
    at = data.index(struct.pack("<HHHH", 0x0203, 14, 3, 0))  # NUMBER, row 4, column A
    struct.pack_into("<HH", data, at + 4, 65535, 255)
    return bytes(data)


@pytest.mark.parametrize(
    "data",
    [
        xlsx_with_sheet(f'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576">{FAR}</row>'),
        xlsx_with_sheet('<row r="1"><c><v>1</v></c></row><row r="1000000"><c><v>1</v></c></row>'),
        xlsx_with_sheet('<row r="1"><c r="&#88;FD1"><v>1</v></c></row>'),
        ods_of(f'<table:table-row table:number-rows-repeated="1048576">{CORNER}</table:table-row>'),
        ods_of(f'<table:table-row><table:table-cell table:number-columns-repeated="16383"/>{CORNER}</table:table-row>'),
        ods_of(
            '<table:table-row table:number-rows-repeated="90000"><table:table-cell table:number-columns-repeated="490" '
            'office:value-type="float" office:value="1"/></table:table-row>'
        ),
        far_xls(),
    ],
    ids=["corner", "rows-without-references", "entity", "ods-rows", "ods-columns", "ods-both", "xls"],
)
def test_a_few_cells_far_apart_are_refused_before_the_space_between_is_built(data: bytes) -> None:
    assert refusal(data) == sheets.TOO_MANY_CELLS


def test_too_many_rows_are_refused_with_the_limit_in_words() -> None:
    few = Limits(rows=3, columns=4)
    assert refusal(xlsx_of([[1]] * 4), limits=few) == sheets.TOO_MANY_CELLS
    assert refusal(b"1\n" * 4, limits=few) == sheets.TOO_MANY_CELLS
    assert refusal(b"1,2,3,4,5\n", limits=few) == sheets.TOO_MANY_CELLS
    assert len(read(xlsx_of([[1, 2, 3, 4]] * 3), limits=few).sheets[0].rows) == 3
    with pytest.raises(Unusable, match=r"100\.000 baris dan 500 kolom"):
        read(far_xls())


def test_entities_cannot_multiply_a_text() -> None:
    doctype = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><worksheet>&b;</worksheet>'
    assert refusal(with_member(xlsx_of([["x"]]), "xl/worksheets/sheet1.xml", doctype)) == content.DAMAGED


def test_one_long_text_in_a_hundred_thousand_cells_is_refused_without_harm() -> None:
    """Shared texts are copied into each cell: 100,000 × 4 MB. Only the unpacking process may run out of memory."""
    rows = "".join(f'<row r="{at}"><c r="A{at}" t="s"><v>0</v></c></row>' for at in range(1, 90_001))
    book = xlsx_with_sheet(rows)
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    shared = f"<sst {space}><si><t>{'a' * 4_000_000}</t></si></sst>".encode()
    assert refusal(with_member(book, "xl/sharedStrings.xml", shared)) == content.DAMAGED


def test_a_workbook_that_makes_the_library_abort_is_only_damaged() -> None:
    """A wrong count in an .xls makes calamine ask for hundreds of gigabytes, which ends its process."""
    data = (FIXTURES / "libreoffice.xls").read_bytes()
    messages = set()
    for at in range(512, len(data), 211):
        changed = data[:at] + b"\xff\xff\xff\x7f" + data[at + 4 :]
        try:
            read(changed)
        except Unusable as refused:
            messages.add(refused.message)
    assert messages <= {
        content.DAMAGED,
        content.PASSWORD,
        content.OLD_OFFICE,
        sheets.TOO_MANY_CELLS,
        sheets.NOTHING_IN_IT,
    }
    assert content.DAMAGED in messages


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=600))
def test_any_bytes_are_read_or_refused_and_nothing_else(data: bytes) -> None:
    try:
        book = read(data)
    except Unusable:
        return
    assert all(isinstance(sheet, Sheet) for sheet in book.sheets)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=4))
def test_a_sheet_with_changed_bytes_is_read_or_refused_and_nothing_else(at: int, noise: bytes) -> None:
    sheet = zipfile.ZipFile(FIXTURES / "libreoffice.xlsx").read("xl/worksheets/sheet1.xml")
    at %= len(sheet)
    changed = sheet[:at] + noise + sheet[at + len(noise) :]
    data = with_member((FIXTURES / "libreoffice.xlsx").read_bytes(), "xl/worksheets/sheet1.xml", changed)
    try:
        assert zlib.crc32(data) >= 0
        read(data)
    except Unusable:
        pass
