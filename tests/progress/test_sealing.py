"""Seals: when they are made, that nobody can change them, and that a changed row is found."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from tests.support.make import Make
from tracker.access.actor import Actor
from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.directory.models import ServiceUnit, User
from tracker.directory.states import Role
from tracker.events.models import Event
from tracker.followups.states import FollowUpStatus
from tracker.instruments.models import Cycle
from tracker.instruments.operations import CycleFacts, edit_cycle
from tracker.instruments.states import CycleStatus
from tracker.kit.refusal import Refusal
from tracker.progress.kept_models import Seal, SealLine
from tracker.progress.models import UnitProgress
from tracker.progress.operations import keep_current
from tracker.progress.reminding import owed, read
from tracker.progress.rules import VERSION
from tracker.progress.sealed_rules import FIRST, digest, steps_due
from tracker.progress.sealing import check, opening_set_on, seal, seal_by_hand
from tracker.progress.states import SealStep
from tracker.recommendations.queries import carried_into
from tracker.reminders.models import Reminder
from tracker.reminders.rules import Line, Skip

T30, T14, T0 = SealStep.T30, SealStep.T14, SealStep.T0
OPENING = date(2026, 6, 1)


def days_before(days: int) -> date:
    return OPENING - timedelta(days=days)


@pytest.mark.parametrize(
    ("set_on", "sealed", "today", "due"),
    [
        (days_before(90), set(), days_before(31), []),
        (days_before(90), set(), days_before(30), [T30]),
        (days_before(90), {T30}, days_before(30), []),
        (days_before(90), set(), days_before(20), [T30]),  # the machine was down on the day
        (days_before(90), set(), days_before(14), [T30, T14]),
        (days_before(90), {T30}, days_before(14), [T14]),
        (days_before(90), {T30, T14}, days_before(1), []),
        (days_before(90), {T30, T14}, OPENING, [T0]),
        (days_before(90), {T30, T14}, days_before(-40), [T0]),  # caught up however late
        (days_before(90), set(), days_before(-3), [T30, T14, T0]),
        (days_before(90), {T30, T14, T0}, days_before(-3), []),
        (days_before(20), set(), days_before(14), [T14]),  # T-30 had passed when the opening was set
        (days_before(30), set(), days_before(30), [T30]),
        (days_before(5), set(), OPENING, [T0]),
        (OPENING, set(), OPENING, []),  # no longer ahead when it was set: by hand only
        (days_before(-100), set(), days_before(-101), []),
        (None, set(), days_before(30), [T30]),
        (None, set(), OPENING, [T30, T14, T0]),
        (None, set(), days_before(-1), []),
    ],
)
def test_a_step_is_due_from_its_day_on_until_it_has_its_seal(
    set_on: date | None, sealed: set[SealStep], today: date, due: list[SealStep]
) -> None:
    assert [step for step, _ in steps_due(OPENING, set_on, sealed, today)] == due


def test_hashes_do_not_depend_on_the_order_or_the_type_of_the_database() -> None:
    moment = datetime(2026, 5, 2, 1, tzinfo=UTC)
    first = {"b": Decimal("33.3"), "a": None, "at": moment, "on": OPENING, "step": T30}
    again = {"step": "T-30", "on": "2026-06-01", "at": moment.astimezone(), "a": None, "b": Decimal("33.30")}
    assert digest(first) == digest(again)
    assert digest(first) != digest(first | {"b": Decimal("33.31")})


@pytest.fixture
def unit(make: Make, machine: Desk) -> ServiceUnit:
    """A unit with one follow-up submitted and one open, in a cycle whose opening was set in time."""
    unit = make.unit("Disdukcapil", make.area())
    make.evaluation(unit)
    recommendation = make.recommendation(unit)
    make.follow_up(recommendation=recommendation, status=FollowUpStatus.SUBMITTED)
    make.follow_up(recommendation=recommendation)
    keep_current(machine.session, [unit.id])
    cycle = make.the_cycle()
    with as_machine(machine.session):
        facts = CycleFacts(cycle.code, cycle.instrument_id, cycle.year, "", cycle.letter_on, cycle.opening_on)
        cycle.opening_on = None
        machine.record(Act.EDIT_CYCLE, cycle)
        edit_cycle(machine, cycle, facts)
    machine.session.commit()
    return unit


def at(machine: Desk, days: int) -> tuple[Desk, datetime]:
    """The machine's desk, 01.30 in Jakarta so many days before the opening."""
    day = days_before(days + 1)
    slot = datetime(day.year, day.month, day.day, 18, 30, tzinfo=UTC)
    return Desk(machine.actor, slot, machine.session), slot


def test_the_trail_says_when_the_opening_was_set(unit: ServiceUnit, make: Make, machine: Desk) -> None:
    assert opening_set_on(machine.session, make.the_cycle()) == date(2026, 3, 2)


