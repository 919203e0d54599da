"""Pages of complaints: the queue, the case, its forms, and what nobody but the handling group may read there."""

from typing import Any

import pytest
import sqlalchemy as sa

from tests.complaints.conftest import Office
from tests.support.make import Make
from tests.support.site import Site
from tracker.access.scope import as_machine
from tracker.complaints.models import Complainant, Complaint
from tracker.complaints.states import ComplaintSource, ComplaintStatus
from tracker.directory.states import Role
from tracker.kit.db import db

S = ComplaintStatus
TITLE, BODY = "Loket tutup sebelum jam istirahat", "Ibu Contoh di loket dua menutup loket pukul sebelas."
SORTED: dict[str, Any] = {"classification": "not_oversight", "title": TITLE, "topic": "Petugas"}


def as_is(complaint: Complaint) -> Complaint:
    db.session.expire_all()
    with as_machine(db.session()):
        return db.session.get_one(Complaint, complaint.id)


def test_the_queue_lists_what_is_open_by_its_title(office: Office, site: Site) -> None:
    complaint = office.complaint(title=TITLE)
    office.complaint(title="Sudah lama selesai", status=S.CLOSED)
    page = site.sign_in(office.people["liaison"]).get("/pengaduan")
    assert TITLE in page.words
    assert complaint.number in page.words
    assert "Sudah lama selesai" not in page.words
    assert "Sudah lama selesai" in site.get("/pengaduan?keadaan=semua").words


def test_of_a_confidential_case_others_see_topic_and_clock_alone(office: Office, site: Site) -> None:
    complaint = office.complaint(
        office.unit, title=TITLE, body=BODY, is_confidential=True, topic="Petugas", place="Loket dua"
    )
    for who in ("coordinator", "deputy"):
        site.sign_in(office.people[who])
        for address in (
            "/pengaduan",
            f"/pengaduan/{complaint.id}",
            "/pengaduan?cari=loket",
            f"/pengaduan/{complaint.id}/tanda-terima",
        ):
            page = site.get(address)
            assert TITLE not in page.html
            assert BODY not in page.html
            assert "Loket dua" not in page.html
        assert "Petugas" in site.get(f"/pengaduan/{complaint.id}").heading
    assert site.sign_in(office.people["liaison"]).get(f"/pengaduan/{complaint.id}").heading == TITLE


def test_the_officer_goes_through_the_whole_way(office: Office, site: Site) -> None:
    complaint = office.complaint(title=TITLE, source=ComplaintSource.LAPOR, tracking_id="7654321")
    address = f"/pengaduan/{complaint.id}"
    site.sign_in(office.people["liaison"])
    page = site.get(address)
    assert "7654321" in page.words
    assert f"{address}/verifikasi" in page.links
    site.post(f"{address}/verifikasi", **SORTED)
    page = site.post(f"{address}/disposisi", to=f"{office.unit.id}-{office.people['officer'].id}", note="Mohon dicek.")
    assert "Mohon dicek." in page.words
    site.sign_in(office.people["officer"])
    assert f"{address}/mulai" in site.get(address).forms
    site.post(f"{address}/mulai")
    site.post(f"{address}/tanya", text="Kapan terjadinya?")
    site.post(f"{address}/keterangan", text="Senin lalu.")
    site.post(f"{address}/tunda", reason="Menunggu suku cadang.")
    assert "Menunggu suku cadang." in site.get(address).words
    site.post(f"{address}/lanjutkan")
    page = site.post(f"{address}/tanggapi", expect=422, text="Sudah diperbaiki.")
    assert "Isi tanggal tanggapan di SP4N-LAPOR!." in page.words
    assert "Sudah diperbaiki." in page.html
    page = site.post(f"{address}/tanggapi", text="Sudah diperbaiki.", in_lapor_on="2026-03-02")
    assert "Dijawab di SP4N-LAPOR! pada 2 Maret 2026" in page.words
    site.sign_in(office.people["liaison"]).post(f"{address}/tutup")
    assert as_is(complaint).status is S.CLOSED
    assert "Buka kembali" in site.get(address).words


