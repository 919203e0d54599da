"""Who may do what. This table is the whole of it, and docs/permissions.md is printed from it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from tracker.access.actor import Actor, Mandate
from tracker.access.acts import Act
from tracker.directory.states import Role

Condition = Callable[[Actor, Any], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    roles: frozenset[Role]
    given: tuple[Condition, ...] = ()
    public: bool = False

    def mandates(self, actor: Actor) -> tuple[Mandate, ...]:
        """The actor's mandates that carry this act. Without one there is no page; with one, its scope counts."""
        return carried(self.roles, actor)


@cache
def carried(roles: frozenset[Role], actor: Actor) -> tuple[Mandate, ...]:
    return tuple(mandate for mandate in actor.mandates if mandate.role is None or mandate.role in roles)


def only(*roles: Role, given: tuple[Condition, ...] = ()) -> Rule:
    return Rule(frozenset(roles), given)


def open_to_all() -> Rule:
    return Rule(frozenset(Role), public=True)


def own_view(actor: Actor, view: Any) -> bool:
    """A saved view is its owner's to change, also where others may open it."""
    return actor.id is None or bool(view.user_id == actor.id)


def not_own_submission(actor: Actor, follow_up: Any) -> bool:
    """Nobody judges what they submitted themselves."""
    return actor.id is None or bool(follow_up.submitted_by_id != actor.id)


def not_own_proposal(actor: Actor, recommendation: Any) -> bool:
    """What one person proposed, a second person approves."""
    return actor.id is None or bool(recommendation.cannot_proposed_by_id != actor.id)


def not_own_request(actor: Actor, extension: Any) -> bool:
    """Nobody decides on time that they asked for themselves."""
    return actor.id is None or bool(extension.requested_by_id != actor.id)


def hosts(actor: Actor, session: Any) -> bool:
    """A session is changed by who planned it or holds a role in its host area; others who see it take part."""
    if actor.id is None or session.planned_by_id == actor.id or session.host_area_id is None:
        return True
    return any(each.covers_everything or each.area_id == session.host_area_id for each in actor.mandates)


def handles(actor: Actor, complaint: Any) -> bool:
    """A complaint is worked on by the complaint officers of its place and by the officer it is assigned to; one that
    is not *rahasia* and was assigned to a unit without naming anybody, by the unit's officers."""
    if actor.id is None or complaint.assignee_id == actor.id:
        return True
    if complaint.assigned_at is not None and complaint.assignee_id is None and not complaint.is_confidential:
        officers = (each for each in actor.mandates if each.role is Role.UNIT_OFFICER)
        if any(each.unit_id == complaint.unit_id for each in officers):
            return True
    places = (complaint.unit_id, complaint.agency_id, complaint.area_id)
    return any(
        each.covers_everything
        or any(held is not None and held == place for held, place in zip(held_in(each), places, strict=True))
        for each in actor.mandates
        if each.role is Role.COMPLAINT_OFFICER
    )


def held_in(mandate: Mandate) -> tuple[int | None, int | None, int | None]:
    return mandate.unit_id, mandate.agency_id, mandate.area_id


def heads_or_oversees(actor: Actor, unit: Any) -> bool:
    """Of a unit's officers only its head; others by the scope that they hold."""
    places = (unit.id, unit.agency_id, unit.area_id)
    return actor.id is None or any(
        each.covers_everything
        or any(held is not None and held == place for held, place in zip(held_in(each), places, strict=True))
        for each in actor.mandates
        if each.role in (Role.ASSISTANT_DEPUTY, Role.MENTOR, Role.COORDINATOR)
        or (each.role is Role.UNIT_OFFICER and each.is_head)
    )


R = Role
EVERYBODY = tuple(Role)
CASE_READERS = (R.LEADERSHIP, R.ASSISTANT_DEPUTY, R.MENTOR, R.COORDINATOR, R.UNIT_OFFICER, R.VIEWER)
COMPLAINT_READERS = (*CASE_READERS, R.COMPLAINT_OFFICER)
HANDLERS = (R.COMPLAINT_OFFICER, R.UNIT_OFFICER)
VERIFIERS = (R.ASSISTANT_DEPUTY, R.MENTOR)
OVERSEERS = (R.LEADERSHIP, R.ASSISTANT_DEPUTY, R.MENTOR, R.COORDINATOR, R.VIEWER)

