"""Reports from the command line, read back: what they count, what they refuse, whose they are."""

import csv
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import docx
import pypdf
import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from tests.reports.conftest import PRIORITY, YESTERDAY, World
from tests.support.make import Make
from tests.support.site import Site
from tracker.access.desk import Desk
from tracker.directory.states import Role
from tracker.kit.export import checksum
from tracker.progress.kept_models import ProgressSnapshot
from tracker.progress.nightly import recalculate
from tracker.progress.rules import expected
from tracker.reports.making import Wanted, in_indonesian, report_of
from tracker.reports.states import Kind

Run = Callable[..., Any]
LAST = re.compile(r"(\d+) dari (\d+) baris; per (.+?); saringan: (.+); sha256:([0-9a-f]{64})")


def sheet(path: Path) -> tuple[list[str], list[dict[str, Any]], str]:
    """Header, rows by heading, and the last row, which is one cell."""
    rows = [list(row) for row in load_workbook(path).worksheets[0].iter_rows(values_only=True)]
    assert [each for each in rows[-1] if each is not None] == [rows[-1][0]]
    header = [str(each) for each in rows[0]]
    return header, [dict(zip(header, row, strict=True)) for row in rows[1:-1]], str(rows[-1][0])


def text_of(path: Path) -> str:
    return " ".join("".join(page.extract_text() for page in pypdf.PdfReader(path).pages).split())


def made(run: Run, tmp_path: Path, *arguments: Any, ending: str = ".xlsx") -> Path:
    out = tmp_path / f"laporan{ending}"
    found = run(*arguments, "--out", out)
    assert (found.exit_code, found.stderr) == (0, "")
    return out


def test_the_sheet_of_an_area_has_a_row_for_each_of_its_priority_units(run: Run, world: World, tmp_path: Path) -> None:
    header, rows, last = sheet(made(run, tmp_path, "area", "III"))
    assert header[:3] == ["Nomor unit", "Unit", "Instansi"]
    assert {row["Unit"] for row in rows} == world.names(*PRIORITY)
    by_name = {row["Unit"]: row for row in rows}
    assert by_name["Unit Lewat"]["Lewat tenggat"] == 2
    assert by_name["Unit Tunggu"]["Lewat tenggat"] == 0  # it lies with the verifier
    assert by_name["Unit Selesai"]["Terverifikasi (%)"] == 100
    assert by_name["Unit Sunyi"]["Terverifikasi (%)"] is None  # no data yet is not zero
    assert by_name["Unit Sunyi"]["Rekomendasi"] == 0
    day = expected(date(2026, 3, 2), world.cycle.letter_on, world.cycle.opening_on)
    assert {Decimal(str(row["Diharapkan (%)"])) for row in rows} == {day}
    found = LAST.fullmatch(last)
    assert found is not None
    assert (found[1], found[2]) == ("4", "4")
    assert "Wilayah III" in found[4]


def test_the_same_rows_are_counted_on_the_page_in_the_sheet_and_on_paper(
    run: Run, world: World, tmp_path: Path, site: Site
) -> None:
    page = site.sign_in(world.asdep).get("/portofolio")
    assert "4 dari 4 baris" in page.words
    last = sheet(made(run, tmp_path, "area", "III"))[2]
    paper = text_of(made(run, tmp_path, "area", "III", ending=".pdf"))
    with made(run, tmp_path, "area", "III", ending=".csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    digest = LAST.fullmatch(last)
    assert digest is not None
    assert lines[-1] == [last]
    assert len(lines) == 1 + 4 + 1
    assert "4 dari 4 baris" in paper
    assert digest[5] in paper.replace(" ", "")


def test_the_checksum_is_that_of_the_rows(world: World, make: Make, machine: Desk) -> None:
    with in_indonesian():
        report = report_of(machine, Wanted(Kind.AREA, "III"))
        assert checksum(report.listing.columns, report.listing.rows()) in report.listing.closing()


@pytest.mark.parametrize(
    "arguments",
    [("area", "III"), ("agency", "81.72"), ("readiness", "{cycle}"), ("unit", "{unit}"), ("follow-ups", "3")],
)
def test_every_paper_is_tagged_and_says_its_count(
    run: Run, world: World, tmp_path: Path, arguments: tuple[str, str]
) -> None:
    about = arguments[1].format(cycle=world.cycle.code, unit=world.units["Lewat"].id)
    file = made(run, tmp_path, arguments[0], about, ending=".pdf")
    reader = pypdf.PdfReader(file)
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] is True or str(root["/MarkInfo"]["/Marked"]) == "True"
    assert "/StructTreeRoot" in root
    assert "pdfuaid" in root["/Metadata"].get_data().decode()
    assert str(root["/Lang"]).startswith("id")
    assert re.search(r"\d+ dari \d+ baris; per ", text_of(file))