def test_each_step_is_sealed_once_and_the_opening_closes_the_cycle(
    unit: ServiceUnit, make: Make, machine: Desk
) -> None:
    found = []
    for days in (40, 30, 30, 20, 14, 1, 0, -1):
        counts = seal(*at(machine, days))
        found.append((counts["seals"], counts["closed"], counts["changed"]))
    assert found == [(0, 0, 0), (1, 0, 0), (0, 0, 0), (0, 0, 0), (1, 0, 0), (0, 0, 0), (1, 1, 0), (0, 0, 0)]
    seals = machine.all(sa.select(Seal).order_by(Seal.id))
    assert [each.step for each in seals] == [T30, T14, T0]
    assert [each.previous_hash for each in seals] == [FIRST, seals[0].hash, seals[1].hash]
    cycle = machine.session.scalars(sa.select(Cycle)).one()
    assert cycle.status is CycleStatus.SEALED
    event = machine.session.scalars(sa.select(Event).order_by(Event.id.desc()).limit(1)).one()
    assert (event.act, event.changes) == (Act.SEAL_CYCLE.value, {"status": ["open", "sealed"]})


def test_a_seal_says_with_what_every_figure_was_computed(unit: ServiceUnit, machine: Desk) -> None:
    seal(*at(machine, 30))
    made = machine.session.scalars(sa.select(Seal)).one()
    line = machine.session.scalars(sa.select(SealLine)).one()
    stored = machine.session.scalars(sa.select(UnitProgress)).one()
    assert made.rules_version == VERSION
    assert made.terms["weights"] == {"kebijakan": "30.00", "sdm": "50.00", "inovasi": "20.00"}
    assert (line.unit_name, line.verified, line.claimed) == ("Disdukcapil", stored.verified, stored.claimed)
    assert (line.with_verifier, line.with_unit, line.aspects) == (1, 1, {"kebijakan": ["0.00", "50.00"]})
    assert (line.verified_exact, line.claimed_exact) == ("0", "50")


def test_sealing_changes_no_work_and_open_items_are_carried_over(unit: ServiceUnit, make: Make, machine: Desk) -> None:
    before = machine.session.execute(sa.text("SELECT id, status, holder, version FROM follow_up ORDER BY id")).all()
    seal(*at(machine, 0))
    assert (
        machine.session.execute(sa.text("SELECT id, status, holder, version FROM follow_up ORDER BY id")).all()
        == before
    )
    cycle = make.the_cycle()
    following = make.cycle(instrument=cycle.instrument, year=cycle.year + 1)
    from tracker.recommendations.models import Recommendation

    assert len(machine.all(sa.select(Recommendation).where(carried_into(following)))) == 1


CHANGES = {
    "UPDATE seal_line SET verified = 99": {"changed"},
    "UPDATE seal_line SET aspects = '{}'": {"changed"},
    "UPDATE seal_line SET hash = 'x'": {"changed", "lines"},
    "DELETE FROM seal_line": {"lines"},
    "UPDATE seal SET reason = 'x'": {"head"},
    "UPDATE seal SET units = 7": {"head", "lines"},
    "UPDATE seal SET previous_hash = 'x'": {"head", "chain"},
}


@pytest.mark.parametrize("statement", CHANGES)
def test_a_changed_row_is_found(unit: ServiceUnit, machine: Desk, statement: str) -> None:
    seal(*at(machine, 30))
    without_triggers(machine)
    machine.session.execute(sa.text(statement))
    machine.session.expire_all()
    found = check(machine, machine.session.scalars(sa.select(Seal)).one())
    wrong = {
        name
        for name, is_wrong in (
            ("head", not found.head_is_whole),
            ("chain", not found.chain_is_whole),
            ("lines", not found.lines_are_whole),
            ("changed", bool(found.changed)),
        )
        if is_wrong
    }
    assert wrong == CHANGES[statement]
    assert not found.is_whole
    assert seal(*at(machine, 30))["changed"] == 1


def test_a_seal_that_was_taken_out_breaks_the_chain(unit: ServiceUnit, machine: Desk) -> None:
    for days in (30, 14):
        seal(*at(machine, days))
    without_triggers(machine)
    first, second = machine.all(sa.select(Seal).order_by(Seal.id))
    machine.session.execute(sa.text("DELETE FROM seal_line WHERE seal_id = :id"), {"id": first.id})
    machine.session.execute(sa.text("DELETE FROM seal WHERE id = :id"), {"id": first.id})
    assert not check(machine, second).chain_is_whole


