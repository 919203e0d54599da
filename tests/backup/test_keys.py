"""Keys of what is sealed: neither they nor what they seal stand in an archive; they rotate while the site goes on."""

import gzip
import tarfile
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet

from tests.conftest import MORNING
from tests.support.commands import typed
from tests.support.databases import a_database, stays
from tests.support.installation import an_installation
from tests.support.keys import VAULT_KEY
from tests.support.make import Make
from tracker.access.actor import SYSTEM
from tracker.access.desk import Desk
from tracker.backup import keys as sealing
from tracker.backup.keys import keys_needed, keys_needed_by_files, rotate, rotate_files
from tracker.backup.operations import back_up, snapshot
from tracker.backup.restoring import restore
from tracker.backup.rules import Unusable
from tracker.complaints.identity import Identity, keep_identity
from tracker.complaints.intake_store import SealedFiles
from tracker.complaints.models import ComplaintWords
from tracker.kit.db import db
from tracker.kit.files import FileStore
from tracker.kit.vault import Locked, Vault, name_of_key

OLD, NEW = name_of_key(VAULT_KEY), Fernet.generate_key().decode()
WORDS = "Kursi XQZW tidak cukup"


def fill(number: int = 3) -> None:
    make = Make(db.session())
    for _ in range(number):
        complaint = make.complaint(title=WORDS, body=f"{WORDS}, kata Siti XQZW.")
        keep_identity(Desk(SYSTEM, MORNING, db.session()), complaint, Identity(name="Siti XQZW"))
    db.session.info.get("untold", {}).clear()
    db.session.commit()


def needed() -> dict[str, int]:
    with snapshot(db.engine) as connection:
        return keys_needed(connection)


def titles() -> list[str]:
    db.session.remove()
    found = Desk(SYSTEM, MORNING, db.session()).all(sa.select(ComplaintWords.title))
    db.session.remove()
    return found


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archive")
    with an_installation(folder / "from"):
        fill()
        path = folder / "tuntas.tar"
        assert back_up(db.engine, FileStore(folder / "from" / "files"), path, MORNING).keys == needed()
        return path


def test_an_archive_holds_no_sealed_word_in_the_clear_and_no_key(archive: Path) -> None:
    with tarfile.open(archive) as tar:
        for member in tar.getmembers():
            file = tar.extractfile(member)
            assert file is not None
            content = gzip.decompress(file.read()) if member.name.endswith(".gz") else file.read()
            assert b"XQZW" not in content, member.name
            assert VAULT_KEY.encode() not in content, member.name


def test_with_its_keys_an_archive_is_read_again(archive: Path, tmp_path: Path) -> None:
    with an_installation(tmp_path):
        manifest = restore(db.engine, tmp_path / "files", archive, stays, stays, held=[OLD])
        assert list(manifest.keys) == [OLD]
        assert titles() == [WORDS] * 3


def test_without_its_keys_an_archive_is_put_back_whole_and_says_which_it_needs(archive: Path, tmp_path: Path) -> None:
    with a_database() as url:
        assert typed(tmp_path, url, "db", "downgrade", "base").returncode == 0
        done = typed(tmp_path, url, "restore", str(archive), "--keys-required", TRACKER_VAULT_KEYS=NEW)
        assert (done.returncode, done.stdout) == (1, "")
        done = typed(tmp_path, url, "restore", str(archive), TRACKER_VAULT_KEYS=NEW)
        assert done.returncode == 0, done.stderr
        assert "every checksum and count agrees" in done.stdout
        assert f"{OLD} (" in done.stderr
        assert typed(tmp_path, url, "keys", "list", TRACKER_VAULT_KEYS=f"{NEW},{VAULT_KEY}").returncode == 0


def test_where_keys_are_required_it_is_refused_by_their_names(archive: Path, tmp_path: Path) -> None:
    with an_installation(tmp_path):
        with pytest.raises(Unusable, match=OLD):
            restore(db.engine, tmp_path / "files", archive, stays, stays, held=[name_of_key(NEW)])
        assert needed() == {}
        restore(db.engine, tmp_path / "files", archive, stays, stays, held=None)
        assert list(needed()) == [OLD]


def test_rotation_seals_all_of_it_anew_and_nothing_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "AT_ONCE", 2)
    with an_installation(tmp_path) as app:
        fill(5)
        before = needed()
        keys = app.extensions["vault"] = Vault((NEW, VAULT_KEY))
        assert rotate(db.engine, keys) == before[OLD]
        assert needed() == {keys.newest: before[OLD]}
        assert rotate(db.engine, keys) == 0
        app.extensions["vault"] = Vault((NEW,))
        assert titles() == [WORDS] * 5


def test_a_rotation_that_was_cut_off_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "AT_ONCE", 2)
    with an_installation(tmp_path) as app:
        fill(3)
        keys, whole = Vault((NEW, VAULT_KEY)), sum(needed().values())

        class Cut(Vault):
            left = 4

            def seal(self, text: str) -> str:
                self.left -= 1
                if self.left < 0:
                    raise KeyboardInterrupt
                return super().seal(text)

        with pytest.raises(KeyboardInterrupt):
            rotate(db.engine, Cut((NEW, VAULT_KEY)))
        app.extensions["vault"] = keys
        assert sum(needed().values()) == whole
        assert titles() == [WORDS] * 3
        assert 0 < rotate(db.engine, keys) < whole
        assert needed() == {keys.newest: whole}


def test_rotation_without_the_key_of_something_says_which(tmp_path: Path) -> None:
    with an_installation(tmp_path):
        fill(1)
        with pytest.raises(Locked, match=OLD):
            rotate(db.engine, Vault((NEW,)))


def test_kept_files_of_imports_rotate_too(tmp_path: Path) -> None:
    files = SealedFiles(tmp_path / "intake", Vault((VAULT_KEY,)))
    kept = files.keep(BytesIO(b"Nama;Isi\nSiti;\xff\x00\n" * 200_000))
    keys = Vault((NEW, VAULT_KEY))
    assert keys_needed_by_files(tmp_path / "intake") == {OLD: 1}
    assert rotate_files(tmp_path / "intake", keys) == 1
    assert keys_needed_by_files(tmp_path / "intake") == {keys.newest: 1}
    opened = b"".join(SealedFiles(tmp_path / "intake", Vault((NEW,))).open(kept.name))
    assert opened == b"Nama;Isi\nSiti;\xff\x00\n" * 200_000


def test_the_commands_say_what_they_found(tmp_path: Path) -> None:
    with an_installation(tmp_path) as app:
        fill(1)
        url = str(app.config["TUNTAS"].database_url)
        listed = typed(tmp_path, url, "keys", "list")
        assert listed.returncode == 0
        assert f"{OLD}  seals" in listed.stdout
        lost = typed(tmp_path, url, "keys", "list", TRACKER_VAULT_KEYS=NEW)
        assert lost.returncode == 1
        assert f"{OLD}  MISSING" in lost.stdout
        turned = typed(tmp_path, url, "keys", "rotate", TRACKER_VAULT_KEYS=f"{NEW},{VAULT_KEY}")
        assert turned.returncode == 0
        assert f"no longer needed here: {OLD}" in turned.stdout
        assert typed(tmp_path, url, "keys", "list", TRACKER_VAULT_KEYS=NEW).returncode == 0
        assert len(Fernet(typed(tmp_path, url, "keys", "new").stdout.strip()).encrypt(b"x")) > 0
