"""The homes of those who look after areas."""

import re
from datetime import timedelta

from tests.support.make import NOON, Make
from tests.support.site import Site
from tracker.dashboards import home_area
from tracker.directory.states import Role
from tracker.followups.states import FollowUpStatus
from tracker.progress.operations import keep_current
from tracker.recommendations.states import Assessment, CannotReason

S = FollowUpStatus


def test_a_verifier_sees_what_waits_and_whom_to_call_with_reason_and_number(site: Site, make: Make) -> None:
    area = make.area("III")
    unit = make.unit("Unit Sunyi", area)
    make.evaluation(unit)
    make.follow_up(unit, status=S.SUBMITTED, submitted_at=NOON - timedelta(days=7))
    make.contact(unit, "Ibu Ona", phone="0813")
    far = make.unit("Unit Jauh")
    make.evaluation(far)
    make.follow_up(far, status=S.SUBMITTED)
    keep_current(make.session, [unit.id, far.id])
    page = site.sign_in(make.user(Role.ASSISTANT_DEPUTY, area=area)).get("/")
    assert "1 menunggu verifikasi" in page.words
    assert "Unit Sunyi" in page.words
    assert "Belum pernah ada tindakan atau masuk ke aplikasi (15)" in page.words
    assert "Telepon Ibu Ona: 0813" in page.words
    assert "Unit Jauh" not in page.html


def test_beyond_a_size_the_list_of_calls_comes_after_the_page(site: Site, make: Make) -> None:
    area = make.area("III")
    make.evaluation(make.unit("Unit Sunyi", area))
    user = make.user(Role.MENTOR, area=area)
    before = home_area.AT_ONCE
    home_area.AT_ONCE = 0
    try:
        page = site.sign_in(user).get("/")
    finally:
        home_area.AT_ONCE = before
    assert "Unit Sunyi" not in page.words
    assert 'hx-get="/hubungi"' in page.html
    assert "Unit Sunyi" in site.get("/hubungi").words
    part = site.fetch("/hubungi", headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "Unit Sunyi" in part
    assert "<html" not in part


def test_a_unit_whose_recommendations_are_all_adequate_is_not_to_be_called(site: Site, make: Make) -> None:
    area = make.area("III")
    unit = make.unit("Unit Tuntas", area)
    make.evaluation(unit)
    make.recommendation(unit, assessment=Assessment.ADEQUATE)
    keep_current(make.session, [unit.id])
    page = site.sign_in(make.user(Role.MENTOR, area=area)).get("/")
    assert "Tidak ada unit yang perlu dihubungi hari ini." in page.words


def test_proposals_wait_for_a_second_person(site: Site, make: Make) -> None:
    area = make.area("III")
    first, second = make.user(Role.ASSISTANT_DEPUTY, area=area), make.user(Role.ASSISTANT_DEPUTY, area=area)
    make.recommendation(
        make.unit("Unit A", area),
        text="Bangun gedung baru.",
        cannot_reason=CannotReason.IN_COURT,
        cannot_proposed_by_id=first.id,
        cannot_proposed_at=NOON,
    )
    assert "Bangun gedung baru." in site.sign_in(second).get("/").words
    assert "Bangun gedung baru." in site.sign_in(make.user(Role.LEADERSHIP)).get("/").words
    assert "Bangun gedung baru." not in site.sign_in(first).get("/").words
    stranger = make.user(Role.ASSISTANT_DEPUTY, area=make.area("I"))
    assert "Bangun gedung baru." not in site.sign_in(stranger).get("/").words


def test_the_number_of_proposals_opens_into_as_many(site: Site, make: Make) -> None:
    area = make.area("III")
    first, second = make.user(Role.ASSISTANT_DEPUTY, area=area), make.user(Role.ASSISTANT_DEPUTY, area=area)
    unit = make.unit("Unit A", area)
    for n in range(12):
        make.recommendation(
            unit,
            text=f"Bangun gedung {n}.",
            cannot_reason=CannotReason.IN_COURT,
            cannot_proposed_by_id=first.id,
            cannot_proposed_at=NOON,
        )
    home = site.sign_in(second).get("/")
    assert "12 usul menunggu keputusan Anda" in home.words
    assert "2 lainnya" in home.words
    assert "/usul" in home.links
    page = site.get("/usul")
    assert len([link for link in page.links if link.endswith("/keputusan")]) == 12
    assert "1–12 dari 12 baris" in page.words
    assert "Halaman ini kosong" in site.get("/usul?hal=3").words
    assert "Tidak ada usul yang menunggu Anda" in site.sign_in(first).get("/usul").words
    site.sign_in(make.user(Role.MENTOR, area=area)).get("/usul", expect=403)


def test_leadership_sees_areas_with_their_mean_and_how_many_stand_behind_it(site: Site, make: Make) -> None:
    north, south = make.area("I"), make.area("II")
    units = [make.unit("A", north), make.unit("B", north), make.unit("C", north), make.unit("D", south)]
    for unit in units:
        make.evaluation(unit)
    make.follow_up(units[0], status=S.ACCEPTED)
    make.follow_up(units[1], confirmed_percent=1, returned_at=NOON, status=S.RETURNED)
    keep_current(make.session, [unit.id for unit in units])
    page = site.sign_in(make.user(Role.LEADERSHIP)).get("/")
    row = re.search(r"<tr[^>]*>(?:(?!</tr>).)*Wilayah I<.*?</tr>", page.html, re.DOTALL)
    assert row is not None
    words = " ".join(re.sub(r"<[^>]+>", " ", row[0]).split())
    assert words == "Wilayah I 3 50 % 1 0 1 1"
    assert f"wilayah={north.id}" in row[0]
