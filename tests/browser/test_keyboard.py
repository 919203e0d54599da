"""The main job without a mouse: Tab, Enter, Space and letters, and one always sees where one is."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Workplace
from tests.browser.visitor import Visitor, visiting
from tests.support.people import PASSWORD

pytestmark = pytest.mark.browser

FURTHEST = 90
"""Stops of the Tab key until something must have come."""
HERE = """() => { const e = document.activeElement, style = getComputedStyle(e);
  const label = e.labels && e.labels.length ? e.labels[0].innerText : '';
  return { words: (label || e.getAttribute('aria-label') || e.innerText || e.value || '').trim(),
           seen: e.type === 'date' && !e.matches(':focus') || e.matches(':focus-visible') &&
             (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== 'none'),
           inside: e.getBoundingClientRect().bottom > 0 && e.getBoundingClientRect().top < innerHeight }; }"""

"""What has the focus. The button inside a date field is the browser's own, and so is the ring around it."""


class Keys:
    """Somebody who has only a keyboard."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.page = visitor, visitor.page

    def to(self, words: str) -> "Keys":
        """Tab on until one stands at what is called so; every stop on the way can be seen."""
        for _ in range(FURTHEST):
            self.page.keyboard.press("Tab")
            here = self.page.evaluate(HERE)
            assert here["seen"], f"no visible focus on {here['words']!r} of {self.visitor.path}"
            assert here["inside"], f"{here['words']!r} of {self.visitor.path} has focus out of sight"
            if here["words"].startswith(words):
                return self
        raise AssertionError(f"Tab does not reach {words!r} on {self.visitor.path}")

    def type(self, text: str) -> "Keys":
        self.page.keyboard.type(text)
        return self

    def enter(self, status: int = 200) -> "Keys":
        with self.page.expect_navigation(wait_until="load"):
            self.page.keyboard.press("Enter")
        self.visitor.look(status)
        return self

    def space(self) -> "Keys":
        self.page.keyboard.press("Space")
        return self


@contextmanager
def signed_in(chromium: Browser, workplace: Workplace, username: str) -> Iterator[tuple[Visitor, Keys]]:
    with visiting(chromium, workplace.site.address, f"{username}-papan-ketik", 1280) as visitor:
        keys = Keys(visitor.open("/masuk"))
        assert visitor.page.evaluate("document.activeElement.name") == "username", "the form is ready to be typed into"
        keys.type(username).to("Kata sandi").type(PASSWORD).enter()
        yield visitor, keys


def test_work_is_logged_submitted_and_accepted_by_keyboard_alone(workplace: Workplace, chromium: Browser) -> None:
    title = "Pasang papan nama petugas"
    soon = datetime.now(UTC) + timedelta(days=1)  # before what other tests assign, and so among the first at home
    workplace.assign(title, due_on=soon.date(), due_at=soon, original_due_on=soon.date())
    with signed_in(chromium, workplace, "petugas") as (officer, keys):
        keys.to("Langsung ke isi")
        officer.page.keyboard.press("Enter")
        expect(officer.page.locator("#isi")).to_be_focused()
        keys.to(title).enter().to("Catat tindakan").enter()
        keys.to("Apa yang sudah dikerjakan").type("Papan nama dipasang di tiap loket.")
        keys.to("Capaian menurut unit (%)").type("90").to("Kendala, tautan").space()
        keys.to("Tautan bukti").type("https://contoh.example/papan-nama").to("Simpan tindakan").enter()
        assert "Tindakan tercatat." in officer.text
        keys.to("Ajukan untuk verifikasi").enter().to("Ajukan sekarang").enter()
        assert officer.heading.startswith("Tanda terima")

    with signed_in(chromium, workplace, "pemeriksa") as (verifier, keys):
        verifier.open("/verifikasi")
        keys.to(title).enter().to("Mulai memeriksa").enter()
        keys.to("Sesuai: rekomendasi selesai").space().to("Terima tindak lanjut").enter()
        assert f"“{title}” diterima." in verifier.text


def test_a_menu_opens_and_closes_by_keyboard_and_gives_the_focus_back(workplace: Workplace, chromium: Browser) -> None:
    with visiting(chromium, workplace.site.address, "petugas-menu") as officer:
        keys = Keys(officer.sign_in("petugas", PASSWORD))
        keys.to("Menu").space()
        menu = officer.page.locator("details.menu-nav")
        expect(menu).to_have_attribute("open", "")
        keys.to("Tindak lanjut")
        officer.page.keyboard.press("Escape")
        expect(menu).not_to_have_attribute("open", "")
        expect(menu.locator("summary").first).to_be_focused()
