"""Importing from the command line: what it writes, what it says, and how it ends."""

import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest
import sqlalchemy as sa

from tests.evaluations.conftest import HEAD, LOW, SAMPLE, TUAL, recommended, results, workbook
from tests.support.make import Make
from tracker.access.desk import Desk
from tracker.directory.models import Agency, Region, ServiceUnit, SupervisionArea
from tracker.directory.states import Role
from tracker.evaluations.models import Evaluation, ImportDraft
from tracker.evaluations.undoing import undo_import
from tracker.events.models import Event
from tracker.instruments.models import Cycle
from tracker.kit.db import Model
from tracker.recommendations.models import Letter, Recommendation

Run = Callable[..., Any]
NOTHING = {"created": 0, "updated": 0, "unchanged": 0}


def count(desk: Desk, kind: type[Model], *criteria: Any) -> int:
    desk.session.expire_all()
    return desk.session.scalar(sa.select(sa.func.count()).select_from(kind).where(*criteria)) or 0


def told(result: Any, code: int = 0) -> dict[str, Any]:
    assert result.exit_code == code, result.output
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def test_the_sample_brings_twenty_results_and_their_recommendations(run: Run, ground: Desk) -> None:
    answer = told(run(SAMPLE, "--create-units", "--json"))
    assert answer == {
        "evaluations": {"created": 20, "updated": 0, "unchanged": 0},
        "recommendations": {"created": 48, "updated": 0, "unchanged": 0},
        "refused": [],
    }
    assert count(ground, Evaluation) == 20
    assert count(ground, Evaluation, Evaluation.is_priority) == 8
    assert count(ground, ServiceUnit, ~ServiceUnit.is_root) == 20
    assert count(ground, ServiceUnit, ServiceUnit.is_root) == count(ground, Agency) == 20
    assert count(ground, Event, Event.subject_type == "Evaluation") == 20


def test_every_recommendation_of_the_sample_leads_to_its_letter(run: Run, ground: Desk, cycle: Cycle) -> None:
    run(SAMPLE, "--create-units")
    letter = ground.session.scalars(sa.select(Letter)).one()
    assert (letter.number, str(letter.dated_on)) == ("B/4/PP.00.02/2020", "2020-01-23")
    assert count(ground, Recommendation, Recommendation.letter_id == letter.id) == 48


def test_the_empty_dates_of_the_cycle_come_from_the_letter(run: Run, ground: Desk, cycle: Cycle) -> None:
    run(SAMPLE, "--create-units")
    ground.session.refresh(cycle)
    assert (str(cycle.letter_on), str(cycle.opening_on)) == ("2020-01-23", "2020-06-01")


def test_the_same_file_twice_changes_nothing(run: Run, ground: Desk) -> None:
    run(SAMPLE, "--create-units")
    before = count(ground, Event)
    answer = told(run(SAMPLE, "--json"))
    assert answer["evaluations"] == NOTHING | {"unchanged": 20}
    assert answer["recommendations"] == NOTHING | {"unchanged": 48}
    assert count(ground, Event) == before


def test_without_being_told_to_it_makes_no_unit(run: Run, ground: Desk) -> None:
    answer = told(run(SAMPLE, "--json"), code=1)
    assert answer["evaluations"] == answer["recommendations"] == NOTHING
    first = answer["refused"][0]
    assert (first["sheet"], first["row"], first["column"]) == ("Hasil", 5, "Instansi")
    assert first["value"] == "Pemerintah Kabupaten Minahasa Selatan"
    assert count(ground, Agency) == count(ground, Evaluation) == 0


def test_an_unknown_unit_of_a_known_agency_is_refused_with_what_was_perhaps_meant(run: Run) -> None:
    run(workbook(Hasil=results((*TUAL, *LOW))), "--create-units")
    code, agency, _ = TUAL
    answer = told(run(workbook(Hasil=results((code, agency, "Dinas Kependudukan & Catatan", *LOW))), "--json"), code=1)
    assert [(each["column"], each["row"]) for each in answer["refused"]] == [("Unit Pelayanan", 4)]
    assert "Maksudnya: Dinas Kependudukan dan Pencatatan Sipil?" in answer["refused"][0]["message"]


