"""Putting Tuntas together. Everything that knows about everything is here."""

from datetime import UTC, datetime
from typing import Any

from babel.dates import format_datetime
from flask import Flask
from flask_babel import Babel
from flask_compress import Compress
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from sqlalchemy.orm import configure_mappers

from config import Config
from tracker.access import contents, scope
from tracker.access.acts import Act
from tracker.accounts import asking
from tracker.accounts import views as account_views
from tracker.accounts.people import person_behind
from tracker.administration import calendar_states, following, history_views
from tracker.administration import commands as administration_commands
from tracker.administration import models as administration_models  # noqa: F401 - its tables
from tracker.administration import rules as administration_rules
from tracker.administration import views as administration_views
from tracker.answering import answer_errors, serve_files, surround_requests
from tracker.backup import commands as backup_commands
from tracker.complaints import arranging_views as complaint_arrangements  # noqa: F401 - its pages
from tracker.complaints import data_request_views as complaint_data_requests  # noqa: F401 - its pages
from tracker.complaints import handling_views as complaint_handling  # noqa: F401 - its pages
from tracker.complaints import handover as complaint_handover
from tracker.complaints import held_views as complaint_holders  # noqa: F401 - its pages
from tracker.complaints import import_models as complaint_import_models  # noqa: F401 - its tables
from tracker.complaints import intake_commands as complaint_commands  # noqa: F401 - its part of `flask import`
from tracker.complaints import intake_views as complaint_imports  # noqa: F401 - its pages
from tracker.complaints import linking_views as complaint_linking_pages  # noqa: F401 - its pages
from tracker.complaints import models as complaint_models  # noqa: F401 - its tables
from tracker.complaints import move_reminding as complaint_moves
from tracker.complaints import moving as complaint_moving
from tracker.complaints import pattern_views as complaint_pattern_pages  # noqa: F401 - its pages
from tracker.complaints import recap_views as complaint_recap_pages  # noqa: F401 - its pages
from tracker.complaints import receive_views as complaint_receipts  # noqa: F401 - its pages
from tracker.complaints import reminding as complaint_reminding
from tracker.complaints import request_models as complaint_request_models  # noqa: F401 - its tables
from tracker.complaints import search_models as complaint_search_models  # noqa: F401 - its tables
from tracker.complaints import states as complaint_states
from tracker.complaints import terms_models as complaint_terms_models  # noqa: F401 - its tables
from tracker.complaints import views as complaint_views
from tracker.complaints.commands import complaints
from tracker.complaints.intake_store import SealingRequest
from tracker.dashboards import aspect_views as aspect_pages  # noqa: F401 - its pages
from tracker.dashboards import behind as behind_pages  # noqa: F401 - its pages
from tracker.dashboards import call_views as call_pages  # noqa: F401 - its pages
from tracker.dashboards import home as dashboard_home  # noqa: F401 - its pages
from tracker.dashboards import map_views as map_pages  # noqa: F401 - its pages
from tracker.dashboards import overview_views as overview_pages  # noqa: F401 - its pages
from tracker.dashboards import portfolio as portfolio_pages  # noqa: F401 - its pages
from tracker.dashboards import saved_operations
from tracker.dashboards import saved_views as saved_pages  # noqa: F401 - its pages
from tracker.dashboards import trend_views as trend_pages  # noqa: F401 - its pages
from tracker.dashboards import views as dashboard_views
from tracker.demo.commands import demo
from tracker.directory import states as directory_states
from tracker.dressing import COUNTS, LANGUAGES, Entry, dress_templates, language, lay_out_menu, timezone
from tracker.evaluations import commands as evaluation_commands  # noqa: F401 - its part of `flask import`
from tracker.evaluations import models as evaluation_models
from tracker.evaluations import states as evaluation_states
from tracker.evaluations import views as evaluation_views
from tracker.events import trail
from tracker.followups import (
    assign_views,  # noqa: F401 - its pages
    contact_views,  # noqa: F401 - its pages
    coordinator_views,  # noqa: F401 - its pages
    extension_reminding,
    extension_states,
    handover,
    moving,
    recommendation_views,  # noqa: F401 - its pages
    verifier_reminding,
    verifier_views,  # noqa: F401 - its pages
)
from tracker.followups import extension_views as extension_pages  # noqa: F401 - its pages
from tracker.followups import models as followup_models
from tracker.followups import news as followup_news
from tracker.followups import reminding as followup_reminding
from tracker.followups import states as followup_states
from tracker.followups import views as followup_views
from tracker.followups.extension_models import Extension
from tracker.instruments import commands as instrument_commands
from tracker.instruments import states as instrument_states
from tracker.instruments import views as instrument_views
from tracker.instruments.reference import load_instruments
from tracker.jobs import commands as job_commands
from tracker.jobs import models as job_models  # noqa: F401 - its tables
from tracker.jobs import states as job_states
from tracker.jobs import views as job_views
from tracker.jobs.pulse import Pulse
from tracker.kit import commands as kit_commands
from tracker.kit import formats, revision
from tracker.kit.addresses import RowNumber
from tracker.kit.clock import Clock, SystemClock
from tracker.kit.db import db, prepare_sqlite
from tracker.kit.holidays_id import calendar_for
from tracker.kit.logs import configure as configure_logs
from tracker.kit.resources import PACKAGE, resource
from tracker.kit.vault import Vault
from tracker.kit.words import N_
from tracker.mentoring import attendance_views as session_attendance  # noqa: F401 - its pages
from tracker.mentoring import close_views as session_minutes  # noqa: F401 - its pages
from tracker.mentoring import commitment_views as session_commitments  # noqa: F401 - its pages
from tracker.mentoring import feed_views as session_feeds  # noqa: F401 - its pages
from tracker.mentoring import feedback_reminding as session_feedback
from tracker.mentoring import feedback_views as session_feedback_pages  # noqa: F401 - its pages
from tracker.mentoring import invite_views as session_invitations  # noqa: F401 - its pages
from tracker.mentoring import models as mentoring_models
from tracker.mentoring import paper_telling as session_papers
from tracker.mentoring import paper_views as session_paper_pages  # noqa: F401 - its pages
from tracker.mentoring import plan_views as session_plans  # noqa: F401 - its pages
from tracker.mentoring import prepare_views as session_preparations  # noqa: F401 - its pages
from tracker.mentoring import reminding as session_reminding
from tracker.mentoring import run_views as session_meetings  # noqa: F401 - its pages
from tracker.mentoring import states as mentoring_states
from tracker.mentoring import telling as session_telling
from tracker.mentoring import views as mentoring_views
from tracker.progress import reminding as progress_reminding
from tracker.progress import states as progress_states
from tracker.progress import views as progress_views
from tracker.progress.commands import progress
from tracker.progress.operations import keep_current
from tracker.recommendations import models as recommendation_models
from tracker.recommendations import states as recommendation_states
from tracker.recommendations import views as recommendation_pages
from tracker.reminders import at_once, inbox_views, ledger_views, password_link, unreachable
from tracker.reminders import models as reminder_models  # noqa: F401 - its tables
from tracker.reminders import pages as reminder_pages
from tracker.reminders import pause_views as pause_pages  # noqa: F401 - its pages
from tracker.reminders import register as reminders
from tracker.reminders import states as reminder_states
from tracker.reminders import tomorrow_views as tomorrow_pages  # noqa: F401 - its pages
from tracker.reminders.ledger_queries import unread_count
from tracker.reports import commands as report_commands
from tracker.reports import models as report_models
from tracker.reports import states as report_states
from tracker.reports import views as report_views

