"""Nothing that a complaint protects leaves its place: by no page, file, export, mail, line of the log or of the trail.

Four complaints (plain, *anonim*, *rahasia*, both) with words that stand nowhere else go through the hands of their
officers; then everybody walks every page that opens to them.
"""

import io
import logging
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

import pypdf
import pytest
import sqlalchemy as sa
from flask import Flask

from tests.reminders.conftest import office, postal_service  # noqa: F401 - a mail server for this test
from tests.support.clock import StoppedClock
from tests.support.make import Make
from tests.support.post import PostOffice
from tests.support.site import Site
from tracker.access.actor import SYSTEM, Actor
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.complaints import operations
from tracker.complaints.identity import Identity, keep_identity, look_at
from tracker.complaints.models import Complainant, Complaint
from tracker.complaints.states import Classification, ComplaintStatus
from tracker.directory.models import ServiceUnit, User
from tracker.directory.states import Role
from tracker.kit.db import Model
from tracker.kit.documents import Document, Paragraph
from tracker.kit.typesetting import pdf
from tracker.reminders.planning import plan
from tracker.reminders.sending import send
from tracker.reports.states import ENDINGS, Kind
from tracker.reports.views import WORDS

DeskOf = Callable[..., Desk]
WHO = Identity(
    "Zulqarnaen Vexlomarto", "0813-7770-4242", "vexlomarto@contoh.example", "8171010101900042", "Jalan Wexly 9"
)
NAMED = ("zulqarnaen", "vexlomarto", "0813-7770-4242", "081377704242", "8171010101900042", "wexly")
"""What of the citizen may be found; in lower case."""
KINDS = {"terbuka": (False, False), "anonim": (False, True), "rahasia": (True, False), "keduanya": (True, True)}
EVERYTHING = [*NAMED, *(f"qx{kind}qx" for kind in KINDS)]
MOST_PAGES = 180
HEALTH = ("/readyz", "/healthz")
"""No scheduler runs here, and the database of tests is not migrated step by step."""
ROLES = (
    "administrator", "leadership", "assistant_deputy", "mentor", "coordinator", "unit_officer", "assigned",
    "complaint_officer", "viewer", "stranger",
)  # fmt: skip
HANDLING = {"assigned", "complaint_officer"}
OUTSIDE = {"administrator", "stranger"}
"""Who reads no word of any of these complaints."""


@dataclass
class Scene:
    people: dict[str, User]
    complaints: dict[str, Complaint]

    def forbidden_to(self, role: str) -> list[str]:
        """Words that this role may not come upon."""
        kinds = [] if role in HANDLING else list(KINDS) if role in OUTSIDE else ["rahasia", "keduanya"]
        return [*NAMED, *(f"qx{kind}qx" for kind in kinds)]


def word(kind: str) -> str:
    return f"Qx{kind}qx"


@pytest.fixture
def scene(make: Make, desk_of: DeskOf, clock: StoppedClock) -> Scene:
    """Each goes as far as work goes: classified, assigned with a note, begun, held with a reason, looked at."""
    area = make.area()
    unit = make.unit(area=area, region_id=make.region(timezone="Asia/Jakarta").id)
    make.evaluation(unit)
    make.follow_up(recommendation=make.recommendation(unit))
    make.session_of(unit)
    people = {
        "administrator": make.user(Role.ADMINISTRATOR),
        "leadership": make.user(Role.LEADERSHIP),
        "assistant_deputy": make.user(Role.ASSISTANT_DEPUTY, area=area),
        "mentor": make.user(Role.MENTOR, area=area),
        "coordinator": make.user(Role.COORDINATOR, agency=unit.agency),
        "unit_officer": make.user(Role.UNIT_OFFICER, unit=unit),
        "assigned": make.user(Role.UNIT_OFFICER, unit=unit),
        "complaint_officer": make.user(Role.COMPLAINT_OFFICER, agency=unit.agency),
        "viewer": make.user(Role.VIEWER),
        "stranger": make.user(Role.COMPLAINT_OFFICER, unit=make.unit()),
    }
    complaints = {}
    for kind, (confidential, anonymous) in KINDS.items():
        said = word(kind)
        made = make.complaint(
            unit, title=f"Judul {said}", body=f"Isi {said}.", is_confidential=confidential, is_anonymous=anonymous
        )
        with as_machine(make.session):
            keep_identity(Desk(SYSTEM, clock.now(), make.session), made, WHO)
            make.session.flush()
            make.session.info["untold"].clear()
        complaints[kind] = made
    actors = {role: Actor.of(people[role], clock.now().date()) for role in HANDLING}
    assigned = people["assigned"].id
    for kind, made in complaints.items():
        worked_on(desk_of, actors, assigned, made, word(kind))
    make.session.info["actor"] = SYSTEM
    for row in (*people.values(), *complaints.values()):
        make.session.refresh(row)
    return Scene(people, complaints)


