"""The import in the site, as an assistant deputy uses it."""

import io

import openpyxl
import pytest
import sqlalchemy as sa

from tests.evaluations.conftest import LOW, SAMPLE, TUAL, recommended, results, workbook
from tests.support.make import Make
from tests.support.queries import statements
from tests.support.site import Page, Site
from tracker.access.desk import Desk
from tracker.directory.models import SupervisionArea, User
from tracker.directory.states import Role
from tracker.evaluations.models import Evaluation, ImportDraft, ImportRow
from tracker.instruments.models import Cycle
from tracker.instruments.states import CycleStatus
from tracker.recommendations.models import Recommendation

IMPORTS = "/hasil-evaluasi/impor"


@pytest.fixture
def asdep(make: Make, ground: Desk, area_iii: SupervisionArea) -> User:
    user = make.user(Role.ASSISTANT_DEPUTY, area=area_iii)
    ground.session.commit()
    return user


@pytest.fixture
def desk_page(site: Site, asdep: User) -> Site:
    return site.sign_in(asdep)


def send(site: Site, cycle: Cycle, data: bytes, expect: int = 200, name: str = "hasil.xlsx", **typed: str) -> Page:
    return site.post(IMPORTS, expect=expect, cycle=str(cycle.id), file=(io.BytesIO(data), name), **typed)


def latest(ground: Desk) -> ImportDraft:
    ground.session.expire_all()
    draft = ground.session.scalars(sa.select(ImportDraft).order_by(ImportDraft.id.desc())).first()
    assert draft is not None
    return draft


def count(ground: Desk, kind: type[Evaluation] | type[Recommendation]) -> int:
    ground.session.expire_all()
    return ground.session.scalar(sa.select(sa.func.count(kind.id))) or 0


def test_the_sample_is_previewed_confirmed_and_undone(desk_page: Site, ground: Desk, cycle: Cycle) -> None:
    page = send(desk_page, cycle, SAMPLE.read_bytes(), create_units="y")
    for words in ("20 hasil baru", "48 rekomendasi baru", "1 surat baru", "20 instansi baru", "20 unit baru"):
        assert words in page.words
    assert "8 unit di berkas ini termasuk prioritas pembinaan" in page.words
    assert count(ground, Evaluation) == 0

    draft = latest(ground)
    page = desk_page.post(f"{IMPORTS}/{draft.id}")
    assert "Impor selesai" in page.words
    assert (count(ground, Evaluation), count(ground, Recommendation)) == (20, 48)
    assert f"{IMPORTS}/{draft.id}/batalkan" in page.forms

    page = desk_page.post(f"{IMPORTS}/{draft.id}/batalkan")
    assert "keadaan sebelumnya" in page.words
    assert (count(ground, Evaluation), count(ground, Recommendation)) == (0, 0)


def test_a_preview_that_is_not_wanted_is_discarded_by_its_owner_and_nothing_else(
    desk_page: Site, ground: Desk, cycle: Cycle, make: Make, area_iii: SupervisionArea
) -> None:
    send(desk_page, cycle, SAMPLE.read_bytes(), create_units="y")
    draft = latest(ground)
    assert f"{IMPORTS}/buang" in desk_page.get(f"{IMPORTS}/{draft.id}").forms
    other = Site(desk_page.app).sign_in(make.user(Role.ASSISTANT_DEPUTY, area=area_iii))
    other.post(f"{IMPORTS}/buang", draft=str(draft.id))
    assert latest(ground).id == draft.id, "another's is not within reach"
    page = desk_page.post(f"{IMPORTS}/buang", draft=str(draft.id), form_key="sekali")
    assert "Pratinjau hasil.xlsx dibuang" in page.words
    assert "Belum ada impor" in page.words
    desk_page.post(f"{IMPORTS}/buang", draft=str(draft.id), form_key="sekali")
    desk_page.post(f"{IMPORTS}/buang", draft=str(draft.id), form_key="lagi")
    ground.session.expire_all()
    assert ground.session.scalar(sa.select(sa.func.count(ImportRow.id))) == 0

    send(desk_page, cycle, SAMPLE.read_bytes(), create_units="y")
    written = latest(ground)
    desk_page.post(f"{IMPORTS}/{written.id}")
    desk_page.post(f"{IMPORTS}/buang", expect=409, draft=str(written.id))
    assert count(ground, Evaluation) == 20


def test_confirming_twice_writes_once(desk_page: Site, ground: Desk, cycle: Cycle) -> None:
    send(desk_page, cycle, SAMPLE.read_bytes(), create_units="y")
    address = f"{IMPORTS}/{latest(ground).id}"
    desk_page.post(address, form_key="sama")
    desk_page.post(address, form_key="sama")
    desk_page.post(address, form_key="lain")
    assert count(ground, Evaluation) == 20