PAGES = (
    account_views.pages,
    administration_views.pages,
    complaint_views.pages,
    dashboard_views.pages,
    followup_views.pages,
    evaluation_views.pages,
    history_views.pages,
    instrument_views.pages,
    inbox_views.pages,
    job_views.pages,
    ledger_views.pages,
    mentoring_views.pages,
    progress_views.pages,
    recommendation_pages.pages,
    reminder_pages.pages,
    report_views.pages,
)
COMMANDS: tuple[Any, ...] = (
    administration_commands.administrator,
    administration_commands.reference,
    instrument_commands.cycle,
    kit_commands.imports,
    complaints,
    progress,
    backup_commands.backup,
    backup_commands.restore,
    backup_commands.keys,
    report_commands.report,
    demo,
    job_commands.scheduler,
)
LABELS = formats.labelled(
    directory_states.LABELS,
    administration_rules.LABELS,
    instrument_states.LABELS,
    evaluation_states.LABELS,
    recommendation_states.LABELS,
    followup_states.LABELS,
    followup_states.HOLD_LABELS,
    followup_states.DECISION_LABELS,
    extension_states.LABELS,
    complaint_states.LABELS,
    calendar_states.LABELS,
    job_states.LABELS,
    mentoring_states.LABELS,
    progress_states.LABELS,
    reminder_states.LABELS,
    report_states.LABELS,
    reminder_states.DELIVERY_LABELS,
)

