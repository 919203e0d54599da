"""The door: who comes in, who does not, and what a stranger learns."""

import sqlalchemy as sa

from tests.support.make import Make
from tests.support.site import Site
from tracker.access.acts import Act
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
