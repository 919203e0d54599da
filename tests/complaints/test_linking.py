"""A case or a pattern becomes a recommendation, or is linked to one, and each page shows the other."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from tests.support.make import Make
from tests.support.site import Site
from tracker.access.desk import Desk
from tracker.complaints import linking
from tracker.complaints.models import ComplaintLink
from tracker.directory.models import User
from tracker.directory.states import Role
from tracker.events.models import Event
from tracker.kit.refusal import Refusal
from tracker.recommendations.models import Recommendation

DeskOf = Callable[[User], Desk]


def test_linking_twice_links_once_and_says_so(make: Make, machine: Desk) -> None:
    unit = make.unit()
    one, two, advice = make.complaint(unit), make.complaint(unit), make.recommendation(unit)
    assert linking.link(machine, [one], advice) == 1
    assert linking.link(machine, [one, two], advice) == 1
    with pytest.raises(Refusal):
        linking.link(machine, [one], advice)
    machine.session.flush()
    acts = machine.session.scalars(sa.select(Event.act).where(Event.subject_type == "Complaint"))
    assert list(acts) == ["complaint.link"] * 2


def test_a_recommendation_of_another_unit_or_no_complaint_is_refused(make: Make, machine: Desk) -> None:
    with pytest.raises(Refusal):
        linking.link(machine, [make.complaint()], make.recommendation())
    with pytest.raises(Refusal):
        linking.link(machine, [], make.recommendation())


def test_an_assistant_deputy_turns_a_pattern_into_a_recommendation(make: Make, site: Site) -> None:
    unit = make.unit(area=(area := make.area()))
    make.evaluation(unit)
    cycle = make.the_cycle()
    aspect = cycle.instrument.aspects[1]
    cases = [make.complaint(unit, f"Kursi {n}", aspect_code=aspect.code) for n in range(3)]
    elsewhere = make.complaint(make.unit(), "Bukan unit ini")
    site.sign_in(make.user(Role.ASSISTANT_DEPUTY, area=area))
    chosen = "&".join(f"pilih={each.id}" for each in (*cases, elsewhere))
    form = site.get(f"/unit/{unit.id}/pengaduan/kaitkan?{chosen}")
    assert "3 pengaduan dipilih" in form.words
    assert f'selected value="{aspect.id}"' in form.html
    told: dict[str, Any] = {
        "pilih": [str(each.id) for each in (*cases, elsewhere)],
        "siklus": cycle.code,
        "text": "Tambah kursi tunggu.",
        "aspect_id": str(aspect.id),
        "priority": "high",
    }
    page = site.post(f"/unit/{unit.id}/pengaduan/rekomendasi", **told)
    advice = make.only(Recommendation)
    assert advice is not None
    assert page.heading == "Tambah kursi tunggu."
    assert "3 pengaduan tentang ini" in page.words
    assert "Kursi 1" in page.words
    assert "Tambah kursi tunggu." in site.get(f"/pengaduan/{cases[0].id}").words


def test_an_empty_recommendation_keeps_the_chosen_cases(make: Make, site: Site) -> None:
    unit = make.unit(area=(area := make.area()))
    make.evaluation(unit)
    case = make.complaint(unit)
    site.sign_in(make.user(Role.ASSISTANT_DEPUTY, area=area))
    told: dict[str, Any] = {"pilih": str(case.id), "siklus": make.the_cycle().code, "text": "", "priority": "high"}
    sent = site.post(f"/unit/{unit.id}/pengaduan/rekomendasi", expect=422, **told)
    assert f'name="pilih" value="{case.id}"' in sent.html


def test_a_mentor_links_a_case_and_takes_the_link_away(make: Make, site: Site) -> None:
    unit = make.unit(area=(area := make.area()))
    case, advice = make.complaint(unit), make.recommendation(unit, text="Perbaiki ruang tunggu.")
    site.sign_in(make.user(Role.MENTOR, area=area))
    told: dict[str, Any] = {"pilih": str(case.id), "recommendation_id": str(advice.id)}
    site.post(f"/unit/{unit.id}/pengaduan/kaitkan", **told)
    assert "Perbaiki ruang tunggu." in site.get(f"/pengaduan/{case.id}").words
    unlink: dict[str, Any] = {"recommendation_id": str(advice.id)}
    site.post(f"/pengaduan/{case.id}/lepas-kaitan", **unlink)
    assert make.only(ComplaintLink) is None
    site.post(f"/pengaduan/{case.id}/lepas-kaitan", expect=404, **unlink)


def test_a_unit_officer_links_nothing(make: Make, site: Site) -> None:
    unit = make.unit()
    case = make.complaint(unit)
    site.sign_in(make.user(Role.UNIT_OFFICER, unit=unit))
    site.get(f"/unit/{unit.id}/pengaduan/kaitkan?pilih={case.id}", expect=403)


def test_a_confidential_case_behind_a_recommendation_shows_no_word(make: Make, site: Site, machine: Desk) -> None:
    unit = make.unit(area=(area := make.area()))
    secret = make.complaint(unit, "Pungutan oleh kepala", is_confidential=True)
    advice = make.recommendation(unit)
    linking.link(machine, [secret], advice)
    machine.session.commit()
    site.sign_in(make.user(Role.MENTOR, area=area))
    page = site.get(f"/rekomendasi/{advice.id}")
    assert "1 pengaduan tentang ini" in page.words
    assert "Pungutan" not in page.html