MENU: tuple[Entry, ...] = (
    Entry(N_("Beranda"), "dashboards.home", Act.VIEW_HOME),
    Entry(N_("Ikhtisar"), "dashboards.overview", Act.VIEW_OVERVIEW),
    Entry(N_("Portofolio"), "dashboards.portfolio", Act.VIEW_PORTFOLIO),
    Entry(N_("Tampilan"), "dashboards.saved_views", Act.VIEW_SAVED_VIEWS, seldom=True),
    Entry(N_("Laporan"), "reports.index", Act.VIEW_REPORTS, seldom=True),
    Entry(N_("Verifikasi"), "followups.queue", Act.OPEN_SUBMISSION),
    Entry(N_("Tindak lanjut"), "followups.index", Act.VIEW_FOLLOW_UPS),
    Entry(N_("Pengaduan"), "complaints.index", Act.VIEW_COMPLAINTS),
    Entry(N_("Sesi Ngulik"), "mentoring.index", Act.VIEW_SESSIONS),
    Entry(N_("Rekomendasi"), "recommendations.index", Act.ADD_RECOMMENDATION, seldom=True),
    Entry(N_("Hasil evaluasi"), "evaluations.index", Act.IMPORT_RESULTS, seldom=True),
    Entry(N_("Unit"), "administration.units", Act.VIEW_CYCLES, seldom=True),  # for whoever has more than one
    Entry(N_("Petugas"), "administration.officers", Act.INVITE_OFFICER),
    Entry(N_("Pengguna"), "administration.users", Act.ADD_USER),
    Entry(N_("Direktori"), "administration.directory", Act.EDIT_DIRECTORY),
    Entry(N_("Kalender"), "administration.calendar", Act.EDIT_CALENDAR),
    Entry(N_("Instrumen"), "instruments.index", Act.EDIT_INSTRUMENT, seldom=True),
    Entry(N_("Siklus evaluasi"), "instruments.cycles", Act.EDIT_CYCLE, seldom=True),
    Entry(N_("Pengaturan"), "administration.settings", Act.EDIT_SETTINGS, seldom=True),
    Entry(N_("Penjadwal"), "jobs.scheduler", Act.VIEW_SCHEDULER, seldom=True),
    Entry(N_("Pengingat"), "ledger.index", Act.VIEW_REMINDERS, seldom=True),
    Entry(N_("Jejak audit"), "history.index", Act.VIEW_TRAIL, seldom=True),
)

