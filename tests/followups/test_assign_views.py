"""Work is given out one by one and in bulk: previewed, done once, whole, and never past what was agreed unawares."""

import re
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from tests.followups.conftest import Cast
from tests.support.make import Make
from tests.support.site import Page, Site
from tracker.access.actor import SYSTEM
from tracker.directory.models import ServiceUnit
from tracker.directory.states import Role
from tracker.followups.models import FollowUp
from tracker.followups.states import FollowUpStatus
from tracker.instruments.models import Indicator
from tracker.recommendations.models import Recommendation
from tracker.recommendations.states import Assessment

WORK: dict[str, Any] = {"title": "Pasang papan", "due_on": "2026-04-15", "weight": "1"}
MANY: dict[str, Any] = WORK | {"s": "1", "person": "tanpa"}


def all_work(make: Make) -> list[FollowUp]:
    make.session.info["actor"] = SYSTEM
    make.session.expire_all()
    return list(make.session.scalars(sa.select(FollowUp).order_by(FollowUp.id)))


def hidden(page: Page, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.html)
    assert found, name
    return found[1]


def test_one_is_assigned_with_person_evidence_and_weight(make: Make, site: Site) -> None:
    recommendation = make.recommendation()
    officer = make.user(Role.UNIT_OFFICER, unit=recommendation.unit)
    site.sign_in(make.user(Role.MENTOR, area=recommendation.unit.area))
    url = f"/rekomendasi/{recommendation.id}/tindak-lanjut"
    assert officer.name in site.get(url).words
    extra = {"person_in_charge_id": str(officer.id), "expected_evidence": "Foto papan", "weight": "2"}
    page = site.post(url, **WORK | extra)
    assert "Tindak lanjut ditetapkan." in page.words
    [work] = all_work(make)
    assert (work.title, work.person_in_charge_id, work.weight) == ("Pasang papan", officer.id, 2)
    assert work.expected_evidence == "Foto papan"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": "  "}, "title"),
        ({"due_on": "besok"}, "due_on"),
        ({"due_on": "2020-01-01"}, "due_on"),
        ({"weight": "0"}, "weight"),
        ({"weight": "banyak"}, "weight"),
        ({"person_in_charge_id": "999999"}, "person_in_charge_id"),
    ],
)
def test_bad_input_is_explained_beside_its_field(make: Make, site: Site, wrong: dict[str, Any], field: str) -> None:
    recommendation = make.recommendation()
    site.sign_in(make.user(Role.MENTOR, area=recommendation.unit.area))
    page = site.post(f"/rekomendasi/{recommendation.id}/tindak-lanjut", expect=422, **WORK | wrong)
    assert f'id="{field}-error"' in page.html
    assert all_work(make) == []


def test_an_officer_of_another_unit_cannot_be_put_in_charge(make: Make, site: Site) -> None:
    recommendation = make.recommendation()
    stranger = make.user(Role.UNIT_OFFICER, unit=make.unit("Lain"))
    site.sign_in(make.user(Role.MENTOR))
    url = f"/rekomendasi/{recommendation.id}/tindak-lanjut"
    site.post(url, expect=422, **WORK | {"person_in_charge_id": str(stranger.id)})


def test_a_date_after_the_letters_warns_once_and_is_taken_when_sent_again(make: Make, site: Site) -> None:
    recommendation = make.recommendation(due_on=date(2026, 3, 31))
    site.sign_in(make.user(Role.MENTOR, area=recommendation.unit.area))
    url = f"/rekomendasi/{recommendation.id}/tindak-lanjut"
    page = site.post(url, expect=422, **WORK)
    assert "melewati tanggal pada surat" in page.words
    assert 'value="2026-04-15"' in page.html
    warned = re.search(r'name="warned"[^>]*value="([^"]*)"', page.html)
    assert warned
    later = WORK | {"due_on": "2026-05-15", "warned": warned[1]}
    assert "melewati" in site.post(url, expect=422, **later).words
    site.post(url, **WORK | {"warned": warned[1]})
    assert len(all_work(make)) == 1


def test_a_date_that_is_no_working_day_says_when_it_ends(make: Make, site: Site) -> None:
    recommendation = make.recommendation()
    site.sign_in(make.user(Role.MENTOR, area=recommendation.unit.area))
    page = site.post(f"/rekomendasi/{recommendation.id}/tindak-lanjut", **WORK | {"due_on": "2026-04-18"})
    assert "berakhir Senin 20 April 2026" in page.words


