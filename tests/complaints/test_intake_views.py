"""Importing in the site, as a complaint officer does; and that nothing of a citizen lies about in the clear."""

import io
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.complaints.conftest import Office
from tests.complaints.test_intake_file import HEAD, as_csv, line
from tests.support.commands import typed
from tests.support.databases import engine_name
from tests.support.installation import an_installation
from tests.support.make import Make
from tests.support.queries import statements
from tests.support.site import Page, Site
from tracker.access.actor import SYSTEM
from tracker.access.scope import as_machine
from tracker.access.store import clock
from tracker.complaints import intake as operations
from tracker.complaints import intake_views
from tracker.complaints.import_models import ComplaintImport, ComplaintImportStatus
from tracker.complaints.intake_store import intake_files
from tracker.complaints.intake_units import choice_key
from tracker.complaints.intake_working import work
from tracker.complaints.models import Complaint
from tracker.directory.states import Role
from tracker.kit.db import db

IMPORTS = "/pengaduan/impor"
S = ComplaintImportStatus


@pytest.fixture
def page(site: Site, office: Office) -> Site:
    office.make.session.commit()
    return site.sign_in(office.people["liaison"])


def row(office: Office, **values: str) -> list[str]:
    return line(**{"Instansi_Induk": office.root.name, "Instansi_Terdisposisi": office.unit.name} | values)


def send(site: Site, data: bytes, expect: int = 200, name: str = "Keluhan Sinta Dewi.csv") -> Page:
    return site.post(IMPORTS, expect=expect, source="lapor", file=(io.BytesIO(data), name))


def latest() -> ComplaintImport:
    db.session.expire_all()
    with as_machine(db.session()):
        found = db.session.scalars(sa.select(ComplaintImport).order_by(ComplaintImport.id.desc())).first()
    assert found is not None
    return found


def kept_files() -> set[str]:
    return {path.name for path in intake_files().folder.glob("*")}


def complaints() -> int:
    with as_machine(db.session()):
        return db.session.scalar(sa.select(sa.func.count(Complaint.id))) or 0


def test_an_export_is_sent_looked_over_and_confirmed_and_twice_changes_nothing(page: Site, office: Office) -> None:
    data = as_csv(row(office), row(office, Tracking_ID="5100001", Status_Laporan="Selesai"))
    shown = send(page, data)
    assert "2 pengaduan baru" in shown.words
    assert "Sinta" not in shown.html, "neither name nor words are shown, also not of the file's name"
    assert "Lama sekali" not in shown.html
    assert complaints() == 0
    address = f"{IMPORTS}/{latest().id}"
    assert "Impor selesai" in page.post(address).words
    assert complaints() == 2
    assert "Impor selesai" in page.post(address).words, "the same button, pressed again"
    assert "Tidak ada yang perlu ditulis" in send(page, data).words
    assert complaints() == 2
    assert "2 pengaduan baru" not in page.get(IMPORTS).words


def test_columns_that_are_not_known_are_asked_for_once(page: Site, office: Office) -> None:
    renamed = as_csv(row(office)).replace(b"Tracking ID", b"Nomor Unik").replace(b"Status Laporan", b"Tahap")
    shown = send(page, renamed)
    assert shown.heading.startswith("Kolom")
    names = ("tracking_id", "title", "body", "classification", "kind", "name", "received_at", "agency", "unit")
    chosen: dict[str, Any] = {f"kolom_{name}": str(column) for column, name in enumerate(names)}
    address = f"{IMPORTS}/{latest().id}/kolom"
    assert "wajib dipilih" in page.post(address, expect=422, **chosen).words
    assert "1 pengaduan baru" in page.post(address, **chosen, kolom_status="9").words
    assert "1 pengaduan baru" in send(page, renamed).words, "remembered"


def test_an_unknown_unit_is_asked_for(page: Site, office: Office) -> None:
    shown = send(page, as_csv(row(office, Instansi_Terdisposisi="Disdukcapl"), row(office, Tracking_ID="2")))
    assert "1 baris bermasalah" in shown.words
    assert office.unit.name in shown.words
    address, key = f"{IMPORTS}/{latest().id}", choice_key(office.root.name, "Disdukcapl")
    page.post(address, expect=422)
    page.post(f"{address}/unit", expect=422)
    chosen: dict[str, Any] = {f"unit-{key}": str(office.unit.id)}
    assert "2 pengaduan baru" in page.post(f"{address}/unit", **chosen).words


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.4", b"\x89PNG\r\n\x1a\n", b"<html>"], ids=["empty", "pdf", "picture", "web page"]
)
def test_another_file_is_refused_beside_its_field_and_leaves_nothing(page: Site, data: bytes) -> None:
    before = kept_files()
    assert "Berkas ekspor" in send(page, data, expect=422).words
    assert kept_files() == before


