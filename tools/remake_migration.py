"""Writes the first migration anew from the models: only while nothing has been released that would have to migrate.

`python -m tools.remake_migration`
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VERSIONS = ROOT / "migrations" / "versions"

GUARDS = '''
APPEND_ONLY = ("event",)


def refuse_changes() -> None:
    """The database itself refuses to change or delete what happened."""
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
'''


def main() -> None:
    before = {old: old.read_text() for old in VERSIONS.glob("*.py")}
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
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "db", "revision", "--autogenerate"]
        subprocess.run([*command, "-m", "first", "--rev-id", "0001"], cwd=ROOT, env=environment, check=True)
    path = next(VERSIONS.glob("0001_*.py"))
    text = path.read_text()
    text = re.sub(r"Create Date: .*\n", "", text)
    head, upgrade = text.split("def upgrade() -> None:", 1)
    upgrade, downgrade = upgrade.split("def downgrade() -> None:", 1)
    text = (
        head.rstrip() + "\n" + GUARDS + "\n\ndef upgrade() -> None:" + upgrade.rstrip() + "\n    refuse_changes()\n\n\n"
        "def downgrade() -> None:\n    allow_changes()" + downgrade
    )
    path.write_text(text)
    subprocess.run([sys.executable, "-m", "ruff", "format", "-q", str(path)], check=True)
    subprocess.run([sys.executable, "-m", "ruff", "check", "-q", "--fix", str(path)], check=True)


if __name__ == "__main__":
    main()
