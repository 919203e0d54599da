"""An officer's pages: nothing typed is lost, nothing sent twice, nothing seen that is another's."""

import io
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image

from tests.followups.conftest import Cast
from tests.support.clock import StoppedClock
from tests.support.make import Make
from tests.support.site import Site
from tracker.access.scope import as_machine
from tracker.directory.states import Role
from tracker.followups.models import Comment, CorrectiveAction, Evidence, FollowUp, Submission
from tracker.followups.states import FollowUpStatus
from tracker.kit.db import db


def picture(color: str = "red") -> io.BytesIO:
    stream = io.BytesIO()
    Image.new("RGB", (40, 30), color).save(stream, "JPEG")
    stream.seek(0)
    return stream


def all_of(kind: type[Any]) -> list[Any]:
    session = db.session()
    with as_machine(session):
        session.expire_all()
        return list(session.scalars(sa.select(kind).order_by(kind.id)))


def typed(**changed: object) -> dict[str, Any]:
    return {"done_on": "2026-03-02", "text": "Nomor antrean dipasang.", "claimed_percent": "60", **changed}


@pytest.fixture
def officer(cast: Cast, site: Site) -> Site:
    return site.sign_in(cast.people["officer"])


def test_an_action_with_photos_is_logged_from_the_home_page(cast: Cast, officer: Site) -> None:
    home = officer.get("/")
    address = f"/tindak-lanjut/{cast.follow_up.id}/tindakan"
    assert address in home.links
    assert address in officer.get(address).forms
    page = officer.post(address, **typed(files=[(picture(), "satu.jpg"), (picture("blue"), "dua.jpg")]))
    assert page.heading == "Pasang nomor antrean"
    assert "Nomor antrean dipasang." in page.words
    assert [piece.name for piece in all_of(Evidence)] == ["satu.jpg", "dua.jpg"]


def test_the_form_says_the_limits_before_anything_is_sent(cast: Cast, officer: Site) -> None:
    page = officer.get(f"/tindak-lanjut/{cast.follow_up.id}/tindakan")
    assert "Paling banyak 10 berkas, masing-masing 10 MB" in page.words
    assert 'value="2026-03-02"' in page.html
    assert "data-draft" in page.html


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"done_on": "besok"}, "Tanggal tidak dikenali"),
        ({"done_on": "2026-03-09"}, "belum tiba"),
        ({"claimed_percent": "banyak"}, "bilangan bulat"),
        ({"claimed_percent": "250"}, "0 sampai 100"),
        ({"links": "javascript:alert(1)"}, "https://"),
        ({"done_on": ""}, "Wajib diisi"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    cast: Cast, officer: Site, changed: dict[str, object], said: str
) -> None:
    address = f"/tindak-lanjut/{cast.follow_up.id}/tindakan"
    page = officer.post(address, 422, **typed(obstacle="Printer rusak.", **changed))
    assert said in page.words
    assert "Nomor antrean dipasang." in page.html
    assert "Printer rusak." in page.html
    for value in changed.values():
        assert str(value) in page.html
    assert all_of(CorrectiveAction) == []


def test_a_rejected_file_is_told_beside_its_field_and_the_good_one_is_not_sent_again(cast: Cast, officer: Site) -> None:
    address = f"/tindak-lanjut/{cast.follow_up.id}/tindakan"
    bad = (io.BytesIO(b"MZ\x90program"), "pasang.exe")
    page = officer.post(address, 422, **typed(files=[(picture(), "baik.jpg"), bad]))
    assert 'id="files-error"' in page.html
    assert "pasang.exe" in page.words
    assert "Nomor antrean dipasang." in page.html
    note = page.html.split('name="kept" value="')[1].split('"')[0]
    officer.post(address, **typed(kept=note))
    assert [piece.name for piece in all_of(Evidence)] == ["baik.jpg"]


def test_a_note_of_another_form_or_a_forged_one_brings_no_file(cast: Cast, officer: Site, make: Make) -> None:
    other = make.follow_up(cast.follow_up.unit)
    page = officer.post(f"/tindak-lanjut/{other.id}/tindakan", 422, **typed(text="", files=[(picture(), "x.jpg")]))
    note = page.html.split('name="kept" value="')[1].split('"')[0]
    for wrong in (note, note[:-3] + "abc", "x"):
        officer.post(f"/tindak-lanjut/{cast.follow_up.id}/tindakan", **typed(kept=wrong))
    assert all_of(Evidence) == []


