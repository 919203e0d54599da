"""Exports as they come from other hands: any encoding and separator, quoted lines, broken quotes, workbooks."""

import csv
import io
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.complaints import intake_cells
from tracker.complaints.intake_columns import columns_by_name, find_heading, missing
from tracker.complaints.intake_file import read_export
from tracker.complaints.intake_rows import OTHER_WIDTH, Reader, ReadRow, Wrong
from tracker.complaints.states import Classification, ComplaintStatus
from tracker.kit.cells import Cell
from tracker.kit.content import Unusable

SAMPLE = Path(__file__).parent / "fixtures" / "lapor-ekspor-contoh.csv"
HEAD = ["Tracking ID", "Judul Laporan", "Isi Laporan Awal", "Klasifikasi", "Tipe", "Nama Pelapor",
        "Tanggal Laporan Masuk", "Instansi Induk", "Instansi Terdisposisi", "Status Laporan"]  # fmt: skip
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=200)
TODAY = date(2026, 3, 2)
at = datetime.fromisoformat


def line(title: str = "Antrean lama", body: str = "Lama sekali.", **values: str) -> list[str]:
    row = dict(zip(HEAD, ["5100000", title, body, "Aspirasi", "", "Sinta", "04/05/2020 09:30", "Pemkot", "", "Baru"],
                   strict=True))  # fmt: skip
    return [values.get(name.replace(" ", "_"), text) for name, text in row.items()]


def as_csv(*rows: list[str], separator: str = ";", encoding: str = "utf-8-sig") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows([HEAD, *rows])
    return text.getvalue().encode(encoding)


def read(data: bytes, portion: int = 1000) -> list[ReadRow | list[Wrong]]:
    chunks = [data[start : start + portion] for start in range(0, len(data), portion)]
    rows = list(read_export(chunks).rows)
    heading = find_heading(rows)
    assert heading is not None
    reader = Reader(columns_by_name(heading.names), len(heading.names), TODAY)
    return [reader.read(cells) for number, cells in rows if number > heading.row]


def only(data: bytes) -> ReadRow:
    (row,) = read(data)
    assert isinstance(row, ReadRow), row
    return row


def test_the_sample_is_read_whole_without_being_told_its_columns() -> None:
    rows = read(SAMPLE.read_bytes())
    assert len(rows) == 40
    assert all(isinstance(row, ReadRow) for row in rows)
    first = rows[0]
    assert isinstance(first, ReadRow)
    assert (first.tracking_id, first.status) == ("5100000", ComplaintStatus.CLOSED)
    assert first.received_at == at("2020-04-04 11:02:00")
    assert first.classification is Classification.OVERSIGHT


@settings(max_examples=40)
@given(title=WORDS, body=WORDS, separator=st.sampled_from(";,\t"), encoding=st.sampled_from(["utf-8-sig", "utf-16"]))
def test_words_come_through_any_separator_and_encoding(title: str, body: str, separator: str, encoding: str) -> None:
    body = f'{body}\nbaris; kedua, "dikutip"'
    row = only(as_csv(line(f"x{title}", f"x{body}"), separator=separator, encoding=encoding))
    assert (row.title, row.body) == (f"x{title}".strip(), f"x{body}".strip())


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "latin-1"])
def test_older_code_pages_are_understood(encoding: str) -> None:
    assert only(as_csv(line("Café ditutup; é ü"), encoding=encoding)).title == "Café ditutup; é ü"


def test_one_broken_byte_spoils_no_other_letter() -> None:
    data = as_csv(line("Émile ß")).replace(b"Lama sekali", b"Lama \xe9 sekali")
    row = only(data)
    assert (row.title, row.body) == ("Émile ß", "Lama é sekali.")


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script><html>",
        "😀 tolong 🙏🏽",
        "kata " * 5000,
        "=1+1",
        "+62 812",
        "@lapor",
        "a\n\n\nb",
        "=== TOLONG ===",
    ],
    ids=["script", "emoji", "five thousand words", "formula", "plus", "at", "lines", "signs"],
)
def test_what_a_citizen_wrote_is_kept_as_it_is(body: str) -> None:
    assert only(as_csv(line(body=body))).body == body.strip()


def test_a_control_character_from_a_word_processor_is_left_out() -> None:
    assert only(as_csv(line(body="satu\x0bdua\x07"))).body == "satudua"


def test_a_quote_that_is_never_closed_is_refused_with_its_row() -> None:
    data = as_csv(line(), line()) + b'5100001;"Judul yang terbuka;isi;Aspirasi;;;04/05/2020;A;B;Baru\r\n5100002;x;y\r\n'
    with pytest.raises(Unusable, match="baris 4"):
        read(data)


def test_stray_quotes_within_a_text_are_forgiven() -> None:
    data = as_csv(line(title="TANDA")).replace(b"TANDA", b'dia berkata "tolong" lalu pergi')
    assert only(data).title == 'dia berkata "tolong" lalu pergi'


