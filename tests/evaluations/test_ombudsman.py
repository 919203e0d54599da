"""Results and findings of Ombudsman RI, as its offices and the ministry pass them on."""

import io
import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from tests.evaluations.conftest import workbook
from tests.evaluations.test_views import IMPORTS, latest, send
from tests.support.make import Make
from tests.support.site import Site
from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.directory.models import ServiceUnit, SupervisionArea
from tracker.directory.states import Role
from tracker.evaluations.models import Evaluation, ImportDraft, ImportRow
from tracker.evaluations.undoing import undo_import
from tracker.instruments.models import Aspect, Cycle, Instrument
from tracker.kit.db import Model
from tracker.recommendations.models import Letter, Recommendation
from tracker.recommendations.states import Origin

FIXTURES = Path(__file__).parent / "fixtures"
COMPLIANCE = FIXTURES / "ombudsman-kepatuhan-2021.xlsx"
DIMENSIONS = FIXTURES / "ombudsman-penilaian-2023.xlsx"
HEAD = ("Kode Wilayah", "Instansi", "Unit Pelayanan")
SORONG = ("96.71", "Pemerintah Kota Sorong", "Dinas Penanaman Modal")
D = Decimal
Run = Callable[..., Any]


def cycle_of(ground: Desk, make: Make, instrument: str, code: str) -> Cycle:
    scheme = ground.session.scalars(sa.select(Instrument).filter_by(code=instrument)).one()
    return make.cycle(code=code, year=int(code[-4:]), instrument=scheme, letter_on=None, opening_on=None)


@pytest.fixture
def dimensions(ground: Desk, make: Make) -> Cycle:
    return cycle_of(ground, make, "ombudsman-2022", "ombudsman-2023")


@pytest.fixture
def run(app: Flask, ground: Desk, tmp_path: Path) -> Run:
    def invoke(file: Path | bytes, code: str, *options: str, name: str = "ombudsman.xlsx") -> dict[str, Any]:
        ground.session.commit()
        if isinstance(file, bytes):
            (tmp_path / name).write_bytes(file)
            file = tmp_path / name
        arguments = ["import", "evaluations", str(file), "--cycle", code, "--json", *options]
        answer = app.test_cli_runner().invoke(args=arguments)
        assert answer.exit_code in (0, 1), answer.output
        ground.session.expire_all()
        told: dict[str, Any] = json.loads(answer.stdout)
        return told

    return invoke


def all_of(ground: Desk, kind: type[Model]) -> list[Any]:
    return ground.all(sa.select(kind).order_by(kind.id))  # type: ignore[attr-defined]


def test_compliance_of_2021_has_zones_and_no_letters_and_findings_with_three_kinds_of_due_dates(
    run: Run, ground: Desk, make: Make
) -> None:
    cycle_of(ground, make, "ombudsman-2015", "ombudsman-2021")
    told = run(COMPLIANCE, "ombudsman-2021", "--create-units")
    assert (told["evaluations"]["created"], told["recommendations"]["created"], told["refused"]) == (4, 4, [])

    low, whole, high, _ = all_of(ground, Evaluation)
    assert (low.official_index, low.computed_index, low.band.letter) == (D("48.25"), D("48.25"), "Merah")
    assert (low.zone, low.is_priority, high.zone, high.is_priority) == ("red", True, "green", False)
    assert high.band.name == "Kepatuhan Tinggi"
    root = ground.session.get_one(ServiceUnit, whole.unit_id)
    assert root.is_root
    assert (root.name, whole.official_index, whole.zone) == ("Pemerintah Kota Tual", D("61.40"), "yellow")

    advised = all_of(ground, Recommendation)
    assert {each.origin for each in advised} == {Origin.ADVICE}
    assert {each.aspect.code for each in advised} == {"kepatuhan"}
    # 7 February 2022 + 30 working days (28 February and 3 March are holidays); the printed date; the same by setting
    assert [each.due_on for each in advised][:3] == [date(2022, 3, 23), date(2022, 4, 29), date(2022, 3, 23)]
    assert [each.due_counted and each.due_counted["usual"] for each in advised] == [False, None, True, True]
    assert advised[2].unit_id == root.id
    letters = all_of(ground, Letter)
    assert [(each.number, each.dated_on) for each in letters] == [
        ("B/0112/PC.01/II/2022", date(2022, 2, 7)),
        ("B/0119/PC.01/II/2022", date(2022, 2, 9)),
    ]
    assert [each.letter_id for each in advised] == [letters[0].id] * 3 + [letters[1].id]


