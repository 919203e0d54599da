"""Papers are issued once for all, under codes that anybody can check; participants are told where they are."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import docx
import pypdf
import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

from tests.support.make import NOON, Make
from tests.support.site import Site
from tracker.access import contents
from tracker.access.desk import Desk
from tracker.access.store import store
from tracker.directory.models import User
from tracker.directory.states import Role
from tracker.kit import formats
from tracker.kit.content import DOCX, PDF
from tracker.kit.files import FileStore
from tracker.kit.refusal import Refusal
from tracker.kit.workflow import IllegalMove
from tracker.mentoring.issuing import draft, issuable, issue, new_code, paper_under, tell_of_papers
from tracker.mentoring.models import MentoringSession, SessionPaper
from tracker.mentoring.paper_telling import write_papers
from tracker.mentoring.papers import official_record
from tracker.mentoring.records import record_of
from tracker.mentoring.states import PaperKind, Part, SessionStatus
from tracker.reminders.digests import Content
from tracker.reminders.models import Delivery

BASE = "https://tuntas.contoh"
DeskOf = Callable[[User], Desk]


def text_of(made: bytes) -> str:
    return "".join("".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(made)).pages).split())


@pytest.fixture
def closed(make: Make) -> MentoringSession:
    """Held by an assistant deputy with one unit of their area and one of elsewhere."""
    area = make.area()
    near, far = make.unit("Disdukcapil Tual", area), make.unit("Disdukcapil Jauh")
    session = make.session_of(near, far, status=SessionStatus.CLOSED, closed_at=NOON, host_area_id=area.id)
    make.commitment(session, near, text="Menetapkan standar pelayanan")
    make.commitment(session, far, text="Memasang maklumat pelayanan")
    return session


@pytest.fixture
def host(make: Make, closed: MentoringSession) -> User:
    return make.user(Role.ASSISTANT_DEPUTY, area=closed.host_area)


@pytest.fixture
def files(app: Flask) -> FileStore:
    return store()


def test_an_issued_record_is_kept_whole_with_its_digest_code_and_number(
    closed: MentoringSession, host: User, desk_of: DeskOf, files: FileStore
) -> None:
    paper, in_word = issue(desk_of(host), files, closed, PaperKind.RECORD, "BA/7/2026", BASE)
    assert (paper.media_type, in_word.media_type) == (PDF, DOCX)
    assert files.intact(paper.digest)
    assert files.intact(in_word.digest)
    assert paper.size == len(files.open(paper.digest).read())
    said = text_of(files.open(paper.digest).read())
    wanted = ("BERITAACARA", "BA/7/2026", "Menetapkanstandarpelayanan", "Memasangmaklumatpelayanan", paper.code)
    assert [word for word in wanted if "".join(word.split()) not in said] == []
    assert "RANCANGAN" not in said
    assert {paper.number, in_word.number} == {"BA/7/2026"}


def test_the_pdf_is_tagged_and_its_mark_leads_to_the_page_that_checks_it(
    closed: MentoringSession, host: User, desk_of: DeskOf, files: FileStore
) -> None:
    paper, _ = issue(desk_of(host), files, closed, PaperKind.MINUTES, "", BASE)
    read: Any = pypdf.PdfReader(files.open(paper.digest))
    assert read.trailer["/Root"]["/MarkInfo"]["/Marked"]
    notes = [note.get_object() for page in read.pages for note in page.get("/Annots", [])]
    addresses = [note["/A"]["/URI"] for note in notes if "/A" in note]
    assert f"{BASE}/periksa/{paper.code}" in addresses


def test_the_word_file_opens_and_names_the_same(
    closed: MentoringSession, host: User, desk_of: DeskOf, files: FileStore
) -> None:
    _, in_word = issue(desk_of(host), files, closed, PaperKind.RECORD, "BA/7/2026", BASE)
    file = docx.Document(files.open(in_word.digest))
    said = [each.text for each in file.paragraphs]
    said += [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    assert "Menetapkan standar pelayanan" in said
    assert any(f"{BASE}/periksa/{in_word.code}" in line for line in said)


def test_a_draft_says_so_and_is_not_kept(closed: MentoringSession, host: User, desk_of: DeskOf, make: Make) -> None:
    said = text_of(draft(desk_of(host), closed, PaperKind.RECORD, "pdf"))
    assert "RANCANGANBERITAACARA" in said
    assert "periksa" not in said
    assert make.only(SessionPaper) is None


def test_a_draft_names_the_units_in_reach_alone(closed: MentoringSession, make: Make, desk_of: DeskOf) -> None:
    officer = make.user(Role.UNIT_OFFICER, unit=closed.units[0].unit)
    record = record_of(desk_of(officer), closed)
    assert [unit.unit for unit in record.units] == ["Disdukcapil Tual"]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (SessionStatus.DRAFT, set()),
        (SessionStatus.SCHEDULED, {PaperKind.INVITATION, PaperKind.ASSIGNMENT}),
        (SessionStatus.CANCELLED, set()),
        (SessionStatus.CLOSED, set(PaperKind) - {PaperKind.SIGNED}),
    ],
)
def test_what_may_be_issued_follows_from_where_the_session_stands(
    make: Make, status: SessionStatus, expected: set[PaperKind]
) -> None:
    more: dict[str, Any] = {"closed_at": NOON} if status is SessionStatus.CLOSED else {}
    more |= {"cancelled_reason": "Banjir"} if status is SessionStatus.CANCELLED else {}
    assert set(issuable(make.session_of(make.unit(), status=status, **more))) == expected


def test_the_record_waits_for_the_closing(make: Make, desk_of: DeskOf, files: FileStore) -> None:
    host = make.user(Role.ASSISTANT_DEPUTY)
    running = make.session_of(make.unit(), status=SessionStatus.RUNNING)
    with pytest.raises(Refusal):
        issue(desk_of(host), files, running, PaperKind.RECORD, "", BASE)
    planned = make.session_of(make.unit(), status=SessionStatus.DRAFT)
    with pytest.raises(IllegalMove):
        issue(desk_of(host), files, planned, PaperKind.INVITATION, "", BASE)


def test_of_two_who_issue_the_same_paper_the_second_is_told(
    closed: MentoringSession, host: User, desk_of: DeskOf, files: FileStore
) -> None:
    first = issue(desk_of(host), files, closed, PaperKind.ATTENDANCE, "", BASE)
    desk_of(host).session.flush()
    with pytest.raises(Refusal):
        issue(desk_of(host), files, closed, PaperKind.ATTENDANCE, "", BASE)
    known = max(paper.id for paper in first)
    assert len(issue(desk_of(host), files, closed, PaperKind.ATTENDANCE, "", BASE, after=known)) == 2


def test_the_letters_name_units_bureaus_and_who_is_sent(make: Make, desk_of: DeskOf) -> None:
    host = make.user(Role.ASSISTANT_DEPUTY)
    host.nip = "197001011990031001"
    unit = make.unit("Disdukcapil Tual")
    session = make.session_of(unit, letter_number="B/9/2026", assignment_number="ST/3/2026")
    make.participant(session, host, part=Part.HOST)
    make.participant(session, part=Part.COORDINATOR, name="Hasan", post="Bagian Organisasi Kota Tual")
    letter = text_of(draft(desk_of(host), session, PaperKind.INVITATION, "pdf"))
    for word in ("B/9/2026", "DisdukcapilTual", "BagianOrganisasiKotaTual"):
        assert word in letter
    order = text_of(draft(desk_of(host), session, PaperKind.ASSIGNMENT, "pdf"))
    for word in ("ST/3/2026", "".join(host.name.split()), "197001011990031001"):
        assert word in order


def test_bureaus_are_named_by_their_place(make: Make, desk_of: DeskOf) -> None:
    unit = make.unit()
    session = make.session_of(unit)
    make.participant(session, part=Part.COORDINATOR, name="Hasan", unit_id=unit.id)
    make.participant(session, part=Part.COORDINATOR, name="Nur", post="Biro Organisasi Provinsi Maluku")
    record = record_of(desk_of(make.user(Role.MENTOR)), session)
    assert record.bureaus == (f"Bagian/Biro Organisasi {unit.agency.name}", "Biro Organisasi Provinsi Maluku")
    closing = official_record(record).blocks
    assert "Mengetahui," in str(closing)


def test_participants_are_told_once_for_papers_that_come_together(
    closed: MentoringSession, host: User, make: Make, desk_of: DeskOf, files: FileStore
) -> None:
    officer = make.user(Role.UNIT_OFFICER, unit=closed.units[0].unit)
    make.participant(closed, officer)
    make.participant(closed)  # without an account
    desk = desk_of(host)
    for kind in (PaperKind.RECORD, PaperKind.MINUTES):
        papers = issue(desk, files, closed, kind, "BA/7", BASE)
        desk.session.flush()
        assert tell_of_papers(desk, closed, papers) == 1
    waiting = [row for row in desk_machine(make).all(sa.select(Delivery)) if row.channel == "inbox"]
    assert [row.recipient_id for row in waiting] == [officer.id]
    with formats.as_read_by("id", "Asia/Jakarta"):
        content = write_papers(desk_of(officer), waiting[0].facts)
    assert isinstance(content, Content)
    assert "Berita acara · BA/7" in content.text
    assert "Notula · BA/7" in content.text
    assert f"/sesi/{closed.id}/dokumen" in content.text


def desk_machine(make: Make) -> Desk:
    from tracker.access.actor import SYSTEM

    return Desk(SYSTEM, NOON, make.session)


def test_content_that_a_paper_names_stays(
    closed: MentoringSession, host: User, desk_of: DeskOf, files: FileStore
) -> None:
    paper, _ = issue(desk_of(host), files, closed, PaperKind.RECORD, "", BASE)
    desk = desk_of(host)
    desk.session.flush()
    assert contents.needed(desk.session, [paper.digest]) == {paper.digest}


def test_a_code_is_found_however_it_is_typed(make: Make, desk_of: DeskOf) -> None:
    code = new_code()
    paper = make.session_paper(make.session_of(make.unit()), code=code)
    desk = desk_of(make.user(Role.UNIT_OFFICER, unit=make.unit()))
    for typed in (code, code.upper(), code.replace("-", ""), f" {code} "):
        found = paper_under(desk, typed)
        assert found is not None
        assert found.id == paper.id
    assert paper_under(desk, "") is None
    assert paper_under(desk, code[:-1]) is None


def test_twenty_pages_are_made_within_three_seconds(make: Make, desk_of: DeskOf) -> None:
    import time

    units = [make.unit(f"Dinas Pelayanan {n}") for n in range(50)]
    session = make.session_of(*units)
    for unit in units:
        for n in range(5):
            make.commitment(session, unit, text=f"Menyusun dan menetapkan dokumen pelayanan nomor {n} " * 3)
    make.session.expire(session)
    desk = desk_of(make.user(Role.MENTOR))
    start = time.monotonic()
    made = draft(desk, session, PaperKind.RECORD, "pdf")
    took = time.monotonic() - start
    assert len(pypdf.PdfReader(BytesIO(made)).pages) >= 20
    assert took < 3, f"{took:.1f} s"


# Pages


def test_a_host_issues_a_record_and_everybody_in_the_session_downloads_it(
    closed: MentoringSession, host: User, make: Make, site: Site
) -> None:
    address = f"/sesi/{closed.id}/dokumen"
    page = site.sign_in(host).get(address)
    assert "Belum ada dokumen terbit" in page.words
    page = site.post(address, kind="record", number="BA/7/2026", tell="y", after="0", form_key="a")
    assert "Dokumen terbit." in page.words
    assert "BA/7/2026" in page.words
    again = site.post(address, kind="record", number="BA/7/2026", tell="y", after="0", form_key="a")
    assert again.words.count("berita-acara-sesi") == 2
    late = site.post(address, expect=422, kind="record", number="BA/8", after="0", form_key="b")
    assert "baru saja diterbitkan" in late.words
    officer = make.user(Role.UNIT_OFFICER, unit=closed.units[1].unit)
    page = site.sign_in(officer).get(address)
    assert "Terbitkan dokumen" not in page.words
    link = next(link for link in page.links if link.startswith("/sesi/dokumen/"))
    answer = site.fetch(link)
    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF")
    assert site.fetch(f"/sesi/{closed.id}/rancangan/notula.pdf").status_code == 403


def test_a_kind_that_is_not_offered_is_refused(closed: MentoringSession, host: User, site: Site) -> None:
    page = site.sign_in(host).post(f"/sesi/{closed.id}/dokumen", expect=422, kind="signed")
    assert "perlu diperbaiki" in page.words


def test_drafts_are_downloaded_in_both_kinds(closed: MentoringSession, host: User, site: Site) -> None:
    site.sign_in(host)
    assert site.fetch(f"/sesi/{closed.id}/rancangan/daftar-hadir.pdf").data.startswith(b"%PDF")
    assert site.fetch(f"/sesi/{closed.id}/rancangan/surat-undangan.docx").data.startswith(b"PK")
    assert site.fetch(f"/sesi/{closed.id}/rancangan/rahasia.pdf").status_code == 404
    assert site.fetch(f"/sesi/{closed.id}/rancangan/notula.exe").status_code == 404


def picture() -> BytesIO:
    stream = BytesIO()
    Image.new("RGB", (40, 40), "white").save(stream, "PNG")
    stream.seek(0)
    return stream


def test_a_signed_scan_stands_beside_what_was_issued(closed: MentoringSession, host: User, site: Site) -> None:
    site.sign_in(host).post(f"/sesi/{closed.id}/dokumen", kind="record", number="BA/7", after="0")
    page = site.post(f"/sesi/{closed.id}/dokumen/pindaian", scan=(picture(), "ba-ttd.png"))
    assert "Dokumen bertanda tangan tersimpan." in page.words
    assert "ba-ttd.png" in page.words
    assert "berita-acara-sesi" in page.words


def test_a_scan_that_is_none_is_refused(closed: MentoringSession, host: User, site: Site) -> None:
    address = f"/sesi/{closed.id}/dokumen/pindaian"
    page = site.sign_in(host).post(address, expect=422, scan=(BytesIO(b"MZ program"), "ba.pdf"))
    assert "perlu diperbaiki" in page.words
    assert "Pilih berkasnya." in site.post(address, expect=422).words


def test_anybody_checks_a_paper_and_learns_no_more_than_four_things(make: Make, site: Site) -> None:
    session = make.session_of(make.unit("Disdukcapil Tual"), title="Ngulik rahasia")
    paper = make.session_paper(session, number="BA/7/2026", issued_on=date(2026, 5, 15), code="aaaa-bbbb-cccc-dddd")
    page = site.get(f"/periksa/{paper.code}")
    for word in ("Berita acara", "BA/7/2026", "15 Mei 2026", paper.digest, "sha256sum"):
        assert word in page.words
    assert "rahasia" not in page.words
    assert "Tual" not in page.words
    assert "tidak dikenali" in site.get("/periksa/zzzz-zzzz-zzzz-zzzz", expect=404).words


def test_who_guesses_codes_is_slowed_down(site: Site) -> None:
    for _ in range(120):
        assert site.fetch("/periksa/zzzz").status_code == 404
    assert site.fetch("/periksa/zzzz").status_code == 429
