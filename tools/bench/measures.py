"""What is measured, as whom, and against which limit."""

import secrets
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import sqlalchemy as sa

from tools.bench.visitor import KEY, PARTS, TOKEN, Answer, Unexpected, Visitor, first

REQUESTS = 40
WARM_UP = 4
LONGEST = 25.0
"""Seconds a measure may take; a slow page is then measured fewer times."""
FEWEST = 5
ROLES = {
    "operator": "gen-operator-1",
    "coordinator": "gen-organisasi-1",
    "mentor": "gen-pendamping3",
    "assistant deputy": "gen-asdep3",
    "leadership": "gen-deputi",
    "auditor": "gen-auditor",
    "administrator": "gen-admin",
    "complaint officer": "gen-pengaduan-1",
}
OVERSEERS = ("leadership", "assistant deputy", "complaint officer")


@dataclass(frozen=True, slots=True)
class Limit:
    """In times the bare page, or in milliseconds."""

    median: float | None = None
    p95: float | None = None
    p95_ms: float | None = None


PAGE, WRITE, OVERDUE, PORTFOLIO = Limit(10, 20), Limit(15), Limit(15), Limit(p95_ms=300)
BOARD, ANY_PAGE = Limit(25), Limit(12)
QUEUE, SEARCH = Limit(p95_ms=100), Limit(p95_ms=200)


@dataclass(frozen=True, slots=True)
class Measure:
    name: str
    role: str
    limit: Limit
    ask: Callable[[Visitor], Answer]


@dataclass(slots=True)
class Figures:
    """Milliseconds of a measure and of the bare page, asked in turn."""

    measure: Measure
    page: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    page_cpu: float = 0.0
    """Milliseconds of processor time a request, of the site's two workers; a database server's is not in it."""
    bare_cpu: float = 0.0

    @property
    def cpu_ratio(self) -> float:
        return self.page_cpu / self.bare_cpu

    @property
    def median(self) -> float:
        return statistics.median(self.page)

    @property
    def p95(self) -> float:
        return percentile(self.page)

    @property
    def ratio(self) -> float:
        return self.median / statistics.median(self.bare)

    @property
    def ratio_p95(self) -> float:
        return self.p95 / statistics.median(self.bare)

    @property
    def is_met(self) -> bool:
        limit = self.measure.limit
        return (
            (limit.median is None or self.ratio <= limit.median)
            and (limit.p95 is None or self.ratio_p95 <= limit.p95)
            and (limit.p95_ms is None or self.p95 <= limit.p95_ms)
        )


def percentile(values: list[float]) -> float:
    """The 95th: of forty, the second longest."""
    return sorted(values)[max(0, round(0.95 * len(values)) - 1)]


@dataclass(frozen=True, slots=True)
class Clocks:
    """Processor time so far, of the site's workers and of the bare page's."""

    page: Callable[[], float]
    bare: Callable[[], float]


def measured(
    measure: Measure, visitor: Visitor, yardstick: Visitor, clocks: Clocks, log: Callable[[str], None]
) -> Figures:
    """Page and bare page in turn, so that whatever else the machine does falls on both."""
    figures = Figures(measure)
    for _ in range(WARM_UP):
        measure.ask(visitor)
        yardstick.get("/")
    page_before, bare_before = clocks.page(), clocks.bare()
    end = time.monotonic() + LONGEST
    while len(figures.page) < REQUESTS and (time.monotonic() < end or len(figures.page) < FEWEST):
        figures.page.append(measure.ask(visitor).seconds * 1000)
        figures.bare.append(yardstick.get("/").seconds * 1000)
    figures.page_cpu = (clocks.page() - page_before) / len(figures.page)
    figures.bare_cpu = (clocks.bare() - bare_before) / len(figures.bare)
    log(
        f"{measure.name:34} {measure.role:17} {figures.median:8.1f} ms {figures.ratio:6.1f} ×"
        f"   {figures.page_cpu:7.1f} ms of processor {figures.cpu_ratio:6.1f} ×"
    )
    return figures


@dataclass(frozen=True, slots=True)
class Places:
    """Rows that the measures are about, found in the data set."""

    operators_unit: int
    operators_follow_up: int
    area_unit: int
    area_follow_up: int
    url: str
    """Of the database."""

    @classmethod
    def found(cls, url: str) -> "Places":
        engine = sa.create_engine(url)
        with engine.connect() as connection:

            def one(query: str, **values: object) -> int:
                return int(connection.execute(sa.text(query), values).scalar_one())

            member = "SELECT {} FROM membership m JOIN user_account u ON u.id = m.user_id WHERE u.username = :name"
            unit = one(member.format("m.unit_id"), name=ROLES["operator"])
            area = one(member.format("m.area_id"), name=ROLES["assistant deputy"])
            newest = "SELECT max(id) FROM cycle"
            working = "SELECT min(id) FROM follow_up WHERE unit_id = :unit AND status = 'in_progress'"
            somebody = "SELECT min(f.unit_id) FROM follow_up f JOIN evaluation e ON e.unit_id = f.unit_id"
            somebody += f" AND e.cycle_id = ({newest}) WHERE f.area_id = :area AND e.is_priority"
            area_unit = one(somebody, area=area)
            found = cls(unit, one(working, unit=unit), area_unit, one(working, unit=area_unit), url)
        engine.dispose()
        return found