def test_suggestions_come_from_the_indicator_with_the_usual_evidence(make: Make, site: Site) -> None:
    recommendation = make.recommendation()
    indicator = make.save(
        Indicator(instrument_id=recommendation.cycle.instrument_id, aspect_id=recommendation.aspect_id, number=1,
                  name="Tersedia maklumat pelayanan", evidence="Foto maklumat")
    )  # fmt: skip
    site.sign_in(make.user(Role.MENTOR, area=recommendation.unit.area))
    url = f"/rekomendasi/{recommendation.id}/tindak-lanjut"
    assert "Foto maklumat" in site.get(url).words
    page = site.get(f"{url}?saran={indicator.id}")
    assert "Tersedia maklumat pelayanan</textarea>" in page.html
    site.get(f"{url}?saran=bukan-angka")


def test_pressing_twice_assigns_once(make: Make, site: Site) -> None:
    recommendation = make.recommendation()
    site.sign_in(make.user(Role.MENTOR, area=recommendation.unit.area))
    for _ in range(2):
        site.post(f"/rekomendasi/{recommendation.id}/tindak-lanjut", form_key="sekali", **WORK)
    assert len(all_work(make)) == 1


def test_a_foreign_recommendation_is_not_found_and_the_unit_may_not_assign(make: Make, site: Site) -> None:
    recommendation = make.recommendation()
    url = f"/rekomendasi/{recommendation.id}/tindak-lanjut"
    site.sign_in(make.user(Role.MENTOR, area=make.area())).post(url, expect=404, **WORK)
    site.sign_in(make.user(Role.UNIT_OFFICER, unit=recommendation.unit)).post(url, expect=403, **WORK)
    site.post("/tindak-lanjut/tetapkan", expect=403, **MANY)


def test_what_cannot_be_followed_up_says_so_instead_of_a_form(make: Make, site: Site) -> None:
    recommendation = make.recommendation(assessment=Assessment.CANNOT, cannot_reason="in_court")
    site.sign_in(make.user(Role.MENTOR, area=recommendation.unit.area))
    url = f"/rekomendasi/{recommendation.id}/tindak-lanjut"
    assert "Dinyatakan tidak dapat ditindaklanjuti" in site.get(url).words
    site.post(url, expect=422, **WORK)


def test_an_edit_keeps_the_first_date_and_a_stale_one_shows_both_versions(cast: Cast, site: Site, make: Make) -> None:
    site.sign_in(cast.people["mentor"])
    url = f"/tindak-lanjut/{cast.follow_up.id}/ubah"
    version = re.search(r'name="version"[^>]*value="(\d+)"', site.get(url).html)
    assert version
    site.post(url, version=version[1], **WORK | {"due_on": "2026-04-20"})
    page = site.post(url, expect=409, version=version[1], **WORK | {"due_on": "2026-04-21", "title": "Lain lagi"})
    assert "Orang lain lebih dahulu menyimpan" in page.words
    assert "Lain lagi" in page.words
    [work] = all_work(make)
    assert (work.title, work.due_on.isoformat(), work.original_due_on.isoformat()) == (
        "Pasang papan", "2026-04-20", "2026-03-31",
    )  # fmt: skip


def three_units(make: Make) -> tuple[list[Recommendation], ServiceUnit]:
    """Two recommendations for the first unit, one for the second, all in one area; and the first unit."""
    area = make.area()
    first, second = make.unit("Unit A", area=area), make.unit("Unit B", area=area)
    return [make.recommendation(first), make.recommendation(first), make.recommendation(second)], first


def test_a_preview_counts_work_and_units_and_writes_nothing(make: Make, site: Site) -> None:
    rows, first = three_units(make)
    make.follow_up(recommendation=rows[0])
    site.sign_in(make.user(Role.MENTOR, area=first.area))
    page = site.post("/tindak-lanjut/tetapkan", **MANY, pilih=[str(each.id) for each in rows])
    assert page.heading == "3 tindak lanjut untuk 2 unit"
    assert "1 rekomendasi sudah mempunyai tindak lanjut yang terbuka" in page.words
    assert len(all_work(make)) == 1


def test_what_was_previewed_is_written_once_however_often_it_is_confirmed(make: Make, site: Site) -> None:
    rows, first = three_units(make)
    site.sign_in(make.user(Role.MENTOR, area=first.area))
    preview = site.post("/tindak-lanjut/tetapkan", **MANY, pilih=[str(each.id) for each in rows])
    confirm = MANY | {"chosen": hidden(preview, "chosen"), "langkah": "tetapkan", "form_key": "satu"}
    assert "3 tindak lanjut untuk 2 unit ditetapkan." in site.post("/tindak-lanjut/tetapkan", **confirm).words
    assert site.post("/tindak-lanjut/tetapkan", **confirm).heading == "Rekomendasi"
    work = all_work(make)
    assert [each.recommendation_id for each in work] == sorted(each.id for each in rows)
    assert {each.status for each in work} == {FollowUpStatus.ASSIGNED}


