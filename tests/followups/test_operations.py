"""What a unit does: it logs, shows, submits and takes back, and moves no verified figure by any of it."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from tests.followups.conftest import Cast, entry, photo
from tests.support.clock import StoppedClock
from tests.support.make import Make
from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.directory.states import Role
from tracker.events.models import Event
from tracker.followups.evidence import Link
from tracker.followups.handover import hand_over
from tracker.followups.models import Evidence, FollowUp, Submission
from tracker.followups.operations import Entry, comment, log_action, submit_follow_up, withdraw_submission
from tracker.followups.rules import claimed
from tracker.followups.states import FollowUpStatus, Holder
from tracker.followups.verifying import open_submission, return_follow_up
from tracker.kit.refusal import Refusal
from tracker.kit.workflow import IllegalMove
from tracker.recommendations.states import Assessment

S = FollowUpStatus


def test_logging_starts_the_work_and_is_told(cast: Cast) -> None:
    desk = cast.desk("officer")
    logged = log_action(desk, cast.follow_up, entry(desk, 60, photo()))
    desk.session.commit()
    assert cast.follow_up.status is S.IN_PROGRESS
    assert cast.follow_up.logged_percent == 60
    assert cast.follow_up.last_action_at == desk.now
    assert [piece.name for piece in logged.action.evidence] == ["foto.jpg"]
    told = desk.all(sa.select(Event))
    assert [event.act for event in told] == [Act.LOG_ACTION]
    assert told[0].changes["status"] == ["assigned", "in_progress"]
    assert told[0].changes["CorrectiveAction.text"][1] == "Nomor antrean dipasang."
    assert told[0].changes["Evidence.name"][1] == "foto.jpg"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"done_on": date(2026, 3, 4)}, "done_on"),
        ({"done_on": date(202, 3, 3)}, "done_on"),
        ({"text": "  "}, "text"),
        ({"claimed_percent": 101}, "claimed_percent"),
        ({"claimed_percent": -1}, "claimed_percent"),
        ({"links": (Link("javascript:alert(1)"),)}, "links"),
        ({"links": (Link("file:///etc/passwd"),)}, "links"),
        ({"links": (Link("https://"),)}, "links"),
        ({"links": (Link("http://[bad"),)}, "links"),
        ({"links": (Link("https://contoh.go.id/" + "a" * 2000),)}, "links"),
    ],
    ids=["tomorrow", "year 202", "no text", "over", "under", "script", "local", "no host", "broken", "long"],
)
def test_a_wrong_entry_is_refused_beside_its_field_and_changes_nothing(
    cast: Cast, change: dict[str, object], field: str
) -> None:
    desk = cast.desk("officer")
    values: dict[str, object] = {"done_on": date(2026, 3, 2), "text": "Selesai.", "claimed_percent": 10}
    with pytest.raises(Refusal) as refused:
        log_action(desk, cast.follow_up, Entry(**{**values, **change}))  # type: ignore[arg-type]
    assert refused.value.field == field
    assert cast.follow_up.status is S.ASSIGNED
    assert not [*desk.session.dirty, *desk.session.new]


def test_today_is_asked_of_the_units_zone(cast: Cast, clock: StoppedClock) -> None:
    """At 22.30 in Jakarta it is already tomorrow in Tual."""
    clock.set(datetime(2026, 3, 2, 15, 30, tzinfo=UTC))
    desk = cast.desk("officer")
    assert log_action(desk, cast.follow_up, entry(desk, 10, day=date(2026, 3, 3))).action.done_on == date(2026, 3, 3)


def test_the_same_file_again_within_the_unit_is_recognised_and_linked(cast: Cast, make: Make) -> None:
    other = make.follow_up(cast.follow_up.unit)
    desk = cast.desk("officer")
    assert log_action(desk, cast.follow_up, entry(desk, 10, photo())).repeated == []
    again = log_action(desk, other, entry(desk, 10, photo(), photo("b")))
    assert [piece.follow_up_id for piece in again.repeated] == [cast.follow_up.id]
    assert len(again.action.evidence) == 2


def test_a_file_of_another_unit_is_never_recognised(cast: Cast, make: Make) -> None:
    elsewhere = make.follow_up(make.unit("Lain"))
    make.evidence(elsewhere, sent_digest="a" * 64)
    desk = cast.desk("officer")
    assert log_action(desk, cast.follow_up, entry(desk, 10, photo())).repeated == []


def test_the_same_file_twice_in_one_upload_is_kept_once(cast: Cast) -> None:
    desk = cast.desk("officer")
    assert len(log_action(desk, cast.follow_up, entry(desk, 10, photo(), photo())).action.evidence) == 1


def test_submitting_needs_evidence(cast: Cast) -> None:
    desk = cast.desk("officer")
    log_action(desk, cast.follow_up, entry(desk))
    with pytest.raises(Refusal) as refused:
        submit_follow_up(desk, cast.follow_up)
    assert refused.value.field == "evidence"


def test_a_link_is_evidence(cast: Cast) -> None:
    desk = cast.desk("officer")
    log_action(desk, cast.follow_up, Entry(desk.today, "Dimuat di situs.", 90, links=(Link("https://tualkota.go.id"),)))
    assert submit_follow_up(desk, cast.follow_up).files[0]["url"] == "https://tualkota.go.id"


def test_what_nobody_worked_on_cannot_be_submitted(cast: Cast) -> None:
    with pytest.raises(IllegalMove):
        submit_follow_up(cast.desk("officer"), cast.follow_up)


def test_a_submission_gives_the_ball_to_the_verifier_and_leaves_a_receipt(cast: Cast) -> None:
    cast.submit()
    follow_up = cast.follow_up
    assert (follow_up.status, follow_up.holder) == (S.SUBMITTED, Holder.VERIFIER)
    receipt = cast.desk("officer").all(sa.select(Submission))[0]
    assert receipt.number == f"TT-2026-{receipt.id:06d}"
    assert not receipt.is_late
    assert receipt.files[0]["sent_digest"] == "a" * 64


def test_without_anybody_who_could_confirm_it_goes_straight_to_the_verifier(cast: Cast, make: Make) -> None:
    cast.follow_up.unit.agency.confirms_evidence = True
    make.save(cast.follow_up.unit.agency)
    [membership] = cast.people["coordinator"].memberships
    membership.valid_to = date(2026, 2, 28)
    make.save(membership)
    cast.submit()
    assert (cast.follow_up.status, cast.follow_up.holder) == (S.SUBMITTED, Holder.VERIFIER)


def test_whoever_submits_is_not_waited_for_to_confirm_it(cast: Cast, make: Make) -> None:
    cast.follow_up.unit.agency.confirms_evidence = True
    make.save(cast.follow_up.unit.agency)
    cast.people["coordinator"].is_active = False
    make.save(cast.people["coordinator"])
    make.membership(cast.people["officer"], Role.COORDINATOR, agency=cast.follow_up.unit.agency)
    cast.submit()
    assert cast.follow_up.status is S.SUBMITTED


def test_what_waits_for_a_coordinator_goes_on_when_the_last_one_leaves(cast: Cast, make: Make, machine: Desk) -> None:
    cast.follow_up.unit.agency.confirms_evidence = True
    make.save(cast.follow_up.unit.agency)
    cast.submit()
    coordinator = cast.people["coordinator"]
    assert hand_over(machine, coordinator.id, machine.today) == 0
    coordinator.is_active = False
    make.save(coordinator)
    assert hand_over(machine, coordinator.id, machine.today) == 1
    machine.session.commit()
    assert (cast.follow_up.status, cast.follow_up.holder) == (S.SUBMITTED, Holder.VERIFIER)


def test_where_the_agency_wants_it_the_coordinator_confirms_first(cast: Cast, make: Make) -> None:
    cast.follow_up.unit.agency.confirms_evidence = True
    make.save(cast.follow_up.unit.agency)
    cast.submit()
    assert (cast.follow_up.status, cast.follow_up.holder) == (S.AWAITING_CONFIRMATION, Holder.COORDINATOR)


def test_lateness_is_judged_by_the_receipt_to_the_second(cast: Cast, clock: StoppedClock, make: Make) -> None:
    cast.follow_up.due_at = datetime(2026, 3, 2, 14, 59, 59, tzinfo=UTC)
    make.save(cast.follow_up)
    clock.set(cast.follow_up.due_at + timedelta(seconds=1))
    cast.submit()
    receipt = cast.desk("officer").all(sa.select(Submission))[0]
    assert receipt.is_late
    assert receipt.due_at == datetime(2026, 3, 2, 14, 59, 59, tzinfo=UTC)


def test_submitting_twice_is_no_second_submission(cast: Cast) -> None:
    cast.submit()
    with pytest.raises(IllegalMove):
        submit_follow_up(cast.desk("officer"), cast.follow_up)
    assert len(cast.desk("officer").all(sa.select(Submission))) == 1


def test_a_submission_is_taken_back_until_a_verifier_opened_it(cast: Cast) -> None:
    cast.submit()
    desk = cast.desk("officer")
    withdraw_submission(desk, cast.follow_up)
    desk.session.commit()
    assert (cast.follow_up.status, cast.follow_up.holder) == (S.IN_PROGRESS, Holder.UNIT)
    assert desk.all(sa.select(Submission))[0].withdrawn_at == desk.now

    submit_follow_up(desk, cast.follow_up)
    open_submission(cast.desk("mentor"), cast.follow_up)
    with pytest.raises(Refusal):
        withdraw_submission(cast.desk("officer"), cast.follow_up)


def test_after_a_return_all_may_be_logged_and_at_most_99_is_claimed(cast: Cast) -> None:
    cast.submit()
    return_follow_up(cast.desk("mentor"), cast.follow_up, "Foto belum terbaca.", 40)
    desk = cast.desk("officer")
    log_action(desk, cast.follow_up, entry(desk, 100))
    assert cast.follow_up.logged_percent == 100
    assert claimed(cast.follow_up.status, 100, was_returned=cast.follow_up.returned_at is not None) == 99


def test_nothing_is_logged_while_a_verifier_holds_it(cast: Cast) -> None:
    cast.submit()
    desk = cast.desk("officer")
    with pytest.raises(IllegalMove):
        log_action(desk, cast.follow_up, entry(desk))


def test_a_comment_is_told_and_moves_nothing(cast: Cast) -> None:
    desk = cast.desk("coordinator")
    comment(desk, cast.follow_up, " Mohon dibantu. ")
    desk.session.commit()
    assert desk.all(sa.select(Event))[0].changes["Comment.text"] == [None, "Mohon dibantu."]
    assert cast.follow_up.status is S.ASSIGNED
    with pytest.raises(Refusal):
        comment(desk, cast.follow_up, "  ")


def test_the_same_comment_sent_again_from_an_older_page_is_one_comment(cast: Cast) -> None:
    officer, deputy = cast.desk("officer"), cast.desk("deputy")
    first = comment(officer, cast.follow_up, "Mohon dibantu.")
    assert comment(officer, cast.follow_up, "Mohon dibantu. ") is first
    assert comment(deputy, cast.follow_up, "Mohon dibantu.") is not first
    assert comment(officer, cast.follow_up, "Mohon dibantu.") is not first


def test_nothing_a_unit_does_touches_the_confirmed_percent_or_the_assessment(cast: Cast) -> None:
    cast.submit()
    return_follow_up(cast.desk("mentor"), cast.follow_up, "Kurang.", 40)
    desk = cast.desk("officer")
    log_action(desk, cast.follow_up, entry(desk, 99, photo("b")))
    submit_follow_up(desk, cast.follow_up)
    withdraw_submission(desk, cast.follow_up)
    desk.session.commit()
    assert cast.follow_up.confirmed_percent == 40
    assert cast.follow_up.recommendation.assessment is Assessment.NOT_YET_ADEQUATE


def test_the_evidence_and_the_follow_up_share_the_unit(cast: Cast) -> None:
    cast.submit()
    desk = cast.desk("officer")
    assert {piece.unit_id for piece in desk.all(sa.select(Evidence))} == {cast.follow_up.unit_id}
    assert desk.all(sa.select(FollowUp)) == [cast.follow_up]
