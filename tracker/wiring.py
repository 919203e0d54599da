"""Putting Tuntas together. Everything that knows about everything is here."""

import logging
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from babel.dates import format_datetime
from flask import Flask, Response, abort, current_app, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import Babel, get_translations, gettext
from flask_compress import Compress
from flask_login import LoginManager, current_user
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError
from jinja2 import StrictUndefined
from markupsafe import Markup
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import configure_mappers
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from config import Config
from tracker.access import scope
from tracker.access.acts import Act
from tracker.access.desk import Forbidden, NotFound, request_id
from tracker.access.pages import offers
from tracker.accounts import views as account_views
from tracker.accounts.people import person_behind
from tracker.administration import commands as administration_commands
from tracker.administration import following, history_views
from tracker.administration import rules as administration_rules
from tracker.administration import views as administration_views
from tracker.backup import commands as backup_commands
from tracker.dashboards import home as dashboard_home  # noqa: F401 - its pages
from tracker.dashboards import portfolio as portfolio_pages  # noqa: F401 - its pages
from tracker.dashboards import views as dashboard_views
from tracker.demo.commands import demo
from tracker.directory import states as directory_states
from tracker.evaluations import commands as evaluation_commands  # noqa: F401 - its part of `flask import`
from tracker.evaluations import models as evaluation_models  # noqa: F401 - its tables
from tracker.evaluations import states as evaluation_states
from tracker.evaluations import views as evaluation_views
from tracker.events import trail
from tracker.followups import (
    assign_views,  # noqa: F401 - its pages
    coordinator_views,  # noqa: F401 - its pages
    handover,
    recommendation_views,  # noqa: F401 - its pages
    verifier_views,  # noqa: F401 - its pages
)
from tracker.followups import models as followup_models  # noqa: F401 - its tables
from tracker.followups import states as followup_states
from tracker.followups import views as followup_views
from tracker.instruments import commands as instrument_commands
from tracker.instruments import states as instrument_states
from tracker.instruments import views as instrument_views
from tracker.instruments.reference import load_instruments
from tracker.jobs import views as job_views
from tracker.kit import commands as kit_commands
from tracker.kit import formats
from tracker.kit.clock import Clock, SystemClock
from tracker.kit.db import db, prepare_sqlite, reading
from tracker.kit.holidays_id import calendar_for
from tracker.kit.logs import configure as configure_logs
from tracker.kit.resources import PACKAGE, resource
from tracker.kit.words import N_
from tracker.kit.workflow import IllegalMove
from tracker.progress.commands import progress
from tracker.progress.operations import keep_current
from tracker.recommendations import states as recommendation_states
from tracker.recommendations import views as recommendation_pages

PAGES = (
    account_views.pages,
    administration_views.pages,
    dashboard_views.pages,
    followup_views.pages,
    evaluation_views.pages,
    history_views.pages,
    instrument_views.pages,
    job_views.pages,
    recommendation_pages.pages,
)
COMMANDS: tuple[Any, ...] = (
    administration_commands.administrator,
    administration_commands.reference,
    instrument_commands.cycle,
    kit_commands.imports,
    progress,
    backup_commands.backup,
    backup_commands.restore,
    demo,
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
)
LANGUAGES = ("id", "en")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the main menu: shown to whoever holds the act."""

    label: str
    endpoint: str
    act: Act


MENU: tuple[Entry, ...] = (
    Entry(N_("Beranda"), "dashboards.home", Act.VIEW_HOME),
    Entry(N_("Portofolio"), "dashboards.portfolio", Act.VIEW_PORTFOLIO),
    Entry(N_("Verifikasi"), "followups.queue", Act.OPEN_SUBMISSION),
    Entry(N_("Tindak lanjut"), "followups.index", Act.VIEW_FOLLOW_UPS),
    Entry(N_("Rekomendasi"), "recommendations.index", Act.ADD_RECOMMENDATION),
    Entry(N_("Hasil evaluasi"), "evaluations.index", Act.IMPORT_RESULTS),
    Entry(N_("Petugas"), "administration.officers", Act.INVITE_OFFICER),
    Entry(N_("Pengguna"), "administration.users", Act.ADD_USER),
    Entry(N_("Direktori"), "administration.directory", Act.EDIT_DIRECTORY),
    Entry(N_("Kalender"), "administration.calendar", Act.EDIT_CALENDAR),
    Entry(N_("Instrumen"), "instruments.index", Act.EDIT_INSTRUMENT),
    Entry(N_("Siklus evaluasi"), "instruments.cycles", Act.EDIT_CYCLE),
    Entry(N_("Pengaturan"), "administration.settings", Act.EDIT_SETTINGS),
    Entry(N_("Jejak audit"), "history.index", Act.VIEW_TRAIL),
)

scope.install(db.session)
administration_commands.LOADERS["instruments"] = load_instruments
following.on_membership_end.append(handover.hand_over)
following.on_unit_moved.append(handover.follow_unit)
trail.install(db.session, keep_current)


def create_app(config: Config, clock: Clock | None = None) -> Flask:
    """The application; it does not start with a route that declares no act."""
    app = Flask("tracker", template_folder=str(resource("templates")), static_folder=None)
    app.config.from_mapping(config.for_flask())
    app.extensions["clock"] = clock or SystemClock()
    app.extensions["labels"] = LABELS
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
    with app.test_request_context():  # every page shows these; none has a parameter
        app.extensions["menu"] = {
            entry.endpoint: url_for(entry.endpoint) for entry in MENU if entry.endpoint in app.view_functions
        }
    serve_files(app, config)
    return app


def refuse_silent_routes(app: Flask) -> None:
    silent = sorted(
        name for name, view in app.view_functions.items() if not isinstance(getattr(view, "act", None), Act)
    )
    if silent:
        raise RuntimeError(f"these routes declare no act: {', '.join(silent)}")


def language() -> str:
    """The signed-in person's; else what was chosen on this device, else Indonesian."""
    if current_user and current_user.is_authenticated:
        return str(current_user.language)
    chosen = session.get("language", "")
    return chosen if chosen in LANGUAGES else "id"