POLICY: Mapping[Act, Rule] = {
    Act.SIGN_IN: open_to_all(),
    Act.SIGN_OUT: open_to_all(),
    Act.CHOOSE_LANGUAGE: open_to_all(),
    Act.FOLLOW_LINK: open_to_all(),
    Act.ASK_LINK: open_to_all(),
    Act.CHECK_HEALTH: open_to_all(),
    Act.VIEW_HOME: only(*EVERYBODY),
    Act.VIEW_REFERENCE: only(*EVERYBODY),
    Act.CHANGE_OWN_ACCOUNT: only(*EVERYBODY),
    Act.VIEW_USERS: only(R.ADMINISTRATOR, R.COORDINATOR, R.ASSISTANT_DEPUTY, R.MENTOR, R.LEADERSHIP),
    Act.ADD_USER: only(R.ADMINISTRATOR),
    Act.EDIT_USER: only(R.ADMINISTRATOR),
    Act.GRANT_ROLE: only(R.ADMINISTRATOR),
    Act.END_MEMBERSHIP: only(R.ADMINISTRATOR),
    Act.INVITE_OFFICER: only(R.COORDINATOR),
    Act.END_OFFICER: only(R.COORDINATOR),
    Act.SEND_LINK: only(R.ADMINISTRATOR),
    Act.HAND_OVER: only(R.ADMINISTRATOR, R.COORDINATOR),
    Act.VIEW_UNITS: only(*EVERYBODY),
    Act.ADD_UNIT: only(R.ADMINISTRATOR),
    Act.EDIT_UNIT: only(R.ADMINISTRATOR),
    Act.EDIT_CONTACTS: only(R.ADMINISTRATOR, R.COORDINATOR, R.UNIT_OFFICER),
    Act.RECORD_OFFICER_NOTICE: only(*VERIFIERS, R.COORDINATOR, R.UNIT_OFFICER, given=(heads_or_oversees,)),
    Act.EDIT_DIRECTORY: only(R.ADMINISTRATOR),
    Act.EDIT_CALENDAR: only(R.ADMINISTRATOR),
    Act.EDIT_SETTINGS: only(R.ADMINISTRATOR),
    Act.VIEW_INSTRUMENTS: only(R.ADMINISTRATOR, *OVERSEERS),
    Act.EDIT_INSTRUMENT: only(R.ADMINISTRATOR),
    Act.VIEW_CYCLES: only(R.ADMINISTRATOR, *OVERSEERS),
    Act.ADD_CYCLE: only(R.ADMINISTRATOR, R.ASSISTANT_DEPUTY),
    Act.EDIT_CYCLE: only(R.ADMINISTRATOR, R.ASSISTANT_DEPUTY),
    Act.VIEW_EVALUATIONS: only(*CASE_READERS),
    Act.IMPORT_RESULTS: only(R.ASSISTANT_DEPUTY),
    Act.UNDO_IMPORT: only(R.ASSISTANT_DEPUTY),
    Act.SET_PRIORITY: only(R.ASSISTANT_DEPUTY),
    Act.VIEW_RECOMMENDATIONS: only(*CASE_READERS),
    Act.ADD_RECOMMENDATION: only(*VERIFIERS),
    Act.EDIT_RECOMMENDATION: only(*VERIFIERS),
    Act.RECOMMEND_AGAIN: only(*VERIFIERS),
    Act.JUDGE_ADEQUATE: only(*VERIFIERS),
    Act.JUDGE_NOT_YET: only(*VERIFIERS),
    Act.PROPOSE_CANNOT: only(*VERIFIERS),
    Act.APPROVE_CANNOT: only(R.LEADERSHIP, R.ASSISTANT_DEPUTY, given=(not_own_proposal,)),
    Act.REFUSE_CANNOT: only(R.LEADERSHIP, R.ASSISTANT_DEPUTY, given=(not_own_proposal,)),
    Act.REVOKE_CANNOT: only(R.LEADERSHIP, R.ASSISTANT_DEPUTY),
    Act.VIEW_LETTERS: only(*CASE_READERS),
    Act.ADD_LETTER: only(*VERIFIERS),
    Act.EDIT_LETTER: only(*VERIFIERS),
    Act.VIEW_FOLLOW_UPS: only(*CASE_READERS),
    Act.ASSIGN_FOLLOW_UP: only(*VERIFIERS),
    Act.EDIT_FOLLOW_UP: only(*VERIFIERS),
    Act.NAME_PERSON_IN_CHARGE: only(*VERIFIERS, R.COORDINATOR),
    Act.LOG_ACTION: only(R.UNIT_OFFICER),
    Act.ADD_EVIDENCE: only(R.UNIT_OFFICER),
    Act.WITHDRAW_EVIDENCE: only(R.UNIT_OFFICER),
    Act.SUBMIT_FOLLOW_UP: only(R.UNIT_OFFICER),
    Act.WITHDRAW_SUBMISSION: only(R.UNIT_OFFICER),
    Act.CONFIRM_SUBMISSION: only(R.COORDINATOR, given=(not_own_submission,)),
    Act.SEND_BACK: only(R.COORDINATOR, given=(not_own_submission,)),
    Act.OPEN_SUBMISSION: only(*VERIFIERS, given=(not_own_submission,)),
    Act.ACCEPT_FOLLOW_UP: only(*VERIFIERS, given=(not_own_submission,)),
    Act.RETURN_FOLLOW_UP: only(*VERIFIERS, given=(not_own_submission,)),
    Act.HOLD_FOLLOW_UP: only(*VERIFIERS),
    Act.RESUME_FOLLOW_UP: only(*VERIFIERS, R.UNIT_OFFICER),
    Act.CANCEL_FOLLOW_UP: only(*VERIFIERS),
    Act.REOPEN_FOLLOW_UP: only(*VERIFIERS),
    Act.COMMENT: only(*VERIFIERS, R.COORDINATOR, R.UNIT_OFFICER),
    Act.REQUEST_EXTENSION: only(R.UNIT_OFFICER),
    Act.WITHDRAW_EXTENSION: only(R.UNIT_OFFICER),
    Act.GRANT_EXTENSION: only(*VERIFIERS, given=(not_own_request,)),
    Act.REFUSE_EXTENSION: only(*VERIFIERS, given=(not_own_request,)),
    Act.REQUEST_HOLD: only(R.UNIT_OFFICER),
    Act.MOVE_DUE_DATES: only(R.ADMINISTRATOR),
    Act.VIEW_INBOX: only(*EVERYBODY),
    Act.VIEW_REMINDERS: only(R.ADMINISTRATOR, *OVERSEERS),
    Act.PAUSE_REMINDERS: only(R.ADMINISTRATOR, *VERIFIERS),
    Act.END_PAUSE: only(R.ADMINISTRATOR, *VERIFIERS),
    Act.SETTLE_DELIVERY: only(R.ADMINISTRATOR, *VERIFIERS),
    Act.MARK_CONTACTED: only(*VERIFIERS, R.COORDINATOR),
    Act.VIEW_SESSIONS: only(*CASE_READERS),
    Act.PLAN_SESSION: only(*VERIFIERS),
    Act.EDIT_SESSION: only(*VERIFIERS, given=(hosts,)),
    Act.CHOOSE_UNITS: only(*VERIFIERS, given=(hosts,)),
    Act.SCHEDULE_SESSION: only(*VERIFIERS, given=(hosts,)),
    Act.CANCEL_SESSION: only(*VERIFIERS, given=(hosts,)),
    Act.ANSWER_INVITATION: only(*CASE_READERS),
    Act.PREPARE_FOR_SESSION: only(R.UNIT_OFFICER, R.COORDINATOR),
    Act.RUN_SESSION: only(*VERIFIERS),
    Act.TAKE_ATTENDANCE: only(*VERIFIERS),
    Act.WRITE_NOTE: only(*VERIFIERS),
    Act.ADD_COMMITMENT: only(*VERIFIERS),
    Act.CLOSE_SESSION: only(*VERIFIERS),
    Act.CORRECT_MINUTES: only(*VERIFIERS),
    Act.ISSUE_PAPER: only(*VERIFIERS),
    Act.ATTACH_SCAN: only(*VERIFIERS),
    Act.GIVE_FEEDBACK: only(*CASE_READERS),
    Act.READ_CALENDAR: open_to_all(),
    Act.CHECK_PAPER: open_to_all(),
    Act.VIEW_COMPLAINTS: only(*COMPLAINT_READERS),
    Act.READ_COMPLAINT: only(*COMPLAINT_READERS),
    Act.ADD_COMPLAINT: only(*HANDLERS),
    Act.IMPORT_COMPLAINTS: only(R.COMPLAINT_OFFICER, R.ASSISTANT_DEPUTY),
    Act.UPDATE_COMPLAINT: only(R.COMPLAINT_OFFICER, R.ASSISTANT_DEPUTY),
    Act.EDIT_COMPLAINT: only(R.COMPLAINT_OFFICER),
    Act.VERIFY_COMPLAINT: only(R.COMPLAINT_OFFICER),
    Act.ASSIGN_COMPLAINT: only(R.COMPLAINT_OFFICER),
    Act.START_COMPLAINT: only(*HANDLERS, given=(handles,)),
    Act.ASK_CITIZEN: only(*HANDLERS, given=(handles,)),
    Act.NOTE_CITIZEN_ANSWER: only(*HANDLERS, given=(handles,)),
    Act.HOLD_COMPLAINT: only(*HANDLERS, given=(handles,)),
    Act.RESUME_COMPLAINT: only(*HANDLERS, given=(handles,)),
    Act.RESPOND_COMPLAINT: only(*HANDLERS, given=(handles,)),
    Act.CLOSE_COMPLAINT: only(R.COMPLAINT_OFFICER),
    Act.FORWARD_COMPLAINT: only(R.COMPLAINT_OFFICER),
    Act.ARCHIVE_COMPLAINT: only(R.COMPLAINT_OFFICER),
    Act.REOPEN_COMPLAINT: only(R.COMPLAINT_OFFICER),
    Act.MERGE_COMPLAINT: only(R.COMPLAINT_OFFICER),
    Act.WRITE_COMPLAINT_NOTE: only(*HANDLERS, given=(handles,)),
    Act.LINK_COMPLAINT: only(R.COMPLAINT_OFFICER, *VERIFIERS),
    Act.LOOK_AT_IDENTITY: only(R.COMPLAINT_OFFICER),
    Act.REMOVE_IDENTITY: only(R.COMPLAINT_OFFICER),
    Act.HANDLE_DATA_REQUEST: only(R.COMPLAINT_OFFICER),
    Act.EDIT_COMPLAINT_TERMS: only(R.ADMINISTRATOR, R.COORDINATOR),
    Act.EDIT_ANSWER_TEMPLATES: only(R.COMPLAINT_OFFICER, R.COORDINATOR),
    Act.PLAN_REMINDERS: only(),
    Act.VIEW_SCHEDULER: only(R.ADMINISTRATOR, R.LEADERSHIP, R.ASSISTANT_DEPUTY),
    Act.RUN_JOB: only(R.ADMINISTRATOR, R.ASSISTANT_DEPUTY),
    Act.VIEW_SEALS: only(*OVERSEERS),
    Act.SEAL_CYCLE: only(R.ASSISTANT_DEPUTY),
    Act.VIEW_OVERVIEW: only(*CASE_READERS),
    Act.VIEW_PORTFOLIO: only(*OVERSEERS),
    Act.VIEW_REPORTS: only(*CASE_READERS),
    Act.VIEW_SAVED_VIEWS: only(*EVERYBODY),
    Act.SAVE_VIEW: only(*EVERYBODY),
    Act.RENAME_SAVED_VIEW: only(*EVERYBODY, given=(own_view,)),
    Act.SHARE_SAVED_VIEW: only(*EVERYBODY, given=(own_view,)),
    Act.UNSHARE_SAVED_VIEW: only(*EVERYBODY, given=(own_view,)),
    Act.DELETE_SAVED_VIEW: only(*EVERYBODY, given=(own_view,)),
    Act.CHOOSE_HOME: only(*EVERYBODY),
    Act.VIEW_TRAIL: only(R.ADMINISTRATOR, *OVERSEERS),
    Act.LOAD_REFERENCE: only(),
    Act.LOAD_DEMO: only(),
}