def worked_on(desk_of: DeskOf, actors: dict[str, Actor], assigned: int, complaint: Complaint, said: str) -> None:
    desk = desk_of(actors["complaint_officer"])
    operations.verify(desk, complaint, operations.Sorting(Classification.ORDINARY, "Sarana prasarana"))
    to = operations.Disposition(complaint.unit_id, assigned, f"Disposisi {said}.")
    operations.assign(desk, complaint, to)
    operations.add_note(desk, complaint, f"Catatan {said}.")
    look_at(desk, complaint, "menelepon untuk berkas")
    desk.session.commit()
    desk = desk_of(actors["assigned"])
    operations.start(desk, complaint)
    operations.ask_citizen(desk, complaint, f"Pertanyaan {said}?")
    operations.note_answer(desk, complaint, f"Keterangan {said}.")
    why = f"karena {said}" if complaint.is_confidential else "karena berkas"  # others read the reasons of open ones
    operations.hold(desk, complaint, f"Menunggu {why}.")
    operations.resume(desk, complaint)
    operations.respond(desk, complaint, f"Tanggapan {said}.", in_lapor_on=desk.today)
    desk.session.commit()
    desk = desk_of(actors["complaint_officer"])
    operations.reopen(desk, complaint, f"Belum puas {why}.", Classification.ORDINARY)
    desk.session.commit()


def addresses(app: Flask, make: Make) -> Iterator[str]:
    """Every page that is read, with the rows of this test where its address names one."""
    for rule in app.url_map.iter_rules():
        view: Any = app.view_functions[rule.endpoint]
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        if not rule.arguments:
            yield rule.rule
        elif getattr(view, "on", None) is not None and rule.arguments == {"id"}:
            with as_machine(make.session):
                key = sa.inspect(view.on).primary_key[0]
                most = len(KINDS) if view.on is Complaint else 2
                ids = make.session.scalars(sa.select(key).order_by(key.desc()).limit(most)).all()
            yield from (rule.build({"id": id})[1] for id in ids if rule.build({"id": id}))  # type: ignore[index]


def of_paper(content: bytes) -> str:
    """What stands on its pages and in what it says of itself, words joined again where a line ends within one."""
    paper = pypdf.PdfReader(io.BytesIO(content))
    said = "".join(page.extract_text() for page in paper.pages) + str(paper.metadata) + str(paper.xmp_metadata)
    return re.sub(r"[\s\u00ad\u2010-]+", "", said)


def texts(response: Any) -> Iterator[str]:
    """What stands in an answer, also within the files of an archive and on paper, and in its headers."""
    yield str(response.headers)
    content = response.get_data()
    if content.startswith(b"%PDF"):
        yield of_paper(content)
    elif content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield name
                yield archive.read(name).decode("utf-8", "replace")
    else:
        yield content.decode("utf-8", "replace")


def found_in(text: str, words: list[str]) -> list[str]:
    low = text.casefold()
    return [each for each in words if each in low]


def walked(site: Site, app: Flask, make: Make, words: list[str]) -> tuple[set[str], list[str]]:
    """The pages that opened, following links, and what was found that must not be there."""
    waiting, seen, opened, leaks = list(addresses(app, make)), set[str](), set[str](), list[str]()
    while waiting and len(opened) < MOST_PAGES:
        address = waiting.pop(0)
        if address in seen or address.startswith(("/static", "/keluar")):
            continue
        seen.add(address)
        response = site.fetch(address)
        if response.status_code >= 500 and not address.startswith(HEALTH):
            leaks.append(f"{address} answered {response.status_code}")
        for text in texts(response):
            leaks += [f"{each} at {address}" for each in found_in(text, words)]
        if response.status_code == 200:
            opened.add(address)
            if "text/html" in response.content_type:
                waiting += links(response.get_data(as_text=True), address)
    return opened, leaks


def links(html: str, address: str) -> Iterator[str]:
    """Within the site; of one address with many filters a few are enough."""
    for href in re.findall(r'href="([^"#]+)', html):
        parts = urlsplit(href.replace("&amp;", "&"))
        if parts.netloc or parts.scheme:
            continue
        path = parts.path or urlsplit(address).path
        if not parts.query or path.startswith("/pengaduan") or path != urlsplit(address).path:
            yield path + (f"?{parts.query}" if parts.query else "")