COMPLAINTS = {
    "": "",
    ", overdue": "?lewat=1",
    ", by letter": "?sumber=letter_received",
    ", of a class": "?klasifikasi=oversight",
    ", newest first": "?urut=terbaru",
    ", closed": "?keadaan=complaint_closed",
    ", all, page 200": "?keadaan=semua&halaman=200",
}
"""Filters of the queue, and the arguments of its address."""


def all_measures(places: Places) -> list[Measure]:
    def page(name: str, role: str, path: str, limit: Limit = PAGE) -> Measure:
        return Measure(name, role, limit, lambda visitor: visitor.get(path))

    own, area = places.operators_follow_up, places.area_follow_up
    return [
        *(page("home", role, "/") for role in ROLES),
        *(
            page("list of 50 follow-ups", role, "/tindak-lanjut")
            for role in ("operator", "assistant deputy", "leadership")
        ),
        page("unit page", "operator", f"/unit/{places.operators_unit}"),
        page("unit page", "assistant deputy", f"/unit/{places.area_unit}"),
        page("unit page", "leadership", f"/unit/{places.area_unit}"),
        page("follow-up page", "operator", f"/tindak-lanjut/{own}"),
        page("follow-up page", "assistant deputy", f"/tindak-lanjut/{area}"),
        page("verification queue", "assistant deputy", "/verifikasi"),
        Measure("log an action, without its file", "operator", WRITE, logging_an_action(own)),
        page("overdue over a whole area", "assistant deputy", "/tindak-lanjut?lewat=1", OVERDUE),
        page("portfolio, priority units", "assistant deputy", "/portofolio", PORTFOLIO),
        page("portfolio, all units of the area", "assistant deputy", "/portofolio?unit=semua", PORTFOLIO),
        page("list of 50 follow-ups, page 200", "leadership", "/tindak-lanjut?halaman=200", ANY_PAGE),
        *(page("overview", role, "/ikhtisar", BOARD) for role in ("leadership", "assistant deputy", "operator")),
        page("overview, all units", "leadership", "/ikhtisar?unit=semua", BOARD),
        Measure("overview, right after a save", "leadership", BOARD, after_a_save(places.url, "/ikhtisar")),
        page("map", "leadership", "/peta", BOARD),
        page("aspects", "leadership", "/aspek", BOARD),
        page("trend", "leadership", "/tren", BOARD),
        page("portfolio, next section", "assistant deputy", "/portofolio/baris?unit=semua&dari=1000", PORTFOLIO),
        *(
            page(f"complaints{of}", role, f"/pengaduan{query}", QUEUE)
            for of, query in COMPLAINTS.items()
            for role in OVERSEERS
        ),
        *(
            page(f"complaints with “{words}”", role, f"/pengaduan?keadaan=semua&cari={words}", SEARCH)
            for words in ("petugas", "loket", "becek+lansia")
            for role in OVERSEERS
        ),
    ]


def after_a_save(url: str, path: str) -> Callable[[Visitor], Answer]:
    """The page when nothing that was kept of it is good any more: as after a save by anybody, between two requests."""
    engine = sa.create_engine(url)

    def ask(visitor: Visitor) -> Answer:
        with engine.begin() as connection:
            connection.execute(sa.text("DELETE FROM data_revision"))
            drawn = {"token": secrets.token_hex(16)}
            connection.execute(sa.text("INSERT INTO data_revision (shard, token) VALUES (0, :token)"), drawn)
        return visitor.get(path)

    return ask


def logging_an_action(follow_up_id: int) -> Callable[[Visitor], Answer]:
    """The form is fetched once; each sending is another form to the site."""
    path = f"/tindak-lanjut/{follow_up_id}/tindakan"
    token: dict[str, str] = {}

    def send(visitor: Visitor) -> Answer:
        if not token:
            page = visitor.text(path)
            token["csrf_token"] = first(TOKEN, page)
            first(KEY, page)
        typed = {
            "form_key": secrets.token_urlsafe(12),
            "done_on": datetime.now(UTC).date().isoformat(),
            "text": "Ruang tunggu ditambah kursi prioritas.",
            "claimed_percent": "60",
            "obstacle": "",
            "links": "",
            "dated_on": "",
        }
        answer = visitor.ask("POST", path, token | typed)
        if answer.status != 303:
            raise Unexpected(f"{path} answered {answer.status}")
        return answer

    return send


@dataclass(frozen=True, slots=True)
class Weight:
    """What a page of the unit officer's costs on the wire: compressed bytes and requests, first and again."""

    name: str
    first_bytes: int
    requests: int
    again_bytes: int


def weights(visitor: Visitor, places: Places) -> list[Weight]:
    follow_up = places.operators_follow_up
    pages = {
        "home": "/",
        "list": "/tindak-lanjut",
        "unit page": f"/unit/{places.operators_unit}",
        "follow-up page": f"/tindak-lanjut/{follow_up}",
        "form of an action": f"/tindak-lanjut/{follow_up}/tindakan",
    }
    return [weight_of(visitor, name, path) for name, path in pages.items()]


def weight_of(visitor: Visitor, name: str, path: str) -> Weight:
    """Files of ours say that they never change, so a page seen again costs itself alone."""
    page = visitor.get(path)
    parts = [visitor.get(part) for part in sorted(set(PARTS.findall(visitor.text(path))))]
    kept = [part for part in parts if "immutable" in part.headers.get("cache-control", "")]
    asked_again = [part for part in parts if part not in kept]
    return Weight(
        name,
        len(page.body) + sum(len(part.body) for part in parts),
        1 + len(parts),
        len(page.body) + sum(len(part.body) for part in asked_again),
    )