def timezone() -> str:
    return str(current_user.timezone) if current_user and current_user.is_authenticated else "Asia/Jakarta"


def dress_templates(app: Flask) -> None:
    environment = app.jinja_env
    environment.undefined = StrictUndefined
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.filters.update(formats.FILTERS)
    environment.install_gettext_callables(formats.said, said_in_number, newstyle=True)  # type: ignore[attr-defined]
    environment.globals["_"] = in_page  # Jinja's own goes through three calls for each word
    environment.globals.update(Act=Act, offers=offers, asset=formats.asset, form_key=form_key)

    @app.context_processor
    def frame() -> dict[str, Any]:
        return {
            "locale": formats.language(),
            "navigation": navigation() if "desk" in g else [],
            "account": account() if current_user and current_user.is_authenticated else None,
            "illustration": bool(current_user and current_user.is_authenticated and current_user.is_demo),
        }


def in_page(text: str, **values: Any) -> Markup:
    """A text of a template, with its placeholders filled. The text is ours; values are escaped."""
    words = Markup(formats.said(text))  # noqa: S704 - msgids and their translations are part of the program
    return words % values if values else words


def said_in_number(singular: str, plural: str, count: int) -> str:
    return str(get_translations().ngettext(singular, plural, count))


def form_key() -> str:
    """Names this copy of a form, so that pressing its button twice does the thing once."""
    return secrets.token_urlsafe(12)


def navigation() -> list[dict[str, Any]]:
    return [
        {
            "label": formats.said(entry.label),
            "url": current_app.extensions["menu"][entry.endpoint],
            "current": request.endpoint == entry.endpoint,
            "count": None,
        }
        for entry in MENU
        if g.desk.holds(entry.act) and entry.endpoint in current_app.extensions["menu"]
    ]


def account() -> dict[str, Any]:
    roles = ", ".join(dict.fromkeys(formats.label(m.role) for m in current_user.memberships))
    return {
        "name": current_user.name,
        "role": roles,
        "profile_url": url_for("accounts.profile"),
        "sign_out_url": url_for("accounts.sign_out"),
        "language_url": url_for("accounts.change_language"),
    }


