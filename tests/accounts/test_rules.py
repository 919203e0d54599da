"""Which passwords are refused, and which addresses lead back into the site."""

import pytest

from tracker.accounts.rules import device_name, own_path, password_problem

OWN = ("Dr. Siti A. Rahmawati", "siti.r")


@pytest.mark.parametrize(
    "weak",
    ["sembilan9", "passwordpassword", "Password123!", "1234567890", "0987654321", "qwertyuiop", "aaaaabbbbb",
     "Indonesia2026", "!!Rahasia!!99", "rahmawati 1990", "katasandi1234", "abcdefghijkl", "12345qwert", "x" * 201],
)  # fmt: skip
def test_weak_passwords_are_refused(weak: str) -> None:
    assert password_problem(weak, *OWN)


@pytest.mark.parametrize("good", ["angin laut biru", "kuda-nil 7 payung", "Tr0pis+Mendung", "sandal jepit merah"])
def test_a_few_words_or_a_mixture_are_accepted(good: str) -> None:
    assert password_problem(good, *OWN) is None


@pytest.mark.parametrize("away", ["", None, "//a.b", "https://a.b/", "/\\a.b", "/a\nb", "javascript:alert(1)", "a/b"])
def test_only_own_paths_lead_back(away: str | None) -> None:
    assert own_path(away) is None


def test_an_own_path_keeps_its_question() -> None:
    assert own_path("/unit/3?siklus=2#aspek") == "/unit/3?siklus=2#aspek"


def test_devices_have_names_people_know() -> None:
    phone = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile"
    assert device_name(phone) == "Chrome, Android"
    assert device_name("") == ""