def test_too_many_files_are_refused_by_number(cast: Cast, officer: Site) -> None:
    files = [(io.BytesIO(f"catatan {n}".encode()), f"{n}.txt") for n in range(11)]
    page = officer.post(f"/tindak-lanjut/{cast.follow_up.id}/tindakan", 422, **typed(files=files))
    assert "paling banyak 10" in page.words


def test_pressing_save_twice_logs_once(cast: Cast, officer: Site) -> None:
    address = f"/tindak-lanjut/{cast.follow_up.id}/tindakan"
    for _ in range(2):
        officer.post(address, **typed(form_key="satu-kali"))
    assert len(all_of(CorrectiveAction)) == 1


def test_the_same_file_again_is_told_and_still_attached(cast: Cast, officer: Site) -> None:
    address = f"/tindak-lanjut/{cast.follow_up.id}/tindakan"
    officer.post(address, **typed(files=(picture(), "satu.jpg")))
    page = officer.post(address, **typed(text="Papan dipasang.", files=(picture(), "lain.jpg")))
    assert "sama dengan berkas yang sudah diunggah" in page.words
    assert len(all_of(Evidence)) == 2


def submitted(cast: Cast, officer: Site) -> Submission:
    officer.post(f"/tindak-lanjut/{cast.follow_up.id}/tindakan", **typed(files=(picture(), "satu.jpg")))
    officer.post(f"/tindak-lanjut/{cast.follow_up.id}/ajukan")
    receipt: Submission = all_of(Submission)[-1]
    return receipt


def test_submitting_shows_what_goes_and_leads_to_the_receipt(cast: Cast, officer: Site) -> None:
    officer.post(f"/tindak-lanjut/{cast.follow_up.id}/tindakan", **typed(files=(picture(), "satu.jpg")))
    summary = officer.get(f"/tindak-lanjut/{cast.follow_up.id}/ajukan")
    assert "1 bukti diajukan" in summary.words
    page = officer.post(f"/tindak-lanjut/{cast.follow_up.id}/ajukan", form_key="k")
    receipt = all_of(Submission)[0]
    assert page.heading == f"Tanda terima {receipt.number}"
    assert "2 Mar 2026 09.00 WIB" in page.words
    assert "2 Mar 2026 11.00 WIT" in page.words
    assert receipt.files[0]["sent_digest"] in page.words
    officer.post(f"/tindak-lanjut/{cast.follow_up.id}/ajukan", form_key="k")
    assert len(all_of(Submission)) == 1


def test_submitting_without_evidence_says_what_is_missing(cast: Cast, officer: Site) -> None:
    officer.post(f"/tindak-lanjut/{cast.follow_up.id}/tindakan", **typed())
    page = officer.post(f"/tindak-lanjut/{cast.follow_up.id}/ajukan", 422)
    assert "Lampirkan sedikitnya satu bukti" in page.words


def test_a_submission_is_withdrawn_until_it_was_opened(cast: Cast, officer: Site, make: Make) -> None:
    submitted(cast, officer)
    page = officer.post(f"/tindak-lanjut/{cast.follow_up.id}/tarik")
    assert "Pengajuan ditarik" in page.words
    officer.post(f"/tindak-lanjut/{cast.follow_up.id}/ajukan")
    follow_up = all_of(FollowUp)[0]
    follow_up.opened_at = follow_up.submitted_at
    make.save(follow_up)
    page = officer.post(f"/tindak-lanjut/{cast.follow_up.id}/tarik")
    assert "Verifikator sudah mulai memeriksa" in page.words
    assert all_of(FollowUp)[0].status is FollowUpStatus.SUBMITTED


def test_what_is_no_longer_possible_answers_409(cast: Cast, officer: Site) -> None:
    submitted(cast, officer)
    for path in ("tindakan", "ajukan"):
        officer.get(f"/tindak-lanjut/{cast.follow_up.id}/{path}", 409)
        officer.post(f"/tindak-lanjut/{cast.follow_up.id}/{path}", 409, **typed())


