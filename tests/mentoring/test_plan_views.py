"""Planning on the page: what is wrong is said beside its field, and nothing typed is lost."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from tests.support.make import Make
from tests.support.queries import statements
from tests.support.site import Page, Site
from tracker.access.scope import as_machine
from tracker.directory.models import Holiday, ServiceUnit, SupervisionArea, User
from tracker.directory.states import HolidayKind, Role
from tracker.kit.db import db
from tracker.mentoring.models import MentoringSession, Participant, SessionUnit
from tracker.mentoring.states import Answer, Part, SessionStatus

DAY = {"day_1": "2026-05-20", "start_1": "09:00", "end_1": "12:00"}


@pytest.fixture
def area(make: Make) -> SupervisionArea:
    return make.area()


@pytest.fixture
def planner(make: Make, area: SupervisionArea, site: Site) -> User:
    user = make.user(Role.ASSISTANT_DEPUTY, area=area)
    site.sign_in(user)
    return user


def typed(make: Make, area: SupervisionArea, **values: str) -> dict[str, Any]:
    return {
        "days_shown": "1",
        "title": "Ngulik III",
        "mode": "online",
        "link": "https://rapat.go.id",
        "zone": "Asia/Jayapura",
        "cycle_id": str(make.the_cycle().id),
        "host_area_id": str(area.id),
        **DAY,
        **values,
    }


def only_session() -> MentoringSession:
    with as_machine(db.session()):
        return db.session.scalars(sa.select(MentoringSession).order_by(MentoringSession.id.desc())).first()  # type: ignore[return-value]


def test_a_plan_leads_to_its_units_and_keeps_its_zone(make: Make, site: Site, area: Any, planner: User) -> None:
    site.post("/sesi/baru", **typed(make, area))
    session = only_session()
    assert (session.starts_at, session.zone) == (datetime(2026, 5, 20, 0, tzinfo=UTC), "Asia/Jayapura")
    assert "Belum ada unit" in site.get(f"/sesi/{session.id}").words


@pytest.mark.parametrize(
    ("wrong", "field", "message"),
    [
        ({"end_1": ""}, "end_1", "Isi jam selesainya."),
        ({"end_1": "08:00"}, "end_1", "Jam selesai harus sesudah jam mulai."),
        ({"day_1": "", "start_1": "", "end_1": ""}, "day_1", "Isi tanggalnya."),
        ({"start_1": "pagi"}, "start_1", "Tulis jam seperti 09.00."),
        ({"title": ""}, "title", "Wajib diisi."),
        ({"link": ""}, "link", "Sesi daring memerlukan tautan"),
        ({"host_area_id": ""}, "host_area_id", "Pilih wilayah"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    make: Make, site: Site, area: Any, planner: User, wrong: dict[str, str], field: str, message: str
) -> None:
    page = site.post("/sesi/baru", 422, **typed(make, area, agenda="Paparan unit", **wrong))
    said = re.search(rf'id="{field}-error">.*?<span>(.*?)</span></p>', page.html, re.S)
    assert said is not None
    assert message in said.group(1)
    assert "Paparan unit" in page.html
    with as_machine(db.session()):
        assert not db.session.scalar(sa.select(MentoringSession.id))


def test_two_days_at_the_same_time_are_refused_at_the_later_one(
    make: Make, site: Site, area: Any, planner: User
) -> None:
    both = {"days_shown": "2", "day_2": "2026-05-20", "start_2": "11:00", "end_2": "13:00"}
    page = site.post("/sesi/baru", 422, **typed(make, area, **both))
    assert 'id="start_2-error"' in page.html


def test_another_day_is_added_without_scripts_and_nothing_typed_is_lost(
    make: Make, site: Site, area: Any, planner: User
) -> None:
    page = site.post("/sesi/baru", **typed(make, area, another_day="1", speakers="Ibu Satu"))
    assert "day_2" in page.inputs
    assert 'value="Ngulik III"' in page.html
    assert "Ibu Satu" in page.html
    assert 'value="2026-05-20"' in page.html
    with as_machine(db.session()):
        assert not db.session.scalar(sa.select(MentoringSession.id))


def test_a_day_left_empty_is_no_day(make: Make, site: Site, area: Any, planner: User) -> None:
    site.post("/sesi/baru", **typed(make, area, days_shown="3", day_2="", start_2="", end_2=""))
    assert len(only_session().days) == 1


def test_somebody_who_saved_first_is_not_overwritten(make: Make, site: Site, area: Any, planner: User) -> None:
    session = make.session_of(make.unit(area=area), host_area_id=area.id)
    stale = str(session.version)
    session.title = "Judul orang lain"
    session = make.save(session)
    page = site.post(f"/sesi/{session.id}/ubah", 409, **typed(make, area, version=stale))
    assert "Judul orang lain" in page.words


def test_a_past_session_a_holiday_and_late_hours_are_said_and_allowed(
    make: Make, site: Site, area: Any, planner: User
) -> None:
    region = make.region("Kota Tual")
    unit = make.unit(area=area, region_id=region.id)
    make.save(Holiday(day=date(2026, 5, 20), name="Hari Jadi Tual", kind=HolidayKind.REGIONAL,
                      region_id=region.id))  # fmt: skip
    days = (datetime(2026, 5, 20, 2, tzinfo=UTC), datetime(2026, 5, 20, 8, tzinfo=UTC))
    coming = make.session_of(unit, day=days, host_area_id=area.id)
    words = site.get(f"/sesi/{coming.id}").words
    assert "libur di Kota Tual: Hari Jadi Tual" in words
    assert "di luar jam kerja 08.00–16.00: 11.00–17.00 WIT" in words
    gone = (datetime(2026, 2, 28, 2, tzinfo=UTC), datetime(2026, 2, 28, 5, tzinfo=UTC))
    words = site.get(f"/sesi/{make.session_of(unit, day=gone, host_area_id=area.id).id}").words
    assert "sudah lewat" in words
    assert "akhir pekan" in words


def test_units_are_those_of_the_filter_and_the_aspect_below_a_score(
    make: Make, site: Site, area: Any, planner: User
) -> None:
    low, high = make.unit("Rendah", area), make.unit("Tinggi", area)
    for unit, score in ((low, "0.90"), (high, "1.00")):
        evaluation = make.evaluation(unit)
        with as_machine(db.session()):
            next(each for each in evaluation.scores if each.aspect.code == "inovasi").score = Decimal(score)
            db.session.flush()
            db.session.info.pop("untold", None)
    session = make.session_of(host_area_id=area.id)
    page = site.get(f"/sesi/{session.id}/unit?aspek=inovasi&skor=1,00&wilayah={area.id}")
    assert "Rendah" in page.words
    assert "Tinggi" not in page.words
    assert "Tulis skor seperti 1,00." in site.get(f"/sesi/{session.id}/unit?skor=banyak").words


def ticked(page: Page) -> set[str]:
    return set(re.findall(r'name="tetap" value="(\d+)"', page.html))


def test_all_that_match_are_ticked_counted_and_saved_only_when_asked(
    make: Make, site: Site, area: Any, planner: User
) -> None:
    units = [make.unit(f"Unit {n}", area) for n in range(3)]
    for unit in units:
        make.evaluation(unit)
        make.user(Role.UNIT_OFFICER, unit=unit)
    session = make.session_of(host_area_id=area.id, status=SessionStatus.DRAFT)
    page = site.post(f"/sesi/{session.id}/unit", semua="1", pratinjau="1")
    ids = {str(unit.id) for unit in units}
    assert ticked(page) == ids
    assert "3 unit 3 undangan" in page.words
    assert kept(session) == set()
    site.post(f"/sesi/{session.id}/unit", tetap=sorted(ids)[:2], simpan="1")
    assert len(kept(session)) == 2


def kept(session: MentoringSession) -> set[int]:
    with as_machine(db.session()):
        return set(db.session.scalars(sa.select(SessionUnit.unit_id).filter_by(session_id=session.id)))


def test_more_units_than_the_setting_allows_are_refused_with_all_still_ticked(
    make: Make, site: Site, area: Any, planner: User
) -> None:
    make.setting("session_units", 2)
    ids = [str(make.unit(f"Unit {n}", area).id) for n in range(3)]
    session = make.session_of(host_area_id=area.id)
    page = site.post(f"/sesi/{session.id}/unit", 422, tetap=ids, simpan="1")
    assert "Paling banyak 2 unit per sesi" in page.words
    assert ticked(page) == set(ids)


def test_a_unit_out_of_reach_is_not_put_in(make: Make, site: Site, area: Any, planner: User) -> None:
    session = make.session_of(host_area_id=area.id)
    page = site.post(f"/sesi/{session.id}/unit", 422, tetap=[str(make.unit("Asing").id)], simpan="1")
    assert "di luar lingkup Anda" in page.words
    assert "Asing" not in page.words
    assert kept(session) == set()


def test_units_and_people_taken_elsewhere_are_named(make: Make, site: Site, area: Any, planner: User) -> None:
    unit = make.unit("Disdukcapil", area)
    first, second = make.session_of(unit, host_area_id=area.id, title="Sesi lain"), make.session_of(unit)
    for session in (first, second):
        make.save(Participant(session_id=session.id, name="Ibu Sibuk", part=Part.SPEAKER))
    words = site.get(f"/sesi/{second.id}").words
    assert "Disdukcapil" in words
    assert "Ibu Sibuk pada waktu yang sama mengikuti Sesi lain" in words
    other_day = (datetime(2026, 5, 21, 2, tzinfo=UTC), datetime(2026, 5, 21, 5, tzinfo=UTC))
    assert "Ibu Sibuk pada" not in site.get(f"/sesi/{make.session_of(unit, day=other_day).id}").words


def test_an_answer_is_one_click_and_counted_for_the_planner(make: Make, site: Site, area: Any, planner: User) -> None:
    unit = make.unit(area=area)
    officer = make.user(Role.UNIT_OFFICER, unit=unit)
    session = make.session_of(unit, host_area_id=area.id)
    make.save(Participant(session_id=session.id, user_id=officer.id, name="Petugas", part=Part.OFFICER))
    site.sign_in(officer)
    assert "Apakah Anda hadir?" in site.get(f"/sesi/{session.id}").words
    site.post(f"/sesi/{session.id}/jawab", answer="yes")
    page = site.post(f"/sesi/{session.id}/jawab", 422, answer="delegate", delegate="")
    assert "Tulis siapa yang mewakili." in page.words
    site.post(f"/sesi/{session.id}/jawab", 422, answer="mungkin")
    with as_machine(db.session()):
        assert db.session.scalar(sa.select(Participant.answer)) is Answer.YES
    site.sign_in(planner)
    assert "1 hadir" in site.get(f"/sesi/{session.id}").words


def test_a_copy_takes_the_units_along_and_none_of_the_people(make: Make, site: Site, area: Any, planner: User) -> None:
    unit = make.unit(area=area)
    session = make.session_of(unit, host_area_id=area.id)
    page = site.get(f"/sesi/{session.id}/salin")
    assert 'value="2026-05-14"' not in page.html
    site.post(f"/sesi/{session.id}/salin", **typed(make, area))
    copied = only_session()
    assert copied.copied_from_id == session.id
    assert kept(copied) == {unit.id}
    assert copied.status is SessionStatus.DRAFT


def test_cancelling_wants_a_reason(make: Make, site: Site, area: Any, planner: User) -> None:
    session = make.session_of(make.unit(area=area), host_area_id=area.id)
    assert "Wajib diisi." in site.post(f"/sesi/{session.id}/batal", 422, reason="").words
    assert "Sesi dibatalkan" in site.post(f"/sesi/{session.id}/batal", reason="Libur.").words
    assert "Batalkan sesi" not in site.get(f"/sesi/{session.id}").words


def test_the_list_says_what_to_do_when_it_is_empty_and_narrows_by_time(
    make: Make, site: Site, area: Any, planner: User
) -> None:
    assert "Rencanakan sesi pertama" in site.get("/sesi").words
    past = (datetime(2026, 1, 14, 2, tzinfo=UTC), datetime(2026, 1, 14, 5, tzinfo=UTC))
    make.session_of(host_area_id=area.id, title="Yang lampau", day=past)
    make.session_of(host_area_id=area.id, title="Yang datang")
    make.session_of(host_area_id=area.id, title="Yang berjalan", status=SessionStatus.RUNNING, day=past)
    for when, titles in (
        ("lampau", {"Yang lampau"}),
        ("mendatang", {"Yang datang"}),
        ("berlangsung", {"Yang berjalan"}),
    ):
        words = site.get(f"/sesi?kapan={when}").words
        assert {title for title in ("Yang lampau", "Yang datang", "Yang berjalan") if title in words} == titles
    assert "Tidak ada yang cocok" in site.get("/sesi?keadaan=closed").words
    site.get("/sesi?keadaan=apa-saja", 422)


def test_a_session_of_two_hundred_units_asks_no_more_than_one_of_two(
    make: Make, site: Site, area: Any, planner: User
) -> None:
    def session_with(units: int) -> int:
        lines: list[ServiceUnit] = [make.unit(f"Unit {n}", area, agency=agency) for n in range(units)]
        session = make.session_of(*lines, host_area_id=area.id)
        for line in lines:
            make.save(Participant(session_id=session.id, name=line.name, part=Part.OFFICER, unit_id=line.id))
        return session.id

    agency = make.agency()
    small = session_with(2)
    agency = make.agency()
    large = session_with(60)
    with statements() as few:
        site.get(f"/sesi/{small}")
    with statements() as many:
        page = site.get(f"/sesi/{large}")
    assert len(many) <= len(few)
    assert "1–50 dari 60 baris" in page.words


def test_a_draft_is_known_to_planners_alone(make: Make, site: Site, area: Any, planner: User) -> None:
    unit = make.unit(area=area)
    draft = make.session_of(unit, host_area_id=area.id, title="Rancangan rahasia", status=SessionStatus.DRAFT)
    assert "Rancangan rahasia" in site.get("/sesi").words
    site.sign_in(make.user(Role.UNIT_OFFICER, unit=unit))
    assert "Rancangan rahasia" not in site.get("/sesi").words
    site.get(f"/sesi/{draft.id}", 404)