def test_a_reader_finds_no_button_and_no_way_around_it(office: Office, site: Site) -> None:
    complaint = office.complaint()
    site.sign_in(office.people["coordinator"])
    page = site.get(f"/pengaduan/{complaint.id}")
    assert not any(str(complaint.id) in form for form in page.forms)
    assert site.fetch(f"/pengaduan/{complaint.id}/verifikasi").status_code == 403
    assert site.fetch(f"/pengaduan/{complaint.id}/tutup", method="POST").status_code == 403
    assert site.fetch(f"/pengaduan/{complaint.id}/identitas").status_code == 403


def test_what_lies_elsewhere_is_not_there(office: Office, make: Make, site: Site) -> None:
    elsewhere = make.complaint(make.unit("Instansi lain"), title="Tidak terlihat")
    site.sign_in(office.people["liaison"])
    assert "Tidak terlihat" not in site.get("/pengaduan").html
    for tail in ("", "/verifikasi", "/tanda-terima", "/identitas"):
        assert site.fetch(f"/pengaduan/{elsewhere.id}{tail}").status_code == 404


def test_a_step_that_somebody_took_first_is_told_and_keeps_what_was_typed(office: Office, site: Site) -> None:
    complaint = office.handled()
    site.sign_in(office.people["officer"])
    site.post(f"/pengaduan/{complaint.id}/tunda", reason="Menunggu suku cadang.")
    page = site.post(f"/pengaduan/{complaint.id}/tanya", expect=409, text="Kapan terjadinya?")
    assert "Pada status ini, hal itu tidak dapat dilakukan." in page.words
    assert "Kapan terjadinya?" in page.words


def test_a_stale_change_is_refused_with_both_versions(office: Office, site: Site) -> None:
    complaint = office.handled()
    site.sign_in(office.people["liaison"])
    address = f"/pengaduan/{complaint.id}/ubah"
    before = str(as_is(complaint).version)
    site.post(address, **SORTED, version=before)
    page = site.post(address, expect=409, **(SORTED | {"topic": "Antrean"}), version=before)
    assert "Orang lain lebih dahulu menyimpan perubahan" in page.words
    assert as_is(complaint).topic == "Petugas"


def test_a_disposition_from_an_older_page_is_asked_about_before_it_replaces_another(office: Office, site: Site) -> None:
    complaint = office.complaint(office.unit, status=S.VERIFIED)
    site.sign_in(office.people["liaison"])
    address, version = f"/pengaduan/{complaint.id}/disposisi", str(complaint.version)
    first, second = (f"{office.unit.id}-{office.people[who].id}" for who in ("officer", "colleague"))
    site.post(address, to=first, note="Mohon dicek.", version=version)
    page = site.post(address, expect=409, to=second, note="Tolong diperiksa.", version=version)
    assert "Orang lain lebih dahulu menyimpan perubahan" in page.words
    assert "Tolong diperiksa." in page.html
    assert as_is(complaint).assignee_id == office.people["officer"].id
    page = site.post(address, expect=409, to=first, note="Mohon dicek.", version=version)
    assert site.get(f"/pengaduan/{complaint.id}").words.count("Mohon dicek.") == 1


@pytest.mark.parametrize(("step", "field"), [("arsipkan", "reason"), ("tanggapi", "text"), ("tunda", "reason")])
def test_a_step_without_words_is_refused_beside_its_field(office: Office, site: Site, step: str, field: str) -> None:
    complaint = office.handled()
    site.sign_in(office.people["liaison"])
    page = site.post(f"/pengaduan/{complaint.id}/{step}", expect=422, **{field: "  "})
    assert f"/pengaduan/{complaint.id}/{step}" in page.forms
    assert "Pada status ini, hal itu tidak dapat dilakukan." not in page.words
    assert as_is(complaint).status is S.IN_PROGRESS