def test_each_unit_gets_its_own_head_and_who_has_none_is_counted(make: Make, site: Site) -> None:
    rows, first = three_units(make)
    head = make.user(Role.UNIT_OFFICER, unit=first)
    head.memberships[0].is_head = True
    make.save(head.memberships[0])
    site.sign_in(make.user(Role.MENTOR, area=first.area))
    asked = MANY | {"person": "kepala"}
    preview = site.post("/tindak-lanjut/tetapkan", **asked, pilih=[str(each.id) for each in rows])
    assert head.name in preview.words
    assert "1 unit belum mempunyai kepala" in preview.words
    site.post("/tindak-lanjut/tetapkan", **asked | {"chosen": hidden(preview, "chosen"), "langkah": "tetapkan"})
    assert [each.person_in_charge_id for each in all_work(make)] == [head.id, head.id, None]


def test_all_of_a_filter_are_chosen_by_one_button(make: Make, site: Site) -> None:
    rows, first = three_units(make)
    make.recommendation(make.unit(area=first.area), aspect=make.the_cycle().instrument.aspects[1])
    site.sign_in(make.user(Role.MENTOR, area=first.area))
    page = site.post("/tindak-lanjut/tetapkan", **MANY, cakupan="semua", aspek=rows[0].aspect.code)
    assert page.heading == "3 tindak lanjut untuk 2 unit"


def test_nothing_chosen_or_typed_wrong_loses_nothing(make: Make, site: Site) -> None:
    rows, first = three_units(make)
    site.sign_in(make.user(Role.MENTOR, area=first.area))
    page = site.post("/tindak-lanjut/tetapkan", expect=422, **MANY)
    assert "Pilih sedikitnya satu rekomendasi." in page.words
    page = site.post("/tindak-lanjut/tetapkan", expect=422, **MANY | {"due_on": "2020-01-01"}, pilih=str(rows[1].id))
    assert "Pasang papan</textarea>" in page.html
    assert re.search(rf'value="{rows[1].id}" checked', page.html)
    assert all_work(make) == []


def test_going_back_from_the_preview_keeps_what_was_typed_and_ticked(make: Make, site: Site) -> None:
    rows, first = three_units(make)
    site.sign_in(make.user(Role.MENTOR, area=first.area))
    page = site.post("/tindak-lanjut/tetapkan", **MANY, chosen=str(rows[2].id), langkah="ubah")
    assert "Pasang papan</textarea>" in page.html
    assert re.search(rf'value="{rows[2].id}" checked', page.html)


@pytest.mark.parametrize("chosen", ["999999", "abc", "1;2", "9" * 30])
def test_a_choice_that_was_tampered_with_is_refused(make: Make, site: Site, chosen: str) -> None:
    _rows, first = three_units(make)
    site.sign_in(make.user(Role.MENTOR, area=first.area))
    site.post("/tindak-lanjut/tetapkan", expect=422, **MANY, chosen=chosen, langkah="tetapkan")
    assert all_work(make) == []


def test_foreign_recommendations_are_refused_as_a_whole(make: Make, site: Site) -> None:
    rows, first = three_units(make)
    foreign = make.recommendation()
    site.sign_in(make.user(Role.MENTOR, area=first.area))
    ids = f"{rows[0].id},{foreign.id}"
    page = site.post("/tindak-lanjut/tetapkan", expect=422, **MANY, chosen=ids, langkah="tetapkan")
    assert "di luar lingkup" in page.words
    assert all_work(make) == []


def test_only_what_nobody_works_on_is_offered_at_first(make: Make, site: Site) -> None:
    rows, first = three_units(make)
    make.follow_up(recommendation=rows[2])
    make.recommendation(first, assessment=Assessment.CANNOT, cannot_reason="in_court")
    site.sign_in(make.user(Role.MENTOR, area=first.area))
    assert "Semua 2 rekomendasi" in site.get("/tindak-lanjut/tetapkan").words
    assert "Semua 3 rekomendasi" in site.get("/tindak-lanjut/tetapkan?s=1").words