def test_the_same_file_again_has_nothing_to_confirm(desk_page: Site, ground: Desk, cycle: Cycle) -> None:
    send(desk_page, cycle, SAMPLE.read_bytes(), create_units="y")
    desk_page.post(f"{IMPORTS}/{latest(ground).id}")
    page = send(desk_page, cycle, SAMPLE.read_bytes())
    assert "sudah sama dengan yang tersimpan" in page.words
    assert f"{IMPORTS}/{latest(ground).id}" not in page.forms


def test_a_refused_row_says_where_what_and_what_was_meant(desk_page: Site, ground: Desk, cycle: Cycle) -> None:
    wrong = ("81.7x", "Pemerintah Kota Tual", "Disdukcapil", 9, *LOW[1:])
    page = send(desk_page, cycle, workbook(Hasil=results(wrong)), create_units="y")
    assert "1 baris ditolak" in page.words
    for words in (
        "Hasil, baris 4",
        "Kode Wilayah “81.7x”: Kode wilayah tidak dikenal.",
        "Maksud Anda: 81.72 (Kota Tual)?",
        "Nilai di luar skala",
    ):
        assert words in page.words
    page = desk_page.post(f"{IMPORTS}/{latest(ground).id}", expect=422)
    assert "masih memuat baris yang ditolak" in page.words
    assert count(ground, Evaluation) == 0


def test_the_workbook_comes_back_whole_with_reasons_and_can_be_sent_again(
    desk_page: Site, ground: Desk, cycle: Cycle
) -> None:
    said = recommended((*TUAL, "Inovasi", "=Menyusun inovasi", "Sekali", "30 Juni 2020"))
    send(
        desk_page, cycle, workbook(Hasil=results((*TUAL, *LOW), ("1x", *TUAL[1:], *LOW)), Saran=said), create_units="y"
    )
    answer = desk_page.fetch(f"{IMPORTS}/{latest(ground).id}/alasan.xlsx")
    assert "hasil-alasan.xlsx" in answer.headers["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    assert book.sheetnames == ["Hasil", "Saran"]
    page = book["Hasil"]
    assert page["A1"].value == "HASIL EVALUASI"
    assert (page["A4"].value, page["D4"].value) == ("81.72", 1.55)
    assert page["K3"].value == "Alasan penolakan"
    assert page["K4"].value is None
    assert "Kode wilayah tidak dikenal" in page["K5"].value
    assert "Prioritas tidak dikenal" in book["Saran"]["H2"].value
    assert (book["Saran"]["E2"].value, book["Saran"]["E2"].data_type) == ("=Menyusun inovasi", "s")

    page["A5"] = None
    page["C5"] = "RSUD"
    page["B5"] = "Pemerintah Kota Tual"
    book["Saran"]["F2"] = "Tinggi"
    again = io.BytesIO()
    book.save(again)
    words = send(desk_page, cycle, again.getvalue(), create_units="y").words
    assert "2 hasil baru" in words
    assert "ditolak" not in words


def test_a_different_official_index_is_shown_beside_the_computed_one(desk_page: Site, cycle: Cycle) -> None:
    page = send(desk_page, cycle, workbook(Hasil=results((*TUAL, *LOW, "1,90"))), create_units="y")
    assert "Indeks resmi 1,90; hitungan 1,70" in page.words
    assert "Indeks berbeda 1" in page.words


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "Berkas ini kosong"),
        (b"PK\x03\x04 and then nothing", "rusak"),
        (workbook(Lain=[("a", "b"), ("c", "d")]), "Tidak ada lembar hasil"),
    ],
    ids=["empty", "corrupt", "something else"],
)
def test_an_unusable_file_is_said_beside_its_field(desk_page: Site, cycle: Cycle, data: bytes, words: str) -> None:
    page = send(desk_page, cycle, data, expect=422)
    assert words in page.words
    assert "Berkas hasil evaluasi" in page.words


def test_a_form_without_file_or_with_another_cycle_is_shown_again(desk_page: Site, cycle: Cycle) -> None:
    assert "Pilih berkasnya" in desk_page.post(IMPORTS, expect=422, cycle=str(cycle.id)).words
    assert desk_page.post(IMPORTS, expect=422, cycle="abc").status == 422


def test_units_of_other_areas_are_refused(desk_page: Site, cycle: Cycle) -> None:
    java = ("32.73", "Pemerintah Kota Bandung", "Dinas Kesehatan")
    page = send(desk_page, cycle, workbook(Hasil=results((*TUAL, *LOW), (*java, *LOW))), create_units="y")
    assert "di luar wilayah Anda" in page.words


