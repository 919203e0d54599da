"""Every page that a demo account can reach by links: it answers, axe finds nothing, the console is silent, it fits."""

from collections import Counter, deque
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from tests.browser.visitor import Visitor, visiting
from tests.support.databases import a_database
from tests.support.processes import application
from tests.support.served import Served, served

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

PASSWORD = "kata sandi demo untuk uji"
MOST = 60
SEVERAL = {"followups.show": 4, "recommendations.show": 3, "followups.check": 2, "evaluations.preview": 2}
"""Pages that look different from row to row; of the others one is enough."""
FILES = {
    "followups.evidence",
    "followups.request_document",
    "recommendations.letter_scan",
    "recommendations.cannot_document",
    "mentoring.paper",
    "mentoring.paper_draft",
    "reports.file",
    "reports.download",
}


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with a_database() as url, served(url, tmp_path_factory.mktemp("demo")) as site:
        site.command("demo", "load", TRACKER_DEMO_PASSWORD=PASSWORD)
        yield site


@pytest.fixture(scope="module")
def addresses(demonstration: Served) -> MapAdapter:
    return application(demonstration.database_url).url_map.bind("127.0.0.1")


@pytest.mark.parametrize("account", ["admin", "deputi", "asdep3", "pendamping", "organisasi", "operator", "auditor"])
def test_every_page_in_reach_is_in_order(
    demonstration: Served, addresses: MapAdapter, chromium: Browser, account: str
) -> None:
    with visiting(chromium, demonstration.address, account) as visitor:
        visitor.sign_in(account, PASSWORD)
        seen = walk(visitor, addresses)
    assert sum(seen.values()) >= 5, seen


def walk(visitor: Visitor, addresses: MapAdapter) -> Counter[str]:
    """From the home page along the links, each kind of page once or a few times; on a phone, then on a desk."""
    seen: Counter[str] = Counter()
    ahead, known = deque(["/"]), {"/"}
    while ahead and sum(seen.values()) < MOST:
        path = ahead.popleft()
        kind = endpoint(addresses, path)
        if kind in FILES or "." in urlsplit(path).path or seen[kind] >= SEVERAL.get(kind, 1):
            continue
        seen[kind] += 1
        visitor.at(360).open(path)
        links = links_of(visitor)
        visitor.at(1280).look()
        ahead.extend(link for link in links if link not in known)
        known.update(links)
    return seen


def endpoint(addresses: MapAdapter, path: str) -> str:
    try:
        name, _ = addresses.match(urlsplit(path).path, method="GET")
    except HTTPException:
        return path
    return str(name)


def links_of(visitor: Visitor) -> list[str]:
    """Addresses of this site, without places within a page; what is downloaded is no page."""
    found: list[str] = visitor.page.evaluate(
        """() => [...document.querySelectorAll('a[href]:not([download])')]
          .map(a => new URL(a.getAttribute('href'), location.href))
          .filter(url => url.origin === location.origin).map(url => url.pathname + url.search)"""
    )
    return list(dict.fromkeys(found))