def test_a_file_is_served_with_care_and_shown_only_where_that_is_safe(cast: Cast, officer: Site) -> None:
    files = [(picture(), "satu.jpg"), (io.BytesIO(b"nama,nilai\n=1+1,2\n"), "data.csv")]
    officer.post(f"/tindak-lanjut/{cast.follow_up.id}/tindakan", **typed(files=files))
    photo, table = all_of(Evidence)
    for piece, query, how in (
        (photo, "", "attachment"),
        (photo, "?tampil=1", "inline"),
        (table, "?tampil=1", "attachment"),
    ):
        answer = officer.fetch(f"/bukti/{piece.id}{query}")
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"].startswith(how)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        answer.close()


def test_a_withdrawn_file_is_gone_and_says_why(cast: Cast, officer: Site) -> None:
    officer.post(f"/tindak-lanjut/{cast.follow_up.id}/tindakan", **typed(files=(picture(), "ktp.jpg")))
    piece = all_of(Evidence)[0]
    officer.post(f"/bukti/{piece.id}/tarik", 422, reason=" ")
    officer.post(f"/bukti/{piece.id}/tarik", reason="Memuat data pribadi.")
    page = officer.get(f"/bukti/{piece.id}", 410)
    assert "Memuat data pribadi." in page.words
    assert piece.sent_digest in page.words
    assert not (
        officer.app.config["TUNTAS"].files / piece.kept_digest[:2] / piece.kept_digest[2:4] / piece.kept_digest
    ).exists()


def test_content_that_another_piece_still_needs_stays(cast: Cast, officer: Site, make: Make) -> None:
    address = f"/tindak-lanjut/{cast.follow_up.id}/tindakan"
    officer.post(address, **typed(files=(picture("green"), "satu.jpg")))
    first = all_of(Evidence)[0]
    elsewhere = make.evidence(make.follow_up(), kept_digest=first.kept_digest)
    officer.post(f"/bukti/{first.id}/tarik", reason="Salah berkas.")
    mentor = make.user(Role.MENTOR, area=elsewhere.unit.area)
    assert officer.sign_in(mentor).fetch(f"/bukti/{elsewhere.id}").status_code == 200


def test_a_file_that_is_lost_is_an_error_and_not_an_empty_answer(cast: Cast, officer: Site, make: Make) -> None:
    piece = make.evidence(cast.follow_up)
    assert "tidak ada di penyimpanan" in officer.get(f"/bukti/{piece.id}", 500).words


def test_another_units_work_does_not_exist(cast: Cast, officer: Site, make: Make) -> None:
    foreign = make.follow_up(make.unit("Lain"))
    piece, receipt = make.evidence(foreign), make.submission(foreign)
    for path in ("", "/tindakan", "/ajukan"):
        officer.get(f"/tindak-lanjut/{foreign.id}{path}", 404)
    for path in ("/tindakan", "/ajukan", "/tarik", "/komentar"):
        officer.post(f"/tindak-lanjut/{foreign.id}{path}", 404)
    for path in (
        f"/bukti/{piece.id}",
        f"/bukti/{piece.id}/tarik",
        f"/tanda-terima/{receipt.id}",
        f"/tindakan/{piece.action_id}/bukti",
    ):
        officer.get(path, 404)


def test_others_read_and_do_not_log(cast: Cast, site: Site) -> None:
    site.sign_in(cast.people["mentor"])
    page = site.get(f"/tindak-lanjut/{cast.follow_up.id}")
    assert "Catat tindakan" not in page.words
    site.post(f"/tindak-lanjut/{cast.follow_up.id}/tindakan", 403, **typed())
    site.sign_in(cast.people["leadership"])
    site.post(f"/tindak-lanjut/{cast.follow_up.id}/komentar", 403, text="x")


def test_the_thread_is_read_by_both_sides(cast: Cast, site: Site) -> None:
    site.sign_in(cast.people["officer"]).post(f"/tindak-lanjut/{cast.follow_up.id}/komentar", text="Apakah cukup?")
    page = site.sign_in(cast.people["mentor"]).get(f"/tindak-lanjut/{cast.follow_up.id}")
    assert "Apakah cukup?" in page.words
    site.post(f"/tindak-lanjut/{cast.follow_up.id}/komentar", 422, text=" ")
    assert len(all_of(Comment)) == 1


