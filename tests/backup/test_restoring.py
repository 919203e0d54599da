"""A backup put back is the same site: every row and every file, or nothing at all."""

import tarfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image

from tests.conftest import MORNING
from tests.support.commands import typed
from tests.support.databases import a_database, stays
from tests.support.installation import an_installation
from tests.support.make import Make
from tracker.access.actor import SYSTEM
from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.administration.reference import load_regions
from tracker.backup.operations import add, back_up, snapshot
from tracker.backup.restoring import restore
from tracker.backup.rules import MANIFEST, Unusable
from tracker.directory.states import Role
from tracker.followups.models import FollowUp
from tracker.instruments.reference import load_instruments
from tracker.kit.db import Model, db
from tracker.kit.files import FileStore


def fill(files: Path) -> list[str]:
    """Reference data, some work, an event with a JSON null in it, and two files, one of them evidence."""
    desk = Desk(SYSTEM, MORNING, db.session())
    load_regions(desk)
    load_instruments(desk)
    make = Make(db.session())
    follow_up = make.follow_up(title='Pasang "nomor antrean"\nlalu é')
    make.user(Role.COORDINATOR, agency=follow_up.unit.agency)
    store = FileStore(files)
    picture = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(picture, "JPEG")
    picture.seek(0)
    photo = store.keep(picture, "foto.jpg", 10_000)
    note = store.keep(BytesIO(b"catatan rapat\n"), "catatan.txt", 10_000)
    make.evidence(follow_up, kept_digest=photo.digest_kept, sent_digest=photo.digest_sent)
    desk = Desk(SYSTEM, MORNING, db.session())
    desk.record(Act.LOAD_DEMO, desk.find(FollowUp, follow_up.id, Act.VIEW_FOLLOW_UPS), "contoh")
    db.session.commit()
    return sorted([photo.digest_kept, note.digest_kept])


def rows() -> dict[str, list[Any]]:
    with snapshot(db.engine) as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key))]
            for table in Model.metadata.sorted_tables
        }


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, list[Any]], list[str]]:
    tmp_path = tmp_path_factory.mktemp("archive")
    with an_installation(tmp_path / "from"):
        digests = fill(tmp_path / "from" / "files")
        path = tmp_path / "tuntas.tar"
        manifest = back_up(db.engine, FileStore(tmp_path / "from" / "files"), path, MORNING)
        assert manifest.lost == []
        return path, rows(), digests


Archive = tuple[Path, dict[str, list[Any]], list[str]]


def test_a_restore_brings_back_every_row_and_every_file(archive: Archive, tmp_path: Path) -> None:
    path, before, digests = archive
    files = tmp_path / "to" / "files"
    with an_installation(tmp_path / "to"):
        manifest = restore(db.engine, files, path, stays, stays)
        assert rows() == before
        store = FileStore(files)
        assert list(store.digests()) == digests
        assert all(store.intact(digest) for digest in digests)
        assert manifest.rows == sum(map(len, before.values()))
        assert manifest.rows > 600


def test_new_rows_go_on_counting_after_a_restore(archive: Archive, tmp_path: Path) -> None:
    with an_installation(tmp_path / "to"):
        restore(db.engine, tmp_path / "to" / "files", archive[0], stays, stays)
        make = Make(db.session())
        highest = db.session.scalar(sa.select(sa.func.max(FollowUp.id)))
        assert highest is not None
        assert make.follow_up().id > highest


def test_nothing_is_mixed_into_a_place_that_holds_data(archive: Archive, tmp_path: Path) -> None:
    with an_installation(tmp_path / "to"):
        Make(db.session()).area("X")
        db.session.commit()
        with pytest.raises(Unusable, match="not empty"):
            restore(db.engine, tmp_path / "to" / "files", archive[0], stays, stays)
    with an_installation(tmp_path / "other"):
        folder = tmp_path / "other" / "files" / "ab"
        folder.mkdir(parents=True)
        (folder / "x").write_text("x")
        with pytest.raises(Unusable, match="folder of files"):
            restore(db.engine, folder.parent, archive[0], stays, stays)


def rewritten(source: Path, target: Path, change: Any) -> Path:
    """The archive again, each member as `change(name, content)` wants it; None leaves it out."""
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        for member in old:
            stream = old.extractfile(member)
            assert stream is not None
            content = change(member.name, stream.read())
            if content is not None:
                add(new, member.name, BytesIO(content))
    return target