def without_triggers(machine: Desk) -> None:
    """At the machine's desk somebody with the database in hand takes the guards away; rolled back with the test."""
    for table in ("seal", "seal_line"):
        if machine.session.get_bind().dialect.name == "sqlite":
            for verb in ("update", "delete"):
                machine.session.execute(sa.text(f"DROP TRIGGER IF EXISTS {table}_no_{verb}"))
        else:
            machine.session.execute(sa.text(f"DROP FUNCTION IF EXISTS {table}_refuse() CASCADE"))


@pytest.mark.parametrize("statement", CHANGES)
def test_the_migrated_database_refuses_to_change_a_seal(unit: ServiceUnit, machine: Desk, statement: str) -> None:
    seal(*at(machine, 30))
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), machine.session.begin_nested():
        machine.session.execute(sa.text(statement))


def test_by_hand_a_further_seal_needs_a_reason_and_moves_nothing(
    unit: ServiceUnit, make: Make, desk_of: Callable[[User], Desk]
) -> None:
    desk = desk_of(make.user(Role.ASSISTANT_DEPUTY, area=unit.area))
    cycle = make.the_cycle()
    with pytest.raises(Refusal):
        seal_by_hand(desk, cycle, "  ")
    made = [seal_by_hand(desk, cycle, "Koreksi data unit") for _ in range(2)]
    desk.session.commit()
    assert [(each.step, each.number) for each in made] == [(SealStep.FURTHER, 1), (SealStep.FURTHER, 2)]
    assert cycle.status is CycleStatus.OPEN
    assert desk.holds(Act.SEAL_CYCLE)


def test_by_hand_an_opening_that_has_gone_by_is_sealed_and_closes_the_cycle(
    unit: ServiceUnit, make: Make, desk_of: Callable[[User], Desk]
) -> None:
    desk = desk_of(make.user(Role.ASSISTANT_DEPUTY, area=unit.area))
    cycle = make.the_cycle()
    cycle.opening_on = desk.today - timedelta(days=10)
    make.save(cycle)
    made = seal_by_hand(desk, cycle, "Siklus lama")
    desk.session.commit()
    assert (made.step, cycle.status) == (T0, CycleStatus.SEALED)


def test_people_see_only_the_lines_of_their_units(
    unit: ServiceUnit, make: Make, machine: Desk, desk_of: Callable[[User], Desk]
) -> None:
    far = make.unit("Unit jauh")
    make.follow_up(far)
    keep_current(machine.session, [far.id])
    seal(*at(machine, 30))
    for role, scope in ((Role.UNIT_OFFICER, {"unit": unit}), (Role.ASSISTANT_DEPUTY, {"area": unit.area})):
        lines: list[Any] = desk_of(make.user(role, **scope)).all(sa.select(SealLine))
        assert [line.unit_id for line in lines] == [unit.id]


def test_each_unit_coordinator_and_assistant_deputy_is_owed_the_readiness_summary(
    unit: ServiceUnit, make: Make, machine: Desk
) -> None:
    people = [
        make.user(Role.UNIT_OFFICER, unit=unit),
        make.user(Role.COORDINATOR, agency=unit.agency),
        make.user(Role.ASSISTANT_DEPUTY, area=unit.area),
    ]
    make.user(Role.UNIT_OFFICER, unit=make.unit("Unit jauh"))
    desk, slot = at(machine, 30)
    seal(desk, slot)
    said = list(owed(desk))
    assert [each.recipient_id for each in said] == [person.id for person in people]
    assert {(each.due_on, each.step, each.on) for each in said} == {(days_before(30), "T-30", days_before(30))}
    assert list(owed(at(machine, 10)[0])) == []


def test_the_summary_is_read_at_the_readers_desk(unit: ServiceUnit, make: Make, machine: Desk, app: Any) -> None:
    officer, deputy = make.user(Role.UNIT_OFFICER, unit=unit), make.user(Role.ASSISTANT_DEPUTY, area=unit.area)
    stranger = make.user(Role.UNIT_OFFICER, unit=make.unit("Unit jauh"))
    desk, slot = at(machine, 30)
    seal(desk, slot)
    told = {each.recipient_id: each for each in owed(desk)}

    def line(person: User, of: User) -> Line | Skip:
        each = told[of.id]
        row = Reminder(id=1, subject_type=each.subject_type, subject_id=each.subject_id)
        with as_machine(machine.session):
            actor = Actor.of(person, machine.today)
        with app.test_request_context():
            return read(Desk(actor, machine.now, machine.session), [row])[1]

    own = line(officer, officer)
    assert isinstance(own, Line)
    assert "Disdukcapil: terverifikasi 0\N{NO-BREAK SPACE}%, masih terbuka 1, menunggu verifikator 1" in own.text
    assert own.path == f"/siklus/{make.the_cycle().id}/kesiapan"
    whole = line(deputy, deputy)
    assert isinstance(whole, Line)
    assert "1 unit" in whole.text
    assert isinstance(line(stranger, officer), Skip)
    assert isinstance(line(stranger, deputy), Skip)