def test_dimensions_of_2023_weigh_into_the_index_and_a_total_alone_stands_without_one(
    run: Run, ground: Desk, dimensions: Cycle
) -> None:
    told = run(DIMENSIONS, dimensions.code, "--create-units")
    assert (told["evaluations"]["created"], told["recommendations"]["created"], told["refused"]) == (4, 5, [])
    low, good, total, agency = all_of(ground, Evaluation)
    assert (low.computed_index, low.official_index, low.band.letter, low.is_priority) == (
        D("49.12"), D("49.12"), "D", True,
    )  # fmt: skip
    assert (good.computed_index, good.band.letter, good.zone, good.opinion) == (
        D("85.77"), "B", "green", "Kualitas Tinggi",
    )  # fmt: skip
    assert (total.computed_index, total.official_index, total.band.letter) == (None, D("58.99"), "C")
    assert (total.scores, total.opinion) == ([], "Kualitas Sedang")
    assert (agency.official_index, agency.is_priority) == (D("30.10"), True)


def test_findings_say_what_they_are_to_whom_and_by_which_report(run: Run, ground: Desk, dimensions: Cycle) -> None:
    run(DIMENSIONS, dimensions.code, "--create-units")
    first, second, third, fourth, fifth = all_of(ground, Recommendation)
    assert [each.origin for each in (first, third, fifth)] == [Origin.REMEDY, Origin.ADVICE, Origin.BINDING]
    assert first.letter_id == second.letter_id
    assert (first.letter.number, first.letter.dated_on) == ("0031/LM/III/2024/AMB", date(2024, 3, 4))
    assert second.addressee == "Wali Kota Tual"
    assert (first.aspect.code, third.aspect.code) == ("pengaduan", "input")
    assert (fourth.due_counted, third.due_counted) == (
        {"days": 20, "working": True, "usual": False},
        {"days": 30, "working": True, "usual": True},
    )
    assert (fifth.due_on, fifth.due_counted) == (
        date(2024, 5, 31), {"days": 60, "working": False, "usual": True},
    )  # fmt: skip


def test_the_usual_days_are_a_setting(run: Run, ground: Desk, make: Make, dimensions: Cycle) -> None:
    make.setting("ombudsman_days", 10)
    run(DIMENSIONS, dimensions.code, "--create-units")
    third = all_of(ground, Recommendation)[2]
    assert third.due_on == date(2024, 2, 5)  # ten working days after Monday, 22 January


@pytest.mark.parametrize(("file", "code"), [(COMPLIANCE, "ombudsman-2021"), (DIMENSIONS, "ombudsman-2023")])
def test_the_same_file_twice_changes_nothing_and_undoing_leaves_nothing(
    run: Run, ground: Desk, make: Make, machine: Desk, file: Path, code: str
) -> None:
    cycle_of(ground, make, {"ombudsman-2021": "ombudsman-2015"}.get(code, "ombudsman-2022"), code)
    run(file, code, "--create-units")
    told = run(file, code)
    counted = {name: (told[name]["created"], told[name]["updated"]) for name in ("evaluations", "recommendations")}
    assert counted == {"evaluations": (0, 0), "recommendations": (0, 0)}
    assert len(all_of(ground, ImportDraft)) == 1
    undo_import(machine, all_of(ground, ImportDraft)[0])
    machine.session.commit()
    assert [all_of(ground, kind) for kind in (Evaluation, Recommendation, Letter, ServiceUnit)] == [[], [], [], []]


