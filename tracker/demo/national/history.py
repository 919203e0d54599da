"""A sample of the trail: of the current cycle's follow-ups, how they were given out and the last act on them."""

from tracker.access.acts import Act
from tracker.demo.national.course import Course
from tracker.demo.national.results import Sent
from tracker.demo.national.writer import Writer
from tracker.events.models import Event
from tracker.followups.states import FollowUpStatus

S = FollowUpStatus
LAST_ACT = {
    S.IN_PROGRESS: Act.LOG_ACTION,
    S.SUBMITTED: Act.SUBMIT_FOLLOW_UP,
    S.AWAITING_CONFIRMATION: Act.SUBMIT_FOLLOW_UP,
    S.RETURNED: Act.RETURN_FOLLOW_UP,
    S.ACCEPTED: Act.ACCEPT_FOLLOW_UP,
    S.ON_HOLD: Act.HOLD_FOLLOW_UP,
    S.CANCELLED: Act.CANCEL_FOLLOW_UP,
}
BY_UNIT = (Act.LOG_ACTION, Act.SUBMIT_FOLLOW_UP)


def write_history(
    writer: Writer, sent: Sent, follow_up_id: int, title: str, status: FollowUpStatus, course: Course
) -> None:
    """Two events at most: the first and the last."""
    verifier = sent.people.assistants[sent.place.area_id]
    subject = {"subject_type": "FollowUp", "subject_id": follow_up_id, "unit_id": sent.place.unit_id}
    told = {"title": [None, title], "status": [None, S.ASSIGNED.value], "due_on": [None, course.due_on.isoformat()]}
    name = "Asisten Deputi (data buatan)"
    writer.add(
        Event,
        at=course.assigned,
        actor_id=verifier,
        actor_name=name,
        act=Act.ASSIGN_FOLLOW_UP.value,
        changes=told,
        **subject,
    )
    act = LAST_ACT.get(status)
    if act is None:
        return
    at = course.actions[-1] if act is Act.LOG_ACTION and course.actions else course.submitted
    if act in (Act.RETURN_FOLLOW_UP, Act.ACCEPT_FOLLOW_UP):
        at = course.decided
    officer = sent.people.officers.get(sent.place.unit_id)
    writer.add(
        Event,
        at=at,
        actor_id=officer if act in BY_UNIT else verifier,
        actor_name="Petugas unit (data buatan)" if act in BY_UNIT else name,
        act=act.value,
        changes={"status": [S.ASSIGNED.value, status.value]},
        **subject,
    )