def test_why_work_came_back_stands_on_top_and_on_the_home_page(cast: Cast, site: Site, officer: Site) -> None:
    submitted(cast, officer)
    from tracker.followups.verifying import return_follow_up

    mentor = cast.desk("mentor")
    return_follow_up(mentor, all_of(FollowUp)[0], "Foto belum terbaca.", 40)
    mentor.session.commit()
    officer.sign_in(cast.people["officer"])
    assert "Foto belum terbaca." in officer.get("/").words
    page = officer.get(f"/tindak-lanjut/{cast.follow_up.id}")
    assert "Dikembalikan verifikator" in page.words
    assert "40 % terverifikasi" in page.words


def test_the_coordinator_confirms_or_gives_back(cast: Cast, site: Site, make: Make) -> None:
    cast.follow_up.unit.agency.confirms_evidence = True
    make.save(cast.follow_up.unit.agency)
    submitted(cast, site.sign_in(cast.people["officer"]))
    site.sign_in(cast.people["coordinator"])
    address = f"/tindak-lanjut/{cast.follow_up.id}"
    assert f"{address}/konfirmasi" in site.get("/").links
    assert "satu.jpg" in site.get(f"{address}/konfirmasi").words
    site.post(f"{address}/kirim-kembali", 422, reason="")
    site.post(f"{address}/kirim-kembali", reason="Tanda tangan belum ada.")
    assert all_of(FollowUp)[0].status is FollowUpStatus.RETURNED
    assert "Tanda tangan belum ada." in site.sign_in(cast.people["officer"]).get(address).words
    site.post(f"{address}/ajukan")
    site.sign_in(cast.people["coordinator"]).post(f"{address}/konfirmasi", note="Lengkap.")
    assert all_of(FollowUp)[0].status is FollowUpStatus.SUBMITTED


def test_the_coordinator_names_the_person_in_charge(cast: Cast, site: Site) -> None:
    site.sign_in(cast.people["coordinator"])
    address = f"/tindak-lanjut/{cast.follow_up.id}/penanggung-jawab"
    officer = cast.people["officer"]
    assert officer.name in site.get(address).words
    site.post(address, 422, person_in_charge_id="999999")
    site.post(address, person_in_charge_id=str(officer.id))
    assert all_of(FollowUp)[0].person_in_charge_id == officer.id


def test_a_stale_choice_of_person_shows_both(cast: Cast, site: Site, make: Make) -> None:
    site.sign_in(cast.people["coordinator"])
    address = f"/tindak-lanjut/{cast.follow_up.id}/penanggung-jawab"
    site.post(address, 409, person_in_charge_id=str(cast.people["officer"].id), version="99")


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("", {"Terbuka", "Lewat"}),
        ("?lewat=1", {"Lewat"}),
        ("?keadaan=accepted", {"Selesai"}),
        ("?keadaan=semua", {"Terbuka", "Lewat", "Selesai"}),
        ("?pemegang=verifier", set()),
        ("?aspek=sdm", set()),
        ("?aspek=kebijakan", {"Terbuka", "Lewat"}),
        ("?saya=1", set()),
    ],
)
def test_the_list_counts_what_it_shows(make: Make, site: Site, query: str, seen: set[str]) -> None:
    from datetime import UTC, date, datetime

    unit = make.unit()
    make.follow_up(unit, title="Terbuka")
    make.follow_up(unit, title="Lewat", due_on=date(2026, 2, 2), due_at=datetime(2026, 2, 2, 16, tzinfo=UTC))
    make.follow_up(unit, title="Selesai", status=FollowUpStatus.ACCEPTED)
    make.follow_up(title="Asing")
    page = site.sign_in(make.user(Role.UNIT_OFFICER, unit=unit)).get(f"/tindak-lanjut{query}")
    titles = {"Terbuka", "Lewat", "Selesai", "Asing"}
    assert {title for title in titles if f">{title}</a>" in page.html} == seen
    if seen:
        assert f"dari {len(seen)} baris" in page.words


def test_a_filter_that_makes_no_sense_is_said(officer: Site) -> None:
    assert "tidak tersedia" in officer.get("/tindak-lanjut?keadaan=entah", 422).words


def questions(ask: Callable[[], object]) -> int:
    seen: list[str] = []

    def note(*told: Any) -> None:
        seen.append(told[2])

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        ask()
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)
    return len(seen)


