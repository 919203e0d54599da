"""The pages where a unit asks for time and a verifier answers, as each of them meets them."""

import io
from datetime import date
from typing import Any

import pytest

from tests.followups.conftest import Cast
from tests.support.clock import StoppedClock
from tests.support.make import Make
from tests.support.site import Page, Site
from tracker.directory.states import Role
from tracker.followups.extension_models import Extension
from tracker.followups.extension_states import Asked
from tracker.followups.states import FollowUpStatus, HoldKind


def ask(site: Site, cast: Cast, day: str = "2026-04-30", expect: int = 200, **typed: Any) -> Page:
    site.sign_in(cast.people["officer"])
    values: dict[str, Any] = {"proposed_on": day, "reason": "Pengadaan belum selesai.", "warned": day} | typed
    return site.post(f"/tindak-lanjut/{cast.follow_up.id}/perpanjangan", expect, **values)


def waiting(make: Make) -> Extension:
    extension = make.only(Extension)
    assert extension is not None
    return extension


def test_a_unit_asks_a_verifier_grants_and_all_dates_stay_on_the_page(make: Make, site: Site, cast: Cast) -> None:
    id = cast.follow_up.id
    ask(site, cast, document=(io.BytesIO(b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"), "surat.pdf"))
    assert "Permintaan yang menunggu keputusan" in site.get("/").words
    extension = waiting(make)
    assert "Minta perpanjangan" not in site.get(f"/tindak-lanjut/{id}").words
    site.sign_in(cast.people["mentor"])
    assert "Perlu diputuskan" in site.get("/").words
    assert "30 Apr 2026" in site.get("/permintaan").words
    page = site.get(f"/permintaan/{extension.id}")
    assert "Pengadaan belum selesai." in page.words
    site.fetch(f"/permintaan/{extension.id}/dokumen")
    site.post(
        f"/permintaan/{extension.id}/kabulkan",
        200,
        **{"kabul-granted_on": "2026-04-29", "kabul-note": "", "kabul-warned": "2026-04-29"},
    )
    shown = site.get(f"/tindak-lanjut/{id}").words
    for words in ("Semula disepakati: Selasa, 31 Maret 2026", "disetujui 29 Apr 2026", "sekarang: Rabu, 29 April 2026"):
        assert words in shown
    assert "Semula" in site.get("/tindak-lanjut?tenggat=semula").words


def test_a_date_after_the_letters_is_said_once_and_taken_when_sent_again(make: Make, site: Site, cast: Cast) -> None:
    cast.follow_up.recommendation.due_on = date(2026, 4, 15)
    make.save(cast.follow_up.recommendation)
    page = ask(site, cast, expect=422, warned="")
    assert "melewati yang diminta surat" in page.words
    assert make.only(Extension) is None
    ask(site, cast)
    assert waiting(make).proposed_on == date(2026, 4, 30)


def test_a_day_off_is_said_with_the_day_on_which_it_ends(site: Site, cast: Cast) -> None:
    page = ask(site, cast, "2026-05-02", expect=422, warned="")
    assert "waktunya berakhir Senin, 4 Mei 2026" in page.words


def test_a_day_in_a_year_without_known_joint_leave_is_said_to_be_an_estimate(site: Site, cast: Cast) -> None:
    page = ask(site, cast, "2028-02-28", expect=422, warned="")
    assert "Cuti bersama 2028 belum ditetapkan" in page.words


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"proposed_on": "kemarin"}, "Tanggal tidak dikenali"),
        ({"proposed_on": ""}, "Wajib diisi"),
        ({"proposed_on": "2026-03-30", "warned": "2026-03-30"}, "setelah tenggat yang sekarang"),
        ({"reason": ""}, "Wajib diisi"),
        ({"reason": "   "}, "Tulis alasannya"),
        ({"reason": "x" * 5001}, "Paling banyak"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(site: Site, cast: Cast, typed: dict[str, Any], wrong: str) -> None:
    assert wrong in ask(site, cast, expect=422, **typed).words


def test_a_file_that_is_no_document_is_refused(site: Site, cast: Cast, make: Make) -> None:
    ask(site, cast, expect=422, document=(io.BytesIO(b"MZ not a paper"), "surat.pdf"))
    assert make.only(Extension) is None


def test_a_late_request_is_warned_of(site: Site, cast: Cast, clock: StoppedClock) -> None:
    clock.advance(days=40)
    site.sign_in(cast.people["officer"])
    assert "Tenggatnya sudah lewat" in site.get(f"/tindak-lanjut/{cast.follow_up.id}/perpanjangan").words
    ask(site, cast)
    assert "Lewat" in site.get("/tindak-lanjut?lewat=1").words


def test_who_comes_second_is_told_who_decided(make: Make, site: Site, cast: Cast) -> None:
    extension = make.extension(cast.follow_up)
    site.sign_in(cast.people["mentor"])
    site.post(f"/permintaan/{extension.id}/tolak", 200, **{"tolak-reason": "Waktunya cukup."})
    site.sign_in(cast.people["deputy"])
    form: dict[str, Any] = {"kabul-granted_on": "2026-04-30", "kabul-warned": "2026-04-30"}
    page = site.post(f"/permintaan/{extension.id}/kabulkan", 409, **form)
    assert "Orang lain lebih dahulu memutuskan" in page.words
    assert "Waktunya cukup." in page.words
    site.post(f"/permintaan/{extension.id}/tolak", 409, **{"tolak-reason": "Tidak."})
    site.sign_in(cast.people["officer"])
    site.post(f"/permintaan/{extension.id}/tarik", expect=409)


def test_the_same_decision_sent_twice_is_one(make: Make, site: Site, cast: Cast) -> None:
    extension = make.extension(cast.follow_up)
    site.sign_in(cast.people["mentor"])
    form: dict[str, Any] = {"kabul-granted_on": "2026-04-30", "kabul-warned": "2026-04-30", "form_key": "once"}
    site.post(f"/permintaan/{extension.id}/kabulkan", 200, **form)
    site.post(f"/permintaan/{extension.id}/kabulkan", 200, **form)


def test_a_refusal_wants_a_reason(make: Make, site: Site, cast: Cast) -> None:
    extension = make.extension(cast.follow_up)
    site.sign_in(cast.people["mentor"])
    site.post(f"/permintaan/{extension.id}/tolak", 422, **{"tolak-reason": " "})


def test_a_unit_takes_its_request_back(make: Make, site: Site, cast: Cast) -> None:
    extension = make.extension(cast.follow_up)
    site.sign_in(cast.people["officer"])
    site.post(f"/permintaan/{extension.id}/tarik")
    assert "Ditarik" in site.get(f"/permintaan/{extension.id}").words


@pytest.mark.parametrize("who", ["officer", "coordinator", "leadership"])
def test_only_the_verifiers_side_decides(make: Make, site: Site, cast: Cast, who: str) -> None:
    extension = make.extension(cast.follow_up)
    site.sign_in(cast.people[who])
    for act in ("kabulkan", "tolak"):
        site.post(f"/permintaan/{extension.id}/{act}", expect=403)
    assert "Kabulkan" not in site.get(f"/permintaan/{extension.id}").words


def test_a_hold_for_a_budget_is_asked_for_granted_and_justified_on_paper(make: Make, site: Site, cast: Cast) -> None:
    id = cast.follow_up.id
    cast.follow_up.recommendation.letter_id = make.letter().id
    make.save(cast.follow_up.recommendation)
    site.sign_in(cast.people["officer"])
    site.get(f"/tindak-lanjut/{id}/justifikasi-anggaran", expect=404)
    form: dict[str, Any] = {
        "asked": Asked.BUDGET.value,
        "fiscal_year": "2027",
        "needed": "Mesin antrean",
        "reason": "Belum ada.",
    }
    site.post(f"/tindak-lanjut/{id}/minta-penundaan", 422, **form | {"needed": ""})
    site.post(f"/tindak-lanjut/{id}/minta-penundaan", 422, **form | {"fiscal_year": "kapan"})
    site.post(f"/tindak-lanjut/{id}/minta-penundaan", 200, **form)
    extension = waiting(make)
    site.sign_in(cast.people["mentor"])
    site.post(f"/permintaan/{extension.id}/kabulkan", 200, **{"kabul-note": ""})
    assert "menunggu anggaran" in site.get("/").words
    paper = site.get(f"/tindak-lanjut/{id}/justifikasi-anggaran").words
    for words in ("B/4/PP.00.02/2020", "Perbaiki antrean.", "2027", "Mesin antrean", cast.follow_up.unit.agency.name):
        assert words in paper
    assert "Semua tanggal" in site.get(f"/tindak-lanjut/{id}").words
    assert site.get("/tindak-lanjut?pemegang=budget").words.count("Pasang nomor antrean") == 1


def test_a_hold_without_a_request_has_its_paper_too(make: Make, site: Site, cast: Cast) -> None:
    held = make.follow_up(
        cast.follow_up.unit,
        status=FollowUpStatus.ON_HOLD,
        hold_kind=HoldKind.BUDGET,
        hold_fiscal_year=2027,
        hold_reason="Menunggu APBD 2027.",
    )
    site.sign_in(cast.people["officer"])
    assert "Menunggu APBD 2027." in site.get(f"/tindak-lanjut/{held.id}/justifikasi-anggaran").words


def test_a_list_of_many_requests_has_pages_and_a_constant_number_of_queries(make: Make, site: Site, cast: Cast) -> None:
    for _ in range(52):
        make.extension(make.follow_up(cast.follow_up.unit))
    site.sign_in(cast.people["mentor"])
    assert "1–50 dari 52 baris" in site.get("/permintaan").words
    assert "51–52 dari 52 baris" in site.get("/permintaan?hal=2").words
    assert "Halaman ini kosong" in site.get("/permintaan?hal=9").words


def test_without_requests_the_page_says_what_comes_here(make: Make, site: Site, cast: Cast) -> None:
    site.sign_in(cast.people["mentor"])
    assert "Tidak ada permintaan yang menunggu Anda" in site.get("/permintaan").words


def test_a_closed_follow_up_offers_no_request(make: Make, site: Site, cast: Cast) -> None:
    closed = make.follow_up(cast.follow_up.unit, status=FollowUpStatus.CANCELLED)
    site.sign_in(cast.people["officer"])
    for page in ("perpanjangan", "minta-penundaan"):
        assert "tidak dapat dilakukan" in site.get(f"/tindak-lanjut/{closed.id}/{page}").words
    site.post(
        f"/tindak-lanjut/{closed.id}/perpanjangan",
        expect=409,
        proposed_on="2026-04-30",
        reason="Perlu.",
        warned="2026-04-30",
    )
    assert make.only(Extension) is None


def test_an_incomplete_year_is_flagged_to_administrators(make: Make, site: Site, clock: StoppedClock) -> None:
    site.sign_in(make.user(Role.ADMINISTRATOR))
    clock.advance(days=366 * 2)
    assert "belum diketahui" in site.get("/").words
