"""The door: who comes in, who does not, and what a stranger learns."""

from collections.abc import Callable
from datetime import date
from typing import Any

import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import Flask

from tests.support.clock import StoppedClock
from tests.support.make import Make
from tests.support.site import Site
from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.accounts.links import make_link
from tracker.accounts.models import UserSession
from tracker.accounts.passwords import hashed
from tracker.directory.models import User
from tracker.directory.states import Role
from tracker.events.models import Event

PASSWORD = "angin laut biru"


def known(make: Make, **values: object) -> User:
    user = make.user(Role.VIEWER)
    user.password_hash = hashed(PASSWORD)
    for name, value in values.items():
        setattr(user, name, value)
    return make.save(user)


def try_door(site: Site, username: str, password: str = PASSWORD, **more: str) -> tuple[int, str]:
    answer = site.fetch("/masuk", method="POST", data={"username": username, "password": password, **more})
    return answer.status_code, answer.headers.get("Location", "")


def test_a_stranger_is_led_to_the_door_and_back(make: Make, site: Site) -> None:
    user = known(make)
    answer = site.fetch("/akun")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/masuk?next=/akun")
    assert try_door(site, user.username.upper() + " ", next="/akun") == (303, "/akun")
    assert site.get("/akun").heading == "Akun saya"


def test_the_form_has_one_text_field_and_one_password_field(make: Make, site: Site) -> None:
    page = site.get("/masuk")
    assert sorted(page.inputs) == ["password", "username"]
    assert page.forms[0] == "/masuk"


def test_a_sign_in_is_a_row_of_its_own_and_is_told(make: Make, site: Site) -> None:
    user = known(make)
    assert try_door(site, user.username)[0] == 303
    row = make.only(UserSession)
    assert row is not None
    assert row.user_id == user.id
    events = make.session.scalars(sa.select(Event).where(Event.subject_id == user.id)).all()
    assert [(event.act, event.actor_id) for event in events] == [(Act.SIGN_IN, user.id)]


def test_nobody_is_led_away_from_the_site(make: Make, site: Site) -> None:
    user = known(make)
    for away in ("//jahat.example", "https://jahat.example/", "/\\jahat.example", "jahat", "/\tjahat"):
        assert try_door(site, user.username, next=away) == (303, "/"), away


def test_what_was_wrong_is_not_told(make: Make, site: Site) -> None:
    user = known(make)
    wrong = site.post("/masuk", expect=422, username=user.username, password="salah sekali")
    unknown = site.post("/masuk", expect=422, username="tidak-ada", password="salah sekali")
    assert wrong.words.replace(user.username, "") == unknown.words.replace("tidak-ada", "")


def test_sign_out_ends_the_row_so_a_copied_cookie_is_worthless(make: Make, site: Site) -> None:
    user = known(make)
    try_door(site, user.username)
    with site.client.session_transaction() as cookie:
        copied = dict(cookie)
    site.post("/keluar")
    with site.client.session_transaction() as cookie:
        cookie.update(copied)
    assert site.fetch("/akun").status_code == 302


def test_a_stranger_chooses_a_language_for_this_device(site: Site) -> None:
    site.fetch("/bahasa", method="POST", data={"language": "en"})
    assert site.get("/masuk").language == "en"
    site.fetch("/bahasa", method="POST", data={"language": "xx"})
    assert site.get("/masuk").language == "en"


def signed_in(make: Make, site: Site) -> User:
    user = known(make)
    try_door(site, user.username)
    make.session.expire_all()
    return user


def test_guessing_a_known_and_an_unknown_account_is_slowed_alike(make: Make, site: Site, clock: StoppedClock) -> None:
    user = known(make)
    answers = {}
    for name in (user.username, "tidak-ada"):
        answers[name] = [try_door(site, name, "salah sekali")[0] for _ in range(9)]
        assert answers[name] == [422] * 8 + [429]
    refused = site.post("/masuk", expect=429, username=user.username, password=PASSWORD)
    assert "Terlalu banyak percobaan. Tunggu 15 menit" in refused.words
    clock.advance(minutes=16)
    assert try_door(site, user.username)[0] == 303


def test_an_address_that_tries_many_accounts_is_slowed_too(make: Make, site: Site) -> None:
    user = known(make)
    for guess in range(60):
        assert try_door(site, f"nama{guess}", "salah sekali")[0] == 422
    assert try_door(site, user.username)[0] == 429


def test_a_right_password_forgets_the_tries_before_it(make: Make, site: Site) -> None:
    user = known(make)
    for _ in range(3):
        assert [try_door(site, user.username, "salah sekali")[0] for _ in range(7)] == [422] * 7
        assert try_door(site, user.username)[0] == 303
        site.post("/keluar")


def test_who_has_no_valid_role_is_told_so_after_the_right_password(make: Make, site: Site) -> None:
    user = known(make)
    user.memberships[0].valid_to = date(2026, 2, 1)
    make.save(user.memberships[0])
    page = site.post("/masuk", expect=422, username=user.username, password=PASSWORD)
    assert "tidak mempunyai peran yang berlaku" in page.words


def test_an_inactive_account_or_one_without_a_password_does_not_come_in(make: Make, site: Site) -> None:
    for values in ({"is_active": False}, {"password_hash": None}):
        assert try_door(site, known(make, **values).username)[0] == 422


def test_a_hash_of_another_strength_is_renewed_at_sign_in(make: Make, site: Site) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD)
    user = known(make, password_hash=old)
    assert try_door(site, user.username)[0] == 303
    make.session.expire_all()
    assert "m=19456,t=2,p=1" in (user.password_hash or "")