@pytest.mark.parametrize("path", ["/", "/tindak-lanjut"])
def test_lists_ask_the_same_with_one_row_and_with_twenty(make: Make, site: Site, path: str) -> None:
    unit = make.unit()
    site.sign_in(make.user(Role.UNIT_OFFICER, unit=unit))
    aspects = make.the_cycle().instrument.aspects

    def fill(rows: int) -> None:
        for n in range(rows):
            make.follow_up(unit, recommendation=make.recommendation(unit, aspect=aspects[n % 3]))

    fill(1)
    site.get(path)
    few = questions(lambda: site.get(path))
    fill(19)
    assert questions(lambda: site.get(path)) == few


def test_a_follow_up_asks_the_same_with_one_action_and_with_twenty(cast: Cast, officer: Site, make: Make) -> None:
    address = f"/tindak-lanjut/{cast.follow_up.id}"
    colleague = cast.people["officer"].id

    def fill(rows: int) -> None:
        for _ in range(rows):
            make.evidence(cast.follow_up, action=make.action(cast.follow_up, logged_by_id=colleague))

    fill(1)
    officer.get(address)
    few = questions(lambda: officer.get(address))
    fill(19)
    assert questions(lambda: officer.get(address)) == few


def test_a_coordinators_home_asks_the_same_with_one_unit_and_with_twenty(make: Make, site: Site) -> None:
    agency = make.agency()
    site.sign_in(make.user(Role.COORDINATOR, agency=agency))

    def fill(units: int) -> None:
        for n in range(units):
            make.follow_up(make.unit(f"Dinas {n} {units}", agency=agency), status=FollowUpStatus.AWAITING_CONFIRMATION)

    fill(1)
    site.get("/")
    few = questions(lambda: site.get("/"))
    fill(19)
    assert questions(lambda: site.get("/")) == few


def test_an_empty_home_says_what_will_come(make: Make, site: Site) -> None:
    site.sign_in(make.user(Role.UNIT_OFFICER, unit=make.unit()))
    assert "Belum ada tindak lanjut" in site.get("/").words


def test_the_page_speaks_of_due_dates_in_words(cast: Cast, officer: Site, clock: StoppedClock) -> None:
    """Its last second in Jakarta is already the next day in Tual."""
    assert "hari kerja lagi, Rabu 1 April 2026" in officer.get("/").words


def test_a_note_whose_file_was_withdrawn_meanwhile_is_told(cast: Cast, officer: Site) -> None:
    address = f"/tindak-lanjut/{cast.follow_up.id}/tindakan"
    page = officer.post(address, 422, **typed(text="", files=[(picture(), "foto.jpg")]))
    note = page.html.split('name="kept" value="')[1].split('"')[0]
    officer.post(address, **typed(files=(picture(), "foto.jpg")))
    officer.post(f"/bukti/{all_of(Evidence)[0].id}/tarik", reason="Salah berkas.")
    page = officer.post(address, 422, **typed(kept=note))
    assert "foto.jpg: Berkas ini tidak lagi tersimpan. Pilih lagi berkasnya." in page.words
    assert len(all_of(Evidence)) == 1


def test_a_script_is_told_where_the_answer_leads_and_twice_the_same(cast: Cast, officer: Site) -> None:
    address = f"/tindak-lanjut/{cast.follow_up.id}/tindakan"
    sent = [
        officer.fetch(
            address, method="POST", data=typed(form_key="sekali"), headers={"Accept": "application/json"}
        ).json
        for _ in range(2)
    ]
    action = all_of(CorrectiveAction)
    assert sent == [{"location": f"/tindakan/{action[0].id}/bukti"}] * 2
    assert len(action) == 1


@pytest.mark.parametrize("name", ['a"b.txt', "..\\..\\a.txt", "berkas ü 漢字 😀.txt", "%0d%0a.txt"])
def test_no_name_of_a_file_breaks_out_of_its_header(cast: Cast, officer: Site, name: str) -> None:
    address = f"/tindak-lanjut/{cast.follow_up.id}/tindakan"
    officer.post(address, **typed(files=(io.BytesIO(name.encode()), name)))
    answer = officer.fetch(f"/bukti/{all_of(Evidence)[0].id}")
    header = answer.headers["Content-Disposition"]
    assert header.startswith("attachment; filename")
    assert not {"\r", "\n", "\\"} & set(header)
    assert "Set-Cookie" not in answer.headers
    answer.close()
