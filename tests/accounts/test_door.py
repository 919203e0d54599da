"""Guessing at the door slows down whoever guesses, and nobody else."""

from tests.accounts.test_views import known, signed_in
from tests.support.clock import StoppedClock
from tests.support.make import Make
from tests.support.site import Site

WRONG = "salah sekali"


def knock(site: Site, username: str, password: str, address: str) -> int:
    typed = {"username": username, "password": password}
    return site.fetch("/masuk", method="POST", data=typed, environ_base={"REMOTE_ADDR": address}).status_code


def test_who_guesses_elsewhere_does_not_lock_the_owner_out(make: Make, site: Site) -> None:
    user = known(make)
    assert [knock(site, user.username, WRONG, "203.0.113.9") for _ in range(20)] == [422] * 8 + [429] * 12
    assert knock(site, user.username, "angin laut biru", "198.51.100.4") == 303


def test_many_addresses_together_are_slowed_at_one_account(make: Make, site: Site, clock: StoppedClock) -> None:
    user = known(make)
    answers = [knock(site, user.username, WRONG, f"203.0.113.{number // 8}") for number in range(104)]
    assert answers == [422] * 100 + [429] * 4
    clock.advance(minutes=16)
    assert knock(site, user.username, "angin laut biru", "198.51.100.4") == 303


def test_the_door_is_looked_at_without_being_knocked_on(make: Make, site: Site) -> None:
    """A messenger that shows a preview of a link asks with HEAD."""
    assert site.fetch("/masuk", method="HEAD").status_code == 200
    signed_in(make, site)
    assert site.fetch("/masuk", method="HEAD").status_code == 303
