"""The demonstration shows every page something, and never mixes with other data."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from tests.support.commands import typed
from tests.support.databases import a_database
from tests.support.demonstration import NOW, PASSWORD, a_demonstration, load_into
from tests.support.installation import an_installation
from tracker.access.actor import SYSTEM
from tracker.access.desk import Desk
from tracker.accounts.passwords import matches
from tracker.complaints.clocks import course_of, terms_of
from tracker.complaints.models import Complaint, ComplaintNote
from tracker.complaints.operations import archive
from tracker.complaints.rules import due
from tracker.complaints.searching import matching
from tracker.complaints.states import Classification, Clock, ComplaintSource, ComplaintStatus
from tracker.demo import loading
from tracker.demo.cast import CAST, WITHOUT_ACCOUNT
from tracker.demo.emptiness import holds_nothing_else
from tracker.demo.refreshing import move_to_today
from tracker.directory.models import Agency, Membership, Region, ServiceUnit, User
from tracker.directory.queries import calendar_of
from tracker.directory.states import Role
from tracker.evaluations.models import Evaluation
from tracker.events.models import Event
from tracker.followups.extension_models import Extension
from tracker.followups.extension_states import Asked, ExtensionStatus
from tracker.followups.models import Comment, Evidence, FollowUp, Submission, Verification
from tracker.followups.rules import is_overdue
from tracker.followups.states import Decision, FollowUpStatus, HoldKind
from tracker.instruments.models import Cycle
from tracker.kit.db import Model, db
from tracker.kit.files import FileStore
from tracker.progress.kept_models import ProgressCheck, ProgressSnapshot, Seal
from tracker.progress.models import UnitProgress
from tracker.progress.operations import recalculate_all
from tracker.progress.rules import Standing, expected, standing
from tracker.progress.sealing import all_due, check
from tracker.recommendations.models import Recommendation
from tracker.recommendations.states import Assessment


def machine(now: datetime = NOW) -> Desk:
    db.session.remove()
    return Desk(SYSTEM, now, db.session())


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    data = tmp_path_factory.mktemp("demo")
    with a_demonstration(data):
        yield data


@pytest.fixture
def shown(installation: Path) -> Desk:
    return machine()


def count_by(desk: Desk, column: Any) -> Counter[Any]:
    rows = desk.session.execute(sa.select(column, sa.func.count()).group_by(column))
    return Counter(dict(rows.all()))


def test_follow_ups_are_there_in_every_state(shown: Desk) -> None:
    assert set(count_by(shown, FollowUp.status)) == set(FollowUpStatus)


def test_recommendations_are_there_with_every_assessment(shown: Desk) -> None:
    assert set(count_by(shown, Recommendation.assessment)) == set(Assessment)
    waiting = sa.select(Recommendation).where(
        Recommendation.cannot_proposed_at.is_not(None), Recommendation.cannot_decided_at.is_(None)
    )
    assert len(shown.all(waiting)) == 1


def test_some_were_recommended_for_the_third_time(shown: Desk) -> None:
    third = shown.all(sa.select(Recommendation).filter_by(times=3))
    assert third
    for recommendation in third:
        assert recommendation.repeats is not None
        assert recommendation.repeats.repeats is not None
        assert recommendation.repeats.repeats.cycle.code == "panrb-2019"


def test_overdue_due_soon_returned_and_waiting_can_all_be_seen(shown: Desk) -> None:
    follow_ups = shown.all(sa.select(FollowUp).where(FollowUp.is_open))
    assert any(is_overdue(each.holder, each.due_at, NOW) for each in follow_ups)
    assert any(timedelta(0) < each.due_at - NOW < timedelta(days=5) for each in follow_ups)
    assert count_by(shown, Verification.decision)[Decision.RETURNED] >= 2
    held = shown.all(sa.select(FollowUp).filter_by(hold_kind=HoldKind.BUDGET))
    assert {each.hold_fiscal_year for each in held} == {2021, 2027}


@pytest.mark.parametrize("days", [0, 6])
def test_every_standing_can_be_seen_on_any_day_of_the_week_it_is_moved_to(shown: Desk, days: int) -> None:
    current = shown.session.scalars(sa.select(Cycle).filter_by(code="panrb-2025")).one()
    today = NOW.date() + timedelta(days=days)
    by_now = expected(today, current.letter_on, current.opening_on)
    priority = sa.select(UnitProgress.verified).join(
        Evaluation,
        sa.and_(Evaluation.unit_id == UnitProgress.unit_id, Evaluation.cycle_id == UnitProgress.cycle_id),
    )
    figures = shown.session.scalars(priority.where(UnitProgress.cycle_id == current.id, Evaluation.is_priority))
    assert {standing(verified, by_now) for verified in figures} == set(Standing)


def test_every_kind_of_part_is_there_and_the_files_are_whole(shown: Desk, installation: Path) -> None:
    store = FileStore(installation / "files")
    evidence = shown.all(sa.select(Evidence))
    assert {each.media_type for each in evidence} >= {"image/jpeg", "application/pdf"}
    assert all(store.intact(each.kept_digest) for each in evidence if each.kept_digest)
    assert any(each.url for each in evidence)
    assert shown.all(sa.select(Comment))
    assert all(submission.files for submission in shown.all(sa.select(Submission)))


def test_the_cycle_of_the_sample_stays_open_and_the_current_one_spans_today(shown: Desk) -> None:
    everything = shown.all(sa.select(Cycle).order_by(Cycle.year, Cycle.code))
    assert [cycle.code for cycle in everything] == ["panrb-2019", "ombudsman-2024", "panrb-2024", "panrb-2025"]
    assert all(cycle.is_illustration for cycle in everything)
    cycles = [cycle for cycle in everything if cycle.code.startswith("panrb")]
    assert [cycle.status for cycle in cycles] == ["open", "sealed", "open"]
    assert not [cycle_id for cycle_id, _, _ in all_due(shown, NOW.date())]
    current = cycles[-1]
    assert current.letter_on < NOW.date() < current.opening_on


def test_figures_were_copied_night_by_night_and_a_past_cycle_was_sealed_on_time(shown: Desk) -> None:
    days = shown.all(sa.select(ProgressSnapshot.day).distinct().order_by(ProgressSnapshot.day.desc()))
    assert days[0] == NOW.date() - timedelta(days=1)
    assert len(days) > 20
    assert not any(shown.all(sa.select(ProgressCheck.differences)))
    seals = shown.all(sa.select(Seal).order_by(Seal.id))
    assert [seal.step for seal in seals] == ["T-30", "T-14", "T-0"]
    assert all(seal.at.date() <= seal.due_on for seal in seals)
    assert all(check(shown, seal).is_whole for seal in seals)


def test_everybody_can_sign_in_and_some_units_have_nobody(shown: Desk) -> None:
    users = {user.username: user for user in shown.all(sa.select(User))}
    assert set(users) == {part.username for part in CAST}
    assert all(user.is_demo and user.memberships for user in users.values())
    assert matches(users["operator"].password_hash, PASSWORD)
    assert {membership.role for user in users.values() for membership in user.memberships} == set(Role)
    manned = sa.select(Membership.unit_id).where(Membership.unit_id.is_not(None))
    query = (
        sa.select(Region.code)
        .join(Agency, Agency.region_id == Region.id)
        .join(ServiceUnit, ServiceUnit.agency_id == Agency.id)
        .where(ServiceUnit.is_root.is_(False), ServiceUnit.id.not_in(manned))
    )
    assert set(WITHOUT_ACCOUNT) <= set(shown.session.scalars(query))


def test_events_tell_the_story_in_order_and_end_before_now(shown: Desk) -> None:
    moments = list(shown.session.scalars(sa.select(Event.at).order_by(Event.id)))
    assert moments == sorted(moments)
    assert moments[-1] <= NOW
    assert len(set(moments)) > 50


def test_figures_agree_with_what_is_there(installation: Path) -> None:
    assert recalculate_all(machine()).differences == 0


def test_a_load_that_is_cut_short_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def cut(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(loading, "signed_in", cut)
    with an_installation(tmp_path):
        with pytest.raises(KeyboardInterrupt):
            load_into(tmp_path)
        desk = machine()
        assert holds_nothing_else(desk.session) is None
        rows = {table.name: desk.session.scalar(sa.select(sa.func.count()).select_from(table)) for table in tables()}
        assert sum(filter(None, rows.values())) == 0


def tables() -> list[sa.Table]:
    return Model.metadata.sorted_tables


def test_refresh_moves_the_current_cycle_and_nothing_else(tmp_path: Path) -> None:
    later = NOW + timedelta(days=40)
    with a_demonstration(tmp_path):
        desk = machine()
        before = {each.id: (each.due_on, each.status) for each in desk.all(sa.select(FollowUp))}
        past = desk.session.scalar(sa.select(Cycle.letter_on).filter_by(code="panrb-2019"))
        desk = machine(later)
        assert move_to_today(desk) == 35
        desk.session.commit()
        desk = machine(later)
        current = desk.session.scalars(sa.select(Cycle).order_by(Cycle.year.desc()).limit(1)).one()
        assert desk.session.scalar(sa.select(Cycle.letter_on).filter_by(code="panrb-2019")) == past
        for each in desk.all(sa.select(FollowUp)):
            moved = timedelta(days=35) if each.cycle_id == current.id else timedelta(0)
            assert (each.due_on - moved, each.status) == before[each.id]
            assert each.assigned_at <= later
        assert move_to_today(desk) == 0
        assert recalculate_all(desk).differences == 0


def test_refresh_moves_complaints_with_what_was_written_but_not_what_came_or_was_done_since(tmp_path: Path) -> None:
    later, week = NOW + timedelta(days=40), timedelta(days=35)
    with a_demonstration(tmp_path):
        desk = machine(NOW + timedelta(days=3))
        touched = desk.session.scalars(
            sa.select(Complaint).where(Complaint.status == ComplaintStatus.NEW).order_by(Complaint.id).limit(1)
        ).one()
        archive(desk, touched, "Sudah ditangani di loket.")
        desk.session.commit()
        before = {each.id: (each.received_at, each.status, each.closed_at) for each in desk.all(sa.select(Complaint))}
        notes = {each.id: each.at for each in desk.all(sa.select(ComplaintNote))}
        desk = machine(later)
        assert move_to_today(desk) == week.days
        desk.session.commit()
        desk = machine(later)
        for each in desk.all(sa.select(Complaint)):
            received_at, status, closed_at = before[each.id]
            moved = timedelta(0) if each.id == touched.id else week
            assert (each.received_at - moved, each.status) == (received_at, status)
            assert each.closed_at == (closed_at and closed_at + moved)
            assert each.received_at <= later
            if each.is_open:
                found = due(course_of(each), terms_of(desk.session, each.agency_id),
                            calendar_of(desk.session, each.unit.region), ZoneInfo(each.unit.timezone))  # fmt: skip
                assert each.due_at == (found.next and found.next[1])
        assert {each.id: each.at - week for each in desk.all(sa.select(ComplaintNote))} == notes
        assert move_to_today(desk) == 0


def test_the_command_loads_once_and_says_the_accounts_again(tmp_path: Path) -> None:
    with a_database() as url:
        first = typed(tmp_path, url, "demo", "load")
        assert first.returncode == 0, first.stderr
        assert "operator" in first.stdout
        kept = tmp_path / "demo_password"
        assert kept.stat().st_mode & 0o077 == 0
        assert kept.read_text().strip() in first.stdout
        engine = sa.create_engine(url)
        with engine.connect() as connection:
            before = connection.scalar(sa.select(sa.func.count()).select_from(Event.__table__))
        again = typed(tmp_path, url, "demo", "load")
        assert (again.returncode, again.stdout) == (0, first.stdout)
        other = typed(tmp_path, url, "demo", "load", TRACKER_DEMO_PASSWORD="kata sandi lain")
        assert "kata sandi lain" in other.stdout
        with engine.connect() as connection:
            told = sa.select(Event.__table__.c.changes).where(Event.__table__.c.id > before)
            assert all(set(changes) == {"password_hash"} for changes in connection.scalars(told))
            kept_hash = connection.scalar(sa.select(User.__table__.c.password_hash).filter_by(username="admin"))
            assert matches(kept_hash, "kata sandi lain")
        engine.dispose()


@pytest.mark.parametrize("command", ["load", "generate"])
def test_made_up_data_never_meet_other_data_or_a_production_site(tmp_path: Path, command: str) -> None:
    with a_database() as url:
        production = {"TRACKER_ENV": "production", "TRACKER_SECRET_KEY": "0123456789" * 4}
        refused = typed(tmp_path, url, "demo", command, **production)
        assert refused.returncode == 1
        assert "production" in refused.stderr
        engine = sa.create_engine(url)
        with engine.begin() as connection:
            table = Model.metadata.tables["agency"]
            row = {"name": "Pemerintah Kota Tual", "name_key": "x", "kind": "city", "confirms_evidence": False}
            connection.execute(sa.insert(table).values(version=1, **row))
        engine.dispose()
        refused = typed(tmp_path, url, "demo", command)
        assert refused.returncode == 1
        assert len(refused.stderr.strip().splitlines()) == 1
        assert "agency" in refused.stderr
        assert not (tmp_path / "demo_password").exists()


def test_somebody_asked_for_time_and_every_answer_can_be_seen(shown: Desk) -> None:
    found = Counter((each.asked, each.status) for each in shown.all(sa.select(Extension)))
    assert found == {
        (Asked.DATE, ExtensionStatus.REQUESTED): 1,
        (Asked.DATE, ExtensionStatus.GRANTED): 1,
        (Asked.DATE, ExtensionStatus.REFUSED): 1,
        (Asked.BUDGET, ExtensionStatus.REQUESTED): 1,
    }


def test_complaints_are_there_in_every_state_and_from_every_source(shown: Desk) -> None:
    assert set(count_by(shown, Complaint.status)) == set(ComplaintStatus)
    assert set(count_by(shown, Complaint.source)) == set(ComplaintSource)
    assert set(count_by(shown, Complaint.classification)) == {*Classification, None}
    assert count_by(shown, Complaint.aspect_code)["sarpras"] >= 7
    late = shown.all(sa.select(Complaint).where(Complaint.due_at < NOW, Complaint.due_clock != Clock.CLOSING))
    assert late
    assert len(late) < len(shown.all(sa.select(Complaint).where(Complaint.is_open)))


def test_complaints_of_the_demonstration_are_found_by_their_words(shown: Desk) -> None:
    found = shown.all(sa.select(Complaint.tracking_id).where(matching(shown, "kebersihan toilet")))
    assert found == []
    assert shown.all(sa.select(Complaint.tracking_id).where(matching(shown, "mengantre toilet"))) == ["7104418"]