def test_a_name_that_is_merely_near_refuses_nothing_when_units_may_be_made(run: Run) -> None:
    run(workbook(Hasil=results((*TUAL, *LOW))), "--create-units")
    code, agency, _ = TUAL
    near = workbook(Hasil=results((code, agency, "Dinas Kependudukan & Catatan", *LOW)))
    assert told(run(near, "--create-units", "--json"))["evaluations"]["created"] == 1


def test_a_trial_says_the_same_and_writes_nothing(run: Run, ground: Desk) -> None:
    trial = told(run(SAMPLE, "--create-units", "--dry-run", "--json"))
    assert count(ground, Evaluation) == count(ground, ImportDraft) == count(ground, Agency) == 0
    assert trial == told(run(SAMPLE, "--create-units", "--json"))


def test_refused_rows_keep_everything_from_being_written(run: Run, ground: Desk) -> None:
    file = workbook(Hasil=results((*TUAL, *LOW), ("99.99", "Pemkab Entah", "RSUD", *LOW), (*TUAL, *LOW)))
    answer = told(run(file, "--create-units", "--json"), code=1)
    assert [(each["row"], each["column"], each["value"]) for each in answer["refused"]] == [
        (5, "Kode Wilayah", "99.99"),
        (6, "Unit Pelayanan", "Dinas Kependudukan dan Pencatatan Sipil"),
    ]
    assert count(ground, Evaluation) == count(ground, ImportDraft) == 0


@pytest.mark.parametrize(
    ("wrong", "value"),
    [("", ""), ("x", "x"), (-0.1, "-0.1"), (5.01, "5.01")],
    ids=["missing", "text", "below", "above"],
)
def test_a_score_off_the_scale_is_refused(run: Run, wrong: Any, value: str) -> None:
    answer = told(run(workbook(Hasil=results((*TUAL, wrong, *LOW[1:]))), "--create-units", "--json"), code=1)
    assert [(each["row"], each["column"], each["value"]) for each in answer["refused"]] == [
        (4, "Kebijakan Pelayanan", value)
    ]


def test_other_dates_than_the_cycles_are_refused_in_their_sheet(
    run: Run, ground: Desk, cycle: Cycle, make: Make
) -> None:
    run(SAMPLE, "--create-units")
    letter = [("Nomor", "B/5"), ("Tanggal", "24 Januari 2020")]
    answer = told(run(workbook(Hasil=results((*TUAL, *LOW)), Surat=letter), "--json"), code=1)
    assert [(each["sheet"], each["row"], each["column"]) for each in answer["refused"]] == [("Surat", 2, "Tanggal")]


def test_an_opening_before_the_known_letter_is_refused(run: Run, cycle: Cycle, make: Make, ground: Desk) -> None:
    cycle.letter_on = date(2020, 1, 23)
    make.save(cycle)
    ground.session.commit()
    letter = [("Nomor", "B/5"), ("Pembukaan evaluasi berikutnya", "1 Januari 2020")]
    file = workbook(Hasil=results((*TUAL, *LOW)), Surat=letter)
    assert told(run(file, "--create-units", "--json"), code=1)["refused"][0]["sheet"] == "Surat"


def test_the_same_unit_in_other_spellings_is_the_same_unit(run: Run, ground: Desk) -> None:
    run(SAMPLE, "--create-units")
    messy: list[Any] = [("  indeks  ", "UNIT", "pemda", "kode", *(name.upper() for name in ASPECT_NAMES))]
    messy += [("1,70", "Disdukcapil  Kota Tual", "KOTA TUAL", 81.72, "1,55", "2.24", "1,81", 1.41, "1,32", "2,15")]
    answer = told(run(workbook(Data=messy), "--json"))
    assert answer["evaluations"] == NOTHING | {"unchanged": 1}
    assert count(ground, ServiceUnit, ~ServiceUnit.is_root) == 20


