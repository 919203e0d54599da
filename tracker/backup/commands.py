"""`flask backup FILE` and `flask restore FILE`."""

import sys
from pathlib import Path
from typing import Any

import click
from alembic import command
from alembic.util import CommandError
from flask import current_app
from flask.cli import with_appcontext

from tracker.backup.operations import back_up
from tracker.backup.restoring import restore as put_back
from tracker.backup.rules import Manifest, Unusable
from tracker.kit.db import db
from tracker.kit.files import FileStore

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
    click.echo("not in it: the secret keys of this installation; keep them apart")
    if manifest.lost:
        first = ", ".join(manifest.lost[:3])
        sys.exit(f"backup: {len(manifest.lost)} files that rows speak of are gone or damaged: {first} …")


@click.command("restore")
@FILE
@with_appcontext
def restore(file: Path) -> None:
    """Put an archive back into an empty database and an empty folder of files."""
    config = current_app.extensions["migrate"].migrate.get_config()
    config.print_stdout = lambda *_: None
    try:
        manifest = put_back(
            db.engine,
            current_app.config["TUNTAS"].files,
            file,
            to_revision=lambda revision: to_revision(config, revision),
            to_newest=lambda: command.upgrade(config, "head"),
        )
    except Unusable as problem:
        sys.exit(f"restore: {problem}")
    tell(f"restored {file}", manifest)
    click.echo("every checksum and count agrees")


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
    click.echo(f"  {'in all':24} {manifest.rows:>10,} rows, {len(manifest.files):,} files, {manifest.size:,} bytes")
