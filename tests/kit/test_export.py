"""What leaves the site opens as a table, does nothing by itself, and says how complete it is."""

import io
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.kit.export import Column, Incomplete, LastRow, Value, Written, checksum, write_csv, write_xlsx
from tracker.kit.sheets import read

COLUMNS = [Column("Unit", 40), Column("Indeks", shown_as="0.00"), Column("Batas waktu"), Column("Diperbarui (WIT)")]
JAYAPURA = ZoneInfo("Asia/Jayapura")
ROWS: list[list[Value]] = [
    ["Disdukcapil Kota Tual", Decimal("1.73"), date(2020, 6, 30), datetime(2020, 5, 14, 9, 30, tzinfo=JAYAPURA)],
    ["Dinas PMPTSP", None, None, None],
    ["Kosong", 0, date(2020, 7, 1), None],
]


def last(expected: int = 3) -> LastRow:
    return LastRow(expected, "14 Mei 2020 09.30 WIB", "Wilayah III, terlambat")


def xlsx_of(rows: list[list[Value]], columns: list[Column] = COLUMNS) -> io.BytesIO:
    out = io.BytesIO()
    write_xlsx(out, columns, rows, last(len(rows)))
    return out


def csv_of(rows: list[list[Value]], columns: list[Column] = COLUMNS) -> bytes:
    out = io.BytesIO()
    write_csv(out, columns, rows, last(len(rows)))
    return out.getvalue()


def test_an_xlsx_has_a_header_a_row_per_entry_and_a_last_row_that_counts() -> None:
    sheet = openpyxl.load_workbook(xlsx_of(ROWS)).active
    assert sheet is not None
    header, *rows, end = sheet.iter_rows(values_only=True)
    assert header == ("Unit", "Indeks", "Batas waktu", "Diperbarui (WIT)")
    assert rows[0] == ("Disdukcapil Kota Tual", 1.73, datetime(2020, 6, 30), datetime(2020, 5, 14, 9, 30))  # noqa: DTZ001
    assert rows[1:] == [("Dinas PMPTSP", None, None, None), ("Kosong", 0, datetime(2020, 7, 1), None)]  # noqa: DTZ001
    promised = "3 dari 3 baris; per 14 Mei 2020 09.30 WIB; Wilayah III, terlambat; sha256:" + checksum(COLUMNS, ROWS)
    assert end == (promised, None, None, None)


def test_a_csv_says_the_same_with_the_same_checksum() -> None:
    text = csv_of(ROWS).decode("utf-8-sig")
    assert text.splitlines() == [
        "Unit,Indeks,Batas waktu,Diperbarui (WIT)",
        "Disdukcapil Kota Tual,1.73,2020-06-30,2020-05-14 09:30:00+09:00",
        "Dinas PMPTSP,,,",
        "Kosong,0,2020-07-01,",
        '"3 dari 3 baris; per 14 Mei 2020 09.30 WIB; Wilayah III, terlambat; sha256:' + checksum(COLUMNS, ROWS) + '"',
    ]


def test_the_checksum_tells_apart_what_differs() -> None:
    sums = {
        checksum(COLUMNS, ROWS),
        checksum(COLUMNS, ROWS[:2]),
        checksum(COLUMNS[:3], ROWS),
        checksum(COLUMNS, ROWS[::-1]),
    }
    assert len(sums) == 4
    assert checksum([Column("a")], [["x"]]) != checksum([Column("a")], [[None]]) != checksum([Column("a")], [[""]])
    assert checksum([Column("a")], [[5]]) == checksum([Column("a")], [[5.0]]) == checksum([Column("a")], [[Decimal(5)]])


def test_an_empty_table_still_says_that_it_is_complete() -> None:
    out = io.BytesIO()
    assert write_xlsx(out, COLUMNS, [], last(0)) == Written(0, checksum(COLUMNS, []))
    assert str(read(out.getvalue()).sheets[0].rows[1][0]).startswith("0 dari 0 baris; per ")
    assert "0 dari 0 baris" in csv_of([]).decode()


@pytest.mark.parametrize("write", [write_xlsx, write_csv])
@pytest.mark.parametrize("expected", [0, 2, 4])
def test_another_count_than_promised_is_an_error_never_a_short_table(write: object, expected: int) -> None:
    assert callable(write)
    with pytest.raises(Incomplete, match="promised"):
        write(io.BytesIO(), COLUMNS, iter(ROWS), last(expected))


