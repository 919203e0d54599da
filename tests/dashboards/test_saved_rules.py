"""Whom a view that was shared reaches, as a rule and as SQL, and what of an address is kept."""

from itertools import product
from typing import Any

import pytest
import sqlalchemy as sa

from tests.conftest import MORNING
from tests.support.make import Make
from tracker.access.actor import Actor
from tracker.access.desk import Desk
from tracker.dashboards.saved_models import SavedView
from tracker.dashboards.saved_rules import LONGEST_WORD, Circle, Standpoint, kept, name_key, reaches
from tracker.directory.states import Role

EVERYTHING = Circle()


@pytest.mark.parametrize(
    ("circle", "at", "expected"),
    [
        (EVERYTHING, Standpoint(), True),
        (EVERYTHING, Standpoint(1, 2, 3), True),
        (Circle(area_id=1), Standpoint(area_id=1), True),
        (Circle(area_id=1), Standpoint(area_id=1, agency_id=2), True),
        (Circle(area_id=1), Standpoint(area_id=1, agency_id=2, unit_id=3), True),
        (Circle(area_id=1), Standpoint(area_id=9), False),
        (Circle(area_id=1), Standpoint(), False),
        (Circle(agency_id=2), Standpoint(area_id=1), False),
        (Circle(agency_id=2), Standpoint(area_id=1, agency_id=2), True),
        (Circle(agency_id=2), Standpoint(area_id=1, agency_id=2, unit_id=3), True),
        (Circle(unit_id=3), Standpoint(area_id=1, agency_id=2), False),
        (Circle(unit_id=3), Standpoint(area_id=1, agency_id=2, unit_id=3), True),
        (Circle(unit_id=3), Standpoint(area_id=1, agency_id=2, unit_id=4), False),
    ],
)
def test_a_circle_reaches_memberships_within_it_and_none_above_or_beside_it(
    circle: Circle, at: Standpoint, expected: bool
) -> None:
    assert reaches(circle, at) is expected


def test_the_scope_of_the_table_is_the_rule(make: Make) -> None:
    """Every circle against every kind of membership, asked of the database and of the rule."""
    area, other_area = make.area(), make.area()
    unit = make.unit("A", area)
    sibling = make.unit("B", area, agency=unit.agency)
    scattered = make.unit("C", area)
    make.unit("D", other_area, agency=scattered.agency)
    owner = make.user(Role.LEADERSHIP)
    circles = [
        Circle(),
        *(Circle(area_id=each.id) for each in (area, other_area)),
        *(Circle(agency_id=each.agency_id) for each in (unit, scattered)),
        *(Circle(unit_id=each.id) for each in (unit, sibling, scattered)),
    ]
    views = {}
    for n, circle in enumerate(circles):
        view = SavedView(
            user_id=owner.id, name=f"{n}", name_key=f"{n}", page="dashboards.map", arguments={}, made_at=MORNING
        )
        view.share_within(circle, MORNING)
        views[make.save(view).id] = circle
    above = Standpoint(area.id, unit.agency_id)
    memberships: list[tuple[dict[str, Any], Standpoint]] = [
        ({}, Standpoint()),
        ({"area": area}, Standpoint(area.id)),
        ({"area": other_area}, Standpoint(other_area.id)),
        ({"agency": unit.agency}, above),
        ({"agency": scattered.agency}, Standpoint(None, scattered.agency_id)),
        ({"unit": unit}, Standpoint(area.id, unit.agency_id, unit.id)),
        ({"unit": sibling}, Standpoint(area.id, unit.agency_id, sibling.id)),
        ({"unit": scattered}, Standpoint(area.id, scattered.agency_id, scattered.id)),
    ]
    for scope, at in memberships:
        desk = Desk(Actor.of(make.user(Role.VIEWER, **scope), MORNING.date()), MORNING, make.session)
        seen = {view.id for view in desk.all(sa.select(SavedView))}
        assert seen == {id for id, circle in views.items() if reaches(circle, at)}, scope


def test_of_an_address_only_what_the_page_knows_is_kept() -> None:
    sent = {
        "urut": " nama  baru ",
        "halaman": "3",
        "csrf_token": "x",
        "form_key": "y",
        "cari": "",
        "next": "//jahat.id",
    }
    assert kept(("cari", "urut"), sent) == {"urut": "nama baru"}
    assert len(kept(("cari",), {"cari": "x" * 500})["cari"]) == LONGEST_WORD


@pytest.mark.parametrize(("one", "other"), list(product([" Papua  tertinggal", "PAPUA tertinggal "], repeat=2)))
def test_names_that_read_alike_are_the_same(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)
