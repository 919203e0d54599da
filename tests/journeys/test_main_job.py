"""The main job over HTTP: the sample workbook, two officers, their coordinator and a verifier, page after page."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook
from PIL import Image

from tests.support.make import Make
from tests.support.people import area_named, person, reference_data, unit_in
from tests.support.site import Page, Site
from tracker.access.scope import as_machine
from tracker.directory.models import ServiceUnit
from tracker.directory.states import Role
from tracker.followups.models import FollowUp, Submission
from tracker.followups.states import FollowUpStatus
from tracker.instruments.models import Cycle
from tracker.kit.db import db

BOOK = Path(__file__).parents[1] / "evaluations/fixtures/hasil-evaluasi-wilayah-iii-2019.xlsx"
TUAL, KONAWE = "81.72", "74.02"
TITLE = "Sediakan kursi prioritas di ruang tunggu"
DUE = "2026-04-15"


class Story:
    """The people of one journey, and the same site seen by each of them."""

    def __init__(self, site: Site, make: Make) -> None:
        self.site, self.make = site, make
        reference_data(make)
        area = area_named(make, "III")
        self.people = {
            "deputy": person(make, "asdep", Role.ASSISTANT_DEPUTY, "Sri Rahayu", area=area),
            "verifier": person(make, "pemeriksa", Role.MENTOR, "Andi Malik", area=area),
            "leader": person(make, "deputi", Role.LEADERSHIP, "Hendra"),
            "auditor": person(make, "auditor", Role.VIEWER, "Siti"),
            "elsewhere": person(make, "lain", Role.MENTOR, "Orang Lain", area=area_named(make, "I")),
        }

    def as_(self, who: str) -> Site:
        return self.site.sign_in(self.people[who])

    def import_the_workbook(self) -> None:
        deputy = self.as_("deputy")
        cycle = self.only(Cycle)
        with BOOK.open("rb") as book:
            page = deputy.post("/hasil-evaluasi/impor", cycle=cycle.id, file=(book, BOOK.name), create_units="y")
        assert "8 unit di berkas ini termasuk prioritas" in page.words
        assert self.count(ServiceUnit) == 0
        assert "Impor selesai" in deputy.post(page_address(page)).words
        for who, region in (("tual", TUAL), ("konawe", KONAWE)):
            unit = unit_in(self.make, region)
            self.people[who] = person(self.make, who, Role.UNIT_OFFICER, f"Petugas {who}", unit=unit)
            self.people[f"{who}-organisasi"] = person(
                self.make, f"organisasi-{who}", Role.COORDINATOR, agency=unit.agency
            )

    def assign(self, region: str, title: str = TITLE) -> int:
        """One follow-up for the unit's first recommendation; its id. The letter's day has long passed."""
        deputy = self.as_("deputy")
        unit_page = deputy.get(f"/unit/{unit_in(self.make, region).id}")
        address = next(link for link in unit_page.links if re.fullmatch(r"/rekomendasi/\d+/tindak-lanjut", link))
        typed: dict[str, Any] = {"title": title, "due_on": DUE, "weight": "1", "person_in_charge_id": ""}
        warned = deputy.post(address, 422, **typed)
        assert "Tenggat melewati tanggal pada surat" in warned.words
        deputy.post(address, warned=DUE, **typed)
        with as_machine(db.session()):
            return db.session().scalars(sa.select(FollowUp.id).order_by(FollowUp.id.desc())).first() or 0

    def hand_in(self, who: str, id: int, text: str = "Kursi dipasang.", percent: int = 80) -> Page:
        officer = self.as_(who)
        typed: dict[str, Any] = {"done_on": "2026-03-02", "text": text, "claimed_percent": str(percent)}
        officer.post(f"/tindak-lanjut/{id}/tindakan", **typed, files=(photo(), "kursi.jpg"))
        return officer.post(f"/tindak-lanjut/{id}/ajukan")

    def check(self, id: int, decision: str, expect: int = 200, who: str = "verifier", **typed: Any) -> Page:
        verifier = self.as_(who)
        verifier.post(f"/verifikasi/{id}/periksa", expect)
        return verifier.post(f"/verifikasi/{id}/{decision}", expect, **typed)

    def status(self, id: int) -> FollowUpStatus:
        session = db.session()
        with as_machine(session):
            session.expire_all()
            return session.get_one(FollowUp, id).status

    def only(self, kind: type[Cycle]) -> Cycle:
        row = self.make.only(kind)
        assert row is not None
        return row

    def count(self, kind: type[ServiceUnit] | type[Submission]) -> int:
        with as_machine(db.session()):
            return db.session().scalar(sa.select(sa.func.count(kind.id))) or 0


RETURN: dict[str, Any] = {"kembali-missing": "Foto belum terbaca.", "kembali-percent": "40"}
ADEQUATE: dict[str, Any] = {"terima-assessment": "sesuai", "terima-note": "Sudah lengkap."}


def photo() -> io.BytesIO:
    stream = io.BytesIO()
    Image.effect_noise((60, 40), 50).convert("RGB").save(stream, "JPEG")
    stream.seek(0)
    return stream


def page_address(page: Page) -> str:
    return next(form for form in page.forms if re.fullmatch(r"/hasil-evaluasi/impor/\d+", form))


@pytest.fixture
def story(site: Site, make: Make) -> Story:
    told = Story(site, make)
    told.import_the_workbook()
    return told


def test_from_a_workbook_to_a_verified_improvement(story: Story) -> None:
    id = story.assign(TUAL)
    receipt = story.hand_in("tual", id)
    assert receipt.heading.startswith("Tanda terima")
    assert "dikembalikan kepada unit" in story.check(id, "kembalikan", **RETURN).words
    assert "Dikembalikan: Foto belum terbaca." in story.as_("tual").get("/").words
    again = story.hand_in("tual", id, "Foto baru dari pintu masuk.", 95)
    assert again.heading != receipt.heading
    assert "diterima" in story.check(id, "terima", **ADEQUATE).words
    assert story.status(id) is FollowUpStatus.ACCEPTED

    deputy = story.as_("deputy")
    portfolio = deputy.get("/portofolio")
    assert "30 % terverifikasi, 30 % diklaim" in portfolio.html, "the aspect weighs 30 of 100"
    history = deputy.get(f"/tindak-lanjut/{id}").words
    for told in ("Sri Rahayu", "Petugas tual", "Andi Malik", "Foto belum terbaca."):
        assert told in history
    sheet = load_workbook(io.BytesIO(deputy.fetch("/portofolio/unduh.xlsx").data)).active
    assert sheet is not None
    assert str([row[0] for row in sheet.iter_rows(values_only=True) if row[0]][-1]).startswith("8 dari 8 baris")


def test_work_is_given_to_many_units_after_a_preview_said_how_many(story: Story) -> None:
    deputy = story.as_("deputy")
    typed: dict[str, Any] = {
        "s": "1",
        "belum": "1",
        "cakupan": "semua",
        "title": "Kirim rencana kerja",
        "due_on": DUE,
        "weight": "1",
    }
    typed |= {"person": "tanpa", "siklus": "panrb-2019"}
    preview = deputy.post("/tindak-lanjut/tetapkan", langkah="pratinjau", **typed)
    assert preview.heading == "48 tindak lanjut untuk 8 unit"
    chosen = re.search(r'name="chosen" value="([\d,]+)"', preview.html)
    assert chosen is not None
    sent: dict[str, Any] = {**typed, "langkah": "tetapkan", "chosen": chosen[1], "form_key": "sekali"}
    for _ in range(2):
        deputy.post("/tindak-lanjut/tetapkan", **sent)
    with as_machine(db.session()):
        assert db.session().scalar(sa.select(sa.func.count(FollowUp.id))) == 48
    assert "0 rekomendasi belum ditugaskan" in deputy.get("/portofolio").words


def test_two_officers_work_side_by_side_and_see_only_their_own(story: Story) -> None:
    tual, konawe = story.assign(TUAL, "Pekerjaan Tual"), story.assign(KONAWE, "Pekerjaan Konawe")
    story.hand_in("tual", tual)
    home = story.as_("konawe").get("/").words
    assert "Pekerjaan Konawe" in home
    assert "Pekerjaan Tual" not in home
    for path in (f"/tindak-lanjut/{tual}", f"/tindak-lanjut/{tual}/tindakan", "/tanda-terima/1", "/bukti/1"):
        story.site.get(path, 404)
    story.hand_in("konawe", konawe)
    queue = story.as_("verifier").get("/verifikasi").words
    assert queue.index("Pekerjaan Tual") < queue.index("Pekerjaan Konawe"), "what waits longest stands first"
    opened = story.check(tual, "kembalikan", **RETURN)
    assert "Berikutnya sudah terbuka" in opened.words
    assert opened.heading == "Pekerjaan Konawe"
    assert story.status(tual) is FollowUpStatus.RETURNED
    assert story.status(konawe) is FollowUpStatus.SUBMITTED


def test_nobody_without_the_right_gets_through_a_step(story: Story) -> None:
    id = story.assign(TUAL)
    refused: dict[str, dict[str, int]] = {
        "/tindak-lanjut/{id}/tindakan": {"verifier": 403, "deputy": 403, "konawe": 404, "tual-organisasi": 403},
        "/tindak-lanjut/{id}/ajukan": {"verifier": 403, "konawe": 404, "auditor": 403, "elsewhere": 403},
        "/verifikasi/{id}/periksa": {"tual": 403, "tual-organisasi": 403, "leader": 403, "elsewhere": 404},
        "/verifikasi/{id}/terima": {"tual": 403, "tual-organisasi": 403, "leader": 403, "elsewhere": 404},
        "/verifikasi/{id}/kembalikan": {"tual": 403, "auditor": 403, "elsewhere": 404},
    }
    for path, people in refused.items():
        for who, expected in people.items():
            story.as_(who).post(path.format(id=id), expected, **RETURN, **ADEQUATE)
    assert story.status(id) is FollowUpStatus.ASSIGNED
    for who in ("verifier", "tual", "leader", "auditor", "tual-organisasi"):
        site = story.as_(who)
        site.get("/hasil-evaluasi/impor", 403)
        with BOOK.open("rb") as book:
            site.post("/hasil-evaluasi/impor", 403, cycle="1", file=(book, BOOK.name))


def test_a_return_can_be_answered_more_than_once(story: Story) -> None:
    id = story.assign(TUAL)
    for percent in (40, 70):
        story.hand_in("tual", id)
        story.check(id, "kembalikan", **{**RETURN, "kembali-percent": str(percent)})
        assert f"{percent} % terverifikasi" in story.as_("tual").get(f"/tindak-lanjut/{id}").words
    sure: dict[str, Any] = {"done_on": "2026-03-02", "text": "Selesai semua.", "claimed_percent": "100"}
    story.site.post(f"/tindak-lanjut/{id}/tindakan", **sure)
    assert "70 % terverifikasi, 99 % diklaim" in story.as_("tual").get("/tindak-lanjut").words
    story.hand_in("tual", id, percent=100)
    story.check(id, "terima", **ADEQUATE)
    assert story.count(Submission) == 3
    assert "100 % terverifikasi" in story.as_("tual").get(f"/tindak-lanjut/{id}").words
    story.site.post(f"/tindak-lanjut/{id}/tindakan", 409, **sure)


def test_where_an_agency_looks_first_its_coordinator_stands_between_unit_and_verifier(story: Story) -> None:
    agency = unit_in(story.make, TUAL).agency
    agency.confirms_evidence = True
    story.make.save(agency)
    id = story.assign(TUAL)
    story.hand_in("tual", id)
    assert story.status(id) is FollowUpStatus.AWAITING_CONFIRMATION
    story.check(id, "terima", 409, **ADEQUATE)
    coordinator = story.as_("tual-organisasi")
    assert f"/tindak-lanjut/{id}/konfirmasi" in coordinator.get("/").links
    coordinator.post(f"/tindak-lanjut/{id}/kirim-kembali", reason="Surat pengantar belum ditandatangani.")
    assert "Surat pengantar belum ditandatangani." in story.as_("tual").get("/").words
    story.hand_in("tual", id, "Surat pengantar ditandatangani.")
    story.as_("konawe-organisasi").post(f"/tindak-lanjut/{id}/konfirmasi", 404)
    story.as_("tual-organisasi").post(f"/tindak-lanjut/{id}/konfirmasi")
    assert story.status(id) is FollowUpStatus.SUBMITTED
    story.check(id, "terima", **ADEQUATE)
    assert story.status(id) is FollowUpStatus.ACCEPTED


def test_everybody_finds_the_way_from_their_own_home_page(story: Story) -> None:
    id = story.assign(TUAL)
    story.hand_in("tual", id)
    ways: dict[str, str] = {"verifier": "/verifikasi", "deputy": "/portofolio", "leader": "/portofolio"}
    for who, way in ways.items():
        home = story.as_(who).get("/")
        assert any(link.startswith(way) for link in home.links), who