def test_a_later_file_with_totals_only_keeps_the_scores_and_undoing_it_brings_the_letter_back(
    run: Run, ground: Desk, machine: Desk, dimensions: Cycle
) -> None:
    run(DIMENSIONS, dimensions.code, "--create-units")
    low = all_of(ground, Evaluation)[0]
    first = all_of(ground, Recommendation)[0]
    place = ("81.72", "Pemerintah Kota Tual", "Dinas Kependudukan dan Pencatatan Sipil")
    later = workbook(
        Hasil=[(*HEAD, "Nilai", "Zona"), (*place, 51.0, "Merah")],
        Temuan=[
            (*HEAD, "Dimensi", "Tindakan Korektif", "Nomor LAHP", "Tanggal LAHP"),
            (*place, "Pengaduan", first.text, "0031A/LM/III/2024/AMB", date(2024, 3, 11).isoformat()),
        ],
    )
    told = run(later, dimensions.code)
    assert (told["evaluations"]["updated"], told["recommendations"]["updated"]) == (1, 1)
    assert (low.official_index, low.computed_index, len(low.scores)) == (D("51.00"), D("49.12"), 4)
    assert (first.letter.number, first.due_on) == ("0031A/LM/III/2024/AMB", date(2024, 4, 26))
    undo_import(machine, all_of(ground, ImportDraft)[1])
    machine.session.commit()
    ground.session.expire_all()
    assert (low.official_index, first.letter.number, first.origin) == (
        D("49.12"), "0031/LM/III/2024/AMB", Origin.REMEDY,
    )  # fmt: skip


def test_a_zone_or_band_that_the_value_does_not_reach_is_said(run: Run, ground: Desk, dimensions: Cycle) -> None:
    sheet = [(*HEAD, "Nilai", "Zona", "Kategori"), (*SORONG, 90.54, "Kuning", "B")]
    run(workbook(Hasil=sheet), dimensions.code, "--create-units")
    row = next(each for each in all_of(ground, ImportRow) if each.kind == "evaluation")
    assert sorted((each["column"] for each in row.problems), reverse=True) == ["Zona", "Kategori"]
    stored = all_of(ground, Evaluation)[0]
    assert (stored.band.letter, stored.zone) == ("A", "yellow")


def test_an_opinion_of_2025_is_kept_as_printed_and_nothing_is_derived_from_it(
    run: Run, ground: Desk, make: Make
) -> None:
    cycle_of(ground, make, "ombudsman-2025", "ombudsman-2025")
    opinion = "Kualitas Tertinggi Tanpa Maladministrasi"
    sheet = [("Instansi", "Opini", "Nilai"), ("Kementerian Contoh", opinion, None), ("Badan Contoh", opinion, 91.2)]
    told = run(workbook(Hasil=sheet), "ombudsman-2025", "--create-units")
    assert told["refused"] == []
    without, valued = all_of(ground, Evaluation)
    assert (without.opinion, without.index, without.band, without.is_priority) == (opinion, None, None, False)
    assert (valued.official_index, valued.band_id, valued.is_priority) == (D("91.20"), None, False)


def test_half_of_the_dimensions_is_refused_and_so_is_a_row_without_any_value(
    run: Run, ground: Desk, dimensions: Cycle
) -> None:
    half = [(*HEAD, "Input", "Proses", "Nilai"), (*SORONG, 60, 70, 66)]
    assert {each["column"] for each in run(workbook(H=half), dimensions.code, "--create-units")["refused"]} == {
        "Dimensi Output", "Dimensi Pengaduan",
    }  # fmt: skip
    empty = [(*HEAD, "Nilai", "Zona"), (*SORONG, None, None)]
    told = run(workbook(H=empty), dimensions.code, "--create-units")["refused"]
    assert [each["message"].split(".")[0] for each in told] == ["Nilai kosong"]
    some = [(*HEAD, "Input", "Proses", "Output", "Pengaduan", "Nilai"), (*SORONG, 60, 70, None, None, 66)]
    assert len(run(workbook(H=some), dimensions.code, "--create-units")["refused"]) == 2


FOUND = (*HEAD, "Jenis", "Uraian", "Nomor LAHP", "Tanggal LAHP", "Jangka Waktu")


