"""What a unit does with its follow-ups: log, show, submit, take back, speak. Refuse first, then change, then tell."""

import secrets
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.directory.models import User
from tracker.directory.queries import coordinators_of
from tracker.followups.assigning import allow
from tracker.followups.ball import pass_ball
from tracker.followups.evidence import Attachment, Link, attach, check_links
from tracker.followups.models import Comment, CorrectiveAction, Evidence, FollowUp, Submission
from tracker.followups.queries import newest_comment, own_actions, pending_submission, shown_evidence
from tracker.followups.states import FollowUpStatus
from tracker.kit.refusal import Refusal
from tracker.kit.words import N_

EARLIEST = date(2000, 1, 1)
ONE_AND_THE_SAME = timedelta(hours=1)
"""Within this time the same words of the same person are the same action, sent again from an older page."""
NOT_YET = N_("Tanggal pelaksanaan belum tiba di tempat unit. Isi hari ini atau sebelumnya.")
CHECK_YEAR = N_("Periksa tahunnya.")
NO_TEXT = N_("Tulis apa yang sudah dikerjakan.")
NOT_A_PERCENT = N_("Isi dengan angka 0 sampai 100.")
NO_EVIDENCE = N_("Lampirkan sedikitnya satu bukti dukung sebelum mengajukan.")
ALREADY_OPENED = N_("Verifikator sudah mulai memeriksa, sehingga pengajuan tidak dapat ditarik. Tulis komentar saja.")


