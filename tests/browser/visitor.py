"""A person at a browser. Every page that is looked at is also held against what every page owes."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Response

HEIGHTS = {360: 740, 1280: 800}
PATIENCE = 15_000
"""Milliseconds. Generous, because the machine of a test run is shared."""

ONLY_VIOLATIONS = {"resultTypes": ["violations"]}
"""Every rule is run; what passed is not listed node by node, which for a long table would take seconds to hand over."""

CLEAN: dict[int, set[str]] = {}
"""Width -> what stood on pages that axe found clean, in this process."""
HOW_IT_IS_BUILT = """() => [...new Set([...document.querySelectorAll('body, body *')].map(e =>
  [e.parentElement?.tagName, e.tagName, e.className?.baseVal ?? e.className, e.getAttribute('role'), e.type,
   e.getAttributeNames().sort(), Boolean(e.textContent.trim()), e.getAttribute('aria-label') === ''].join(' ')))]
  .concat([...document.querySelectorAll('h1,h2,h3,h4')].map((e, i, all) => (all[i - 1]?.tagName) + e.tagName))"""
"""Every kind of element with its surroundings and whether it holds words, and which heading follows on which."""


@dataclass
class Visitor:
    """Go somewhere, press something, look at what came. Addresses are paths of the site."""

    page: Page
    name: str
    width: int
    scripts: bool = True
    complaints: list[str] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    looks: int = 0

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE)
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("response", self._answered)

    def _heard(self, message: ConsoleMessage) -> None:
        refused = message.text.startswith("Failed to load resource")  # told by the answer itself, see below
        if message.type in {"error", "warning"} and not refused:
            self.complaints.append(message.text)

    def _answered(self, response: Response) -> None:
        if response.request.is_navigation_request():
            self.statuses.append(response.status)
        elif response.status >= 400:
            self.complaints.append(f"{response.status} {response.url}")

    def at(self, width: int) -> "Visitor":
        """Hold the phone, or sit at the desk."""
        self.width = width
        self.page.set_viewport_size({"width": width, "height": HEIGHTS.get(width, 800)})
        return self

    def open(self, path: str, status: int = 200) -> "Visitor":
        self.page.goto(path, wait_until="load")
        return self.look(status)

    def press(self, name: str, status: int = 200, within: Locator | None = None) -> "Visitor":
        """A button or a link of the page's body, by its words; then look at the page that comes."""
        with self.page.expect_navigation(wait_until="load"):
            self.on_page(name, within).click()
        return self.look(status)

    def follow_figure(self, label: str, count: int) -> "Visitor":
        """A figure says how many, and opens into the list behind it."""
        figure = self.page.locator("a.figure").filter(has=self.page.get_by_text(label, exact=True))
        assert figure.locator("strong").inner_text() == str(count), f"{label}: {figure.inner_text()}"
        with self.page.expect_navigation(wait_until="load"):
            figure.click()
        return self.look()

    def on_page(self, name: str, within: Locator | None = None) -> Locator:
        """The first button or link with exactly this name."""
        place = within or self.page.locator("main")
        exactly = re.compile(rf"^\s*{re.escape(name)}\s*$")
        return place.get_by_role("button", name=exactly).or_(place.get_by_role("link", name=exactly)).first

    def look(self, status: int = 200) -> "Visitor":
        """Status, accessibility, width, console: what is owed by every page, in every state."""
        self.looks += 1
        where = f"{self.name} at {self.width} px on {urlsplit(self.page.url).path}"
        self._photograph()
        assert self.statuses[-1] == status, f"{where}: {self.statuses[-1]}\n{self.text[:1500]}"
        assert self.complaints == [], f"{where}: {self.complaints}"
        assert not self.scrolls_sideways(), f"{where} scrolls sideways: {self.sticking_out()}"
        if self.scripts:  # axe is one; without scripts the pages are the same, and are held to everything else
            assert (found := violations(self.page, self.width)) == [], f"{where}: {found}"
        return self

    @property
    def text(self) -> str:
        """What stands in the body of the page, in one line."""
        return " ".join(self.page.locator("main").inner_text().split())

    @property
    def heading(self) -> str:
        return " ".join(self.page.locator("h1").inner_text().split())

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    def scrolls_sideways(self) -> bool:
        return bool(self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))

    def sticking_out(self) -> Any:
        return self.page.evaluate(
            """() => [...document.querySelectorAll('main *')]
              .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
              .slice(0, 5).map(e => `${e.tagName}.${e.className} ${e.textContent.trim().slice(0, 40)}`)"""
        )

    def sign_in(self, username: str, password: str) -> "Visitor":
        self.open("/masuk")
        self.page.get_by_label("Nama pengguna").fill(username)
        self.page.locator("[name=password]").fill(password)
        return self.press("Masuk")

    def sign_out(self) -> "Visitor":
        self.page.locator("header details.menu", has_text="Keluar").locator("summary").click()
        return self.press("Keluar", within=self.page.locator("header"))

    def _photograph(self) -> None:
        """A picture of every step, where `TUNTAS_SHOTS` names a folder for them."""
        if not (folder := os.environ.get("TUNTAS_SHOTS")):
            return
        Path(folder).mkdir(parents=True, exist_ok=True)
        step = re.sub(r"[^a-z0-9]+", "-", f"{self.path}").strip("-") or "home"
        name = f"{self.width}-{self.name}-{self.looks:02d}-{step}.png"
        self.page.screenshot(path=Path(folder, name), full_page=True)


def violations(page: Page, width: int) -> list[Any]:
    """What axe finds on a page, short enough to read. A page of nothing but what was clean before is passed by."""
    parts = set(page.evaluate(HOW_IT_IS_BUILT))
    clean = CLEAN.setdefault(width, set())
    if parts <= clean:
        return []
    found = Axe().run(page, options=ONLY_VIOLATIONS).response["violations"]
    if not found:
        clean |= parts
    return [(each["id"], [node["html"][:200] for node in each["nodes"][:3]]) for each in found]


@contextmanager
def visiting(
    browser: Browser, address: str, name: str, width: int = 360, scripts: bool = True, **options: Any
) -> Iterator[Visitor]:
    """A browser profile of one's own, of a phone or a desk, and closed afterwards."""
    context = browser.new_context(
        base_url=address,
        viewport={"width": width, "height": HEIGHTS.get(width, 800)},
        java_script_enabled=scripts,
        has_touch=width < 600,
        locale="id-ID",
        timezone_id="Asia/Jakarta",
        **options,
    )
    try:
        yield Visitor(context.new_page(), name, width, scripts)
    finally:
        context.close()
