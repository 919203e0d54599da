"""Writes the newest, not yet released migration anew: all that the models say beyond the released revisions.

`python -m tools.next_migration`. Released revisions are never written again; once the newest one is released, raise
`RELEASED`. What rows that are already there must be given, and which tables only grow, stands here and goes into it.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tracker.complaints.search_models import MAKE as SEARCH

ROOT = Path(__file__).resolve().parent.parent
VERSIONS = ROOT / "migrations" / "versions"
RELEASED = ("0001",)
NEXT, TITLE = "0002", "deadlines"

APPEND_ONLY: tuple[str, ...] = ("seal", "seal_line")
"""New tables whose rows the database itself refuses to change or delete."""
FILL: tuple[str, ...] = (
    # Where moves of figures begin to be kept: what stands, as it stands.
    "INSERT INTO progress_move (unit_id, cycle_id, at, day, verified_from, verified_to, verified_delta, claimed_from,"
    " claimed_to, claimed_delta) SELECT unit_id, cycle_id, CURRENT_TIMESTAMP, CURRENT_DATE, '',"
    " COALESCE(CAST(verified AS VARCHAR(20)), ''), COALESCE(CAST(verified AS VARCHAR(20)), '0'), '',"
    " COALESCE(CAST(claimed AS VARCHAR(20)), ''), COALESCE(CAST(claimed AS VARCHAR(20)), '0')"
    " FROM unit_progress WHERE verified IS NOT NULL OR claimed IS NOT NULL",
)
"""Statements, the same on both engines, that give new columns of old rows their value."""

GUARDS = '''
APPEND_ONLY = %s
FILL = %s
SEARCH = %s


def refuse_changes() -> None:
    """The database itself refuses to change or delete what is kept for good."""
    for table in APPEND_ONLY:
        if op.get_bind().dialect.name == "sqlite":
            for verb in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
        else:
            op.execute(
                f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
            )
            op.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()"
            )


def allow_changes() -> None:
    for table in APPEND_ONLY:
        if op.get_bind().dialect.name == "sqlite":
            for verb in ("update", "delete"):
                op.execute(f"DROP TRIGGER {table}_no_{verb}")
        else:
            op.execute(f"DROP FUNCTION {table}_refuse() CASCADE")


def fill() -> None:
    for statement in FILL:
        op.execute(statement)


def make_search() -> None:
    """What finds complaints by the marks of their words is the database's own, engine by engine."""
    for statement in SEARCH[op.get_bind().dialect.name]:
        op.execute(statement)


def drop_search() -> None:
    """With its triggers: SQLite renames no table while a trigger leads to one that is gone."""
    if op.get_bind().dialect.name == "sqlite":
        for told in ("added", "removed", "changed"):
            op.execute(f"DROP TRIGGER complaint_search_{told}")
        op.execute("DROP TABLE complaint_search")
'''


def main() -> None:
    before = {old: old.read_text() for old in VERSIONS.glob(f"{NEXT}_*.py")}
    for old in before:
        old.unlink()
    try:
        write()
    except BaseException:
        for old, text in before.items():
            old.write_text(text)
        raise


def write() -> None:
    with tempfile.TemporaryDirectory() as data:
        environment = os.environ | {"TRACKER_DATA": data, "TRACKER_DATABASE_URL": f"sqlite:///{data}/empty.sqlite"}
        flask = [sys.executable, "-m", "flask", "--app", "wsgi", "db"]
        subprocess.run([*flask, "upgrade", RELEASED[-1]], cwd=ROOT, env=environment, check=True)
        subprocess.run(
            [*flask, "revision", "--autogenerate", "-m", TITLE, "--rev-id", NEXT], cwd=ROOT, env=environment, check=True
        )
    path = next(VERSIONS.glob(f"{NEXT}_*.py"))
    text = re.sub(r"Create Date: .*\n", "", path.read_text())
    head, upgrade = text.split("def upgrade() -> None:", 1)
    upgrade, downgrade = upgrade.split("def downgrade() -> None:", 1)
    path.write_text(
        head.rstrip() + "\n" + GUARDS % (APPEND_ONLY, FILL, SEARCH) + "\n\ndef upgrade() -> None:" + upgrade.rstrip()
        + "\n    fill()\n    make_search()\n    refuse_changes()\n\n\n"
        + "def downgrade() -> None:\n    allow_changes()\n    drop_search()" + downgrade
    )  # fmt: skip
    for command in (["format", "-q"], ["check", "-q", "--fix"]):
        subprocess.run([sys.executable, "-m", "ruff", *command, str(path)], check=True)


if __name__ == "__main__":
    main()