CONTENT_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def surround_requests(app: Flask) -> None:
    @app.before_request
    def begin() -> None:
        reading.set(request.method in {"GET", "HEAD", "OPTIONS"})
        given = request.headers.get("X-Request-ID", "")
        request_id.set(given if given.isalnum() and len(given) <= 64 else secrets.token_hex(8))
        if "%00" in request.query_string.decode("latin-1") or any("\0" in typed for typed in request.form.values()):
            abort(400)  # no keyboard types it, and PostgreSQL keeps no such text

    @app.after_request
    def finish(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        headers.setdefault("Cache-Control", "no-store")
        headers["X-Request-ID"] = request_id.get()
        if app.config["SESSION_COOKIE_SECURE"]:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        log.info(
            "request",
            extra={"method": request.method, "path": without_secrets(request.path), "status": response.status_code},
        )
        return response


LIKE_A_SECRET = re.compile(r"[^/]*[0-9A-Fa-f]{16}[^/]*")


def without_secrets(path: str) -> str:
    """The path for the log: a one-time link stands in it, also where a messenger added a full stop or a slash."""
    return LIKE_A_SECRET.sub("…", path)


Problem = tuple[str, str]
PROBLEMS: dict[int, Problem] = {
    400: (N_("Permintaan tidak dapat dibaca"), N_("Muat ulang halaman, lalu coba sekali lagi.")),
    403: (N_("Anda tidak berwenang"), N_("Peran Anda tidak mencakup tindakan ini.")),
    404: (N_("Tidak ditemukan"), N_("Halaman ini tidak ada, atau di luar lingkup Anda.")),
    405: (N_("Tidak ditemukan"), N_("Alamat ini tidak menerima permintaan seperti itu.")),
    409: (
        N_("Sudah berubah"),
        N_("Statusnya sudah diubah orang lain. Buka kembali halamannya untuk melihat keadaan terbaru."),
    ),
    413: (N_("Berkas terlalu besar"), N_("Kirim berkas yang lebih kecil, atau lebih sedikit berkas sekaligus.")),
    422: (N_("Isian belum lengkap"), N_("Periksa kembali isian Anda.")),
    429: (N_("Terlalu banyak percobaan"), N_("Tunggu beberapa menit, lalu coba lagi.")),
    500: (N_("Terjadi kesalahan"), N_("Kesalahan ini tercatat. Coba lagi; bila berulang, sampaikan kodenya.")),
}


def answer_errors(app: Flask) -> None:
    app.register_error_handler(NotFound, lambda _: problem(404))
    app.register_error_handler(Forbidden, lambda _: problem(403))
    for overtaken in (IllegalMove, StaleDataError):
        app.register_error_handler(overtaken, lambda _: problem(409))
    app.register_error_handler(IntegrityError, collided)
    app.register_error_handler(401, lambda _: to_sign_in())
    app.register_error_handler(CSRFError, lambda _: expired())
    app.register_error_handler(HTTPException, lambda error: problem(error.code or 500, error.get_response()))

    @app.errorhandler(Exception)
    def unforeseen(error: Exception) -> ResponseReturnValue:
        log.exception("unforeseen", exc_info=error)
        return problem(500)


def collided(error: IntegrityError) -> ResponseReturnValue:
    """Somebody else wrote the same thing a moment earlier, and the database kept the first."""
    log.warning("collided", exc_info=error)
    return problem(409)


def to_sign_in() -> ResponseReturnValue:
    """To the door, and afterwards back: to the page asked for, or to the one with the form that was being filled in."""
    target, code = request.full_path.rstrip("?"), 302
    if request.method != "GET":
        target, code = account_views.came_from(), 303
        flash(gettext("Anda sudah keluar. Masuk lagi untuk melanjutkan."), "warning")
    return redirect(url_for("accounts.sign_in", next=target if target != "/" else None), code)


def expired() -> ResponseReturnValue:
    """A form from before a sign-out or a restart; what was typed is kept by the browser."""
    if not current_user.is_authenticated and request.endpoint != "accounts.sign_in":
        return to_sign_in()
    return problem(400)


def problem(code: int, original: Any = None) -> ResponseReturnValue:
    db.session.rollback()
    if original is not None and 300 <= original.status_code < 400:
        return original  # type: ignore[no-any-return]
    title, message = PROBLEMS.get(code, PROBLEMS[500])
    page = render_template(
        "layout/problem.html", code=code, title=gettext(title), message=gettext(message), request_id=request_id.get()
    )
    return page, code


def serve_files(app: Flask, config: Config) -> None:
    """Files of ours come with their content in their name, and may be kept for ever."""
    immutable: Callable[[str, str], bool] = lambda _path, url: url.startswith("/static/")  # noqa: E731
    whitenoise = WhiteNoise(app.wsgi_app, immutable_file_test=immutable, max_age=int(timedelta(days=1).total_seconds()))
    whitenoise.add_files(str(PACKAGE / "static"), prefix="static/")
    app.wsgi_app = whitenoise  # type: ignore[method-assign]
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def warm(app: Flask) -> None:
    """Load what the first requests would load, once for all workers: before they part, they share it."""
    configure_mappers()
    calendar_for(())
    for name in app.jinja_env.list_templates(extensions=["html"]):
        app.jinja_env.get_template(name)
    for chosen in LANGUAGES:
        format_datetime(datetime(2020, 5, 14, tzinfo=UTC), "EEEE, d MMMM yyyy HH.mm", locale=chosen)


def settings() -> Config:
    config: Config = current_app.config["TUNTAS"]
    return config
