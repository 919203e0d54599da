"""The same filter counts the same on tile, list and table, for whoever asks and however much there is."""

import csv
import io
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from tests.support.clock import StoppedClock
from tests.support.installation import an_installation
from tests.support.make import Make
from tests.support.site import Page, Site
from tracker.access.actor import SYSTEM
from tracker.access.desk import Desk
from tracker.access.store import store
from tracker.dashboards import figure_lists, figures
from tracker.dashboards.narrowing import read
from tracker.dashboards.state import state_of
from tracker.demo.national.generating import generate
from tracker.demo.national.size import Size
from tracker.directory.models import Region, ServiceUnit, User
from tracker.directory.states import AgencyKind, RegionKind, Role
from tracker.followups.states import FollowUpStatus, Holder
from tracker.kit.db import db
from tracker.progress.operations import keep_current
from tracker.recommendations.states import Assessment, CannotReason
from tracker.reports.operations import make_waiting

MORNING = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
ROLES = ("deputi", "asdep", "organisasi", "dua")

NARROWINGS: Sequence[dict[str, str]] = (
    {"unit": "semua"}, {}, {"unit": "semua", "lewat": "y", "tenggat": "semula"},
)  # fmt: skip

filters = st.fixed_dictionaries(
    {},
    optional={
        "unit": st.sampled_from(["prioritas", "lainnya", "semua"]),
        "jenis": st.sampled_from([*AgencyKind]),
        "provinsi": st.sampled_from(["71", "81", "99"]),
        "aspek": st.sampled_from(["kebijakan", "sdm", "inovasi"]),
        "keadaan": st.sampled_from(["sesuai", "berisiko", "tertinggal", "tanpa-data"]),
        "bola": st.sampled_from([*Holder]),
        "lewat": st.just("y"),
        "tenggat": st.just("semula"),
        "cari": st.sampled_from(["unit", "1", "pemerintah 2", "%", "_"]),
        "urut": st.sampled_from(["nama", "indeks", "terverifikasi"]),
        "kelompok": st.sampled_from(["provinsi", "jenis"]),
    },
)