def test_a_finding_without_dimension_is_refused_until_one_is_chosen_for_the_file(
    run: Run, ground: Desk, dimensions: Cycle
) -> None:
    book = workbook(Temuan=[FOUND, (*SORONG, "Tindakan korektif", "Terbitkan izin", "7/LM/2024", "2024-02-01", 14)])
    (told,) = run(book, dimensions.code, "--create-units")["refused"]
    assert told["column"] == "Aspek"
    assert "pilih aspek" in told["message"]
    assert run(book, dimensions.code, "--create-units", "--aspect", "proses")["refused"] == []
    (one,) = all_of(ground, Recommendation)
    assert (one.aspect.code, one.due_on) == ("proses", date(2024, 2, 26))  # 8 and 9 February and the 14th are off

    # moved to where it belongs; the same file, read for another dimension, finds it there
    one.aspect_id = ground.session.scalars(
        sa.select(Aspect.id).filter_by(instrument_id=dimensions.instrument_id, code="pengaduan")
    ).one()
    ground.record(Act.EDIT_RECOMMENDATION, one)
    ground.session.commit()
    for aspect in ("proses", "input"):
        told = run(book, dimensions.code, "--aspect", aspect)
        assert told["recommendations"] == {"created": 0, "updated": 0, "unchanged": 1}


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        ({3: "Teguran"}, "Jenis"),
        ({6: "kapan-kapan"}, "Tanggal LAHP"),
        ({7: "secepatnya"}, "Jangka Waktu"),
        ({4: ""}, "Uraian"),
    ],
)
def test_what_cannot_be_read_in_a_finding_is_said_at_its_column(
    run: Run, ground: Desk, dimensions: Cycle, changed: dict[int, str], column: str
) -> None:
    row: list[Any] = [*SORONG, "Saran perbaikan", "Terbitkan izin", "7/LM/2024", "2024-02-01", "14 hari kerja"]
    for at, value in changed.items():
        row[at] = value
    told = run(workbook(Temuan=[FOUND, row]), dimensions.code, "--create-units", "--aspect", "proses")
    assert [each["column"] for each in told["refused"]] == [column]
    assert all_of(ground, Recommendation) == []


def test_one_report_has_one_date(run: Run, ground: Desk, dimensions: Cycle) -> None:
    rows = [(*SORONG, "", f"Hal {n}", "7/LM/2024", f"2024-02-0{n}", 14) for n in (1, 2)]
    (told,) = run(workbook(T=[FOUND, *rows]), dimensions.code, "--create-units", "--aspect", "proses")["refused"]
    assert told["column"] == "Tanggal LAHP"


def test_a_report_without_date_gives_no_due_date_and_says_so(run: Run, ground: Desk, dimensions: Cycle) -> None:
    row = (*SORONG, "Tindakan korektif", "Terbitkan izin", "7/LM/2024", None, None)
    assert run(workbook(T=[FOUND, row]), dimensions.code, "--create-units", "--aspect", "proses")["refused"] == []
    (one,) = all_of(ground, Recommendation)
    assert (one.due_on, one.due_counted) == (None, None)
    kept = next(each for each in all_of(ground, ImportRow) if each.kind == "recommendation")
    assert "tanggal suratnya tidak diketahui" in " ".join(each["message"] for each in kept.problems)


def test_advice_and_corrective_action_may_stand_side_by_side(run: Run, ground: Desk, dimensions: Cycle) -> None:
    head = (*HEAD, "Dimensi", "Saran Perbaikan", "Tindakan Korektif", "Nomor LAHP", "Tanggal LAHP")
    rows = [
        (*SORONG, "Proses", "Perbaiki alur", "Terbitkan izin", "7/LM/2024", "2024-02-01"),
        (*SORONG, "Input", None, "Latih petugas", "7/LM/2024", "2024-02-01"),
    ]
    assert run(workbook(T=[head, *rows]), dimensions.code, "--create-units")["recommendations"]["created"] == 3
    assert [(each.text, each.origin) for each in all_of(ground, Recommendation)] == [
        ("Perbaiki alur", Origin.ADVICE),
        ("Terbitkan izin", Origin.REMEDY),
        ("Latih petugas", Origin.REMEDY),
    ]