ASPECT_NAMES = HEAD[3:9]


def test_a_recommendation_in_other_spelling_is_the_same(run: Run, ground: Desk) -> None:
    said = recommended((*TUAL, "SDM", "Menetapkan kode etik, pelaksana.", "Tinggi", "30 Juni 2020"))
    run(workbook(Hasil=results((*TUAL, *LOW)), Rekomendasi=said), "--create-units")
    again = recommended((*TUAL, "profesionalisme sdm", "menetapkan  KODE ETIK pelaksana", "tinggi", "2020-06-30"))
    answer = told(run(workbook(Rekomendasi=again), "--json"))
    assert answer["recommendations"] == NOTHING | {"unchanged": 1}


def test_recommendations_without_a_letters_sheet_still_lead_to_a_letter(run: Run, ground: Desk) -> None:
    said = recommended((*TUAL, "Inovasi", "Menyusun inovasi", "", ""))
    run(workbook(Hasil=results((*TUAL, *LOW)), Rekomendasi=said), "--create-units")
    recommendation = ground.session.scalars(sa.select(Recommendation)).one()
    assert recommendation.letter is not None
    assert recommendation.letter.number == "(tanpa nomor)"
    run(workbook(Hasil=results((*TUAL, *LOW)), Surat=[("Nomor", "B/9"), ("Hal", "Hasil evaluasi")]))
    ground.session.refresh(recommendation.letter)
    assert recommendation.letter.number == "B/9"


def test_results_of_whole_agencies_go_to_the_root_unit(run: Run, ground: Desk) -> None:
    head = ("Instansi", *ASPECT_NAMES)
    file = workbook(Hasil=[head, ("Kementerian Agama", *LOW), ("Pemkot Tual", *LOW)])
    assert told(run(file, "--create-units", "--json"))["evaluations"]["created"] == 2
    units = ground.session.scalars(sa.select(ServiceUnit).order_by(ServiceUnit.id)).all()
    assert [(unit.name, unit.is_root) for unit in units] == [
        ("Kementerian Agama", True),
        ("Pemerintah Kota Tual", True),
    ]
    assert [unit.area.code if unit.area else None for unit in units] == [None, "III"]
    assert told(run(file, "--json"))["evaluations"] == NOTHING | {"unchanged": 2}


def test_two_units_of_one_name_in_two_regions_are_two(run: Run, ground: Desk) -> None:
    province = "Pemerintah Provinsi Maluku"
    file = workbook(Hasil=results(("81.71", province, "UPT Samsat", *LOW), ("81.72", province, "UPT Samsat", *LOW)))
    assert told(run(file, "--create-units", "--json"))["evaluations"]["created"] == 2
    assert count(ground, Agency) == 1
    assert told(run(file, "--json"))["evaluations"] == NOTHING | {"unchanged": 2}


def test_pekppp_has_no_computed_index_while_f03_is_missing(run: Run, ground: Desk, make: Make) -> None:
    later = cycle_of(ground, make, "panrb-2022")
    told(run(workbook(Hasil=results((*TUAL, *LOW))), "--create-units", "--json", code=later.code))
    evaluation = ground.session.scalars(sa.select(Evaluation)).one()
    assert (evaluation.index, evaluation.band, evaluation.is_priority) == (None, None, False)
    with_f03 = [(*HEAD, "F-03"), (*TUAL, *LOW, "", "2,00")]
    assert told(run(workbook(Hasil=with_f03), "--json", code=later.code))["evaluations"]["updated"] == 1
    ground.session.refresh(evaluation)
    # 0.75 · (24·1.55 + 25·2.24 + 18·1.81 + 11·1.41 + 10·1.32 + 12·2.15)/100 + 0.25 · 2.00
    assert str(evaluation.computed_index) == "1.85"
    assert evaluation.is_priority
    assert told(run(workbook(Hasil=results((*TUAL, *LOW))), "--json", code=later.code))["evaluations"]["unchanged"] == 1