def test_the_letter_to_the_head_of_region_says_what_is_asked(run: Run, world: World, tmp_path: Path) -> None:
    paper = text_of(made(run, tmp_path, "agency", "Kota Lewat", ending=".pdf"))
    for words in ("Yth. Wali Kota Lewat", "Hal", "2 tindak lanjut yang lewat tenggat", "Unit Lewat"):
        assert words in paper
    file = docx.Document(str(made(run, tmp_path, "agency", "81.72", ending=".docx")))
    said = " ".join(each.text for each in file.paragraphs)
    assert "Yth. Wali Kota Lewat" in said
    assert "1 dari 1 baris" in said


def test_another_day_has_its_own_overdue_and_expected_and_no_figures_of_today(
    run: Run, world: World, tmp_path: Path
) -> None:
    rows = {row["Unit"]: row for row in sheet(made(run, tmp_path, "area", "III", "--at", "2026-02-01"))[1]}
    assert rows["Unit Lewat"]["Lewat tenggat"] == 0  # due on that very day
    assert rows["Unit Selesai"]["Terverifikasi (%)"] is None
    rows = {row["Unit"]: row for row in sheet(made(run, tmp_path, "area", "III", "--at", "2026-02-02"))[1]}
    assert rows["Unit Lewat"]["Lewat tenggat"] == 2
    day = expected(date(2026, 2, 2), world.cycle.letter_on, world.cycle.opening_on)
    assert {Decimal(str(row["Diharapkan (%)"])) for row in rows.values()} == {day}
    paper = text_of(made(run, tmp_path, "area", "III", "--at", "2026-02-02", ending=".pdf"))
    assert "Tidak ada potret angka untuk 2 Februari 2026" in paper


def test_figures_of_another_day_are_those_that_were_copied_then(
    run: Run, world: World, make: Make, machine: Desk, tmp_path: Path
) -> None:
    recalculate(machine, datetime(2026, 3, 1, 18, 0, tzinfo=UTC))  # 01.00 in Jakarta: the day before has ended
    make.session.commit()
    rows = {row["Unit"]: row for row in sheet(made(run, tmp_path, "area", "III", "--at", YESTERDAY))[1]}
    assert rows["Unit Selesai"]["Terverifikasi (%)"] == 100
    paper = text_of(made(run, tmp_path, "area", "III", "--at", YESTERDAY, ending=".pdf"))
    assert "potret 1 Maret 2026" in paper


def test_where_only_the_mean_of_the_area_is_kept_the_report_says_that_mean(
    run: Run, world: World, make: Make, machine: Desk, tmp_path: Path
) -> None:
    recalculate(machine, datetime(2026, 3, 1, 18, 0, tzinfo=UTC))
    make.session.execute(sa.delete(ProgressSnapshot))
    make.session.commit()
    paper = text_of(made(run, tmp_path, "area", "III", "--at", date(2026, 3, 1), ending=".pdf"))
    assert "Tidak ada potret angka untuk 1 Maret 2026" in paper
    assert "Dari potret kelompok 1 Maret 2026: rata-rata terverifikasi" in paper


def test_follow_ups_of_an_area_have_real_dates_and_numbers_and_no_formula(
    run: Run, world: World, tmp_path: Path
) -> None:
    file = made(run, tmp_path, "follow-ups", "III")
    _, rows, last = sheet(file)
    assert len(rows) == 4
    assert last.startswith("4 dari 4 baris")
    late = [row for row in rows if row["Lewat tenggat"] == "ya"]
    assert [row["Unit"] for row in late] == ["Unit Lewat", "Unit Lewat"]
    assert {row["Tenggat"] for row in late} == {datetime(2026, 2, 1)}  # noqa: DTZ001 - a cell knows no zone
    assert all(isinstance(row["Diklaim (%)"], int) for row in rows)
    cells = [cell for row in load_workbook(file).worksheets[0].iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if isinstance(cell.value, str)} == {"s"}
    with made(run, tmp_path, "follow-ups", "III", ending=".csv").open(encoding="utf-8-sig", newline="") as text:
        assert all(not cell.startswith("=") for line in csv.reader(text) for cell in line)