def test_the_letters_date_and_zone_are_proposed_in_words_and_can_be_changed(make: Make, site: Site) -> None:
    """The unit is in Tual (WIT): 23.59 WIB is two hours into its next day."""
    unit = make.unit(area=make.area(), region_id=make.region().id)
    recommendation = make.recommendation(unit, due_on=date(2026, 4, 15), imported={"due_zone": "Asia/Jakarta"})
    site.sign_in(make.user(Role.MENTOR, area=unit.area))
    url = f"/rekomendasi/{recommendation.id}/tindak-lanjut"
    page = site.get(url)
    assert 'value="2026-04-15"' in page.html
    assert re.search(r'<option selected value="Asia/Jakarta">WIB, seperti pada surat</option>', page.html)
    assert "waktu setempat unit (WIT)" in page.words
    assert "Pada surat: Rabu 15 April 2026 pukul 23.59 WIB." in page.words
    site.post(url, **WORK, due_zone="Asia/Jakarta")
    site.post(url, **WORK, due_zone="")
    assert [(each.due_zone, each.due_at.isoformat()) for each in all_work(make)] == [
        ("Asia/Jakarta", "2026-04-15T16:59:59+00:00"),
        (None, "2026-04-15T14:59:59+00:00"),
    ]


def test_a_letters_date_that_is_past_is_told_and_not_proposed(make: Make, site: Site) -> None:
    recommendation = make.recommendation(due_on=date(2020, 6, 30), imported={"due_zone": "Asia/Jakarta"})
    site.sign_in(make.user(Role.MENTOR, area=recommendation.unit.area))
    page = site.get(f"/rekomendasi/{recommendation.id}/tindak-lanjut")
    assert "Selasa 30 Juni 2020 pukul 23.59 WIB" in page.words
    assert 'value="2020-06-30"' not in page.html


def test_a_zone_that_is_none_is_refused_and_an_edit_may_change_it(make: Make, site: Site, cast: Cast) -> None:
    site.sign_in(cast.people["mentor"])
    url = f"/tindak-lanjut/{cast.follow_up.id}/ubah"
    version = hidden_version(site.get(url))
    site.post(url, expect=422, version=version, **WORK, due_zone="Mars/Olympus")
    site.post(url, version=version, **WORK, due_zone="Asia/Makassar")
    [work] = all_work(make)
    assert work.due_zone == "Asia/Makassar"
    assert work.due_at.isoformat() == "2026-04-15T15:59:59+00:00"


def hidden_version(page: Page) -> str:
    found = re.search(r'name="version"[^>]*value="(\d+)"', page.html)
    assert found
    return found[1]


def test_many_keep_the_zone_of_their_own_letters(make: Make, site: Site) -> None:
    rows, first = three_units(make)
    for each in rows[:2]:
        each.due_on = date(2026, 4, 15)
        each.imported = {"due_zone": "Asia/Jayapura"}
        make.save(each)
    site.sign_in(make.user(Role.MENTOR, area=first.area))
    page = site.get("/tindak-lanjut/tetapkan")
    assert "Pada surat: Rabu 15 April 2026 pukul 23.59 WIT (2 rekomendasi)." in page.words
    assert 'value="2026-04-15"' in page.html
    asked = MANY | {"due_zone": "surat"}
    preview = site.post("/tindak-lanjut/tetapkan", **asked, pilih=[str(each.id) for each in rows])
    assert "WIT (2 tindak lanjut)" in preview.words
    assert "waktu setempat unit (1 tindak lanjut)" in preview.words
    assert hidden(preview, "due_zone") == "surat"
    site.post("/tindak-lanjut/tetapkan", **asked | {"chosen": hidden(preview, "chosen"), "langkah": "tetapkan"})
    assert [each.due_zone for each in all_work(make)] == ["Asia/Jayapura", "Asia/Jayapura", None]


def test_what_is_already_assigned_is_marked_unticked_and_left_out_of_the_rest(make: Make, site: Site) -> None:
    rows, first = three_units(make)
    make.follow_up(recommendation=rows[2])
    site.sign_in(make.user(Role.MENTOR, area=first.area))
    page = site.get("/tindak-lanjut/tetapkan?s=1")
    assert "sudah ditugaskan, 1 terbuka" in page.words
    assert page.words.count("sudah ditugaskan, ") == 1
    assert "termasuk 1 yang sudah ditugaskan" in page.words
    assert not re.search(r'name="pilih"[^>]* checked', page.html)
    looked = site.post("/tindak-lanjut/tetapkan", **MANY, cakupan="belum")
    assert looked.heading == "2 tindak lanjut untuk 1 unit"
    assert hidden(looked, "chosen") == ",".join(str(each.id) for each in rows[:2])
    assert site.post("/tindak-lanjut/tetapkan", **MANY, cakupan="semua").heading == "3 tindak lanjut untuk 2 unit"
