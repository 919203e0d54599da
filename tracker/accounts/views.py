"""Pages for signing in and out, and for one's own account."""

from urllib.parse import urlsplit

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.pages import Pages
from tracker.accounts import operations, passwords
from tracker.accounts.forms import Credentials, SignInForm
from tracker.accounts.people import person_behind
from tracker.accounts.rules import own_path
from tracker.accounts.throttling import Guard
from tracker.kit.refusal import Refusal
from tracker.kit.words import N_

pages = Pages("accounts", __name__)

LANGUAGES = ("id", "en")
WRONG = N_("Nama pengguna atau kata sandi tidak sesuai.")
TOO_MANY = N_("Terlalu banyak percobaan. Tunggu %(minutes)s menit, lalu coba lagi.")


class TooMany(Refusal):
    """Tried too often; the form is answered with 429."""


@pages.open("/masuk", act=Act.SIGN_IN, methods=("GET", "POST"))
def sign_in(desk: Desk) -> ResponseReturnValue:
    """The door. What is wrong is never said more precisely than "one of the two"."""
    form = SignInForm()
    target = own_path(form.next.data or request.args.get("next")) or "/"
    if request.method == "GET":
        if current_user.is_authenticated:
            return redirect(target, 303)
        form.next.data = target if target != "/" else ""
        return render_template("accounts/sign_in.html", form=form)
    status = 422
    try:
        if form.carried_out(lambda typed: enter(desk, typed)):
            return redirect(target, 303)
    except TooMany as refusal:
        form.refuse("", _(refusal.message, **refusal.values))
        status = 429
    return render_template("accounts/sign_in.html", form=form), status


def enter(desk: Desk, typed: Credentials) -> None:
    """Count the try, then look at the password outside any transaction, which it would hold up."""
    username = operations.username_key(typed.username)
    guard = Guard(desk.session, desk.now, username, request.remote_addr or "")
    wait = guard.wait()
    known = operations.account_named(desk.session, username)
    desk.session.commit()
    if wait:
        raise TooMany("", TOO_MANY, minutes=-(-int(wait.total_seconds()) // 60))
    if not passwords.matches(known.password_hash, typed.password) or known.user_id is None:
        raise Refusal("", WRONG)
    guard.succeeded()
    welcome(operations.desk_of(desk.session, known.user_id, desk.now), typed.password)


def welcome(desk: Desk, password: str = "") -> None:
    """Give the browser a new cookie, which holds the key of this sign-in and nothing of the one before."""
    key = operations.sign_in(desk, request.user_agent.string, password)
    person = person_behind(desk.session, key, desk.now)
    assert person is not None
    session.clear()
    login_user(person)
    session["language"] = person.language


@pages.open("/keluar", act=Act.SIGN_OUT, methods=("POST",))
def sign_out(desk: Desk) -> ResponseReturnValue:
    if current_user.is_authenticated:
        operations.sign_out(operations.desk_of(desk.session, current_user.user.id, desk.now), current_user.session_id)
    leave()
    return redirect(url_for("accounts.sign_in"), 303)


def leave() -> None:
    """Empty the cookie; the language stays with the device."""
    language = session.get("language")
    logout_user()
    session.clear()
    if language:
        session["language"] = language


@pages.open("/bahasa", act=Act.CHOOSE_LANGUAGE, methods=("POST",))
def change_language(desk: Desk) -> ResponseReturnValue:
    """Indonesian or English: for this device, and for the account of whoever is signed in."""
    language = request.form.get("language", "")
    if language in LANGUAGES:
        session["language"] = language
        if current_user.is_authenticated:
            operations.choose_language(operations.desk_of(desk.session, current_user.user.id, desk.now), language)
    return redirect(came_from(), 303)


def came_from() -> str:
    """The page of ours on which the button stood."""
    referrer = urlsplit(request.referrer or "")
    if referrer.netloc and referrer.netloc != request.host:
        return "/"
    return own_path(referrer._replace(scheme="", netloc="").geturl()) or "/"


@pages.show("/akun", act=Act.CHANGE_OWN_ACCOUNT)
def profile(desk: Desk) -> ResponseReturnValue:
    user = operations.own_account(desk)
    return render_template("accounts/profile.html", user=user)