COUNTS["inbox.index"] = unread_count
at_once.register(password_link.NOTICE)
at_once.register(*session_telling.NOTICES, *session_papers.NOTICES)
asking.use(password_link.is_possible, password_link.queue)
scope.install(db.session)
administration_commands.LOADERS["instruments"] = load_instruments
following.on_membership_end.extend((handover.hand_over, complaint_handover.hand_over))
following.on_membership_end.append(saved_operations.take_back)
following.on_calendar_change.extend((moving.FOLLOWER, complaint_moving.FOLLOWER))
following.on_unit_moved.extend((handover.follow_unit, complaint_handover.follow_unit))
trail.install(db.session, keep_current)
revision.install(db.session)  # after the trail: it draws last
revision.told_of_nothing |= {"user_session", "sent_form", "throttle", "scheduler_lease", "job_run"}
revision.told_of_nothing |= {"delivery", "reminder", "reminder_trail_mark"}
reminders.register(*followup_reminding.DUTIES, *verifier_reminding.DUTIES, *followup_news.DUTIES)
reminders.register(*extension_reminding.DUTIES, *complaint_reminding.DUTIES, *complaint_moves.DUTIES)
reminders.register(progress_reminding.DUTY, unreachable.DUTY)
reminders.register(*session_reminding.DUTIES, session_feedback.DUTY)
contents.named_by(followup_models.Evidence.kept_digest, until=followup_models.Evidence.withdrawn_at)
contents.named_by(Extension.document_digest)
contents.named_by(recommendation_models.Letter.scan_digest)
contents.named_by(recommendation_models.Recommendation.cannot_document_digest)
contents.named_by(evaluation_models.ImportDraft.digest)
contents.named_by(mentoring_models.SessionPaper.digest)
contents.named_by(report_models.ReportRun.digest, until=report_models.ReportRun.gone_at)


def create_app(config: Config, clock: Clock | None = None) -> Flask:
    """The application; it does not start with a route that declares no act."""
    app = Flask("tracker", template_folder=str(resource("templates")), static_folder=None)
    app.request_class = SealingRequest
    app.url_map.converters["int"] = RowNumber
    app.config.from_mapping(config.for_flask())
    app.extensions["clock"] = clock = clock or SystemClock()
    app.extensions["pulse"] = Pulse(clock.now())
    app.extensions["labels"] = LABELS
    app.extensions["vault"] = Vault(config.vault_keys)
    configure_logs(production=config.production)

    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            prepare_sqlite(db.engine)
    Migrate(app, db, directory=str(resource("migrations")), render_as_batch=True, compare_type=True)
    Babel(
        app,
        default_locale="id",
        default_translation_directories=str(PACKAGE / "translations"),
        locale_selector=language,
        timezone_selector=timezone,
    )
    CSRFProtect(app)
    login = LoginManager(app)
    login.session_protection = None  # addresses change on a phone; sign-ins are rows that can be ended
    login.user_loader(lambda key: person_behind(db.session(), key, app.extensions["clock"].now()))
    Compress(app)

    dress_templates(app)
    surround_requests(app)
    for commands in COMMANDS:
        app.cli.add_command(commands)
    for pages in PAGES:
        app.register_blueprint(pages)
    answer_errors(app)
    refuse_silent_routes(app)
    lay_out_menu(app, MENU)
    serve_files(app, config)
    return app


def refuse_silent_routes(app: Flask) -> None:
    silent = sorted(
        name for name, view in app.view_functions.items() if not isinstance(getattr(view, "act", None), Act)
    )
    if silent:
        raise RuntimeError(f"these routes declare no act: {', '.join(silent)}")


def warm(app: Flask) -> None:
    """Load what the first requests would load, once for all workers: before they part, they share it."""
    configure_mappers()
    calendar_for(())
    for name in app.jinja_env.list_templates(extensions=["html"]):
        app.jinja_env.get_template(name)
    for chosen in LANGUAGES:
        format_datetime(datetime(2020, 5, 14, tzinfo=UTC), "EEEE, d MMMM yyyy HH.mm", locale=chosen)