def test_a_large_file_is_read_and_written_in_the_background(
    page: Site, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "SMALL", 10)
    monkeypatch.setattr(intake_views, "WRITTEN_AT_ONCE", 0)
    assert "Sedang dibaca" in send(page, as_csv(row(office))).words
    address = f"{IMPORTS}/{latest().id}"
    carried_on(office)
    assert "1 pengaduan baru" in page.get(address).words
    assert "Sedang ditulis" in page.post(address).words
    assert complaints() == 0
    carried_on(office)
    assert "Impor selesai" in page.get(address).words
    assert complaints() == 1


def carried_on(office: Office) -> None:
    machine = office.desk_of(SYSTEM)
    work(machine, intake_files(), clock())


def test_an_import_is_its_senders_own(page: Site, office: Office, site: Site) -> None:
    send(page, as_csv(row(office)))
    number = latest().id
    other = Site(page.app).sign_in(office.make.user(Role.COMPLAINT_OFFICER, agency=office.root.agency))
    for address in ("", "/kolom"):
        other.get(f"{IMPORTS}/{number}{address}", expect=404)
    other.post(f"{IMPORTS}/{number}/buang", expect=404)
    Site(page.app).sign_in(office.people["coordinator"]).get(IMPORTS, expect=403)


def test_what_is_not_wanted_is_thrown_away(page: Site, office: Office) -> None:
    before = kept_files()
    send(page, as_csv(row(office)))
    address = f"{IMPORTS}/{latest().id}"
    assert "tidak ada pengaduan yang ditulis" in page.post(f"{address}/buang").words
    assert latest().status is S.DISCARDED
    assert kept_files() == before
    page.post(address, expect=422)


def test_the_preview_asks_the_same_few_questions_however_many_rows(page: Site, office: Office) -> None:
    def asked(rows: int) -> int:
        send(page, as_csv(*(row(office, Tracking_ID=str(rows * 1000 + at)) for at in range(rows))))
        address = f"{IMPORTS}/{latest().id}"
        page.get(address)
        with statements() as found:
            page.get(address)
        return len(found)

    assert asked(40) == asked(3)


# ---- nothing in the clear -----------------------------------------------------------------------------------------

SECRETS = ("Zulaikha Wattimena", "081234509876", "kalimat rahasia pelapor", "judul yang dirahasiakan")


def everything_below(*folders: Path) -> Iterator[tuple[Path, bytes]]:
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file():
                with suppress(OSError):
                    yield path, path.read_bytes()


@pytest.mark.skipif(engine_name() != "sqlite", reason="the database's own files are looked through")
@pytest.mark.parametrize("ends", ["done", "refused", "dry run"])
def test_no_byte_on_the_disk_names_a_citizen(tmp_path: Path, ends: str) -> None:
    data, temporary = tmp_path / "data", tmp_path / "tmp"
    data.mkdir()
    temporary.mkdir()
    with an_installation(data) as app:
        url = app.config["SQLALCHEMY_DATABASE_URI"]
        make = Make(db.session())
        agency = make.agency("Pemerintah Kota Tual")
        make.unit("Disdukcapil", agency=agency)
        db.session.commit()
        name, telephone, body, title = SECRETS
        values = {"Nama_Pelapor": name, "Instansi_Induk": agency.name, "Instansi_Terdisposisi": "Disdukcapil"}
        rows = [[*line(title, body, **values, Tracking_ID=str(at)), telephone] for at in range(30)]
        if ends == "refused":
            rows[7][HEAD.index("Status Laporan")] = "Entah"
        export = tmp_path / "ekspor.csv"
        export.write_bytes(as_csv(*rows).replace(b"Status Laporan", b"Status Laporan;Telepon", 1))
        words = ["--dry-run"] if ends == "dry run" else []
        db.session.remove()  # the command is another process, and waits for nobody's transaction
        done = typed(data, url, "import", "complaints", str(export), *words, TMPDIR=str(temporary))
        assert done.returncode == (1 if ends == "refused" else 0), done.stderr
        assert not any(secret in done.stdout + done.stderr for secret in SECRETS)
        database = Path(url.removeprefix("sqlite:///")).parent
        looked_at = 0
        for path, content in everything_below(data, temporary, database):
            looked_at += 1
            for secret in SECRETS:
                for encoded in (secret.encode(), secret.encode("utf-16-le")):
                    assert encoded not in content, f"{secret} in {os.fspath(path)}"
        assert looked_at
