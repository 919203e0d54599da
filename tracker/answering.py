"""What every answer of the site carries (headers, its line in the log), and what it says when something went wrong."""

import logging
import re
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from config import Config
from tracker.access.desk import Forbidden, NotFound, request_id
from tracker.accounts.views import came_from
from tracker.kit.db import db, reading
from tracker.kit.resources import PACKAGE
from tracker.kit.vault import Locked
from tracker.kit.words import N_
from tracker.kit.workflow import IllegalMove

log = logging.getLogger(__name__)

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
    503: (
        N_("Kunci belum tersedia"),
        N_("Isi halaman ini disegel dengan kunci yang tidak terpasang. Tidak ada yang hilang; hubungi administrator."),
    ),
    500: (N_("Terjadi kesalahan"), N_("Kesalahan ini tercatat. Coba lagi; bila berulang, sampaikan kodenya.")),
}


def answer_errors(app: Flask) -> None:
    app.register_error_handler(NotFound, lambda _: problem(404))
    app.register_error_handler(Forbidden, lambda _: problem(403))
    for overtaken in (IllegalMove, StaleDataError):
        app.register_error_handler(overtaken, lambda _: problem(409))
    app.register_error_handler(IntegrityError, collided)
    app.register_error_handler(Locked, locked)
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


def locked(error: Locked) -> ResponseReturnValue:
    """What is sealed under a key that was not given is shown as just that, never as empty; the log names the key."""
    log.error("locked: a key is missing from TRACKER_VAULT_KEYS", extra={"key_id": error.key_id})
    return problem(503)


def to_sign_in() -> ResponseReturnValue:
    """To the door, and afterwards back: to the page asked for, or to the one with the form that was being filled in."""
    target, code = request.full_path.rstrip("?"), 302
    if request.method != "GET":
        target, code = came_from(), 303
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
