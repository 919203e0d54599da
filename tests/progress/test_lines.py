"""Whom to call, from real rows: what counts as reachable, silent, untouched and behind."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.conftest import MORNING
from tests.support.make import Make
from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.directory.models import ServiceUnit, User
from tracker.directory.states import Role
from tracker.followups.states import FollowUpStatus, Holder
from tracker.instruments.models import Cycle
from tracker.kit.workdays import WorkCalendar
from tracker.progress.calls import CallReason, CallRules
from tracker.progress.lines import Facts, Officers, Row, UnitLine, before, lines, units_in, worst_first
from tracker.progress.models import UnitProgress
from tracker.progress.operations import keep_current
from tracker.progress.rules import Standing

S = FollowUpStatus
DeskOf = Callable[[User], Desk]


def line_of(desk: Desk, make: Make, unit: ServiceUnit) -> UnitLine:
    keep_current(make.session, [unit.id])
    found = lines(desk, make.the_cycle(), units_in(make.the_cycle())).units
    return next(line for line in found if line.id == unit.id)


def reasons(line: UnitLine) -> dict[CallReason, Decimal]:
    return {each.reason: each.points for each in line.score.reasons}


@pytest.fixture
def unit(make: Make) -> ServiceUnit:
    unit = make.unit()
    make.evaluation(unit)
    return unit


@pytest.fixture
def desk(make: Make, desk_of: DeskOf) -> Desk:
    return desk_of(make.user(Role.LEADERSHIP))


def officer(make: Make, unit: ServiceUnit, days_ago: int | None = 0, **values: str) -> User:
    user = make.user(Role.UNIT_OFFICER, unit=unit)
    user.last_sign_in_at = None if days_ago is None else MORNING - timedelta(days=days_ago)
    for name, value in values.items():
        setattr(user, name, value)
    return make.save(user)


def test_a_unit_without_any_account_is_unreachable_and_silent(make: Make, desk: Desk, unit: ServiceUnit) -> None:
    make.contact(unit, phone="0811")
    assert reasons(line_of(desk, make, unit)) == {CallReason.UNREACHABLE: 30, CallReason.SILENT: 15}


def test_an_account_without_any_number_or_address_is_unreachable_unless_the_unit_has_a_contact(
    make: Make, desk: Desk, unit: ServiceUnit
) -> None:
    officer(make, unit, email="", phone="")
    assert reasons(line_of(desk, make, unit)) == {CallReason.UNREACHABLE: 30}
    make.contact(unit, phone="0811")
    assert reasons(line_of(desk, make, unit)) == {}


def test_an_ended_membership_or_a_closed_account_is_none(make: Make, desk: Desk, unit: ServiceUnit) -> None:
    user = officer(make, unit)
    user.is_active = False
    make.save(user)
    assert CallReason.UNREACHABLE in reasons(line_of(desk, make, unit))


@pytest.mark.parametrize(("days", "silent"), [(0, False), (17, False), (18, True)])
def test_ten_working_days_without_a_sign_in_are_silence(
    make: Make, desk: Desk, unit: ServiceUnit, days: int, silent: bool
) -> None:
    # 2 March 2026 is a Monday; 16 and 17 February are closed (joint leave and the Lunar New Year).
    officer(make, unit, days)
    assert (CallReason.SILENT in reasons(line_of(desk, make, unit))) is silent


def test_an_action_breaks_the_silence_also_one_in_another_cycle(make: Make, desk: Desk, unit: ServiceUnit) -> None:
    officer(make, unit, 60)
    assert CallReason.SILENT in reasons(line_of(desk, make, unit))
    other = make.cycle(instrument=make.the_cycle().instrument, year=2020)
    make.follow_up(recommendation=make.recommendation(unit, cycle=other), last_action_at=MORNING - timedelta(days=1))
    assert CallReason.SILENT not in reasons(line_of(desk, make, unit))


def test_what_was_returned_and_lies_untouched_for_five_working_days(make: Make, desk: Desk, unit: ServiceUnit) -> None:
    officer(make, unit)
    follow_up = make.follow_up(
        unit, status=S.RETURNED, confirmed_percent=50, returned_at=MORNING, holder_since=MORNING - timedelta(days=6)
    )
    assert CallReason.RETURNED_UNTOUCHED not in reasons(line_of(desk, make, unit))
    follow_up.holder_since = MORNING - timedelta(days=7)
    make.save(follow_up)
    assert reasons(line_of(desk, make, unit))[CallReason.RETURNED_UNTOUCHED] == 20


def test_behind_counts_whole_points_up_to_thirty_and_the_standing_follows(
    make: Make, desk: Desk, unit: ServiceUnit
) -> None:
    officer(make, unit)
    follow_up = make.follow_up(unit, status=S.RETURNED, confirmed_percent=20, returned_at=MORNING, holder_since=MORNING)
    line = line_of(desk, make, unit)  # 56 of 147 days: 38.10 expected
    assert reasons(line) == {CallReason.BEHIND: 18}
    assert line.standing is Standing.AT_RISK
    follow_up.confirmed_percent = 0
    make.save(follow_up)
    assert reasons(line_of(desk, make, unit)) == {CallReason.BEHIND: 30}


@pytest.mark.parametrize(("name", "value", "reason"), [
    ("silent_days", 8, CallReason.SILENT), ("untouched_days", 3, CallReason.RETURNED_UNTOUCHED),
])  # fmt: skip
def test_how_long_is_too_long_is_a_setting(
    make: Make, desk: Desk, unit: ServiceUnit, name: str, value: int, reason: CallReason
) -> None:
    officer(make, unit, 14)
    since = MORNING - timedelta(days=5)
    make.follow_up(unit, status=S.RETURNED, confirmed_percent=50, returned_at=since, holder_since=since)
    assert reason not in reasons(line_of(desk, make, unit))
    make.setting(name, value)
    assert reason in reasons(line_of(desk, make, unit))


@pytest.mark.parametrize(("name", "value", "standing"), [
    ("on_track_margin", 19, Standing.ON_TRACK), ("at_risk_margin", 11, Standing.OFF_TRACK),
])  # fmt: skip
def test_the_margins_of_the_standing_are_settings(
    make: Make, desk: Desk, unit: ServiceUnit, name: str, value: int, standing: Standing
) -> None:
    make.follow_up(unit, status=S.RETURNED, confirmed_percent=20, returned_at=MORNING, holder_since=MORNING)
    assert line_of(desk, make, unit).standing is Standing.AT_RISK
    make.setting(name, value)
    assert line_of(desk, make, unit).standing is standing


def test_when_the_next_evaluation_is_near_is_a_setting(make: Make, desk: Desk, unit: ServiceUnit) -> None:
    assert line_of(desk, make, unit).score.factor == 1
    make.setting("near_opening_days", 120)
    assert line_of(desk, make, unit).score.factor == Decimal("1.5")


def test_everybody_who_sees_the_unit_sees_the_same_score(make: Make, desk_of: DeskOf, unit: ServiceUnit) -> None:
    officer(make, unit, 2)
    seen = {
        line_of(desk_of(user), make, unit).score
        for user in (
            make.user(Role.LEADERSHIP),
            make.user(Role.VIEWER),
            make.user(Role.MENTOR, area=unit.area),
            make.user(Role.COORDINATOR, agency=unit.agency),
        )
    }
    assert len(seen) == 1


def test_worst_first_breaks_ties_by_verified_progress(make: Make, desk: Desk, unit: ServiceUnit) -> None:
    second = make.unit("Lain")
    make.evaluation(second)
    for each, percent in ((unit, 5), (second, 3)):
        make.follow_up(each, status=S.RETURNED, confirmed_percent=percent, returned_at=MORNING, holder_since=MORNING)
    keep_current(make.session, [unit.id, second.id])
    found = lines(desk, make.the_cycle(), units_in(make.the_cycle())).units
    assert [line.id for line in sorted(found, key=worst_first)] == [second.id, unit.id]


def test_a_figure_moves_in_the_transaction_of_the_act_that_moves_it(machine: Desk, make: Make) -> None:
    follow_up = make.follow_up(status=S.SUBMITTED)

    def verified(session: Session) -> Decimal | None:
        return session.scalar(sa.select(UnitProgress.verified).filter_by(unit_id=follow_up.unit_id))

    follow_up.move(Act.ACCEPT_FOLLOW_UP)
    follow_up.accepted_at, follow_up.holder, follow_up.is_open = MORNING, None, False
    machine.record(Act.ACCEPT_FOLLOW_UP, follow_up)
    machine.session.commit()
    assert verified(machine.session) == Decimal("100.00")
    follow_up.move(Act.REOPEN_FOLLOW_UP)
    follow_up.accepted_at, follow_up.holder, follow_up.is_open = None, Holder.UNIT, True
    machine.record(Act.REOPEN_FOLLOW_UP, follow_up, "Bukti tidak sah.")
    machine.session.commit()
    assert verified(machine.session) == Decimal("0.00")


MOMENTS = st.one_of(
    st.none(), st.integers(0, 95 * 24).map(lambda hours: datetime(2026, 1, 5, tzinfo=UTC) + timedelta(hours=hours))
)


@pytest.mark.parametrize(
    ("values", "counts"),
    [
        ({}, True),
        ({"status": S.AWAITING_CONFIRMATION}, True),
        ({"status": S.SUBMITTED}, False),
        ({"due_at": MORNING + timedelta(seconds=1)}, False),
        ({"from_commitment": False}, False),
    ],
)
def test_an_overdue_commitment_of_a_session_counts_while_the_unit_or_its_coordinator_holds_it(
    make: Make, desk: Desk, unit: ServiceUnit, values: dict[str, Any], counts: bool
) -> None:
    make.follow_up(unit, **{"from_commitment": True, "due_at": MORNING - timedelta(days=1)} | values)
    line = line_of(desk, make, unit)
    assert reasons(line).get(CallReason.COMMITMENT_OVERDUE) == (25 if counts else None)
    assert line.points == line.score.points


def test_a_commitment_of_another_cycle_is_counted_there(make: Make, desk: Desk, unit: ServiceUnit) -> None:
    other = make.cycle(instrument=make.the_cycle().instrument, year=2020)
    promised = make.recommendation(unit, cycle=other)
    make.follow_up(recommendation=promised, from_commitment=True, due_at=MORNING - timedelta(days=1))
    assert CallReason.COMMITMENT_OVERDUE not in reasons(line_of(desk, make, unit))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    place=st.sampled_from(
        [(None, None), ("71.01", "Asia/Makassar"), ("94.01", "Asia/Jayapura"), ("31", "Asia/Jakarta")]
    ),
    moments=st.tuples(MOMENTS, MOMENTS, MOMENTS, MOMENTS),
    officer=st.sampled_from([None, True, False]),
    is_late=st.booleans(),
    figures=st.tuples(
        st.one_of(st.none(), st.decimals(0, 100, places=2)), st.one_of(st.none(), st.decimals(0, 100, places=2))
    ),
    counts=st.tuples(st.one_of(st.none(), st.integers(0, 3)), st.one_of(st.none(), st.integers(0, 3))),
    limits=st.tuples(st.integers(0, 15), st.integers(0, 15), st.integers(0, 40)),
)
def test_a_list_is_ordered_by_exactly_the_points_of_the_score_that_is_shown(
    make: Make,
    machine: Desk,
    place: Any,
    moments: Any,
    officer: bool | None,
    is_late: bool,
    figures: Any,
    counts: Any,
    limits: Any,
) -> None:
    cycle = Cycle(opening_on=date(2026, 4, 20))
    rules = CallRules(returned_untouched_days=limits[0], silent_days=limits[1], near_opening_calendar_days=limits[2])
    facts = Facts(machine, cycle, figures[0], rules)
    facts._officers = {} if officer is None else {1: Officers(officer, moments[3])}
    facts._later_actions = {} if moments[2] is None else {1: moments[2]}
    facts._overdue = frozenset({1} if is_late else ())
    blank: dict[str, Any] = dict.fromkeys(Row._fields)
    row = Row(**blank | {
        "unit_id": 1, "name": "Dinas", "agency": "Kota Tual", "region_code": place[0], "timezone": place[1],
        "verified": figures[1], "counting": counts[0], "adequate": counts[1], "last_action_at": moments[0],
        "returned_since": moments[1],
    })  # fmt: skip
    for _ in range(2):
        assert facts.points(row) == facts.score(row).points


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(days=st.integers(0, 40), workdays=st.integers(0, 20), hour=st.integers(0, 23))
def test_a_moment_is_before_the_limit_when_so_many_working_days_went_by(days: int, workdays: int, hour: int) -> None:
    calendar, zone = WorkCalendar.of([date(2026, 3, 20), date(2026, 3, 23)]), ZoneInfo("Asia/Jayapura")
    today = date(2026, 4, 1)
    moment = datetime(2026, 4, 1, hour, tzinfo=zone) - timedelta(days=days)
    went_by = max(0, calendar.until(moment.date(), today))
    assert (moment < before(calendar, zone, today, workdays)) == (went_by >= workdays)