def test_a_note_saved_again_from_an_older_page_is_the_same_note(office: Office, site: Site) -> None:
    complaint = office.handled()
    site.sign_in(office.people["officer"])
    for words in ("Sudah ditelepon.", "Sudah ditelepon.", "Belum diangkat.", "Sudah ditelepon."):
        page = site.post(f"/pengaduan/{complaint.id}/catatan", text=words)
    assert page.words.count("Sudah ditelepon.") == 2


def test_pressing_twice_writes_one_note(office: Office, site: Site) -> None:
    complaint = office.handled()
    site.sign_in(office.people["officer"])
    for _press in range(2):
        page = site.post(f"/pengaduan/{complaint.id}/catatan", text="Sudah ditelepon.", form_key="sekali")
    assert page.words.count("Sudah ditelepon.") == 1


def test_script_in_a_text_is_shown_as_text(office: Office, site: Site) -> None:
    attack = "<script>alert(1)</script><b>tebal</b> 🙏"
    complaint = office.complaint(title=attack, body=attack * 200)
    page = site.sign_in(office.people["liaison"]).get(f"/pengaduan/{complaint.id}")
    assert "&lt;script&gt;alert(1)" in page.html
    assert "<b>tebal" not in page.html


def test_the_queue_is_searched_by_number_and_by_words(office: Office, site: Site) -> None:
    complaint = office.complaint(title=TITLE, source=ComplaintSource.LAPOR, tracking_id="7654321")
    office.complaint(title="Toilet kotor", body="Tidak dibersihkan.")
    site.sign_in(office.people["liaison"])
    for asked in (
        "7654321",
        complaint.number,
        complaint.number.lower(),
        str(complaint.id),
        "istirahat",
        "menutup loket",
    ):
        page = site.get(f"/pengaduan?cari={asked}")
        assert TITLE in page.words, asked
        assert "Toilet kotor" not in page.words, asked


@pytest.mark.parametrize(
    "query",
    ["keadaan=x", "pemegang=%27", "dari=kemarin", "halaman=-3", "halaman=99999999999", "unit=99999999999999999999",
     "dari=0001-01-01", "sampai=0001-01-01", "dari=9999-12-31",
     "unit=abc", "cari=%27%22%3C", "sampai=9999-99-99", "aspek=zzz", "saya=1&wilayah=7", "indikator=28&topik=x"],
)  # fmt: skip
def test_no_address_breaks_the_lists(office: Office, site: Site, query: str) -> None:
    office.complaint()
    site.sign_in(office.people["liaison"])
    for page in ("", "/pola", "/pola/kasus", "/pemegang", "/rekap"):
        assert site.fetch(f"/pengaduan{page}?{query}").status_code in (200, 303, 422), page


def test_filters_narrow_the_queue_and_stand_as_chips(office: Office, site: Site) -> None:
    office.complaint(title="Pertama", source=ComplaintSource.LETTER)
    office.complaint(title="Kedua")
    page = site.sign_in(office.people["liaison"]).get("/pengaduan?sumber=letter_received")
    assert "Pertama" in page.words
    assert "Kedua" not in page.words
    assert "Sumber: Surat masuk" in page.words


def test_an_export_holds_every_row_of_the_filter_and_no_word_of_the_citizen(office: Office, site: Site) -> None:
    for number in range(3):
        office.complaint(title=f"{TITLE} {number}", body=BODY)
    site.sign_in(office.people["liaison"])
    answer = site.fetch("/pengaduan/unduh.csv")
    text = answer.get_data(as_text=True)
    assert "3 dari 3 baris" in text
    assert TITLE not in text
    assert "Ibu Contoh" not in text
    assert answer.headers["Content-Disposition"].endswith("pengaduan-20260302.csv")
    assert site.fetch("/pengaduan/unduh.xlsx?keadaan=semua").get_data()[:2] == b"PK"


def test_a_page_of_the_queue_asks_the_same_whatever_its_length(office: Office, site: Site) -> None:
    office.complaint()
    site.sign_in(office.people["liaison"])
    few = statements(site, "/pengaduan")
    for _number in range(30):
        office.complaint()
    assert statements(site, "/pengaduan") == few


