"""Views that were given a name: kept, opened at the opener's own desk, shared, lost, and chosen as a home."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.support.make import Make
from tests.support.queries import statements
from tests.support.site import Page, Site
from tracker.access.actor import SYSTEM
from tracker.access.acts import Act
from tracker.access.scope import as_machine
from tracker.administration import following
from tracker.dashboards.saved_models import HomeView, SavedView
from tracker.dashboards.saved_operations import ROLE_ENDED, take_back_lapsed
from tracker.dashboards.saved_pages import PAGES, act_of
from tracker.dashboards.saved_rules import MOST_VIEWS
from tracker.directory.models import User
from tracker.directory.states import Role
from tracker.events.models import Event
from tracker.events.trail import untold

NAME = "Yang tertinggal"


def save(site: Site, page: str = "dashboards.portfolio", filter: str = "", name: str = NAME, **more: Any) -> Page:
    return site.post("/tampilan", halaman=page, saringan=filter, nama_tampilan=name, **more)


def views(make: Make, user: User) -> list[SavedView]:
    with as_machine(make.session):
        query = sa.select(SavedView).where(SavedView.user_id == user.id).order_by(SavedView.id)
        return list(make.session.scalars(query.execution_options(populate_existing=True)))


def told(make: Make) -> list[Event]:
    with as_machine(make.session):
        query = sa.select(Event).where(Event.subject_type == "SavedView").order_by(Event.id)
        return list(make.session.scalars(query))


@pytest.fixture
def world(make: Make) -> dict[str, Any]:
    """Two areas with a unit and an assistant deputy each, all in one cycle."""
    area, other = make.area("III"), make.area("I")
    here, there = make.unit("Unit dekat", area), make.unit("Unit jauh", other)
    cycle = make.the_cycle()
    for unit in (here, there):
        make.evaluation(unit, cycle)
    return {
        "area": area,
        "here": here,
        "there": there,
        "cycle": cycle,
        "deputy": make.user(Role.ASSISTANT_DEPUTY, area=area),
        "far": make.user(Role.ASSISTANT_DEPUTY, area=other),
        "mentor": make.user(Role.MENTOR, area=area),
        "officer": make.user(Role.UNIT_OFFICER, unit=here),
    }


def test_every_page_of_the_register_is_a_page_that_offers_to_keep_it(
    app: Flask, make: Make, site: Site, world: dict[str, Any]
) -> None:
    make.membership(world["deputy"], Role.ADMINISTRATOR)
    make.membership(world["deputy"], Role.COORDINATOR, agency=world["here"].agency)
    site.sign_in(world["deputy"])
    for name, page in PAGES.items():
        rule = next(rule for rule in app.url_map.iter_rules(name) if "GET" in (rule.methods or ()))
        address = rule.build({"id": world["cycle"].id} if page.path else {"apa": "unit"})
        assert act_of(name) is not None
        assert address is not None
        assert page.path or "Simpan tampilan ini" in site.get(address[1]).words, name  # without days nothing compares


def test_a_view_keeps_the_filter_of_its_page_and_nothing_else(make: Make, site: Site, world: dict[str, Any]) -> None:
    site.sign_in(world["deputy"])
    page = save(site, filter="keadaan=tertinggal&urut=nama&halaman=4&dari=50&csrf_token=x&form_key=y&asing=1")
    assert "Tampilan “Yang tertinggal” disimpan." in page.words
    [view] = views(make, world["deputy"])
    assert (view.page, view.arguments) == ("dashboards.portfolio", {"keadaan": "tertinggal", "urut": "nama"})
    answer = site.fetch(f"/tampilan/{view.id}")
    assert answer.location == f"/portofolio?keadaan=tertinggal&urut=nama&tampilan={view.id}"
    assert "Tampilan : Yang tertinggal" in site.get(answer.location).words.replace("Tampilan:", "Tampilan :")
    changed = site.get(answer.location.replace("urut=nama", "urut=indeks"))
    assert "Semua tampilan" not in changed.words  # no longer what was saved


@pytest.mark.parametrize(
    "page", ["https://jahat.example", "//jahat.example", "dashboards.home", "accounts.sign_out", ""]
)
def test_no_other_address_can_be_kept(make: Make, site: Site, world: dict[str, Any], page: str) -> None:
    site.sign_in(world["deputy"])
    site.post("/tampilan", expect=404, halaman=page, saringan="", nama_tampilan=NAME)
    site.post("/tampilan", expect=404, halaman="progress.compare", saringan="id=../..", nama_tampilan=NAME)
    assert views(make, world["deputy"]) == []


def test_a_name_is_asked_for_beside_its_field_with_the_filter_still_there(
    make: Make, site: Site, world: dict[str, Any]
) -> None:
    site.sign_in(world["deputy"])
    for wrong in ("", "   ", "x" * 81):
        page = site.post(
            "/tampilan", expect=422, halaman="dashboards.portfolio", saringan="urut=nama", nama_tampilan=wrong
        )
        assert 'id="nama_tampilan-error"' in page.html
        assert "Urutan: Nama unit" in page.words
        assert "urut=nama" in page.html
    assert views(make, world["deputy"]) == []


def test_sent_twice_it_is_one_view_and_another_filter_needs_another_name(
    make: Make, site: Site, world: dict[str, Any]
) -> None:
    site.sign_in(world["deputy"])
    for key in ("satu", "satu", "dua"):
        save(site, filter="urut=nama", form_key=key)
    assert len(views(make, world["deputy"])) == 1
    answer = {"halaman": "dashboards.map", "saringan": "urut=nama", "nama_tampilan": NAME.upper()}
    assert "sudah mempunyai tampilan lain" in site.post("/tampilan", expect=422, **answer).words
    site.sign_in(world["mentor"])
    save(site, filter="urut=indeks")
    assert len(views(make, world["mentor"])) == 1


def test_one_person_has_so_many_and_no_more(make: Make, site: Site, world: dict[str, Any]) -> None:
    for n in range(MOST_VIEWS):
        a_view(make, world["deputy"], name=f"Tampilan {n}")
    site.sign_in(world["deputy"])
    answer = {"halaman": "dashboards.map", "saringan": "", "nama_tampilan": NAME}
    assert "50" in site.post("/tampilan", expect=422, **answer).words
    assert len(views(make, world["deputy"])) == MOST_VIEWS


def a_view(make: Make, user: User, page: str = "dashboards.portfolio", name: str = NAME, **arguments: str) -> SavedView:
    return make.save(
        SavedView(
            user_id=user.id,
            name=name,
            name_key=name.casefold(),
            page=page,
            arguments=arguments,
            made_at=make.session.info["now"],
        )
    )


def shared(make: Make, site: Site, user: User, **arguments: str) -> SavedView:
    view = a_view(make, user, **arguments)
    site.sign_in(user).post(f"/tampilan/{view.id}/bagikan", lingkup="0")
    return view


def test_a_shared_view_is_found_within_the_scope_and_opens_at_the_openers_own_desk(
    make: Make, site: Site, world: dict[str, Any]
) -> None:
    view = shared(make, site, world["deputy"], wilayah=str(world["area"].id))
    site.sign_in(world["mentor"])
    listed = site.get("/tampilan")
    assert "Yang tertinggal" in listed.words
    assert world["deputy"].name in listed.words
    assert "Unit dekat" in site.get(f"/tampilan/{view.id}").words
    site.sign_in(world["far"])
    assert "Yang tertinggal" not in site.get("/tampilan").words
    site.get(f"/tampilan/{view.id}", expect=404)


def test_what_is_out_of_the_openers_reach_does_not_appear(make: Make, site: Site, world: dict[str, Any]) -> None:
    view = shared(make, site, make.user(Role.LEADERSHIP))
    for who, seen, hidden in ((world["deputy"], "Unit dekat", "Unit jauh"), (world["far"], "Unit jauh", "Unit dekat")):
        page = site.sign_in(who).get(f"/tampilan/{view.id}")
        assert seen in page.words
        assert hidden not in page.words


def test_a_page_whose_act_one_does_not_hold_is_not_offered_and_answers_as_such(
    make: Make, site: Site, world: dict[str, Any]
) -> None:
    view = shared(make, site, world["deputy"], page="followups.queue")
    site.sign_in(world["officer"])
    assert "Yang tertinggal" not in site.get("/tampilan").words
    answer = site.fetch(f"/tampilan/{view.id}")
    site.get(answer.location, expect=403)
    site.post(f"/tampilan/{view.id}/beranda")
    assert "tidak tersedia lagi" in site.get("/").words


def test_a_view_is_its_owners_to_change(make: Make, site: Site, world: dict[str, Any]) -> None:
    view = shared(make, site, world["deputy"])
    for who, status in ((world["mentor"], 403), (world["far"], 404)):
        site.sign_in(who)
        site.get(f"/tampilan/{view.id}/ubah", expect=status)
        for act in ("ubah", "bagikan", "berhenti-bagikan", "hapus"):
            site.post(f"/tampilan/{view.id}/{act}", expect=status, nama_tampilan="Milik saya", lingkup="0")
    assert [each.name for each in views(make, world["deputy"])] == [NAME]


def test_nobody_shares_within_a_scope_that_is_not_theirs(make: Make, site: Site, world: dict[str, Any]) -> None:
    view = a_view(make, world["deputy"])
    site.sign_in(world["deputy"])
    page = site.get(f"/tampilan/{view.id}/ubah")
    assert "Wilayah III" in page.words
    assert "semua pengguna" not in page.words
    site.post(f"/tampilan/{view.id}/bagikan", lingkup="1")
    assert views(make, world["deputy"])[0].circle is None


def test_renaming_sharing_and_deleting_are_told_without_the_words(
    make: Make, site: Site, world: dict[str, Any]
) -> None:
    view = shared(make, site, world["deputy"], cari="rahasia saya")
    number = view.id
    site.post(f"/tampilan/{number}/ubah", nama_tampilan="Nama baru")
    assert views(make, world["deputy"])[0].name == "Nama baru"
    a_view(make, world["deputy"], name="Lain")
    site.post(f"/tampilan/{number}/ubah", expect=422, nama_tampilan="lain")
    site.post(f"/tampilan/{number}/berhenti-bagikan")
    site.post(f"/tampilan/{number}/berhenti-bagikan")
    site.post(f"/tampilan/{number}/hapus")
    events = told(make)
    acts = [Act.SHARE_SAVED_VIEW, Act.RENAME_SAVED_VIEW, Act.UNSHARE_SAVED_VIEW, Act.DELETE_SAVED_VIEW]
    assert [event.act for event in events] == acts
    assert not any("rahasia" in str(event.changes) or "Nama baru" in str(event.changes) for event in events)


def test_a_filter_that_means_nothing_any_more_is_said_and_not_opened(
    make: Make, site: Site, world: dict[str, Any]
) -> None:
    site.sign_in(world["deputy"])
    gone = {
        "dashboards.portfolio": {"siklus": "panrb-1999"},
        "dashboards.trend": {"untuk": f"unit-{world['there'].id}"},
        "dashboards.figure_list": {"apa": "tidak-ada"},
        "followups.index": {"keadaan": "hilang"},
        "recommendations.index": {"siklus": "panrb-1999"},
        "evaluations.index": {"siklus": "panrb-1999"},
        "progress.compare": {"id": str(world["cycle"].id), "dari": "1999-01-01", "ke": "1999-01-02"},
    }
    for n, (page, arguments) in enumerate(gone.items()):
        view = a_view(make, world["deputy"], page, f"Usang {n}", **arguments)
        said = site.get(f"/tampilan/{view.id}", expect=422)
        assert "tidak lagi dikenali" in said.words, page
        assert any(value in said.words for value in arguments.values()), page
    lost = a_view(make, world["deputy"], "dashboards.abolished", "Halaman lama")
    assert "Halaman yang disimpan sudah tidak ada" in site.get(f"/tampilan/{lost.id}", expect=422).words
    assert "Halaman lama" in site.get("/tampilan").words


def test_a_view_as_home_and_the_way_back(make: Make, site: Site, world: dict[str, Any]) -> None:
    view = a_view(make, world["deputy"], urut="nama")
    site.sign_in(world["deputy"])
    assert site.get("/").heading == "Beranda"
    site.post(f"/tampilan/{view.id}/beranda")
    begun = site.get("/")
    assert begun.heading == "Portofolio"
    assert "/beranda" in begun.links
    ordinary = site.get("/beranda")
    assert ordinary.heading == "Beranda"
    assert f"/tampilan/{view.id}" in ordinary.links
    site.post("/tampilan/beranda-biasa")
    assert site.get("/").heading == "Beranda"
    with as_machine(make.session):
        assert make.session.scalars(sa.select(HomeView)).all() == []


@pytest.mark.parametrize("end", ["hapus", "berhenti-bagikan"])
def test_a_home_that_its_owner_takes_away_is_said_to_be_gone(
    make: Make, site: Site, world: dict[str, Any], end: str
) -> None:
    view = shared(make, site, world["deputy"])
    site.sign_in(world["mentor"]).post(f"/tampilan/{view.id}/beranda")
    assert site.get("/").heading == "Portofolio"
    site.sign_in(world["deputy"]).post(f"/tampilan/{view.id}/{end}")
    site.sign_in(world["mentor"])
    page = site.get("/")
    assert page.heading == "Beranda"
    assert "“Yang tertinggal” tidak tersedia lagi" in page.words
    site.post("/tampilan/beranda-biasa")
    assert "tidak tersedia lagi" not in site.get("/").words


@pytest.mark.parametrize("by_itself", [False, True], ids=["ended by somebody", "ended by its date"])
def test_with_the_role_ends_what_was_shared_by_it(
    make: Make, site: Site, world: dict[str, Any], desk_of: Any, by_itself: bool
) -> None:
    shared(make, site, world["far"])
    view = shared(make, site, world["deputy"])
    membership = world["deputy"].memberships[0]
    admin = desk_of(make.user(Role.ADMINISTRATOR))
    with as_machine(make.session):
        membership.valid_to = admin.today.replace(day=1)
        make.session.flush()
        untold(make.session).clear()
    make.session.expire_all()
    if by_itself:
        assert take_back_lapsed(desk_of(SYSTEM), admin.today) == 1
    else:
        following.membership_ended(admin, world["deputy"].id, admin.today)
    make.session.flush()
    assert views(make, world["deputy"])[0].circle is None
    assert views(make, world["far"])[0].circle is not None
    assert told(make)[-1].reason == ROLE_ENDED
    site.sign_in(world["mentor"]).get(f"/tampilan/{view.id}", expect=404)


def test_the_list_asks_as_often_for_many_views_as_for_one(make: Make, site: Site, world: dict[str, Any]) -> None:
    a_view(make, world["deputy"], urut="nama")
    site.sign_in(world["deputy"]).get("/tampilan")
    with statements() as few:
        site.get("/tampilan")
    for n in range(20):
        a_view(make, world["deputy"], name=f"Lain {n}", urut="indeks", wilayah=str(world["area"].id))
    with statements() as many:
        site.get("/tampilan")
    assert len(many) == len(few)


def test_what_complaints_are_searched_for_is_not_kept(make: Make, site: Site, world: dict[str, Any]) -> None:
    site.sign_in(world["deputy"])
    site.post(
        "/tampilan", halaman="complaints.index", saringan="lewat=1&cari=Nama+Seseorang", nama_tampilan="Yang terlambat"
    )
    [view] = views(make, world["deputy"])
    assert (view.page, view.arguments) == ("complaints.index", {"lewat": "1"})