@dataclass(frozen=True, slots=True)
class Entry:
    """What a unit notes: what was done on which day, how far it says it is, and what stands in the way."""

    done_on: date
    text: str
    claimed_percent: int
    obstacle: str = ""
    files: tuple[Attachment, ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Logged:
    action: CorrectiveAction
    repeated: list[Evidence] = field(default_factory=list)
    """Evidence that the unit had sent before, file for file; it is linked here all the same."""
    before: bool = False
    """This very action was logged a moment ago: whoever goes back and saves again means that one."""
    added: int = 0
    """Pieces of evidence that were new to it."""


def log_action(desk: Desk, follow_up: FollowUp, entry: Entry) -> Logged:
    """The unit notes what it has done, with the files and links that show it; the same again is the same action."""
    check_entry(desk, follow_up, entry)
    allow(follow_up, Act.LOG_ACTION)
    if (first := logged_before(desk, follow_up, entry)) is not None:
        return add_to(desk, first, entry)
    follow_up.move(Act.LOG_ACTION)
    action = desk.add(
        CorrectiveAction(
            follow_up=follow_up,
            unit_id=follow_up.unit_id,
            done_on=entry.done_on,
            text=as_kept(entry.text),
            claimed_percent=entry.claimed_percent,
            obstacle=as_kept(entry.obstacle),
            logged_by_id=desk.actor.id,
            logged_at=desk.now,
        )
    )
    repeated = attach(desk, action, entry.files, entry.links).repeated
    follow_up.logged_percent = entry.claimed_percent
    follow_up.last_action_at = desk.now
    pass_ball(desk, follow_up)
    desk.record(Act.LOG_ACTION, follow_up)
    return Logged(action, repeated)


def as_kept(text: str) -> str:
    """Lines end in one way, whichever browser sent them."""
    return text.replace("\r\n", "\n").strip()


def logged_before(desk: Desk, follow_up: FollowUp, entry: Entry) -> CorrectiveAction | None:
    """The same words, date and figure by the same person a moment ago, unless the work came back since.

    The form's key does not tell: a page that one goes back to is fetched anew, and comes with a new key.
    """
    since = desk.now - ONE_AND_THE_SAME
    if follow_up.returned_at is not None:
        since = max(since, follow_up.returned_at)
    same = own_actions(follow_up, desk.actor.id, since).where(
        CorrectiveAction.done_on == entry.done_on,
        CorrectiveAction.claimed_percent == entry.claimed_percent,
        CorrectiveAction.text == as_kept(entry.text),
        CorrectiveAction.obstacle == as_kept(entry.obstacle),
    )
    found: CorrectiveAction | None = desk.session.scalars(same).first()
    return found


def add_to(desk: Desk, action: CorrectiveAction, entry: Entry) -> Logged:
    """What came along with an action that stands there already: only what is new to it is kept."""
    attached = attach(desk, action, entry.files, entry.links)
    if attached.added:
        desk.record(Act.ADD_EVIDENCE, action.follow_up)
    return Logged(action, [piece for piece in attached.repeated if piece.action_id != action.id], True, attached.added)


def check_entry(desk: Desk, follow_up: FollowUp, entry: Entry) -> None:
    if entry.done_on > desk.today_in(follow_up.unit.timezone):
        raise Refusal("done_on", NOT_YET)
    if entry.done_on < EARLIEST:
        raise Refusal("done_on", CHECK_YEAR)
    if not entry.text.strip():
        raise Refusal("text", NO_TEXT)
    if not 0 <= entry.claimed_percent <= 100:
        raise Refusal("claimed_percent", NOT_A_PERCENT)
    check_links(entry.links)


def submit_follow_up(desk: Desk, follow_up: FollowUp) -> Submission:
    """The unit says that the work is done. The receipt fixes when, on time or late, and with which files."""
    allow(follow_up, Act.SUBMIT_FOLLOW_UP)
    shown = desk.all(shown_evidence(follow_up))
    if not shown:
        raise Refusal("evidence", NO_EVIDENCE)
    submission = Submission(
        follow_up=follow_up,
        unit_id=follow_up.unit_id,
        number=secrets.token_hex(16),
        submitted_at=desk.now,
        submitted_by_id=desk.actor.id,
        due_at=follow_up.due_at,
        is_late=desk.now > follow_up.due_at,
        files=[line_of(piece) for piece in shown],
    )
    desk.add(submission)
    desk.session.flush()
    # From the key, so that numbers are unique without a lock; one that was not kept leaves a gap, and may.
    submission.number = f"TT-{desk.today_in(follow_up.unit.timezone).year}-{submission.id:06d}"
    confirms = somebody_confirms(desk, follow_up)
    follow_up.move(Act.SUBMIT_FOLLOW_UP, FollowUpStatus.AWAITING_CONFIRMATION if confirms else FollowUpStatus.SUBMITTED)
    follow_up.submitted_by_id, follow_up.submitted_at = desk.actor.id, desk.now
    follow_up.opened_at = follow_up.checking_by_id = follow_up.checking_until = None
    pass_ball(desk, follow_up)
    desk.record(Act.SUBMIT_FOLLOW_UP, follow_up)
    return submission


def somebody_confirms(desk: Desk, follow_up: FollowUp) -> bool:
    """The agency wants its coordinator to look first, and has one; who submits does not confirm it as well."""
    agency = follow_up.unit.agency
    if not agency.confirms_evidence:
        return False
    others = coordinators_of(agency.id, desk.today).where(User.id.is_distinct_from(desk.actor.id))
    with as_machine(desk.session):  # whether somebody is there is not a question of what the unit may see
        return desk.session.scalar(sa.select(others.exists())) or False


def line_of(piece: Evidence) -> dict[str, Any]:
    """A piece of evidence as the receipt keeps it, whatever becomes of the piece."""
    return {
        "id": piece.id,
        "kind": piece.kind.value,
        "name": piece.name,
        "url": piece.url,
        "sent_digest": piece.sent_digest,
        "kept_digest": piece.kept_digest,
        "size": piece.size,
        "dated_on": piece.dated_on.isoformat() if piece.dated_on else None,
    }


def withdraw_submission(desk: Desk, follow_up: FollowUp) -> None:
    """The unit takes back what no verifier has opened yet."""
    if follow_up.status is FollowUpStatus.SUBMITTED and follow_up.opened_at is not None:
        raise Refusal("submission", ALREADY_OPENED)
    follow_up.move(Act.WITHDRAW_SUBMISSION)
    end_submission(desk, follow_up)
    pass_ball(desk, follow_up)
    desk.record(Act.WITHDRAW_SUBMISSION, follow_up)


def end_submission(desk: Desk, follow_up: FollowUp) -> None:
    """What was handed in counts no longer, though nobody judged it; its receipt says when it ended."""
    pending = desk.session.scalars(pending_submission(follow_up)).one_or_none()
    if pending is not None:
        pending.withdrawn_at = desk.now


def comment(desk: Desk, follow_up: FollowUp, text: str) -> Comment:
    """A word between the unit, its coordinator and the verifier's side. The last words by the same person are that
    comment, sent again from an older page."""
    if not text.strip():
        raise Refusal("text", N_("Tulis komentarnya."))
    last = desk.session.scalars(newest_comment(follow_up)).first()
    if last is not None and (last.author_id, last.text) == (desk.actor.id, text.strip()):
        return last
    word = desk.add(
        Comment(follow_up=follow_up, unit_id=follow_up.unit_id, author_id=desk.actor.id, text=text.strip(), at=desk.now)
    )
    desk.record(Act.COMMENT, follow_up)
    return word
