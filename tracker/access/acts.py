"""The verbs. An act exists once and names the route, the permission, the transition, the button and the event. Pure."""

from enum import StrEnum


class Act(StrEnum):
    # open to strangers
    SIGN_IN = "session.sign_in"
    SIGN_OUT = "session.sign_out"
    FOLLOW_LINK = "link.follow"
    ASK_LINK = "link.ask"
    CHOOSE_LANGUAGE = "language.choose"
    CHECK_HEALTH = "health.check"

    # everybody's own
    VIEW_HOME = "home.view"
    VIEW_REFERENCE = "reference.view"
    CHANGE_OWN_ACCOUNT = "account.change_own"

    # people
    VIEW_USERS = "user.view"
    ADD_USER = "user.add"
    EDIT_USER = "user.edit"
    GRANT_ROLE = "membership.grant"
    END_MEMBERSHIP = "membership.end"
    INVITE_OFFICER = "officer.invite"
    END_OFFICER = "officer.end"
    SEND_LINK = "link.make"
    HAND_OVER = "membership.hand_over"

    # directory, calendar, instruments, cycles
    VIEW_UNITS = "unit.view"
    ADD_UNIT = "unit.add"
    EDIT_UNIT = "unit.edit"
    EDIT_CONTACTS = "unit.edit_contacts"
    EDIT_DIRECTORY = "directory.edit"
    EDIT_CALENDAR = "calendar.edit"
    EDIT_SETTINGS = "settings.edit"
    VIEW_INSTRUMENTS = "instrument.view"
    EDIT_INSTRUMENT = "instrument.edit"
    VIEW_CYCLES = "cycle.view"
    ADD_CYCLE = "cycle.add"
    EDIT_CYCLE = "cycle.edit"

    # results
    VIEW_EVALUATIONS = "evaluation.view"
    IMPORT_RESULTS = "evaluation.import"
    UNDO_IMPORT = "evaluation.undo_import"
    SET_PRIORITY = "evaluation.set_priority"

    # recommendations
    VIEW_RECOMMENDATIONS = "recommendation.view"
    ADD_RECOMMENDATION = "recommendation.add"
    EDIT_RECOMMENDATION = "recommendation.edit"
    RECOMMEND_AGAIN = "recommendation.recommend_again"
    JUDGE_ADEQUATE = "recommendation.judge_adequate"
    JUDGE_NOT_YET = "recommendation.judge_not_yet"
    PROPOSE_CANNOT = "recommendation.propose_cannot"
    APPROVE_CANNOT = "recommendation.approve_cannot"
    REFUSE_CANNOT = "recommendation.refuse_cannot"
    REVOKE_CANNOT = "recommendation.revoke_cannot"
    VIEW_LETTERS = "letter.view"
    ADD_LETTER = "letter.add"
    EDIT_LETTER = "letter.edit"

    # follow-ups
    VIEW_FOLLOW_UPS = "follow_up.view"
    ASSIGN_FOLLOW_UP = "follow_up.assign"
    EDIT_FOLLOW_UP = "follow_up.edit"
    NAME_PERSON_IN_CHARGE = "follow_up.name_person"
    LOG_ACTION = "follow_up.log_action"
    ADD_EVIDENCE = "follow_up.add_evidence"
    WITHDRAW_EVIDENCE = "follow_up.withdraw_evidence"
    SUBMIT_FOLLOW_UP = "follow_up.submit"
    WITHDRAW_SUBMISSION = "follow_up.withdraw"
    CONFIRM_SUBMISSION = "follow_up.confirm"
    SEND_BACK = "follow_up.send_back"
    OPEN_SUBMISSION = "follow_up.open_submission"
    ACCEPT_FOLLOW_UP = "follow_up.accept"
    RETURN_FOLLOW_UP = "follow_up.return"
    HOLD_FOLLOW_UP = "follow_up.hold"
    RESUME_FOLLOW_UP = "follow_up.resume"
    CANCEL_FOLLOW_UP = "follow_up.cancel"
    REOPEN_FOLLOW_UP = "follow_up.reopen"
    COMMENT = "follow_up.comment"

    # dates: extensions, requested holds, days declared late
    REQUEST_EXTENSION = "extension.request"
    WITHDRAW_EXTENSION = "extension.withdraw"
    GRANT_EXTENSION = "extension.grant"
    REFUSE_EXTENSION = "extension.refuse"
    REQUEST_HOLD = "hold.request"
    MOVE_DUE_DATES = "due_date.move"

    # reminders
    VIEW_INBOX = "inbox.view"
    VIEW_REMINDERS = "reminder.view"
    PAUSE_REMINDERS = "reminder.pause"
    END_PAUSE = "reminder.end_pause"
    SETTLE_DELIVERY = "delivery.settle"
    MARK_CONTACTED = "unit.mark_contacted"
    PLAN_REMINDERS = "reminder.plan"

    # mentoring sessions
    VIEW_SESSIONS = "session.view"
    PLAN_SESSION = "session.plan"
    EDIT_SESSION = "session.edit"
    CHOOSE_UNITS = "session.choose_units"
    SCHEDULE_SESSION = "session.schedule"
    CANCEL_SESSION = "session.cancel"
    ANSWER_INVITATION = "session.answer"
    PREPARE_FOR_SESSION = "session.prepare"
    RUN_SESSION = "session.run"
    TAKE_ATTENDANCE = "session.take_attendance"
    WRITE_NOTE = "session.write_note"
    ADD_COMMITMENT = "session.add_commitment"
    CLOSE_SESSION = "session.close"
    CORRECT_MINUTES = "session.correct"
    ISSUE_PAPER = "session.issue_paper"
    ATTACH_SCAN = "session.attach"
    GIVE_FEEDBACK = "session.give_feedback"
    READ_CALENDAR = "calendar.read_feed"
    CHECK_PAPER = "paper.check"

    # the scheduler, and what it keeps for good
    VIEW_SCHEDULER = "scheduler.view"
    RUN_JOB = "scheduler.run_job"
    VIEW_SEALS = "seal.view"
    SEAL_CYCLE = "cycle.seal"

    # looking on
    VIEW_OVERVIEW = "overview.view"
    VIEW_PORTFOLIO = "portfolio.view"
    VIEW_REPORTS = "report.view"
    VIEW_SAVED_VIEWS = "saved_view.view"
    SAVE_VIEW = "saved_view.save"
    RENAME_SAVED_VIEW = "saved_view.rename"
    SHARE_SAVED_VIEW = "saved_view.share"
    UNSHARE_SAVED_VIEW = "saved_view.unshare"
    DELETE_SAVED_VIEW = "saved_view.delete"
    CHOOSE_HOME = "home.choose"
    VIEW_TRAIL = "trail.view"

    # the machine's own
    LOAD_REFERENCE = "reference.load"
    LOAD_DEMO = "demo.load"
