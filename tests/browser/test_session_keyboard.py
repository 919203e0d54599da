"""A meeting is run without a mouse: notes, a commitment, the next unit, and who came."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.test_keyboard import Keys
from tests.browser.visitor import visiting
from tests.support.make import Make
from tests.support.people import PASSWORD, person
from tests.support.served import Served
from tracker.directory.states import Role
from tracker.mentoring.states import SessionStatus

pytestmark = pytest.mark.browser

NOTE = "Standar pelayanan menunggu tanda tangan."
PROMISE = "Menetapkan standar pelayanan"


def rows(make: Make) -> None:
    area = make.area()
    units = [make.unit(name, area, region_id=make.region().id) for name in ("Disdukcapil Ambon", "Disdukcapil Tual")]
    for unit in units:
        make.evaluation(unit)
    start = datetime.now(UTC) - timedelta(hours=1)
    day = start, start + timedelta(hours=3)
    session = make.session_of(*units, day=day, host_area_id=area.id, status=SessionStatus.RUNNING)
    person(make, "asdep", Role.ASSISTANT_DEPUTY, "Sri Rahayu", area=area)
    make.participant(session, name="Maria Renyaan", unit_id=units[0].id)


def test_a_meeting_is_run_by_keyboard_alone(house: Served, chromium: Browser) -> None:
    house.prepare(rows)
    with visiting(chromium, house.address, "asdep-papan-ketik") as host:
        keys, page = Keys(host.sign_in("asdep", PASSWORD)), host.page
        host.open("/sesi/1/jalankan")
        first = host.heading
        keys.to("Langsung ke isi")
        page.keyboard.press("Enter")
        keys.to("Catatan saya").type(NOTE)
        page.keyboard.press("ArrowRight")
        expect(page.locator("[data-note-said]").first).to_contain_text("Tersimpan")
        assert host.heading == first, "an arrow within a text moves within the text"
        due = (datetime.now(UTC) + timedelta(days=60)).date()
        keys.to("Komitmen dalam satu baris").type(f"#kebijakan {due.isoformat()} {PROMISE}").enter()
        assert PROMISE in host.text
        assert host.heading == first
        page.keyboard.press("ArrowRight")
        expect(page.locator("h1")).not_to_have_text(first)
        page.keyboard.press("ArrowLeft")
        expect(page.locator("h1")).to_have_text(first)
        expect(page.get_by_label(re.compile("Catatan saya")).first).to_have_value(NOTE)
        keys.to("Kehadiran").enter().to("Hadir: Maria Renyaan").space()
        pressed = page.get_by_role("button", name=re.compile("^Hadir: Maria Renyaan"))
        expect(pressed).to_have_attribute("aria-pressed", "true")
        expect(pressed).to_be_focused()