def statements(site: Site, address: str) -> int:
    seen: list[str] = []

    def heard(*args: Any) -> None:
        seen.append(args[2])

    sa.event.listen(sa.Engine, "before_cursor_execute", heard)
    try:
        site.get(address)
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", heard)
    return len(seen)


def received(**changed: Any) -> dict[str, Any]:
    return {
        "source": "counter", "received_at": "2026-03-02", "received_time": "10:30", "title": TITLE, "body": BODY,
        "name": "Ibu Contoh Pelapor", "telephone": "0812-3456-7890", **changed,
    }  # fmt: skip


def test_what_comes_over_the_counter_is_written_down_with_a_receipt(office: Office, site: Site) -> None:
    site.sign_in(office.people["officer"])
    assert "/pengaduan/baru" in site.get("/pengaduan").links
    page = site.post("/pengaduan/baru", **received(unit_id=office.unit.id))
    with as_machine(db.session()):
        complaint = db.session.scalars(sa.select(Complaint)).one()
    assert page.heading == f"Tanda terima {complaint.number}"
    assert "10.30" in page.words
    assert "Ibu Contoh Pelapor" not in page.html
    assert complaint.status is S.NEW
    assert complaint.verification_due_at is not None
    assert "Ibu Contoh Pelapor" not in site.get(f"/pengaduan/{complaint.id}").html
    assert TITLE in site.sign_in(office.people["liaison"]).get("/pengaduan?cari=istirahat").words


def test_of_an_anonymous_complaint_nobody_is_kept(office: Office, site: Site) -> None:
    site.sign_in(office.people["liaison"])
    page = site.post("/pengaduan/baru", expect=422, **received(unit_id=office.unit.id, is_anonymous="y"))
    assert "Pengaduan anonim tidak menyimpan data pelapor" in page.words
    site.post("/pengaduan/baru", **received(unit_id=office.unit.id, is_anonymous="y", name="", telephone=""))
    with as_machine(db.session()):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Complainant)) == 0


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"received_at": "2026-03-03"}, "Waktu terima belum tiba."),
        ({"received_at": "1899-01-01"}, "Periksa tahunnya."),
        ({"happened_on": "2026-03-03"}, "Tanggal kejadian sesudah pengaduan diterima."),
        ({"title": ""}, "Wajib diisi."),
        ({"email": "bukan surel"}, "Alamat surel tidak dikenali."),
        ({"unit_id": "999"}, "Pilihan ini tidak tersedia."),
        ({"source": "lapor"}, "Pilihan ini tidak tersedia."),
    ],
)
def test_bad_input_is_told_and_nothing_typed_is_lost(
    office: Office, site: Site, wrong: dict[str, str], message: str
) -> None:
    site.sign_in(office.people["liaison"])
    page = site.post("/pengaduan/baru", expect=422, **(received(unit_id=office.unit.id) | wrong))
    assert message in page.words
    assert BODY in page.html


def test_an_identity_is_opened_with_a_reason_that_is_kept(office: Office, site: Site) -> None:
    site.sign_in(office.people["liaison"])
    site.post("/pengaduan/baru", **received(unit_id=office.unit.id))
    with as_machine(db.session()):
        id = db.session.scalars(sa.select(Complaint.id)).one()
    assert f"/pengaduan/{id}/identitas" in site.get(f"/pengaduan/{id}").links
    page = site.post(f"/pengaduan/{id}/identitas", expect=422, reason="cek")
    assert "Ibu Contoh Pelapor" not in page.html
    page = site.post(f"/pengaduan/{id}/identitas", reason="Menelepon untuk melengkapi berkas")
    assert "Ibu Contoh Pelapor" in page.words
    assert "0812-3456-7890" in page.words
    assert "Ibu Contoh Pelapor" not in site.get(f"/pengaduan/{id}/identitas").html
    page = site.get(f"/pengaduan/{id}")
    assert "Menelepon untuk melengkapi berkas" in page.words
    assert "Ibu Contoh Pelapor" not in page.html