def test_ombudsman_has_one_aspect_on_a_scale_of_100(run: Run, ground: Desk, make: Make) -> None:
    zones = cycle_of(ground, make, "ombudsman-2015")
    file = workbook(Nilai=[("Instansi", "Nilai"), ("Pemkot Tual", "50,99"), ("Pemkot Ambon", 81)])
    assert told(run(file, "--create-units", "--json", code=zones.code))["evaluations"]["created"] == 2
    found = ground.session.scalars(sa.select(Evaluation).order_by(Evaluation.id)).all()
    assert [(each.band.letter if each.band else "", each.is_priority) for each in found] == [
        ("Merah", True),
        ("Hijau", False),
    ]


def cycle_of(ground: Desk, make: Make, instrument: str) -> Cycle:
    from tracker.instruments.models import Instrument

    row = ground.session.scalars(sa.select(Instrument).filter_by(code=instrument)).one()
    cycle = make.cycle(instrument=row, year=2023)
    ground.session.commit()
    return cycle


@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_other_workbooks_say_the_same(run: Run, kind: str) -> None:
    """The sample as LibreOffice saved it."""
    answer = told(run(SAMPLE.with_suffix(f".{kind}"), "--create-units", "--json"))
    assert (answer["evaluations"]["created"], answer["recommendations"]["created"]) == (20, 48)


def test_a_csv_holds_the_results(run: Run) -> None:
    page = openpyxl.load_workbook(SAMPLE)["Hasil"]
    rows = [";".join("" if cell is None else str(cell) for cell in row) for row in page.iter_rows(values_only=True)]
    answer = told(run("\r\n".join(rows).encode("cp1252"), "--create-units", "--json", name="hasil.csv"))
    assert answer["evaluations"]["created"] == 20


def bomb() -> bytes:
    """The sample with a sheet that unpacks to 210 MB."""
    out = io.BytesIO()
    with ZipFile(SAMPLE) as sample, ZipFile(out, "w", ZIP_DEFLATED, compresslevel=1) as packed:
        for name in sample.namelist():
            data = sample.read(name)
            packed.writestr(name, data + b" " * 210_000_000 if name.endswith("sheet1.xml") else data)
    return out.getvalue()


def test_a_bomb_ends_with_2_and_one_line(run: Run) -> None:
    result = run(bomb(), "--create-units")
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)
    assert "terlalu besar" in result.stderr


@pytest.mark.volume
def test_a_thousand_rows_are_written_and_undone(run: Run, ground: Desk, cycle: Cycle) -> None:
    regions = ground.session.scalars(sa.select(Region).where(Region.parent_id.is_not(None)).order_by(Region.id))
    rows = [(each.code, f"Pemerintah {each.name}", "RSUD", *LOW) for each in regions.all()[:400]]
    said = [(*row[:3], aspect, "Memperbaiki layanan", "", "") for row in rows[:200] for aspect in ASPECT_NAMES[:3]]
    answer = told(run(workbook(Hasil=results(*rows), Saran=recommended(*said)), "--create-units", "--json"))
    assert (answer["evaluations"]["created"], answer["recommendations"]["created"]) == (400, 600)
    draft = ground.session.scalars(sa.select(ImportDraft)).one()
    undo_import(ground, draft)
    ground.session.commit()
    assert count(ground, Evaluation) == count(ground, ServiceUnit) == 0


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "kosong"),
        (b"PK\x03\x04 and then nothing", "rusak"),
        (b"%PDF-1.7 nothing", "tidak diterima"),
        (workbook(Lain=[("a", "b"), ("c", "d")]), "Tidak ada lembar hasil"),
        (workbook(Hasil=results()), "tidak berisi"),
    ],
    ids=["empty", "corrupt", "another type", "something else", "no rows"],
)
def test_an_unusable_file_ends_with_2_and_one_line(run: Run, data: bytes, words: str) -> None:
    result = run(data, "--json")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert words in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_missing_file_and_an_unknown_cycle_end_with_2_and_one_line(run: Run, tmp_path: Path) -> None:
    for result in (run(tmp_path / "tidak-ada.xlsx"), run(SAMPLE, code="panrb-1999")):
        assert (result.exit_code, result.stdout, len(result.stderr.splitlines())) == (2, "", 1)


