"""The verifier's side at work: the queue, checking, deciding, and being too late."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.followups.conftest import Cast
from tests.support.clock import StoppedClock
from tests.support.make import Make
from tests.support.site import Site
from tracker.directory.states import Role
from tracker.followups.models import FollowUp
from tracker.followups.states import FollowUpStatus, Holder, HoldKind
from tracker.followups.verifier_rules import late_before, wait
from tracker.followups.verifying import Judgement, accept, open_submission, return_follow_up
from tracker.kit.workdays import WorkCalendar
from tracker.recommendations.states import Assessment

S = FollowUpStatus


def accepting(**values: str) -> dict[str, Any]:
    """Fields of the form that accepts."""
    return {f"terima-{name}": value for name, value in values.items()}


def returning(**values: str) -> dict[str, Any]:
    """Fields of the form that returns."""
    return {f"kembali-{name}": value for name, value in values.items()}


JUDGED = accepting(assessment="sesuai")


def again(make: Make, follow_up: FollowUp) -> FollowUp:
    make.session.expire_all()
    return make.session.get_one(FollowUp, follow_up.id)


def waiting(make: Make, area: object, days_ago: int = 0, **values: object) -> FollowUp:
    """A submission in an area that has been with the verifier for some days."""
    unit = values.pop("unit", None) or make.unit(area=area)  # type: ignore[arg-type]
    since = datetime(2026, 3, 2, 1, 0, tzinfo=UTC) - timedelta(days=days_ago)
    follow_up = make.follow_up(unit, status=S.SUBMITTED, holder_since=since, submitted_at=since, **values)  # type: ignore[arg-type]
    make.evidence(follow_up)
    make.submission(follow_up)
    return follow_up


def test_the_queue_holds_the_oldest_first_and_only_what_one_may_judge(make: Make, site: Site) -> None:
    area = make.area()
    waiting(make, area, 1, title="Yang baru")
    waiting(make, area, 20, title="Yang lama")
    waiting(make, make.area(), 5, title="Wilayah lain")
    mentor = make.user(Role.MENTOR, area=area)
    waiting(make, area, 3, title="Diajukan sendiri", submitted_by_id=mentor.id)
    page = site.sign_in(mentor).get("/verifikasi")
    assert page.words.index("Yang lama") < page.words.index("Yang baru")
    assert "Wilayah lain" not in page.words
    assert "Diajukan sendiri" not in page.words
    assert "1–2 dari 2 baris" in page.words


def test_the_verifiers_clock_and_the_filter_by_it_agree(make: Make, site: Site) -> None:
    area = make.area()
    waiting(make, area, 30, title="Lewat batas")
    waiting(make, area, 4, title="Masih dalam batas")
    site.sign_in(make.user(Role.MENTOR, area=area))
    assert site.get("/verifikasi").words.count("lewat batas") == 1
    page = site.get("/verifikasi?lewat=1")
    assert "Lewat batas" in page.words
    assert "Masih dalam batas" not in page.words


@pytest.mark.parametrize("days_ago", range(25))
def test_late_is_the_same_in_sql_and_in_words(days_ago: int) -> None:
    calendar = WorkCalendar()
    for hour in range(5):
        now = datetime(2026, 3, 2 + hour, 2, 0, tzinfo=UTC)
        since = now - timedelta(days=days_ago)
        assert wait(since, now, 10, calendar).is_late == (since < late_before(now, 10, calendar))


def test_the_queue_can_be_narrowed_by_aspect_and_area(make: Make, site: Site) -> None:
    here, there = make.area(), make.area()
    first = waiting(make, here, title="Di sini")
    other = make.recommendation(make.unit(area=there), aspect=make.the_cycle().instrument.aspects[2])
    waiting(make, there, title="Di sana", recommendation=other)
    site.sign_in(make.user(Role.MENTOR))
    assert "Di sana" not in site.get(f"/verifikasi?aspek={first.recommendation.aspect.code}").words
    assert "Di sini" not in site.get(f"/verifikasi?wilayah={there.id}").words
    assert "Tidak ada yang cocok" in site.get("/verifikasi?aspek=tidak-ada&wilayah=abc").words


def test_an_empty_queue_says_what_to_do_next(make: Make, site: Site) -> None:
    assert "Tidak ada yang menunggu" in site.sign_in(make.user(Role.MENTOR, area=make.area())).get("/verifikasi").words


def test_the_unit_has_no_queue(cast: Cast, site: Site) -> None:
    site.sign_in(cast.people["officer"]).get("/verifikasi", expect=403)
    site.get(f"/verifikasi/{cast.follow_up.id}", expect=403)


def test_a_foreign_submission_is_not_found(make: Make, site: Site) -> None:
    foreign = waiting(make, make.area())
    site.sign_in(make.user(Role.MENTOR, area=make.area()))
    site.get(f"/verifikasi/{foreign.id}", expect=404)
    site.post(f"/verifikasi/{foreign.id}/terima", expect=404)


def test_reading_marks_nothing_and_starting_does(cast: Cast, site: Site, make: Make) -> None:
    cast.submit()
    id = cast.follow_up.id
    site.sign_in(cast.people["mentor"])
    assert "Mulai memeriksa" in site.get(f"/verifikasi/{id}").words
    assert again(make, cast.follow_up).opened_at is None
    page = site.post(f"/verifikasi/{id}/periksa")
    assert again(make, cast.follow_up).checking_by_id == cast.people["mentor"].id
    assert "Terima tindak lanjut" in page.words
    assert "Penilaian rekomendasi" in page.words


def test_another_sees_who_checks_and_takes_over_only_when_asked(cast: Cast, site: Site, make: Make) -> None:
    cast.submit()
    id, deputy = cast.follow_up.id, cast.people["deputy"]
    site.sign_in(cast.people["mentor"]).post(f"/verifikasi/{id}/periksa")
    site.sign_in(deputy)
    assert f"sedang diperiksa oleh {cast.people['mentor'].name} sampai 09.30 WIB" in site.get("/verifikasi").words
    page = site.post(f"/verifikasi/{id}/periksa")
    assert "Ambil alih pemeriksaan" in page.words
    assert again(make, cast.follow_up).checking_by_id == cast.people["mentor"].id
    site.post(f"/verifikasi/{id}/periksa", ambil_alih="1")
    assert again(make, cast.follow_up).checking_by_id == deputy.id


def test_after_a_decision_the_next_that_nobody_checks_opens_by_itself(make: Make, site: Site) -> None:
    area = make.area()
    mine, taken, following = (waiting(make, area, days, title=f"nomor {days}") for days in (9, 6, 3))
    mentor = make.user(Role.MENTOR, area=area)
    taken.checking_by_id = make.user(Role.MENTOR, area=area).id
    taken.checking_until = datetime(2026, 3, 2, 2, 20, tzinfo=UTC)
    make.save(taken)
    page = site.sign_in(mentor).post(f"/verifikasi/{mine.id}/terima", **JUDGED)
    assert page.heading == "nomor 3"
    assert "diterima" in page.words
    assert again(make, following).checking_by_id == mentor.id
    assert again(make, mine).status is S.ACCEPTED


def test_the_filter_goes_along_and_the_last_one_leads_back_to_the_queue(make: Make, site: Site) -> None:
    area = make.area()
    mine = waiting(make, area)
    waiting(make, make.area(), title="Wilayah lain")
    site.sign_in(make.user(Role.MENTOR))
    page = site.post(f"/verifikasi/{mine.id}/terima", wilayah=str(area.id), **JUDGED)
    assert page.heading == "Antrean verifikasi"
    assert "Tidak ada lagi yang menunggu" in page.words


def test_accepting_the_last_one_asks_for_the_judgement_and_keeps_the_note(cast: Cast, site: Site, make: Make) -> None:
    cast.submit()
    site.sign_in(cast.people["mentor"])
    url = f"/verifikasi/{cast.follow_up.id}/terima"
    page = site.post(url, expect=422, **accepting(note="Bagus sekali."))
    assert "Bagus sekali." in page.html
    assert "Nilai rekomendasinya" in page.words
    site.post(url, expect=422, **accepting(assessment="entah"))
    site.post(url, **JUDGED)
    assert again(make, cast.follow_up).recommendation.assessment is Assessment.ADEQUATE


def test_not_yet_adequate_needs_a_next_step_with_a_date(cast: Cast, site: Site, make: Make) -> None:
    cast.submit()
    site.sign_in(cast.people["mentor"])
    url = f"/verifikasi/{cast.follow_up.id}/terima"
    typed = accepting(assessment="belum")
    site.post(url, expect=422, **typed)
    page = site.post(url, expect=422, **typed, **accepting(title="Pasang papan kedua"))
    assert "Isi tenggat" in page.words
    past = accepting(title="Pasang papan kedua", due_on="2020-01-01")
    assert "sudah lewat" in site.post(url, expect=422, **typed, **past).words
    assert again(make, cast.follow_up).status is S.SUBMITTED
    site.post(url, **typed, **accepting(title="Pasang papan kedua", due_on="2026-04-15"))
    recommendation = again(make, cast.follow_up).recommendation
    assert recommendation.assessment is Assessment.NOT_YET_ADEQUATE
    titles = {each.title for each in make.session.query(FollowUp).filter_by(recommendation_id=recommendation.id)}
    assert "Pasang papan kedua" in titles


def test_not_yet_adequate_may_reopen_another_one(cast: Cast, site: Site, make: Make) -> None:
    old = make.follow_up(recommendation=cast.follow_up.recommendation, status=S.CANCELLED)
    cast.submit()
    site.sign_in(cast.people["mentor"])
    typed = accepting(assessment="belum", reopen=str(old.id))
    site.post(f"/verifikasi/{cast.follow_up.id}/terima", expect=422, **typed, **accepting(title="Juga yang baru"))
    site.post(f"/verifikasi/{cast.follow_up.id}/terima", **typed)
    assert again(make, old).status is S.IN_PROGRESS


def test_a_return_says_what_is_missing_and_how_far_it_is(cast: Cast, site: Site, make: Make) -> None:
    cast.submit()
    site.sign_in(cast.people["mentor"])
    url = f"/verifikasi/{cast.follow_up.id}/kembalikan"
    for wrong in (returning(percent="40"), returning(missing="Foto.", percent="100")):
        site.post(url, expect=422, **wrong)
    assert 'value="banyak"' in site.post(url, expect=422, **returning(missing="Foto.", percent="banyak")).html
    site.post(url, **returning(missing="Foto belum terbaca.", percent="40"))
    follow_up = again(make, cast.follow_up)
    assert (follow_up.status, follow_up.confirmed_percent, follow_up.holder) == (S.RETURNED, 40, Holder.UNIT)


def test_the_second_verifier_learns_what_happened_and_loses_no_word(cast: Cast, site: Site, make: Make) -> None:
    cast.submit()
    deputy = cast.desk("deputy")
    return_follow_up(deputy, cast.follow_up, "Foto belum terbaca.", 30)
    deputy.session.commit()
    site.sign_in(cast.people["mentor"])
    page = site.post(
        f"/verifikasi/{cast.follow_up.id}/kembalikan",
        expect=409,
        **returning(missing="Tanda tangan belum ada.", percent="50"),
    )
    assert f"{cast.people['deputy'].name} lebih dahulu memutuskan" in page.words
    assert "Foto belum terbaca." in page.words
    assert "Tanda tangan belum ada." in page.words
    assert again(make, cast.follow_up).confirmed_percent == 30


def test_a_submission_that_was_not_looked_at_is_not_judged(cast: Cast, site: Site, make: Make) -> None:
    cast.submit()
    site.sign_in(cast.people["mentor"])
    seen = site.post(f"/verifikasi/{cast.follow_up.id}/periksa").html
    receipt = re.search(r'name="terima-submission"[^>]*value="(\d+)"', seen)
    assert receipt
    deputy = cast.desk("deputy")
    deputy.session.expire_all()
    return_follow_up(deputy, cast.follow_up, "Kurang.", 30)
    deputy.session.commit()
    cast.submit()
    page = site.post(
        f"/verifikasi/{cast.follow_up.id}/terima", expect=409, **JUDGED, **accepting(submission=receipt[1])
    )
    assert "mengajukan ulang" in page.words
    assert again(make, cast.follow_up).status is S.SUBMITTED


def test_pressing_twice_decides_once(cast: Cast, site: Site, make: Make) -> None:
    cast.submit()
    site.sign_in(cast.people["mentor"])
    for _ in range(2):
        page = site.post(f"/verifikasi/{cast.follow_up.id}/terima", form_key="k1", **JUDGED)
        assert page.heading == "Antrean verifikasi"


def test_nobody_accepts_what_they_submitted_themselves(make: Make, site: Site) -> None:
    area = make.area()
    both = make.user(Role.MENTOR, area=area)
    mine = waiting(make, area, submitted_by_id=both.id)
    site.sign_in(both)
    site.post(f"/verifikasi/{mine.id}/terima", expect=403, **JUDGED)
    site.get(f"/verifikasi/{mine.id}", expect=403)


def test_evidence_stands_beside_what_was_asked(make: Make, site: Site) -> None:
    area = make.area()
    follow_up = waiting(make, area, expected_evidence="Foto loket")
    action = make.action(follow_up, obstacle="Anggaran kecil.")
    make.evidence(follow_up, action=action, kind="link", url="https://contoh.go.id/x", name="https://contoh.go.id/x",
                  sent_digest=None, kept_digest=None, media_type="")  # fmt: skip
    page = site.sign_in(make.user(Role.MENTOR, area=area)).get(f"/verifikasi/{follow_up.id}")
    assert "Foto loket" in page.words
    assert "Anggaran kecil." in page.words
    assert 'rel="noopener noreferrer nofollow"' in page.html
    assert "?tampil=1" in page.html


def test_holding_wants_a_reason_and_a_year_for_a_budget(cast: Cast, site: Site, make: Make) -> None:
    site.sign_in(cast.people["mentor"])
    url = f"/tindak-lanjut/{cast.follow_up.id}/tunda"
    site.get(url)
    site.post(url, expect=422, kind="budget", reason="Menunggu DIPA.")
    site.post(url, expect=422, kind="budget", fiscal_year="1999", reason="Menunggu DIPA.")
    site.post(url, expect=422, kind="lain", reason="x")
    site.post(url, kind="budget", fiscal_year="2027", reason="Menunggu DIPA.")
    follow_up = again(make, cast.follow_up)
    assert (follow_up.status, follow_up.hold_kind, follow_up.holder) == (S.ON_HOLD, HoldKind.BUDGET, Holder.BUDGET)
    assert "tidak dapat dilakukan" in site.get(url).words


def test_cancelling_after_another_was_accepted_asks_for_the_judgement(cast: Cast, site: Site, make: Make) -> None:
    make.follow_up(recommendation=cast.follow_up.recommendation, status=S.ACCEPTED)
    make.save(cast.follow_up.recommendation)
    site.sign_in(cast.people["mentor"])
    url = f"/tindak-lanjut/{cast.follow_up.id}/batalkan"
    assert "Penilaian rekomendasi" in site.get(url).words
    site.post(url, expect=422, reason="Ganda.")
    cast.follow_up.recommendation.assessment = Assessment.NOT_YET_ADEQUATE
    make.save(cast.follow_up.recommendation)
    site.post(url, reason="Ganda.", assessment="sesuai")
    follow_up = again(make, cast.follow_up)
    assert follow_up.status is S.CANCELLED
    assert follow_up.recommendation.assessment is Assessment.ADEQUATE


def test_reopening_gives_it_back_to_the_unit_with_a_reason(cast: Cast, site: Site, make: Make) -> None:
    cast.submit()
    desk = cast.desk("deputy")
    open_submission(desk, cast.follow_up)
    accept(desk, cast.follow_up, "", Judgement(True))
    desk.session.commit()
    site.sign_in(cast.people["mentor"])
    url = f"/tindak-lanjut/{cast.follow_up.id}/buka-kembali"
    site.post(url, expect=422, reason="")
    site.post(url, reason="Papan sudah dicopot.")
    follow_up = again(make, cast.follow_up)
    assert (follow_up.status, follow_up.holder) == (S.IN_PROGRESS, Holder.UNIT)
    assert follow_up.recommendation.assessment is Assessment.NOT_YET_ADEQUATE


def test_time_that_ran_out_shows_the_button_again(cast: Cast, site: Site, clock: StoppedClock) -> None:
    cast.submit()
    site.sign_in(cast.people["mentor"]).post(f"/verifikasi/{cast.follow_up.id}/periksa")
    clock.set(clock.now() + timedelta(minutes=31))
    assert "Mulai memeriksa" in site.get(f"/verifikasi/{cast.follow_up.id}").words