@pytest.mark.parametrize("write", [write_xlsx, write_csv])
def test_a_row_of_another_width_is_an_error(write: object) -> None:
    assert callable(write)
    with pytest.raises(Incomplete, match="2 values for 4 columns"):
        write(io.BytesIO(), COLUMNS, [["a", 1]], last(1))


def test_a_text_too_long_for_a_sheet_is_an_error_not_an_empty_cell() -> None:
    assert xlsx_of([["a" * 32_767]], [Column("Uraian")]).getvalue()
    with pytest.raises(Incomplete, match="row 2, column 1"):
        xlsx_of([["a" * 32_768]], [Column("Uraian")])


def test_more_rows_than_a_sheet_holds_are_refused_at_once() -> None:
    with pytest.raises(Incomplete, match="do not fit"):
        write_xlsx(io.BytesIO(), COLUMNS, ROWS, last(1_048_575))


DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0", "＝1", '=HYPERLINK("http://x","y")']


@pytest.mark.parametrize("text", [*DANGEROUS, "http://contoh.go.id", "mailto:a@b.go.id"])
def test_a_text_never_becomes_a_formula_or_a_link_in_xlsx(text: str) -> None:
    out = xlsx_of([[text]], [Column("=Uraian")])
    sheet = zipfile.ZipFile(out).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert b"hyperlink" not in sheet
    rows = read(out.getvalue()).sheets[0].rows
    assert (rows[0][0], str(rows[1][0]).strip()) == ("=Uraian", text.strip())


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_text_never_becomes_a_formula_in_csv(text: str) -> None:
    header, row, _ = csv_of([[text]], [Column("=Uraian")]).decode("utf-8-sig").replace('"', "").split("\r\n")[:3]
    assert header == "'=Uraian"
    assert row.startswith("'")


def test_a_negative_number_in_csv_stays_a_number() -> None:
    assert b"\r\n-5,-1.50\r\n" in csv_of([[-5, Decimal("-1.50")]], [Column("a"), Column("b")])


def test_what_was_exported_reads_back_as_it_was() -> None:
    texts: list[list[Value]] = [[text] for text in ("=1+1", "-", "a;b", 'kutip "x"', "dua\nbaris", "Ñumfor")]
    for data in (xlsx_of(texts, [Column("Uraian")]).getvalue(), csv_of(texts, [Column("Uraian")])):
        (sheet,) = read(data, "x.csv").sheets
        assert [row[:1] for row in sheet.rows[1:-1]] == texts


words = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=20)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(words, st.integers(-(10**9), 10**9), st.dates(date(1990, 1, 1), date(2099, 1, 1)))))
def test_any_table_comes_out_whole(rows: list[tuple[str, int, date]]) -> None:
    out = io.BytesIO()
    written = write_xlsx(out, [Column("a"), Column("b"), Column("c")], rows, last(len(rows)))
    sheet = openpyxl.load_workbook(out).active
    assert sheet is not None
    assert sheet.max_row == len(rows) + 2
    found = [(row[0] or "", row[1], row[2].date()) for row in sheet.iter_rows(2, len(rows) + 1, values_only=True)]  # type: ignore[union-attr]
    assert found == rows
    assert written.rows == len(rows)


def test_a_long_table_is_never_in_memory_whole(tmp_path: Path) -> None:
    def rows() -> Iterator[list[Value]]:
        for at in range(5_000):
            yield [f"Unit {at} " + "x" * 2_000, at, date(2020, 1, 1), datetime(2020, 1, 1, tzinfo=UTC)]

    with (tmp_path / "ekspor.xlsx").open("wb") as file:
        tracemalloc.start()
        assert write_xlsx(file, COLUMNS, rows(), last(5_000)).rows == 5_000
        assert tracemalloc.get_traced_memory()[1] < 6 << 20
        tracemalloc.stop()


def test_a_sheet_name_that_excel_refuses_is_mended() -> None:
    out = io.BytesIO()
    write_xlsx(out, COLUMNS, ROWS, last(), sheet="Wilayah III: terlambat/dikembalikan [semua unit]")
    assert openpyxl.load_workbook(out).sheetnames == ["Wilayah III  terlambat dikembal"]


def test_a_csv_leaves_the_stream_open_for_its_owner() -> None:
    out = io.BytesIO()
    with pytest.raises(Incomplete):
        write_csv(out, COLUMNS, ROWS, last(1))
    write_csv(out, COLUMNS, ROWS, last())
    assert not out.closed
