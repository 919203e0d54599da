"""A unit asks for time and another decides; the first date stays for good, and no figure moves."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.followups.conftest import Cast, DeskOf
from tests.support.clock import StoppedClock
from tests.support.make import DUE, Make
from tracker.access.acts import Act
from tracker.access.desk import Forbidden
from tracker.directory.states import Role
from tracker.events.models import Event
from tracker.followups.ball import agree_date
from tracker.followups.extending import (
    HoldRequest,
    grant,
    refuse,
    request_extension,
    request_hold,
    times_left,
    withdraw_request,
)
from tracker.followups.extension_models import Extension
from tracker.followups.extension_states import EXTENSION, Asked, ExtensionStatus
from tracker.followups.operations import withdraw_submission
from tracker.followups.queries import Narrowing, narrowed
from tracker.followups.states import FOLLOW_UP, FollowUpStatus, Holder, HoldKind
from tracker.followups.verifying import Judgement, accept, cancel, hold, resume, return_follow_up
from tracker.kit.refusal import Refusal
from tracker.kit.workflow import IllegalMove

S, E = FollowUpStatus, ExtensionStatus
Does = Callable[[], None]
LATER = date(2026, 4, 30)
BUDGET = HoldRequest(Asked.BUDGET, "Belum dianggarkan.", 2027, "Mesin antrean, kira-kira Rp20 juta")


def asked(cast: Cast, day: date = LATER) -> Extension:
    officer = cast.desk("officer")
    extension = request_extension(officer, cast.follow_up, day, "Pengadaan belum selesai.")
    officer.session.commit()
    return extension


def test_granting_moves_the_date_and_leaves_the_first_one(cast: Cast) -> None:
    before = cast.follow_up.due_at
    extension = asked(cast)
    assert cast.follow_up.due_at == before
    mentor = cast.desk("mentor")
    grant(mentor, extension, date(2026, 4, 29), "Cukup.")
    mentor.session.commit()
    assert (cast.follow_up.original_due_on, cast.follow_up.due_on) == (DUE, date(2026, 4, 29))
    assert cast.follow_up.due_at.date() == date(2026, 4, 29)
    assert cast.follow_up.original_due_at is not None
    assert cast.follow_up.original_due_at.date() == DUE
    assert (extension.status, extension.granted_on, extension.proposed_on) == (E.GRANTED, date(2026, 4, 29), LATER)
    assert extension.due_on_before == DUE
    told = mentor.all(sa.select(Event).where(Event.act == Act.GRANT_EXTENSION.value))
    assert told[0].changes["due_on"] == ["2026-03-31", "2026-04-29"]


def test_refusing_says_why_and_moves_nothing(cast: Cast) -> None:
    extension = asked(cast)
    due, mentor = cast.follow_up.due_at, cast.desk("mentor")
    with pytest.raises(Refusal):
        refuse(mentor, extension, " ")
    refuse(mentor, extension, "Waktunya masih cukup.")
    mentor.session.commit()
    assert (extension.status, extension.decision_reason) == (E.REFUSED, "Waktunya masih cukup.")
    assert (cast.follow_up.due_at, cast.follow_up.due_on) == (due, DUE)
    assert times_left(mentor, cast.follow_up) == 2


def test_the_unit_takes_back_what_was_not_decided_and_may_ask_anew(cast: Cast) -> None:
    extension = asked(cast)
    officer = cast.desk("officer")
    with pytest.raises(Refusal):
        request_extension(officer, cast.follow_up, LATER, "Sekali lagi.")
    withdraw_request(officer, extension)
    officer.session.commit()
    assert asked(cast).status is E.REQUESTED


@pytest.mark.parametrize("status", list(E))
@pytest.mark.parametrize("act", [Act.GRANT_EXTENSION, Act.REFUSE_EXTENSION, Act.WITHDRAW_EXTENSION])
def test_only_what_waits_is_decided(cast: Cast, make: Make, status: ExtensionStatus, act: Act) -> None:
    values = {"decision_reason": "Tidak."} if status is E.REFUSED else {}
    if status is E.GRANTED:
        values["granted_on"] = LATER  # type: ignore[assignment]
    extension = make.extension(cast.follow_up, status=status, **values)
    mentor = cast.desk("mentor")
    ways: dict[Act, Does] = {
        Act.GRANT_EXTENSION: lambda: grant(mentor, extension),
        Act.REFUSE_EXTENSION: lambda: refuse(mentor, extension, "Tidak."),
        Act.WITHDRAW_EXTENSION: lambda: withdraw_request(mentor, extension),
    }
    does = ways[act]
    if EXTENSION.can(act, status):
        does()
        mentor.session.commit()
        assert extension.status is EXTENSION.after(act, status)
    else:
        with pytest.raises(IllegalMove):
            does()


@pytest.mark.parametrize("status", list(S))
def test_time_is_asked_for_while_the_unit_or_its_coordinator_has_the_work(
    make: Make, desk_of: DeskOf, status: FollowUpStatus
) -> None:
    unit = make.unit()
    values = {"hold_kind": HoldKind.LAW} if status is S.ON_HOLD else {}
    follow_up = make.follow_up(unit, status=status, **values)
    officer = desk_of(make.user(Role.UNIT_OFFICER, unit=unit))
    if FOLLOW_UP.can(Act.REQUEST_EXTENSION, status):
        request_extension(officer, follow_up, LATER, "Perlu waktu.")
        officer.session.commit()
        assert follow_up.status is status
    else:
        with pytest.raises(IllegalMove):
            request_extension(officer, follow_up, LATER, "Perlu waktu.")
    if not FOLLOW_UP.can(Act.REQUEST_HOLD, status):
        with pytest.raises(IllegalMove):
            request_hold(officer, follow_up, BUDGET)


def test_who_asked_never_decides_even_with_a_second_role(cast: Cast, make: Make) -> None:
    make.membership(cast.people["officer"], Role.MENTOR, area=cast.follow_up.unit.area)
    extension = asked(cast)
    both = cast.desk("officer")
    assert not both.may(Act.GRANT_EXTENSION, extension)
    with pytest.raises(Forbidden):
        both.find(Extension, extension.id, Act.REFUSE_EXTENSION)
    with pytest.raises(IllegalMove):
        grant(both, extension)


def test_the_limit_counts_what_was_granted(cast: Cast, make: Make) -> None:
    make.setting("extension_limit", 1)
    extension = asked(cast)
    mentor = cast.desk("mentor")
    refuse(mentor, extension, "Belum perlu.")
    mentor.session.commit()
    second = asked(cast)
    mentor = cast.desk("mentor")
    grant(mentor, second)
    mentor.session.commit()
    assert times_left(mentor, cast.follow_up) == 0
    with pytest.raises(Refusal) as refused:
        request_extension(cast.desk("officer"), cast.follow_up, date(2026, 6, 30), "Lagi.")
    assert refused.value.field == "proposed_on"


@pytest.mark.parametrize("day", [DUE, date(2026, 3, 30), date(2026, 2, 1), date(2029, 1, 1)])
def test_a_date_that_brings_nothing_or_is_a_slip_is_refused(cast: Cast, day: date) -> None:
    with pytest.raises(Refusal) as refused:
        request_extension(cast.desk("officer"), cast.follow_up, day, "Perlu waktu.")
    assert refused.value.field == "proposed_on"


def test_a_late_request_is_allowed_for_a_day_to_come(cast: Cast, clock: StoppedClock) -> None:
    clock.advance(days=40)
    officer = cast.desk("officer")
    with pytest.raises(Refusal):
        request_extension(officer, cast.follow_up, date(2026, 4, 2), "Terlambat.")
    request_extension(officer, cast.follow_up, LATER, "Terlambat.")
    officer.session.commit()


def test_a_granted_request_for_a_budget_stops_the_clock_and_is_no_overdue(cast: Cast, clock: StoppedClock) -> None:
    officer = cast.desk("officer")
    extension = request_hold(officer, cast.follow_up, BUDGET)
    officer.session.commit()
    assert cast.follow_up.holder is Holder.UNIT
    mentor = cast.desk("mentor")
    grant(mentor, extension, reason="Ajukan pada APBD 2027.")
    mentor.session.commit()
    follow_up = cast.follow_up
    assert (follow_up.status, follow_up.holder, follow_up.hold_fiscal_year) == (S.ON_HOLD, Holder.BUDGET, 2027)
    clock.advance(days=60)
    late = cast.desk("mentor")
    assert late.all(narrowed(Narrowing(only_overdue=True), late.now)) == []
    resume(late, follow_up)
    late.session.commit()
    assert (follow_up.due_on, follow_up.original_due_on) == (DUE, DUE)
    assert follow_up.due_at > late.now


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (HoldRequest(Asked.BUDGET, "Belum dianggarkan.", None, "Mesin"), "fiscal_year"),
        (HoldRequest(Asked.BUDGET, "Belum dianggarkan.", 2020, "Mesin"), "fiscal_year"),
        (HoldRequest(Asked.BUDGET, "Belum dianggarkan.", 2027, " "), "needed"),
        (HoldRequest(Asked.LAW, " "), "reason"),
        (HoldRequest(Asked.DATE, "Waktu."), "asked"),
    ],
)
def test_a_request_for_a_hold_says_what_it_waits_for(cast: Cast, wanted: HoldRequest, field: str) -> None:
    with pytest.raises(Refusal) as refused:
        request_hold(cast.desk("officer"), cast.follow_up, wanted)
    assert refused.value.field == field


def test_holding_directly_is_refused_while_the_unit_asks_for_it(cast: Cast) -> None:
    officer = cast.desk("officer")
    request_hold(officer, cast.follow_up, BUDGET)
    officer.session.commit()
    with pytest.raises(Refusal):
        hold(cast.desk("mentor"), cast.follow_up, HoldKind.LAW, "Menunggu peraturan.")


def test_closing_the_work_closes_what_was_asked_for(cast: Cast) -> None:
    extension = asked(cast)
    cast.submit()
    mentor = cast.desk("mentor")
    accept(mentor, cast.follow_up, "Sesuai.", Judgement(adequate=True))
    mentor.session.commit()
    assert (extension.status, extension.decided_by_id) == (E.WITHDRAWN, None)
    with pytest.raises(IllegalMove):
        grant(cast.desk("deputy"), extension)


def test_a_hold_cannot_be_granted_once_the_work_was_handed_in(cast: Cast) -> None:
    officer = cast.desk("officer")
    extension = request_hold(officer, cast.follow_up, BUDGET)
    officer.session.commit()
    cast.submit()
    with pytest.raises(IllegalMove):
        grant(cast.desk("mentor"), extension)


def test_lists_may_run_on_the_date_first_agreed(cast: Cast, clock: StoppedClock) -> None:
    extension = asked(cast)
    mentor = cast.desk("mentor")
    grant(mentor, extension)
    mentor.session.commit()
    clock.advance(days=35)  # 6 April: past the first date, before the present one
    desk = cast.desk("mentor")
    assert desk.all(narrowed(Narrowing(only_overdue=True), desk.now)) == []
    assert desk.all(narrowed(Narrowing(only_overdue=True, original=True), desk.now)) == [cast.follow_up]


STEPS = ["ask", "grant", "refuse", "withdraw", "edit", "hold", "resume", "submit", "take back", "return", "cancel"]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(STEPS), max_size=10), st.integers(1, 90))
def test_the_first_date_survives_every_sequence_and_verified_moves_only_by_decisions(
    cast: Cast, make: Make, steps: list[str], days: int
) -> None:
    at_work = Cast(make.follow_up(cast.follow_up.unit), cast.people, cast.desk_of)
    follow_up, session = at_work.follow_up, cast.desk("officer").session
    session.commit()
    for step in steps:
        try:
            take(at_work, step, follow_up.due_on + timedelta(days=days))
            session.commit()
        except (Refusal, IllegalMove, sa.exc.NoResultFound):
            session.rollback()
        cast.desk("mentor")
        assert follow_up.original_due_on == DUE
        assert follow_up.verified in (0, 40)
        assert (follow_up.original_due_at is None) == (follow_up.due_on == DUE)


def take(cast: Cast, step: str, day: date) -> None:
    officer, mentor, follow_up = cast.desk("officer"), cast.desk("mentor"), cast.follow_up
    waiting = officer.session.scalars(
        sa.select(Extension).filter_by(status=E.REQUESTED, follow_up_id=follow_up.id)
    ).first()
    if step == "ask":
        request_extension(officer, follow_up, day, "Perlu waktu.")
    elif step in ("grant", "refuse", "withdraw") and waiting is not None:
        ways: dict[str, Does] = {
            "grant": lambda: grant(mentor, waiting),
            "refuse": lambda: refuse(mentor, waiting, "Tidak."),
            "withdraw": lambda: withdraw_request(officer, waiting),
        }
        ways[step]()
    elif step == "edit":
        agree_date(mentor, follow_up, day)
        mentor.record(Act.EDIT_FOLLOW_UP, follow_up)
    elif step == "hold":
        hold(mentor, follow_up, HoldKind.BUDGET, "Menunggu.", 2027)
    elif step == "resume":
        resume(officer, follow_up)
    elif step == "submit":
        cast.submit()
    elif step == "take back":
        withdraw_submission(officer, follow_up)
    elif step == "return":
        return_follow_up(mentor, follow_up, "Kurang foto.", 40)
    elif step == "cancel":
        cancel(mentor, follow_up, "Tidak perlu lagi.")