def test_a_row_torn_apart_is_told_and_not_guessed() -> None:
    data = as_csv(line()) + b"5100001;judul;isi\r\n" + ";".join([*line(), "lebih"]).encode()
    assert [row[0].message for row in read(data) if isinstance(row, list)] == [OTHER_WIDTH, OTHER_WIDTH]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("04/05/2020", at("2020-05-04 00:00:00")),
        ("04/05/2020 09:30", at("2020-05-04 09:30:00")),
        ("4-5-2020 09.30", at("2020-05-04 09:30:00")),
        ("2020-05-04T09:30:15", at("2020-05-04 09:30:15")),
        ("2020-05-04 09:30:15.123456", at("2020-05-04 09:30:15")),
        ("4 Mei 2020 pukul 09.30", at("2020-05-04 09:30:00")),
        ("43955", at("2020-05-04 00:00:00")),
        (43955.5, at("2020-05-04 12:00:00")),
        (date(2020, 5, 4), at("2020-05-04 00:00:00")),
    ],
)
def test_dates_are_read_day_first_in_every_dress(written: str | float | date, meant: datetime) -> None:
    assert intake_cells.moment(written) == meant


def test_a_named_zone_is_heeded() -> None:
    assert intake_cells.moment("04/05/2020 09:30 WIB") == intake_cells.moment("2020-05-04T11:30+09:00")


@pytest.mark.parametrize("written", ["31/02/2020", "05/13/2020", "kemarin", "04/05/20", "2020-05-04 25:00", "", True])
def test_what_is_no_date_is_refused(written: str | bool) -> None:
    with pytest.raises(ValueError, match=r"date|hour|day|month|range"):
        intake_cells.moment(written)


@given(st.text(max_size=60))
def test_no_text_makes_reading_a_date_break_otherwise(text: str) -> None:
    with suppress(ValueError):
        assert isinstance(intake_cells.moment(text), datetime)


@pytest.mark.parametrize("number", ["Sinta Dewi", "5,1E+06", "", "-", "x" * 65, "Budi2 Santoso?"])
def test_a_name_is_never_taken_for_a_tracking_id(number: str) -> None:
    with pytest.raises(ValueError, match="no number"):
        intake_cells.tracking_id(number)


@pytest.mark.parametrize(
    ("column", "value"),
    [("Tracking_ID", ""), ("Status_Laporan", "Entah"), ("Tanggal_Laporan_Masuk", "13/13/2020"), ("Tipe", "Gaib"),
     ("Klasifikasi", "Lain"), ("Tanggal_Laporan_Masuk", "04/05/2031"), ("Tanggal_Laporan_Masuk", "04/05/1820")],
)  # fmt: skip
def test_what_cannot_be_read_is_told_at_its_column_without_what_stood_there(column: str, value: str) -> None:
    (row,) = read(as_csv(line(**{column: value})))
    assert isinstance(row, list)
    assert [each.field for each in row]
    assert not value or all(value not in each.message for each in row)


def test_an_anonymous_reporters_name_is_dropped_while_reading() -> None:
    row = only(as_csv(line(Tipe="Anonim dan Rahasia")))
    assert (row.is_anonymous, row.is_confidential, row.citizen) == (True, True, {})
    assert only(as_csv(line(Nama_Pelapor="ANONIM"))).is_anonymous
    assert only(as_csv(line())).citizen == {"name": "Sinta"}


def test_an_open_complaint_needs_its_class_and_a_new_one_does_not() -> None:
    (row,) = read(as_csv(line(Klasifikasi="", Status_Laporan="Selesai")))
    assert isinstance(row, list)
    assert [each.field for each in row] == ["classification"]
    assert only(as_csv(line(Klasifikasi=""))).classification is None


def test_a_workbook_says_the_same_as_its_csv() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Ekspor SP4N-LAPOR!"])
    sheet.append(HEAD)
    cells: list[object] = list(line())
    cells[0], cells[6] = 5100000, at("2020-05-04 09:30:00")
    sheet.append(cells)
    stream = io.BytesIO()
    book.save(stream)
    assert only(stream.getvalue()) == only(as_csv(line()))


@pytest.mark.parametrize(
    "data",
    [b"", b"%PDF-1.4 x", b"<html><body><table>", b"\x89PNG\r\n\x1a\n000", b"PK\x03\x04 broken", b"a;b\0;c\r\n"],
    ids=["empty", "pdf", "web page", "picture", "damaged", "binary"],
)
def test_what_is_no_export_is_refused(data: bytes) -> None:
    with pytest.raises(Unusable):
        list(read_export([data] if data else []).rows)


def test_headings_are_found_below_a_title_and_the_missing_ones_named() -> None:
    rows: list[tuple[int, list[Cell]]] = [(1, ["Rekap"]), (2, [None]), (3, ["No Tiket", "status", "Isi"])]
    heading = find_heading(rows)
    assert heading is not None
    assert heading.row == 1 or columns_by_name(heading.names)
    assert missing(columns_by_name(["Tracking ID", "Status", "Isi"])) == ["received_at", "agency"]