@pytest.mark.parametrize("role", ROLES)
def test_whoever_walks_every_page_comes_upon_no_protected_word(
    role: str, scene: Scene, site: Site, app: Flask, make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    """And upon what they may read: otherwise the walk would find nothing because it sees nothing."""
    forbidden = scene.forbidden_to(role)
    with caplog.at_level(logging.DEBUG):
        opened, found = walked(site.sign_in(scene.people[role]), app, make, EVERYTHING)
    leaks = [each for each in found if each.split()[0] in forbidden or " answered " in each]
    assert not leaks, leaks[:20]
    assert len(opened) > 5
    assert {each.split()[0] for each in found} == set(EVERYTHING) - set(forbidden)
    assert not found_in("\n".join(str(vars(record)) for record in caplog.records), EVERYTHING)
    plain = f"/pengaduan/{scene.complaints['terbuka'].id}"
    assert (plain in opened) is (role not in OUTSIDE)


RECAP = "/pengaduan/rekap/unduh.pdf"


@pytest.mark.parametrize("role", ROLES)
def test_no_paper_and_no_report_holds_a_protected_word(role: str, scene: Scene, site: Site, make: Make) -> None:
    """The recapitulation of the year that these complaints fall into, and every report in every form it comes in."""
    unit = scene.complaints["terbuka"].unit_id
    with as_machine(make.session):
        of = make.session.get_one(ServiceUnit, unit)
        assert of.area is not None
        about = {Kind.UNIT: unit, Kind.AGENCY: of.agency_id}
        files = [f"{RECAP}?tahun=2026&unit={unit}", f"{RECAP}?tahun=2026&instansi={of.agency_id}"] + [
            f"/laporan/berkas?jenis={word}&tentang={about.get(kind, of.area.code)}&bentuk={ending[1:]}"
            for kind, word in WORDS.items()
            for ending in ENDINGS[kind]
        ]
    site.sign_in(scene.people[role])
    papers = 0
    for address in files:
        response = site.fetch(address)
        assert response.status_code in (200, 303, 403, 404), (address, response.status_code)
        papers += response.get_data().startswith(b"%PDF")
        for text in texts(response):
            assert not found_in(text, EVERYTHING), address
    may = {"administrator": 0, "stranger": 2, "complaint_officer": 2}
    assert papers >= may.get(role, 3)


def test_a_word_on_paper_is_found_where_it_stands() -> None:
    """Otherwise nothing was ever found because nothing was read."""
    body = "Petugas menyebut nama Zulqarnaen Vexlomarto di loket. " * 20
    paper = of_paper(pdf(Document("Surat untuk Qxrahasiaqx", [Paragraph(body)])))
    assert found_in(paper, EVERYTHING) == ["zulqarnaen", "vexlomarto", "qxrahasiaqx"]


@pytest.mark.parametrize("role", ROLES)
def test_a_search_for_a_protected_word_finds_nothing(role: str, scene: Scene, site: Site) -> None:
    hidden = {scene.complaints[kind].id for kind in ("rahasia", "keduanya")}
    site.sign_in(scene.people[role])
    if role == "administrator":
        site.get("/pengaduan?cari=Vexlomarto", expect=403)
        return
    for said in ("Vexlomarto", "Qxrahasiaqx", "Qxkeduanyaqx"):
        page = site.get(f"/pengaduan?cari={said}")
        shown = {int(found[1]) for link in page.links if (found := re.fullmatch(r"/pengaduan/(\d+)", link))}
        assert not shown & hidden or role in HANDLING, said


def test_mails_and_the_inbox_name_no_citizen_and_no_confidential_word(
    scene: Scene,
    make: Make,
    desk_of: DeskOf,
    clock: StoppedClock,
    office: PostOffice,  # noqa: F811
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG):
        for day in range(1, 45):
            clock.set(datetime(2026, 3, 1, 22, tzinfo=UTC) + timedelta(days=day))
            desk = desk_of(SYSTEM)
            plan(desk, desk.now)
            desk.session.commit()
            clock.set(datetime(2026, 3, 2, 3, tzinfo=UTC) + timedelta(days=day))
            desk = desk_of(SYSTEM)
            send(desk, desk.now)
            desk.session.commit()
    said = "\n".join(
        part.get_content()
        for letter in office.letters
        for part in letter.walk()
        if part.get_content_maintype() == "text"
    )
    headers = "\n".join(str(letter.items()) for letter in office.letters)
    assert "/pengaduan" in said
    told = "\n".join(str(vars(record)) for record in caplog.records)
    assert not found_in("\n".join((said, headers, told)), EVERYTHING)


def test_the_database_and_the_data_folder_hold_no_word_in_the_clear(scene: Scene, make: Make, app: Flask) -> None:
    connection = make.session.connection()
    for table in Model.metadata.sorted_tables:
        columns = [sa.type_coerce(column, sa.Text) if isinstance(column.type, sa.types.TypeDecorator) and
                   column.type.__class__.__name__ == "Sealed" else column for column in table.columns]  # fmt: skip
        for row in connection.execute(sa.select(*columns)):
            assert not found_in(str(tuple(row)), EVERYTHING), table.name
    folder = app.config["TUNTAS"].data
    for path in chain(folder.rglob("*")):
        assert not found_in(path.name, EVERYTHING)
        if path.is_file() and path.suffix != ".sqlite":
            assert not found_in(path.read_bytes().decode("utf-8", "replace"), EVERYTHING), path


def test_of_an_anonymous_complaint_no_name_is_kept(scene: Scene, make: Make) -> None:
    with as_machine(make.session):
        kept = set(make.session.scalars(sa.select(Complainant.complaint_id)))
    assert kept == {scene.complaints[kind].id for kind in ("terbuka", "rahasia")}
    assert {each.status for each in scene.complaints.values()} == {ComplaintStatus.IN_PROGRESS}
