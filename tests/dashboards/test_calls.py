"""Whom to call today: one next step each, with a number and a text; whoever was called moves down."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.make import Make
from tests.support.queries import statements
from tests.support.site import Site
from tracker.dashboards import call_views
from tracker.directory.models import ServiceUnit, SupervisionArea, User
from tracker.directory.states import Role
from tracker.followups.states import FollowUpStatus
from tracker.progress.operations import keep_current
from tracker.recommendations.states import Assessment
from tracker.reminders.models import ContactMade
from tracker.reminders.states import ContactWay

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@pytest.fixture
def area(make: Make) -> SupervisionArea:
    return make.area("III")


@pytest.fixture
def mentor(make: Make, area: SupervisionArea) -> User:
    return make.user(Role.MENTOR, area=area)


def unit_of(make: Make, area: SupervisionArea, name: str) -> ServiceUnit:
    """A priority unit whose work has been returned."""
    unit = make.unit(name, area)
    make.evaluation(unit)
    make.follow_up(unit, status=FollowUpStatus.RETURNED, returned_at=NOW, title=f"Pasang antrean {name}")
    keep_current(make.session, [unit.id])
    return unit


def names(site: Site, url: str = "/hubungi") -> list[str]:
    html = site.get(url).html.partition('class="tasks calls"')[2]
    return re.findall(r"(Unit [A-Z]\w+)</span>", html)


def contacted(make: Make, unit: ServiceUnit, by: User, ago: timedelta) -> None:
    make.save(ContactMade(unit_id=unit.id, by_id=by.id, at=NOW - ago, way=ContactWay.TELEPHONE))


def test_a_call_names_whom_the_number_the_reasons_one_step_and_a_text(
    site: Site, make: Make, area: SupervisionArea, mentor: User
) -> None:
    make.contact(unit_of(make, area, "Unit Sunyi"), "Ibu Ona", phone="0813 1")
    page = site.sign_in(mentor).get("/hubungi")
    assert "Telepon Ibu Ona: 0813 1" in page.words
    assert 'href="tel:08131"' in page.html
    assert "Tanyakan siapa penanggung jawabnya dan nomornya" in page.words
    assert "poin" in page.words
    assert "Pasang antrean Unit Sunyi" in page.words
    assert "https://wa.me/?text=Yth" in page.html


def test_it_starts_from_all_priority_units_in_scope(
    site: Site, make: Make, area: SupervisionArea, mentor: User
) -> None:
    unit_of(make, area, "Unit Satu")
    make.evaluation(make.unit("Unit Dua", area))
    make.evaluation(make.unit("Unit Biasa", area), is_priority=False)
    unit_of(make, make.area("I"), "Unit Jauh")
    done = make.unit("Unit Tuntas", area)
    make.evaluation(done)
    make.recommendation(done, assessment=Assessment.ADEQUATE)
    keep_current(make.session, [done.id])
    assert sorted(names(site.sign_in(mentor))) == ["Unit Dua", "Unit Satu"]
    assert "2 dari 3 unit perlu dihubungi" in site.get("/hubungi").words
    assert names(site, "/hubungi?unit=lainnya") == ["Unit Biasa"]
    assert names(site, "/hubungi?cari=dua") == ["Unit Dua"]


def test_whoever_was_contacted_today_is_marked_and_moves_down(
    site: Site, make: Make, area: SupervisionArea, mentor: User
) -> None:
    units = [unit_of(make, area, name) for name in ("Unit Ada", "Unit Beta", "Unit Cita")]
    assert names(site.sign_in(mentor)) == ["Unit Ada", "Unit Beta", "Unit Cita"]
    contacted(make, units[0], mentor, timedelta(minutes=5))
    contacted(make, units[1], mentor, timedelta(days=1))
    assert names(site) == ["Unit Beta", "Unit Cita", "Unit Ada"]
    words = site.get("/hubungi").words
    assert words.count("Sudah dihubungi hari ini") == 1
    assert "1 sudah dihubungi hari ini dan turun ke bawah" in words


def test_having_noted_it_one_is_back_at_the_list(site: Site, make: Make, area: SupervisionArea, mentor: User) -> None:
    unit = unit_of(make, area, "Unit Ada")
    page = site.sign_in(mentor).get("/hubungi")
    url = next(link for link in page.links if "dihubungi" in link).partition("#")[0].replace("&amp;", "&")
    form = site.get(url)
    action = re.search(rf'action="(/unit/{unit.id}/dihubungi[^"]*)"', form.html)
    assert action is not None
    back = site.post(action[1].replace("&amp;", "&"), way="telephone", at="2026-03-02T08:30")
    assert back.heading == "Siapa yang perlu dihubungi"
    assert "Tercatat." in back.words
    assert "Sudah dihubungi hari ini" in back.words


def test_where_nobody_has_a_number_the_agency_is_asked(site: Site, make: Make, area: SupervisionArea) -> None:
    unit = unit_of(make, area, "Unit Sunyi")
    whole = make.session.query(ServiceUnit).filter_by(agency_id=unit.agency_id, is_root=True).one()
    make.contact(whole, "Pak Biro", phone="0812")
    page = site.sign_in(make.user(Role.ASSISTANT_DEPUTY)).get("/hubungi")
    assert "Telepon Pak Biro: 0812" in page.words
    assert "narahubung instansi" in page.words


def test_all_of_them_are_reached_page_by_page(
    site: Site, make: Make, area: SupervisionArea, mentor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(call_views, "PAGE", 2)
    for name in ("Unit Ada", "Unit Beta", "Unit Cita"):
        unit_of(make, area, name)
    site.sign_in(mentor)
    assert names(site) + names(site, "/hubungi?halaman=2") == ["Unit Ada", "Unit Beta", "Unit Cita"]
    assert "/hubungi?halaman=2" in site.get("/hubungi").links


def test_the_number_of_statements_does_not_grow_with_the_units(
    site: Site, make: Make, area: SupervisionArea, mentor: User
) -> None:
    unit_of(make, area, "Unit Ada")
    site.sign_in(mentor).get("/hubungi")

    def asked() -> int:
        with statements() as sent:
            site.get("/hubungi")
        return len(sent)

    few = asked()
    for number in range(8):
        contacted(make, unit_of(make, area, f"Unit N{number}"), mentor, timedelta(minutes=number))
    assert asked() == few


def test_without_results_nobody_is_to_be_called(site: Site, mentor: User) -> None:
    assert "Tidak ada unit yang perlu dihubungi hari ini." in site.sign_in(mentor).get("/hubungi").words