def test_a_ready_answer_fills_the_response(office: Office, site: Site) -> None:
    complaint = office.handled()
    site.sign_in(office.people["liaison"])
    agency = office.unit.agency_id
    site.post("/pengaduan/templat/baru", agency_id=agency, title="Permintaan maaf", text="Mohon maaf atas hal ini.")
    assert "Permintaan maaf" in site.get("/pengaduan/templat").words
    page = site.get(f"/pengaduan/{complaint.id}/tanggapi")
    assert "Permintaan maaf" in page.words
    number = page.html.split("</option>")[0].rpartition('value="')[2].partition('"')[0]
    assert (
        "Mohon maaf atas hal ini.</textarea>" in site.get(f"/pengaduan/{complaint.id}/tanggapi?templat={number}").html
    )
    site.post(f"/pengaduan/templat/{number}/pensiun")
    assert "Permintaan maaf" not in site.get(f"/pengaduan/{complaint.id}/tanggapi").words


def test_anothers_ready_answers_and_limits_are_out_of_reach(office: Office, make: Make, site: Site) -> None:
    other = make.agency()
    site.sign_in(office.people["coordinator"])
    assert site.fetch(f"/pengaduan/pengaturan/{other.id}").status_code == 404
    page = site.post("/pengaduan/templat/baru", expect=422, agency_id=other.id, title="x", text="y")
    assert "Pilihan ini tidak tersedia." in page.words


def test_an_agencys_limits_move_what_is_due(office: Office, site: Site) -> None:
    complaint = office.handled()
    before = as_is(complaint).completion_due_at
    site.sign_in(office.people["coordinator"])
    page = site.get("/pengaduan/pengaturan")
    assert "mengikuti pengaturan umum" in page.words
    limits = {"verification": 3, "answer": 5, "information": 5, "ordinary": 7, "suggestion": 14, "oversight": 60}
    address = f"/pengaduan/pengaturan/{office.unit.agency_id}"
    assert "Isi dengan angka 1 sampai 250." in site.post(address, expect=422, **limits, closing=0).words
    page = site.post(address, **limits, closing=10)
    assert "Tenggat 1 pengaduan ikut bergeser." in page.words
    after = as_is(complaint).completion_due_at
    assert before is not None
    assert after is not None
    assert after < before


def test_the_desk_of_an_administrator_holds_no_complaint(office: Office, make: Make, site: Site) -> None:
    complaint = office.complaint()
    site.sign_in(make.user(Role.ADMINISTRATOR))
    assert site.fetch("/pengaduan").status_code == 403
    assert site.fetch(f"/pengaduan/{complaint.id}").status_code == 403
    assert site.get("/pengaduan/pengaturan").heading == "Batas waktu pengaduan"


def test_the_complaint_officers_home_begins_with_what_waits_for_them(office: Office, site: Site) -> None:
    complaint = office.complaint(title=TITLE)
    page = site.sign_in(office.people["liaison"]).get("/")
    assert TITLE in page.words
    assert f"/pengaduan/{complaint.id}" in page.links
    assert "belum terverifikasi" in page.words
    assert TITLE not in site.sign_in(office.people["officer"]).get("/").words


def test_an_officers_home_shows_what_was_given_to_them(office: Office, site: Site) -> None:
    office.handled(title=TITLE)
    assert TITLE in site.sign_in(office.people["officer"]).get("/").words
    assert TITLE not in site.sign_in(office.people["colleague"]).get("/").words
    assert "Pengaduan yang Anda tangani" not in site.sign_in(office.people["elsewhere"]).get("/").words


def test_whoever_sees_a_case_is_told_with_whom_it_lies_and_who_wrote(office: Office, site: Site) -> None:
    """Of officers most readers see nothing else."""
    complaint = office.handled()
    officer, liaison = office.people["officer"].name, office.people["liaison"].name
    for who in ("liaison", "officer", "deputy"):
        site.sign_in(office.people[who])
        assert officer in site.get("/pengaduan").words
        page = site.get(f"/pengaduan/{complaint.id}")
        assert page.words.count(officer) >= 2
        assert f"{liaison} ·" in page.words  # under the note of disposition