@pytest.fixture(params=[0, 1, 10, 200], ids=lambda size: f"{size} rows")
def people(request: pytest.FixtureRequest, make: Make) -> dict[str, User]:
    """So many recommendations and follow-ups, strewn by chance over units of two areas; and four who look at them."""
    size, chance = request.param, Random(request.param)
    areas = [make.area("III"), make.area("I")]
    provinces = [
        make.save(Region(name=name, code=code, kind=RegionKind.PROVINCE, timezone="Asia/Jayapura"))
        for name, code in (("Sulawesi Utara", "71"), ("Maluku", "81"))
    ]
    kinds = [AgencyKind.CITY, AgencyKind.REGENCY, AgencyKind.MINISTRY]
    agencies = [make.agency(f"Pemerintah {number}", kind=kinds[number % 3]) for number in range(max(1, size // 6))]
    units = [
        make.unit(
            f"Unit {number}",
            chance.choice(areas),
            agency=chance.choice(agencies),
            region_id=chance.choice(provinces).id,
        )
        for number in range(max(1, size // 4))
    ]
    if size:
        for unit in units:
            make.evaluation(unit, is_priority=chance.random() < 0.7)
    for _number in range(size):
        strew(make, chance, chance.choice(units))
    keep_current(make.session, [unit.id for unit in units])
    officer = make.user(Role.ASSISTANT_DEPUTY, area=areas[0])
    make.membership(officer, Role.UNIT_OFFICER, unit=units[0])
    return {
        "deputi": make.user(Role.LEADERSHIP),
        "asdep": make.user(Role.ASSISTANT_DEPUTY, area=areas[0]),
        "organisasi": make.user(Role.COORDINATOR, agency=agencies[0]),
        "dua": officer,
    }


def strew(make: Make, chance: Random, unit: ServiceUnit) -> None:
    aspects = make.the_cycle().instrument.aspects
    assessment = chance.choice([*Assessment]) if chance.random() < 0.3 else Assessment.NOT_FOLLOWED_UP
    why = {"cannot_reason": CannotReason.IN_COURT} if assessment is Assessment.CANNOT else {}
    recommendation = make.recommendation(unit, aspect=chance.choice(aspects), assessment=assessment, **why)
    if chance.random() < 0.2:
        return
    due = MORNING + timedelta(days=chance.randint(-40, 40))
    moved: dict[str, Any] = {"original_due_at": due - timedelta(days=20)} if chance.random() < 0.3 else {}
    usual = [FollowUpStatus.ASSIGNED, FollowUpStatus.IN_PROGRESS, FollowUpStatus.SUBMITTED, FollowUpStatus.RETURNED]
    usual += [FollowUpStatus.AWAITING_CONFIRMATION, FollowUpStatus.ACCEPTED, FollowUpStatus.CANCELLED]
    make.follow_up(recommendation=recommendation, status=chance.choice(usual), due_at=due, **moved)


def tiles(page: Page) -> dict[str, int]:
    """Where a number of the portfolio leads -> the number."""
    found = re.findall(r'<a class="figure[^"]*" href="([^"]+)">\s*<strong>([\d.]+)</strong>', page.html)
    return {url.replace("&amp;", "&"): int(number.replace(".", "")) for url, number in found if "rumus" not in url}


def said(page: Page) -> int:
    """How many rows a list says it has."""
    found = re.search(r"dari ([\d.]+) baris", page.words)
    assert found or "Tidak ada" in page.words
    return int(found[1].replace(".", "")) if found else 0


def table(site: Site, url: str) -> int:
    """The rows of a table that leaves the site; its last row must say as many, of as many."""
    answer = site.fetch(url)
    body = (made_later(site, answer.location) if answer.location else answer).get_data()
    if ".csv" in url:
        lines = [line[0] for line in csv.reader(io.StringIO(body.decode("utf-8-sig")))]
    else:
        sheet = load_workbook(io.BytesIO(body), read_only=True).active
        assert sheet is not None
        lines = [str(row[0]) for row in sheet.iter_rows(values_only=True)]
    number = len(lines) - 2
    assert lines[-1].replace(".", "").startswith(f"{number} dari {number} baris"), url
    return number


def made_later(site: Site, address: str) -> TestResponse:
    """A long table as the background makes it: asked for where the page led, and fetched when it is there."""
    assert "di latar belakang" in site.get(address).words
    site.fetch(address.replace("/berkas?", "/antrean?"), method="POST")
    clock = site.app.extensions["clock"]
    assert make_waiting(Desk(SYSTEM, clock.now(), db.session()), store(), clock) == {
        "removed": 0,
        "made": 1,
        "failed": 0,
    }
    db.session.remove()
    ready = next(link for link in site.get("/laporan").links if link.endswith("/unduh"))
    return site.fetch(ready)


def agrees(site: Site, narrowed: dict[str, str], only: int | None = None) -> None:
    """Each tile of the portfolio, or one of them, counts as its list, and both as the csv and the workbook."""
    address = "/portofolio?" + "&".join(f"{name}={value.replace('%', '%25')}" for name, value in narrowed.items())
    page = site.get(address)
    found = list(tiles(page).items())
    assert len(found) >= 6 or not found
    for url, number in found if only is None else found[only % max(1, len(found)) :][:1]:
        assert all(f"{name}=" in url for name in narrowed if name != "keadaan"), url
        shown = site.get(url)
        assert said(shown) == number, url
        for suffix in ("xlsx", "csv"):
            assert table(site, url.replace("?", f"/unduh.{suffix}?", 1)) == number, (url, suffix)


@given(narrowed=filters, who=st.sampled_from(["deputi", "asdep", "dua"]), tile=st.integers(0, 6))
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_a_number_of_the_portfolio_is_the_length_of_its_list_and_of_its_tables(
    site: Site, people: dict[str, User], narrowed: dict[str, str], who: str, tile: int
) -> None:
    agrees(site.sign_in(people[who]), narrowed, tile)


@given(narrowed=filters, who=st.sampled_from(ROLES))
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_every_figure_of_the_register_counts_the_rows_of_its_list_and_of_its_table(
    app: object, desk_of: Callable[..., Desk], people: dict[str, User], narrowed: dict[str, str], who: str
) -> None:
    desk = desk_of(people[who])
    with app.test_request_context():  # type: ignore[attr-defined]
        understood = read(desk, narrowed)
        if understood is None:
            return
        by = understood.by
        shown = state_of(desk, by).counts
        known = {code: figures.figure_called(code, by) for code in shown}
        assert figures.counts(desk, by, [each for each in known.values() if each]) == shown
        for code, figure in known.items():
            assert figure is not None
            if shown[code]:
                assert len(figure_lists.page(desk, figure, by, 1000, 0)) == shown[code], code
                assert len(list(figure_lists.sheet(desk, figure, by).rows)) == shown[code], code


def test_a_changed_filter_keeps_what_the_form_does_not_show(site: Site, people: dict[str, User]) -> None:
    given = {"aspek": "sdm", "keadaan": "tertinggal", "bola": "unit", "lewat": "y", "tenggat": "semula", "urut": "nama"}
    site.sign_in(people["asdep"])
    for page in ("portofolio", "ikhtisar", "aspek", "hubungi"):
        html = site.get(f"/{page}?" + "&".join(f"{name}={value}" for name, value in given.items())).html
        for name in given if 'name="cari"' in html else ():
            assert re.search(rf'name="{name}"', html), (page, name)


@pytest.mark.volume
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(
    ("units", "names", "narrowings"),
    [(170, ("gen-deputi", "gen-asdep1"), NARROWINGS), (1700, ("gen-deputi",), NARROWINGS[:1])],
    ids=["10,000 follow-ups", "100,000 follow-ups"],
)
def test_with_many_rows_every_tile_counts_as_its_list_and_its_tables(
    tmp_path: Path, units: int, names: tuple[str, ...], narrowings: Sequence[dict[str, str]]
) -> None:
    now = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
    with an_installation(tmp_path, StoppedClock(now)) as app:
        app.config.update(WTF_CSRF_ENABLED=False)
        generate(Desk(SYSTEM, now, db.session()), Size(units, 3, 7, now), "hash", lambda _: None)
        db.session.remove()
        for name in names:
            desk = Desk(SYSTEM, now, db.session())
            user = desk.session.scalars(sa.select(User).where(User.username == name)).one()
            site = Site(app).sign_in(user)
            db.session.commit()
            for narrowed in narrowings:
                agrees(site, narrowed)