def test_a_sealed_cycle_takes_no_import(run: Run, cycle: Cycle, make: Make, ground: Desk) -> None:
    from tracker.instruments.states import CycleStatus

    cycle.status = CycleStatus.SEALED
    make.save(cycle)
    ground.session.commit()
    result = run(SAMPLE, "--create-units")
    assert (result.exit_code, "disegel" in result.stderr) == (2, True)


def test_a_person_imports_only_for_units_of_their_own_areas(
    run: Run, make: Make, ground: Desk, area_iii: SupervisionArea
) -> None:
    user = make.user(Role.ASSISTANT_DEPUTY, area=area_iii)
    ground.session.commit()
    java = ("32.73", "Pemerintah Kota Bandung", "Dinas Kesehatan")
    file = workbook(Hasil=results((*TUAL, *LOW), (*java, *LOW)))
    answer = told(run(file, "--create-units", "--json", "--as", user.username), code=1)
    assert [(each["row"], "di luar wilayah Anda" in each["message"]) for each in answer["refused"]] == [(5, True)]
    told(run(file, "--create-units", "--json"))
    answer = told(run(file, "--json", "--as", user.username), code=1)
    assert [(each["row"], "di luar wilayah Anda" in each["message"]) for each in answer["refused"]] == [(5, True)]
    mine = told(run(workbook(Hasil=results((*TUAL, *LOW))), "--json", "--as", user.username))
    assert mine["evaluations"]["unchanged"] == 1


def test_only_who_may_import_does_so_by_command(run: Run, make: Make, ground: Desk) -> None:
    mentor = make.user(Role.MENTOR)
    ground.session.commit()
    for name in (mentor.username, "siapa"):
        result = run(SAMPLE, "--create-units", "--as", name)
        assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)


def test_what_recurs_from_the_cycle_before_is_linked_and_counted(run: Run, ground: Desk, make: Make) -> None:
    said = recommended((*TUAL, "Inovasi", "Menyusun inovasi", "", ""), (*TUAL, "SDM", "Menetapkan kode etik", "", ""))
    run(workbook(Hasil=results((*TUAL, *LOW)), Rekomendasi=said), "--create-units")
    later = cycle_of(ground, make, "panrb-2022")
    again = recommended((*TUAL, "Inovasi", "Menyusun inovasi.", "", ""), (*TUAL, "SDM", "Hal baru", "", ""))
    told(run(workbook(Hasil=results((*TUAL, *LOW)), Rekomendasi=again), "--json", code=later.code))
    found = ground.session.scalars(sa.select(Recommendation).filter_by(cycle_id=later.id)).all()
    assert {each.text: (each.times, each.repeats.text if each.repeats else None) for each in found} == {
        "Menyusun inovasi.": (2, "Menyusun inovasi"),
        "Hal baru": (1, None),
    }


def test_a_different_official_index_wins_and_is_no_fault(run: Run, ground: Desk) -> None:
    told(run(workbook(Hasil=results((*TUAL, *LOW, "2,50"))), "--create-units", "--json"))
    evaluation = ground.session.scalars(sa.select(Evaluation)).one()
    assert (str(evaluation.official_index), str(evaluation.computed_index)) == ("2.50", "1.70")
    assert not evaluation.is_priority
