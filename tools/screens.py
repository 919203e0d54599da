"""Screenshots of a running site, as a person signed in on a phone and on a desk sees it.

    python -m tools.screens --user asdep3 --out /tmp/shots / /unit/3

The password is taken from --password or TRACKER_DEMO_PASSWORD. `--user -` stays a stranger. Besides the pictures it
prints what a reviewer asks first: the status of each page, errors in the console, and whether a page scrolls sideways.
"""

import argparse
import os
import re
import sys
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tools import chromium

HEIGHTS = {360: 740, 1280: 800}


def main() -> int:
    """Take the pictures; 1 when a page answered an error, scrolled sideways or complained in the console."""
    asked = arguments()
    executable = chromium.executable()
    if executable is None:
        sys.exit("no Chromium found: apt-get install chromium, or set CHROMIUM")
    asked.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(chromium.QUIET))
        try:
            return max(shoot(browser, asked, width) for width in asked.width)
        finally:
            browser.close()


def arguments() -> argparse.Namespace:
    port = os.environ.get("PORT", "8000")
    parser = argparse.ArgumentParser(prog="python -m tools.screens", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("paths", nargs="+", help="addresses on the site, such as / or /unit/3")
    parser.add_argument("--user", default="asdep3", help="the demo account, or - for a stranger")
    parser.add_argument("--password", default=os.environ.get("TRACKER_DEMO_PASSWORD", ""))
    parser.add_argument("--site", default=f"http://127.0.0.1:{port}")
    parser.add_argument("--out", type=Path, default=Path("/tmp/shots"))
    parser.add_argument("--width", type=int, action="append", help="default: 360 and 1280")
    parser.add_argument("--no-script", action="store_true", help="with JavaScript off")
    parser.add_argument("--dark", action="store_true", help="with the dark colour scheme preferred")
    parser.add_argument("--fold", action="store_true", help="only what is seen without scrolling")
    asked = parser.parse_args()
    asked.width = asked.width or list(HEIGHTS)
    return asked


def shoot(browser: Browser, asked: argparse.Namespace, width: int) -> int:
    context = browser.new_context(
        base_url=asked.site,
        viewport={"width": width, "height": HEIGHTS.get(width, 800)},
        java_script_enabled=not asked.no_script,
        color_scheme="dark" if asked.dark else "light",
        locale="id-ID",
        timezone_id="Asia/Jakarta",
    )
    page = context.new_page()
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(message.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    if asked.user != "-":
        sign_in(page, asked.user, asked.password)
    failed = 0
    for path in asked.paths:
        complaints.clear()
        response = page.goto(path, wait_until="load")
        status = response.status if response else 0
        file = asked.out / f"{asked.user.strip('-') or 'stranger'}{name_of(path)}-{width}.png"
        page.screenshot(path=file, full_page=not asked.fold)
        wide = page.locator("html").evaluate("e => e.scrollWidth") > width
        remarks = [f"status {status}", *(["scrolls sideways"] if wide else []), *complaints]
        print(f"{file}: {'; '.join(remarks)}")
        failed |= int(status >= 400 or wide or bool(complaints))
    context.close()
    return failed


def sign_in(page: Page, user: str, password: str) -> None:
    page.goto("/masuk")
    page.fill("[name=username]", user)
    page.fill("[name=password]", password)
    page.locator("form:has([name=password])").first.locator("[type=submit]").first.click()
    page.wait_for_load_state("load")
    if page.locator("[name=password]").count():
        sys.exit(f"could not sign in as {user}: is TRACKER_DEMO_PASSWORD the one the site was started with?")


def name_of(path: str) -> str:
    return "-" + (re.sub(r"[^A-Za-z0-9]+", "-", path).strip("-") or "home")


if __name__ == "__main__":
    raise SystemExit(main())