def test_a_finding_without_a_letter_does_not_lead_to_the_report_about_another_agency(
    run: Run, ground: Desk, dimensions: Cycle
) -> None:
    run(DIMENSIONS, dimensions.code, "--create-units")
    book = workbook(T=[(*HEAD, "Dimensi", "Saran Perbaikan"), (*SORONG, "Input", "Latih petugas")])
    run(book, dimensions.code, "--create-units")
    assert all_of(ground, Recommendation)[-1].letter.number == "(tanpa nomor)"


def test_who_complained_is_nowhere_after_an_import(
    site: Site, make: Make, app: Flask, ground: Desk, area_iii: SupervisionArea, dimensions: Cycle
) -> None:
    asdep = make.user(Role.ASSISTANT_DEPUTY, area=area_iii)
    ground.session.commit()
    send(site.sign_in(asdep), dimensions, DIMENSIONS.read_bytes(), create_units="y", name="lahp.xlsx")
    address = f"{IMPORTS}/{latest(ground).id}"
    assert "Identitas pelapor tidak dibaca dan tidak disimpan" in site.get(f"{address}?lihat=perhatian").words
    assert "Rahasia Satu" not in site.get(f"{address}?lihat=semua").words
    site.post(address)
    kept = ground.session.execute(sa.select(ImportRow.label, ImportRow.values, ImportRow.problems)).all()
    assert kept
    assert "Pelapor Rahasia" not in str(kept)
    headings = 0
    for file in app.config["TUNTAS"].data.rglob("*"):
        content = file.read_bytes() if file.is_file() else b""
        assert b"Pelapor Rahasia" not in content
        if content[:2] == b"PK" and b"xl/workbook.xml" in content:
            book = openpyxl.load_workbook(io.BytesIO(content))
            cells = [str(cell) for page in book for row in page.iter_rows(values_only=True) for cell in row]
            assert not [cell for cell in cells if "Pelapor Rahasia" in cell]
            headings += "Nama Pelapor" in cells
    assert headings


def test_a_refused_row_does_not_bring_the_reporter_back_in_its_label(
    run: Run, ground: Desk, site: Site, make: Make, area_iii: SupervisionArea, dimensions: Cycle
) -> None:
    head = (*HEAD, "Dimensi", "Tindakan Korektif", "Pelapor", "NIK")
    book = workbook(T=[head, (*SORONG, "Tidak ada", "Terbitkan izin", "Budi Santoso", "7471012345678901")])
    asdep = make.user(Role.ASSISTANT_DEPUTY, area=area_iii)
    ground.session.commit()
    page = send(site.sign_in(asdep), dimensions, book, create_units="y")
    assert "1 baris ditolak" in page.words
    everything = str(ground.session.execute(sa.select(ImportRow.label, ImportRow.values, ImportRow.problems)).all())
    assert "Budi" not in everything
    assert "7471012345678901" not in everything


def test_the_form_offers_the_dimensions_of_open_ombudsman_cycles_and_refuses_those_of_another(
    site: Site, make: Make, ground: Desk, area_iii: SupervisionArea, dimensions: Cycle, cycle: Cycle
) -> None:
    asdep = make.user(Role.ASSISTANT_DEPUTY, area=area_iii)
    ground.session.commit()
    page = site.sign_in(asdep).get(IMPORTS)
    assert "Dimensi Pengaduan" in page.words
    book = workbook(Temuan=[FOUND, (*SORONG, "Saran perbaikan", "Terbitkan izin", "7/LM/2024", "2024-02-01", 14)])
    aspect = ground.session.scalars(
        sa.select(Aspect.id).filter_by(instrument_id=dimensions.instrument_id, code="proses")
    ).one()
    page = send(site, cycle, book, expect=422, assumed_aspect=str(aspect), create_units="y")
    assert "Aspek ini bukan bagian dari instrumen siklus yang dipilih." in page.words
    page = send(site, dimensions, book, assumed_aspect=str(aspect), create_units="y")
    assert "1 rekomendasi baru" in page.words
    site.post(f"{IMPORTS}/{latest(ground).id}")
    assert all_of(ground, Recommendation)[0].aspect_id == aspect
