"""Do the migrations make what the models say? Asked on an empty SQLite and an empty PostgreSQL.

Each migration is also undone and done again, so that a release can be taken back.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tools import postgres

ROOT = Path(__file__).resolve().parents[1]
STEPS = (("upgrade",), ("check",), ("downgrade", "base"), ("upgrade",), ("check",))


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="tuntas-migrations-") as folder, postgres.server() as server:
        urls = [f"sqlite:///{folder}/tracker.sqlite", os.environ.get("TEST_DATABASE_URL") or server]
        return max(check(url, folder) for url in urls)


def check(url: str, folder: str) -> int:
    """0 when every step went through on this database; else say which did not, and what it said."""
    engine = url.partition(":")[0].partition("+")[0]
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("TRACKER_", "FLASK_"))}
    environment |= {"TRACKER_DATABASE_URL": url, "TRACKER_DATA": folder, "TRACKER_ENV": "development"}
    for step in STEPS:
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "db", *step]
        done = subprocess.run(command, cwd=ROOT, env=environment, text=True, capture_output=True, check=False)
        if done.returncode:
            print(f"{engine}: db {' '.join(step)} failed\n{done.stdout}{done.stderr}", file=sys.stderr)
            return 1
    print(f"{engine}: the migrations make what the models say")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
