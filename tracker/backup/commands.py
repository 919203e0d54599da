"""`flask backup FILE`, `flask restore FILE` and `flask keys …`."""

import sys
from pathlib import Path
from typing import Any

import click
from alembic import command
from alembic.util import CommandError
from cryptography.fernet import Fernet
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from tracker.backup.keys import keys_needed, keys_needed_by_files, rotate, rotate_files
from tracker.backup.operations import back_up, snapshot
from tracker.backup.restoring import missing_keys
from tracker.backup.restoring import restore as put_back
from tracker.backup.rules import Manifest, Unusable
from tracker.complaints.intake_store import intake_files
from tracker.kit.db import db
from tracker.kit.files import FileStore
from tracker.kit.vault import Locked, vault

FILE = click.argument("file", type=click.Path(path_type=Path))


@click.command("backup")
@FILE
@with_appcontext
def backup(file: Path) -> None:
    """Write one archive of database and files, also while the site runs. Secret keys are not in it."""
    if not file.parent.is_dir():
        sys.exit(f"backup: there is no folder {file.parent}")
    if file.is_dir():
        sys.exit(f"backup: {file} is a folder; name a file")
    now = current_app.extensions["clock"].now()
    try:
        manifest = back_up(db.engine, FileStore(current_app.config["TUNTAS"].files), file, now)
    except OSError as error:
        sys.exit(f"backup: {error}")
    tell(f"wrote {file}", manifest)
    click.echo("not in it: the secret keys of this installation; keep them apart, above all those named here")
    if manifest.lost:
        first = ", ".join(manifest.lost[:3])
        sys.exit(f"backup: {len(manifest.lost)} files that rows speak of are gone or damaged: {first} …")


@click.command("restore")
@FILE
@click.option("--keys-required", is_flag=True, help="Refuse where keys of what is sealed are missing.")
@with_appcontext
def restore(file: Path, keys_required: bool) -> None:
    """Put an archive back into an empty database and an empty folder of files; say which keys it needs."""
    held = vault().key_ids
    config = current_app.extensions["migrate"].migrate.get_config()
    config.print_stdout = lambda *_: None
    try:
        manifest = put_back(
            db.engine,
            current_app.config["TUNTAS"].files,
            file,
            to_revision=lambda revision: to_revision(config, revision),
            to_newest=lambda: command.upgrade(config, "head"),
            held=held if keys_required else None,
        )
    except Unusable as problem:
        sys.exit(f"restore: {problem}")
    tell(f"restored {file}", manifest)
    click.echo("every checksum and count agrees")
    if missing := missing_keys(manifest, held):
        click.echo(
            f"what is sealed cannot be read before TRACKER_VAULT_KEYS, or vault_keys in the data folder, holds"
            f" {', '.join(missing)} too; until then pages that show it answer 503",
            err=True,
        )


def to_revision(config: Any, revision: str) -> None:
    """An empty database is taken to where the archive's was, from wherever it is."""
    try:
        command.downgrade(config, "base")
        command.upgrade(config, revision)
    except CommandError as error:
        command.upgrade(config, "head")
        raise Unusable(f"the archive comes from another version of Tuntas (schema {revision})") from error


def tell(done: str, manifest: Manifest) -> None:
    click.echo(f"{done}: {manifest.made_at:%Y-%m-%d %H:%M} UTC, schema {manifest.revision}, from {manifest.engine}")
    for table in manifest.tables:
        if table.rows:
            click.echo(f"  {table.name:24} {table.rows:>10,} rows")
    for key, number in manifest.keys.items():
        click.echo(f"  sealed under key {key} {number:>16,} values")
    click.echo(f"  {'in all':24} {manifest.rows:>10,} rows, {len(manifest.files):,} files, {manifest.size:,} bytes")


keys = AppGroup("keys", help="Kunci isi yang disegel.")


@keys.command("new")
def new_key() -> None:
    """Print a new key. Put it before the others in TRACKER_VAULT_KEYS, start again, then `keys rotate`."""
    click.echo(Fernet.generate_key().decode())


@keys.command("list")
def list_keys() -> None:
    """Say which keys what is sealed needs; ends with 1 where one of them is missing."""
    held = vault()
    with snapshot(db.engine) as connection:
        needed, files = keys_needed(connection), keys_needed_by_files(intake_files().folder)
    for key in dict.fromkeys((*held.key_ids, *needed, *files)):
        role = "seals" if key == held.newest else "opens" if key in held.key_ids else "MISSING"
        click.echo(f"{key}  {role:8} {needed.get(key, 0):>12,} values {files.get(key, 0):>6,} files")
    if missing := (needed.keys() | files.keys()) - set(held.key_ids):
        sys.exit(f"keys: TRACKER_VAULT_KEYS lacks {', '.join(sorted(missing))}; what they sealed cannot be read")


@keys.command("rotate")
def rotate_keys() -> None:
    """Seal everything anew under the first key, while the site goes on. May be killed and begun again."""
    held = vault()
    try:
        values = rotate(db.engine, held)
        files = rotate_files(intake_files().folder, held)
    except Locked as locked:
        sys.exit(f"keys rotate: {locked}")
    click.echo(f"sealed anew under {held.newest}: {values:,} values, {files:,} files")
    if others := held.key_ids[1:]:
        click.echo(f"no longer needed here: {', '.join(others)}; older backups need them still")