def test_preferences_are_kept_and_seen_at_once(make: Make, site: Site) -> None:
    user = signed_in(make, site)
    typed: dict[str, Any] = {
        "email": "a@b.go.id",
        "phone": "0812 3456 7890",
        "language": "en",
        "timezone": "Asia/Jayapura",
    }
    page = site.post("/akun", **typed)
    assert (page.language, page.status) == ("en", 200)
    make.session.expire_all()
    assert (user.phone, user.timezone) == ("0812 3456 7890", "Asia/Jayapura")
    typed |= {"email": "bukan surel", "timezone": "Mars/Olympus", "language": "xx"}
    page = site.post("/akun", expect=422, **typed)
    assert "bukan surel" in page.html
    assert user.timezone == "Asia/Jayapura"


def test_a_stale_change_of_preferences_shows_both(make: Make, site: Site) -> None:
    user = signed_in(make, site)
    typed: dict[str, Any] = {"email": "", "phone": "", "language": "id", "timezone": "Asia/Jakarta"}
    version = str(user.version)
    site.post("/akun", **typed | {"email": "satu@b.go.id", "version": version})
    page = site.post("/akun", expect=409, **typed | {"email": "dua@b.go.id", "version": version})
    assert "satu@b.go.id" in page.words
    assert "dua@b.go.id" in page.html


def test_a_new_password_needs_the_old_one_and_ends_other_sign_ins(make: Make, site: Site, app: Flask) -> None:
    user = signed_in(make, site)
    elsewhere = Site(app)
    try_door(elsewhere, user.username)
    new = "kapur barus ungu"
    page = site.post("/akun/kata-sandi", expect=422, old="salah", password=new, again=new)
    assert "Kata sandi lama tidak sesuai" in page.words
    page = site.post("/akun/kata-sandi", expect=422, old=PASSWORD, password=new, again="lain")
    assert "Tidak sama" in page.words
    site.post("/akun/kata-sandi", expect=422, old=PASSWORD, password=PASSWORD, again=PASSWORD)
    assert elsewhere.fetch("/akun").status_code == 200
    site.post("/akun/kata-sandi", old=PASSWORD, password=new, again=new)
    assert elsewhere.fetch("/akun").status_code == 302
    assert site.fetch("/akun").status_code == 200
    assert try_door(elsewhere, user.username, new)[0] == 303


def test_the_old_password_cannot_be_guessed_on_a_borrowed_device(make: Make, site: Site) -> None:
    signed_in(make, site)
    new = "kapur barus ungu"
    for _ in range(8):
        site.post("/akun/kata-sandi", expect=422, old="salah", password=new, again=new)
    site.post("/akun/kata-sandi", expect=429, old=PASSWORD, password=new, again=new)


def test_all_devices_are_signed_out_at_once(make: Make, site: Site, app: Flask) -> None:
    user = signed_in(make, site)
    elsewhere = Site(app)
    try_door(elsewhere, user.username)
    assert site.get("/akun").words.count("Keluarkan") >= 2
    site.post("/akun/keluar-semua")
    assert elsewhere.fetch("/akun").status_code == 302
    assert site.fetch("/akun").status_code == 302


def test_one_device_is_signed_out_by_its_owner_only(make: Make, site: Site, app: Flask) -> None:
    owner = signed_in(make, site)
    row = make.only(UserSession)
    assert row is not None
    stranger = Site(app)
    try_door(stranger, known(make).username)
    stranger.post(f"/akun/perangkat/{row.id}/keluarkan", expect=404)
    elsewhere = Site(app)
    try_door(elsewhere, owner.username)
    elsewhere.post(f"/akun/perangkat/{row.id}/keluarkan")
    assert site.fetch("/akun").status_code == 302
    assert elsewhere.fetch("/akun").status_code == 200


def link_for(make: Make, desk_of: Callable[..., Desk], user: User, seed: str = "seed") -> str:
    made = make_link(desk_of(make.user(Role.ADMINISTRATOR)), user, seed)
    make.session.commit()
    return made.secret


def test_a_link_sets_the_password_once_and_signs_in(
    make: Make, site: Site, desk_of: Callable[..., Desk], app: Flask
) -> None:
    user = known(make)
    before = Site(app)
    try_door(before, user.username)
    address = f"/tautan/{link_for(make, desk_of, user)}"
    assert user.username in site.get(address).words
    new = "kapur barus ungu"
    site.post(address, expect=422, password="pendek", again="pendek")
    assert site.fetch(address, method="POST", data={"password": new, "again": new}).status_code == 303
    assert site.get("/akun").heading == "Akun saya"
    assert before.fetch("/akun").status_code == 302
    assert "sudah dipakai" in site.get(address, expect=410).words
    assert try_door(Site(app), user.username, new)[0] == 303


def test_an_expired_replaced_or_unknown_link_says_so(
    make: Make, site: Site, desk_of: Callable[..., Desk], clock: StoppedClock
) -> None:
    user = known(make)
    first = link_for(make, desk_of, user, "one")
    second = link_for(make, desk_of, user, "two")
    assert "tidak berlaku" in site.get(f"/tautan/{first}", expect=410).words
    clock.advance(hours=73)
    assert "Mintalah tautan baru" in site.get(f"/tautan/{second}", expect=410).words
    assert "tidak dikenali" in site.get("/tautan/apa-saja", expect=410).words
