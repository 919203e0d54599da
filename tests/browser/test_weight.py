"""What an officer's pages cost on a phone's line, counted as the bytes that came over it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Workplace
from tests.browser.visitor import Visitor, visiting
from tests.support.make import NOON, Make
from tests.support.people import PASSWORD, person
from tracker.directory.models import ServiceUnit
from tracker.directory.states import Role
from tracker.followups.models import Comment

pytestmark = pytest.mark.browser

FIRST, AGAIN, REQUESTS = 45_000, 10_000, 6
FOLLOW_UPS, ACTIONS, COMMENTS = 60, 6, 6


@dataclass
class Line:
    """The line between phone and site: what was asked for, and how many bytes came, with headers, compressed."""

    visitor: Visitor
    requests: dict[str, str] = field(default_factory=dict)
    bytes: int = 0

    def __post_init__(self) -> None:
        self.cdp = self.visitor.page.context.new_cdp_session(self.visitor.page)
        self.cdp.on("Network.requestWillBeSent", self._asked)
        self.cdp.on("Network.loadingFinished", self._came)
        self.cdp.on("Network.requestServedFromCache", self._kept)
        self.cdp.send("Network.enable")

    def _asked(self, event: dict[str, Any]) -> None:
        self.requests[event["requestId"]] = event["request"]["url"]

    def _came(self, event: dict[str, Any]) -> None:
        if event["requestId"] in self.requests:
            self.bytes += int(event["encodedDataLength"])

    def _kept(self, event: dict[str, Any]) -> None:
        self.requests.pop(event["requestId"], None)

    def load(self, path: str) -> "Line":
        self.requests.clear()
        self.bytes = 0
        self.visitor.page.goto(path, wait_until="networkidle")
        return self

    def forget(self) -> None:
        """As on the first visit ever."""
        self.cdp.send("Network.clearBrowserCache")


@pytest.fixture(scope="module")
def address(workplace: Workplace) -> str:
    """A busy unit, apart from the one whose officer finds his next work at home; the address of a follow-up about
    which much was said and done."""
    told: list[int] = []

    def rows(make: Make, quiet: ServiceUnit) -> None:
        unit = make.unit("Disdukcapil yang ramai", quiet.area, region_id=quiet.region_id)
        make.evaluation(unit)
        person(make, "petugas-ramai", Role.UNIT_OFFICER, "Yohana Rahail", unit=unit)
        for number in range(FOLLOW_UPS):
            make.follow_up(unit, title=f"Perbaiki papan petunjuk pelayanan nomor {number} di ruang tunggu utama")
        busy = make.follow_up(unit, title="Tindak lanjut yang ramai")
        for number in range(ACTIONS):
            action = make.action(busy, text=f"Langkah {number}: rapat, pemasangan, dan pengecekan ulang. " * 4)
            make.evidence(busy, action=action, name=f"foto-{number}.jpg")
            make.submission(busy)
        for number in range(COMMENTS):
            make.save(Comment(follow_up_id=busy.id, unit_id=unit.id, text=f"Pertanyaan {number}. " * 20, at=NOON))
        told.append(busy.id)

    workplace.write(rows)
    return f"/tindak-lanjut/{told[0]}"


@pytest.fixture
def line(workplace: Workplace, chromium: Browser, address: str) -> Iterator[Line]:
    with visiting(chromium, workplace.site.address, "petugas-jalur") as visitor:
        yield Line(visitor.sign_in("petugas-ramai", PASSWORD))


@pytest.mark.parametrize("page", ["home", "list", "follow-up", "log"])
def test_a_page_of_an_officer_is_light(line: Line, address: str, workplace: Workplace, page: str) -> None:
    path = {"home": "/", "list": "/tindak-lanjut", "follow-up": address, "log": f"{address}/tindakan"}[page]
    line.forget()
    first = line.load(path)
    assert len(first.requests) <= REQUESTS, first.requests
    hosts = {urlsplit(url).netloc for url in first.requests.values()}
    assert hosts == {urlsplit(workplace.site.address).netloc}
    assert 1_000 < first.bytes <= FIRST
    again = line.load(path)
    assert again.bytes <= AGAIN, again.requests
