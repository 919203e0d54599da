"""Pages for signing in and out, and for one's own account."""

from datetime import timedelta
from urllib.parse import urlsplit

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import refresh
from flask_login import current_user, login_user, logout_user

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.pages import Pages
from tracker.accounts import asking, links, operations, passwords
from tracker.accounts.forms import (
    ChangePasswordForm,
    Credentials,
    ForgotForm,
    PreferencesForm,
    SetPasswordForm,
    SignInForm,
)
from tracker.accounts.models import OneTimeLink, UserSession
from tracker.accounts.people import person_behind
from tracker.accounts.queries import open_sign_ins
from tracker.accounts.rules import own_path
from tracker.accounts.throttling import Guard
from tracker.kit.formats import forget_reader
from tracker.kit.refusal import Refusal
from tracker.kit.words import N_

pages = Pages("accounts", __name__)

LANGUAGES = ("id", "en")
WRONG = N_("Nama pengguna atau kata sandi tidak sesuai.")
TOO_MANY = N_("Terlalu banyak percobaan. Tunggu %(minutes)s menit, lalu coba lagi.")


class TooMany(Exception):
    """Tried too often; the form is answered with 429."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(str(wait))
        self.message = _(TOO_MANY, minutes=minutes(wait))


@pages.open("/masuk", act=Act.SIGN_IN, methods=("GET", "POST"))
def sign_in(desk: Desk) -> ResponseReturnValue:
    """The door. What is wrong is never said more precisely than "one of the two"."""
    form = SignInForm()
    target = own_path(form.next.data or request.args.get("next")) or "/"
    if request.method != "POST":
        if current_user.is_authenticated:
            return redirect(target, 303)
        form.next.data = target if target != "/" else ""
        return render_template("accounts/sign_in.html", form=form)
    status = 422
    try:
        if form.carried_out(lambda typed: enter(desk, typed)):
            return redirect(target, 303)
    except TooMany as refusal:
        form.refuse("", refusal.message)
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
        raise TooMany(wait)
    if not passwords.matches(known.password_hash, typed.password) or known.user_id is None:
        raise Refusal("", WRONG)
    guard.succeeded()
    welcome(operations.desk_of(desk.session, known.user_id, desk.now), typed.password)


def minutes(wait: timedelta) -> int:
    """Whole minutes, rounded up."""
    return -(-int(wait.total_seconds()) // 60)


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
        operations.sign_out(operations.desk_of(desk.session, current_user.id, desk.now), current_user.session_id)
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
            operations.choose_language(operations.desk_of(desk.session, current_user.id, desk.now), language)
    return redirect(came_from(), 303)


def came_from() -> str:
    """The page of ours on which the button stood."""
    referrer = urlsplit(request.referrer or "")
    if referrer.netloc and referrer.netloc != request.host:
        return "/"
    return own_path(referrer._replace(scheme="", netloc="").geturl()) or "/"


@pages.show("/akun", act=Act.CHANGE_OWN_ACCOUNT)
def profile(desk: Desk) -> ResponseReturnValue:
    """Who one is here, what one may do where, and where one is signed in."""
    user = operations.own_account(desk)
    return show_profile(desk, PreferencesForm(obj=user))


@pages.do("/akun", act=Act.CHANGE_OWN_ACCOUNT)
def save_preferences(desk: Desk) -> ResponseReturnValue:
    form = PreferencesForm()
    if form.carried_out(lambda wanted: operations.change_preferences(desk, wanted), operations.own_account(desk)):
        session["language"] = form.language.data
        current_user.language, current_user.timezone = form.language.data, form.timezone.data
        refresh()
        forget_reader()
        flash(_("Pengaturan akun tersimpan."), "success")
        return redirect(url_for("accounts.profile"), 303)
    return show_profile(desk, form), form.status


def show_profile(desk: Desk, form: PreferencesForm) -> str:
    user = operations.own_account(desk)
    if not form.version.data:
        form.version.data = str(user.version)
    return render_template(
        "accounts/profile.html",
        user=user,
        form=form,
        today=desk.today,
        sign_ins=desk.all(open_sign_ins(user.id, desk.now)),
        here=current_user.session_id,
    )


@pages.show("/akun/kata-sandi", act=Act.CHANGE_OWN_ACCOUNT)
def password(_desk: Desk) -> ResponseReturnValue:
    return render_template("accounts/password.html", form=ChangePasswordForm())


@pages.do("/akun/kata-sandi", act=Act.CHANGE_OWN_ACCOUNT)
def change_password(desk: Desk) -> ResponseReturnValue:
    """Counted like a sign-in: a borrowed device must not be a place to guess."""
    form = ChangePasswordForm()
    user = operations.own_account(desk)
    guard = Guard(desk.session, desk.now, f"change {user.username}", request.remote_addr or "")
    wait = guard.wait()
    user_id, session_id = user.id, current_user.session_id
    desk.session.commit()
    if wait:
        form.refuse("", _(TOO_MANY, minutes=minutes(wait)))
        return render_template("accounts/password.html", form=form), 429
    desk = operations.desk_of(desk.session, user_id, desk.now)
    if form.carried_out(lambda wanted: operations.change_password(desk, wanted, session_id)):
        guard.succeeded()
        flash(_("Kata sandi diganti. Perangkat lain sudah dikeluarkan."), "success")
        return redirect(url_for("accounts.profile"), 303)
    return render_template("accounts/password.html", form=form), form.status


@pages.do("/akun/perangkat/<int:id>/keluarkan", act=Act.CHANGE_OWN_ACCOUNT, on=UserSession)
def end_sign_in(desk: Desk, sign_in: UserSession) -> ResponseReturnValue:
    """Sign out somewhere else."""
    operations.sign_out(desk, sign_in.id)
    flash(_("Perangkat itu sudah dikeluarkan."), "success")
    return redirect(url_for("accounts.profile"), 303)


@pages.do("/akun/keluar-semua", act=Act.CHANGE_OWN_ACCOUNT)
def sign_out_everywhere(desk: Desk) -> ResponseReturnValue:
    user = operations.own_account(desk)
    operations.sign_out_everywhere(desk, user)
    desk.record(Act.SIGN_OUT, user)
    leave()
    flash(_("Anda sudah keluar dari semua perangkat."), "success")
    return redirect(url_for("accounts.sign_in"), 303)


@pages.open("/lupa-kata-sandi", act=Act.ASK_LINK, methods=("GET", "POST"))
def forgot(desk: Desk) -> ResponseReturnValue:
    """Ask for a link by mail. The answer is the same for every name, known or not."""
    form = ForgotForm()
    if request.method != "POST":
        return render_template("accounts/forgot.html", form=form, asked=False, by_mail=asking.is_possible())
    try:
        if asking.is_possible() and form.carried_out(lambda username: ask(desk, username)):
            return render_template("accounts/forgot.html", form=form, asked=True, by_mail=True)
    except TooMany as refusal:
        form.refuse("", refusal.message)
        return render_template("accounts/forgot.html", form=form, asked=False, by_mail=True), 429
    return render_template("accounts/forgot.html", form=form, asked=False, by_mail=asking.is_possible()), 422


def ask(desk: Desk, typed: str) -> None:
    """Counted like a sign-in, for known and unknown names alike."""
    username = operations.username_key(typed)
    wait = Guard(desk.session, desk.now, f"forgot {username}", request.remote_addr or "").wait()
    if wait:
        desk.session.commit()
        raise TooMany(wait)
    asking.ask_link(desk, username)


@pages.open("/tautan/<token>", act=Act.FOLLOW_LINK, methods=("GET", "POST"))
def follow_link(desk: Desk, token: str) -> ResponseReturnValue:
    """Set a password by a link that works once, and sign in with it."""
    link = links.link_behind(desk.session, token)
    if link is None or not links.works(desk, link):
        return render_template("accounts/link_over.html", known=link is not None, link=link), 410
    form = SetPasswordForm()
    if request.method == "POST":
        own = operations.desk_of(desk.session, link.user_id, desk.now)
        if form.carried_out(lambda typed: set_by_link(own, link, typed)):
            flash(_("Kata sandi tersimpan. Selamat datang di Tuntas."), "success")
            return redirect("/", 303)
    page = render_template("accounts/follow_link.html", form=form, user=link.user, token=token, link=link)
    return page, form.status if request.method == "POST" else 200


def set_by_link(desk: Desk, link: OneTimeLink, typed: str) -> None:
    links.follow(desk, link, typed)
    welcome(desk)