DAMAGES: dict[str, Any] = {
    "a changed file": lambda name, content: content + b"x" if name.startswith("files/") else content,
    "a changed table": lambda name, content: content[:-1] + b"\1" if "follow_up" in name else content,
    "a missing file": lambda name, content: None if name.startswith("files/") else content,
    "a missing table": lambda name, content: None if "event" in name else content,
    "no manifest": lambda name, content: None if name == MANIFEST else content,
    "a manifest that is none": lambda name, content: b"{" if name == MANIFEST else content,
    "other rows than told": lambda name, content: (
        content.replace(b'"rows": 1,', b'"rows": 2,', 1) if name == MANIFEST else content
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_archive_leaves_the_place_empty(archive: Archive, tmp_path: Path, damage: str) -> None:
    broken = rewritten(archive[0], tmp_path / "broken.tar", DAMAGES[damage])
    with an_installation(tmp_path / "to"):
        with pytest.raises(Unusable):
            restore(db.engine, tmp_path / "to" / "files", broken, stays, stays)
        assert sum(map(len, rows().values())) == 0
        assert list(FileStore(tmp_path / "to" / "files").digests()) == []


def test_an_archive_that_breaks_off_is_refused(archive: Archive, tmp_path: Path) -> None:
    content = archive[0].read_bytes()
    with an_installation(tmp_path / "to"):
        for length in (0, 100, 5000, len(content) // 2, len(content) - 12_000):
            short = tmp_path / "short.tar"
            short.write_bytes(content[:length])
            with pytest.raises(Unusable):
                restore(db.engine, tmp_path / "to" / "files", short, stays, stays)


def test_a_backup_names_the_files_that_are_lost(archive: Archive, tmp_path: Path) -> None:
    with an_installation(tmp_path / "to"):
        files = tmp_path / "to" / "files"
        restore(db.engine, files, archive[0], stays, stays)
        lost = [digest for digest in archive[2] if digest in str(rows()["evidence"])]
        FileStore(files).path(lost[0]).write_bytes(b"damaged")
        assert back_up(db.engine, FileStore(files), tmp_path / "again.tar", MORNING).lost == lost


def test_a_backup_that_fails_leaves_the_earlier_one(archive: Archive, tmp_path: Path) -> None:
    path = archive[0]
    before = path.read_bytes()
    with an_installation(tmp_path / "bare"):
        with db.engine.begin() as connection:
            connection.execute(sa.text("DROP TABLE alembic_version"))
        with pytest.raises(sa.exc.SQLAlchemyError):
            back_up(db.engine, FileStore(tmp_path / "files"), path, MORNING)
    assert path.read_bytes() == before
    assert list(path.parent.glob(".*.partial")) == []


def test_the_commands_take_an_archive_to_another_machine(archive: Archive, tmp_path: Path) -> None:
    """Into a database that was never migrated, with a command that says what it found; and not twice."""
    data, again = tmp_path / "fresh", tmp_path / "again.tar"
    with a_database() as url:
        engine = sa.create_engine(url)
        done = typed(data, url, "db", "downgrade", "base")
        assert done.returncode == 0, done.stderr
        done = typed(data, url, "restore", str(archive[0]))
        assert done.returncode == 0, done.stderr
        assert "every checksum and count agrees" in done.stdout
        assert "region" in done.stdout
        done = typed(data, url, "backup", str(again))
        assert done.returncode == 0, done.stderr
        assert "secret keys" in done.stdout
        assert again.stat().st_mode & 0o077 == 0
        done = typed(data, url, "restore", str(again))
        assert done.returncode == 1
        assert done.stderr.startswith("restore: the database is not empty")
        assert "Traceback" not in done.stderr
        engine.dispose()
    with tarfile.open(archive[0]) as one, tarfile.open(again) as two:
        assert {member.name: member.size for member in one if member.name != MANIFEST} == {
            member.name: member.size for member in two if member.name != MANIFEST
        }
        assert not any(name.endswith(("secret_key", "vault_keys")) for name in two.getnames())


@pytest.mark.parametrize("content", [b"", b"nothing of the kind", None])
def test_what_is_no_archive_gets_one_clear_line(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "x.tar"
    if content is not None:
        path.write_bytes(content)
    with a_database() as url:
        done = typed(tmp_path / "data", url, "restore", str(path))
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stderr.startswith("restore: ")