@pytest.mark.parametrize(
    "arguments",
    [
        ("area", "IX"),
        ("area", " "),
        ("agency", "99.99"),
        ("agency", "Kota Antah Berantah"),
        ("unit", "987654"),
        ("unit", "satu"),
        ("unit", "9" * 40),
        ("readiness", "tidak-ada"),
        ("follow-ups", "IX"),
        ("area", "III", "--at", "20 Mei"),
        ("area", "III", "--cycle", "tidak-ada"),
        ("area", "III", "--as", "tidak-ada"),
    ],
)
def test_what_is_unknown_is_said_in_one_line(run: Run, world: World, tmp_path: Path, arguments: Any) -> None:
    found = run(*arguments, "--out", tmp_path / "x.pdf")
    assert found.exit_code == 2
    assert found.stdout == ""
    assert len(found.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["area", "agency", "unit", "readiness", "follow-ups"])
def test_an_unknown_ending_names_the_known_ones(run: Run, world: World, tmp_path: Path, kind: str) -> None:
    found = run(kind, "III", "--out", tmp_path / "x.odt")
    assert found.exit_code == 2
    assert ".xlsx" in found.stderr
    assert len(found.stderr.splitlines()) == 1


def test_a_report_is_made_at_the_desk_that_is_named(run: Run, world: World, make: Make, tmp_path: Path) -> None:
    def answer(*arguments: Any) -> int:
        code: int = run(*arguments, "--out", tmp_path / "y.xlsx").exit_code
        return code

    assert answer("area", "III", "--as", world.asdep.username) == 0
    assert answer("area", "III", "--as", world.other.username) == 2
    assert answer("agency", "81.72", "--as", world.coordinator.username) == 0
    assert answer("agency", "Pemerintah Kota Jauh", "--as", world.coordinator.username) == 2
    assert answer("unit", world.units["Lewat"].id, "--as", world.officer.username) == 0
    assert answer("unit", world.units["Jauh"].id, "--as", world.officer.username) == 2
    assert answer("area", "III", "--as", world.officer.username) == 2
    assert answer("area", "III", "--as", make.user(Role.ADMINISTRATOR).username) == 2


def test_a_report_over_part_of_an_area_says_so(run: Run, world: World, tmp_path: Path) -> None:
    paper = text_of(made(run, tmp_path, "area", "III", "--as", world.coordinator.username, ending=".pdf"))
    assert "memuat 1 unit dalam jangkauan pembuatnya; 3 unit lain tidak dimuat" in paper
    assert "Unit Tunggu" not in paper


def test_readiness_counts_the_priority_units_of_the_cycle(run: Run, world: World, tmp_path: Path) -> None:
    rows = sheet(made(run, tmp_path, "readiness", world.cycle.code))[1]
    assert {row["Unit"] for row in rows} == world.names(*PRIORITY, "Jauh")


def test_names_are_taken_as_people_type_them(run: Run, world: World, tmp_path: Path) -> None:
    for typed in ("III", "iii", "3", "wilayah-3", "Wilayah III"):
        assert len(sheet(made(run, tmp_path, "area", typed))[1]) == 4
    for typed in ("81.72", "Pemerintah Kota Lewat", "pemkot lewat", "KOTA LEWAT"):
        assert len(sheet(made(run, tmp_path, "agency", typed))[1]) == 1


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not here")
def test_another_program_reads_the_sheet_cell_by_cell_the_same(run: Run, world: World, tmp_path: Path) -> None:
    file = made(run, tmp_path, "follow-ups", "III")
    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", "ods:calc8",
         "--outdir", str(tmp_path / "again"), str(file)], check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", "xlsx",
         "--outdir", str(tmp_path / "back"), str(tmp_path / "again" / "laporan.ods")], check=True,
        capture_output=True, timeout=180,
    )  # fmt: skip
    assert sheet(tmp_path / "back" / "laporan.xlsx") == sheet(file)
