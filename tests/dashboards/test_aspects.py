"""Aspects and indicators: where a scope is weakest, what recurs, how long it takes; each number with its list."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from tests.support.make import Make
from tests.support.queries import statements
from tests.support.site import Site
from tracker.directory.models import SupervisionArea, User
from tracker.directory.states import Role
from tracker.evaluations.models import AspectScore
from tracker.followups.states import FollowUpStatus
from tracker.instruments.models import Indicator
from tracker.progress.operations import keep_current

ACCEPTED = FollowUpStatus.ACCEPTED


@pytest.fixture
def area(make: Make) -> SupervisionArea:
    """Three priority units: one with work in two aspects, one with a recommendation that recurs, one without any."""
    area = make.area("III")
    cycle = make.the_cycle()
    first, second, _third = cycle.instrument.aspects
    one, two, three = (make.unit(f"Unit {name}", area) for name in ("Satu", "Dua", "Tiga"))
    for unit in (one, two, three):
        make.evaluation(unit, cycle)
    score = make.session.scalars(sa.select(AspectScore).where(AspectScore.unit_id == one.id).limit(1)).one()
    score.score = Decimal("3")
    make.save(score)
    indicator = make.save(Indicator(instrument_id=cycle.instrument_id, aspect_id=first.id, number=4, name="Maklumat"))
    done: dict[str, Any] = {"status": ACCEPTED, "assigned_at": datetime(2026, 2, 2, 3, tzinfo=UTC)}
    recommended = make.recommendation(one, aspect=first, indicator_id=indicator.id)
    for day in (3, 4, 9):
        make.follow_up(recommendation=recommended, accepted_at=datetime(2026, 2, day, 3, tzinfo=UTC), **done)
    make.follow_up(recommendation=make.recommendation(one, aspect=second, times=2))
    make.recommendation(two, aspect=second, times=3, indicator_id=indicator.id)
    far = make.unit("Unit Jauh")
    make.evaluation(far, cycle)
    make.recommendation(far, aspect=second, times=2, indicator_id=indicator.id)
    keep_current(make.session, [one.id, two.id, three.id, far.id])
    return area


@pytest.fixture
def reader(make: Make, area: SupervisionArea) -> User:
    return make.user(Role.ASSISTANT_DEPUTY, area=area)


def tables(html: str) -> list[list[list[str]]]:
    """Every table of the page: its rows, their cells as words."""
    found = []
    for table in re.findall(r"<tbody[^>]*>(.*?)</tbody>", html, re.DOTALL):
        rows = re.findall(r"<tr[^>]*>(.*?)</tr>", table, re.DOTALL)
        cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
        found.append([[" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in row] for row in cells])
    return found


def test_the_weakest_aspect_comes_first_with_scores_progress_and_who_has_none(
    site: Site, area: SupervisionArea, reader: User
) -> None:
    page = site.sign_in(reader).get("/aspek")
    standing, recurring, indicators = tables(page.html)
    assert [row[1:] for row in standing] == [
        ["1,50", "3", "0", "0 %", "2", "1"],
        ["2,00", "3", "0", "100 %", "1", "2"],
        ["1,50", "3", "0", "Belum ada data", "0", "3"],
    ]
    assert [row[1:] for row in recurring] == [
        ["2", "1", "1", "–", "0"],
        ["1", "0", "0", "2", "3"],
        ["0", "0", "0", "–", "0"],
    ]
    assert indicators == [["4. Maklumat", "2", "2"]]
    assert "2 rekomendasi berulang dari siklus sebelumnya" in page.words


@pytest.mark.parametrize("filter", ["", "?unit=semua", "?cari=satu"])
def test_each_number_opens_into_as_many_rows(site: Site, area: SupervisionArea, reader: User, filter: str) -> None:
    page = site.sign_in(reader).get(f"/aspek{filter}")
    found = re.findall(r'<a href="(/ikhtisar/daftar[^"]+)">([\d.]+)</a>', page.html)
    assert len(found) >= 6
    for url, number in found:
        url = url.replace("&amp;", "&")
        assert filter.removeprefix("?") in url
        assert f"dari {number} baris" in site.get(url).words, url
        table = site.fetch(url.replace("/daftar", "/unduh.csv")).get_data(as_text=True)
        assert f"{number} dari {number} baris" in table, url


def test_nothing_of_another_area_is_counted(site: Site, make: Make, area: SupervisionArea, reader: User) -> None:
    assert "Jauh" not in site.sign_in(reader).get("/ikhtisar/daftar?apa=indikator-4").words
    nation = site.sign_in(make.user(Role.LEADERSHIP)).get("/aspek")
    assert tables(nation.html)[2] == [["4. Maklumat", "3", "3"]]


def test_the_number_of_statements_is_bounded(site: Site, area: SupervisionArea, reader: User) -> None:
    site.sign_in(reader).get("/aspek")
    with statements() as sent:
        site.get("/aspek")
    assert len(sent) <= 20


def test_an_unknown_aspect_or_indicator_is_not_an_empty_list(site: Site, area: SupervisionArea, reader: User) -> None:
    site.sign_in(reader)
    assert site.fetch("/ikhtisar/daftar?apa=kedua-entah").status_code == 404


def test_without_results_the_page_says_what_comes_next(site: Site, make: Make) -> None:
    assert "Belum ada hasil evaluasi" in site.sign_in(make.user(Role.LEADERSHIP)).get("/aspek").words