def test_nobody_sees_the_imports_of_another_area(desk_page: Site, ground: Desk, cycle: Cycle, make: Make) -> None:
    send(desk_page, cycle, SAMPLE.read_bytes(), create_units="y")
    draft = latest(ground)
    other = make.user(Role.ASSISTANT_DEPUTY, area=make.area())
    ground.session.commit()
    stranger = desk_page.sign_in(other)
    for address in (f"{IMPORTS}/{draft.id}", f"{IMPORTS}/{draft.id}/alasan.xlsx"):
        assert stranger.fetch(address).status_code == 404
    for address in (f"{IMPORTS}/{draft.id}", f"{IMPORTS}/{draft.id}/batalkan"):
        assert stranger.fetch(address, method="POST").status_code == 404
    assert "hasil.xlsx" not in stranger.get(IMPORTS).words


def test_who_does_not_import_has_neither_page_nor_button(site: Site, make: Make, cycle: Cycle) -> None:
    mentor = make.user(Role.MENTOR)
    assert site.sign_in(mentor).fetch(IMPORTS).status_code == 403
    assert "Impor hasil" not in site.get("/hasil-evaluasi").words


def test_a_preview_of_many_rows_comes_in_pages_with_a_constant_number_of_questions(
    desk_page: Site, ground: Desk, cycle: Cycle
) -> None:
    few = [(*TUAL, "Inovasi", f"Hal ke {number}", "", "") for number in range(2)]
    many = [(*TUAL, "Inovasi", f"Hal ke {number}", "", "") for number in range(130)]
    asked = []
    for rows in (few, many):
        send(desk_page, cycle, workbook(Hasil=results((*TUAL, *LOW)), Saran=recommended(*rows)), create_units="y")
        with statements() as sent:
            page = desk_page.get(f"{IMPORTS}/{latest(ground).id}?lihat=semua")
        asked.append(len(sent))
    assert "1–50 dari 134 baris" in page.words
    assert asked[0] == asked[1]


def test_results_are_listed_lowest_first_and_priority_can_be_filtered(
    desk_page: Site, ground: Desk, cycle: Cycle
) -> None:
    send(desk_page, cycle, SAMPLE.read_bytes(), create_units="y")
    desk_page.post(f"{IMPORTS}/{latest(ground).id}")
    page = desk_page.get("/hasil-evaluasi")
    assert "1–20 dari 20 baris" in page.words
    assert page.words.index("Kabupaten Merauke") < page.words.index("Kota Manado")
    assert "1–8 dari 8 baris" in desk_page.get("/hasil-evaluasi?prioritas=ya").words
    assert "1–1 dari 1 baris" in desk_page.get("/hasil-evaluasi?cari=manado").words
    assert "Tidak ada hasil yang cocok" in desk_page.get("/hasil-evaluasi?cari=zzz").words


def test_a_unit_is_taken_out_of_the_priority_units_with_a_reason(desk_page: Site, ground: Desk, cycle: Cycle) -> None:
    send(desk_page, cycle, workbook(Hasil=results((*TUAL, *LOW))), create_units="y")
    desk_page.post(f"{IMPORTS}/{latest(ground).id}")
    evaluation = ground.session.scalars(sa.select(Evaluation)).one()
    address = f"/hasil-evaluasi/{evaluation.id}/prioritas"
    assert "Keluarkan dari prioritas pembinaan" in desk_page.get(address).heading
    assert "Wajib diisi" in desk_page.post(address, expect=422, reason="").words
    assert desk_page.post(address, expect=409, reason="Sudah dibina", version="99").status == 409
    page = desk_page.post(address, reason="Sudah dibina provinsi")
    assert "ditetapkan manual" in page.words
    ground.session.refresh(evaluation)
    assert not evaluation.is_priority


def test_a_sealed_cycle_keeps_its_priority_units(desk_page: Site, ground: Desk, cycle: Cycle, make: Make) -> None:
    send(desk_page, cycle, workbook(Hasil=results((*TUAL, *LOW))), create_units="y")
    desk_page.post(f"{IMPORTS}/{latest(ground).id}")
    evaluation = ground.session.scalars(sa.select(Evaluation)).one()
    address = f"/hasil-evaluasi/{evaluation.id}/prioritas"
    assert "Keluarkan unit" in desk_page.get("/hasil-evaluasi").words
    cycle.status = CycleStatus.SEALED
    make.save(cycle)
    assert "Keluarkan unit" not in desk_page.get("/hasil-evaluasi").words
    assert "tetap seperti saat disegel" in desk_page.get(address).words
    assert "tetap seperti saat disegel" in desk_page.post(address, expect=422, reason="Sudah dibina").words
    ground.session.refresh(evaluation)
    assert evaluation.is_priority
