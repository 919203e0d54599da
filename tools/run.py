"""`make run`: migrate, load the demo data, then serve, with the scheduler beside. It answers only once all is there."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FLASK = [sys.executable, "-m", "flask", "--app", "wsgi"]


def main() -> None:
    os.chdir(ROOT)
    migrated = subprocess.run([*FLASK, "db", "upgrade"], text=True, capture_output=True, check=False)
    if migrated.returncode:
        sys.exit(f"{migrated.stdout}{migrated.stderr}\nthe database could not be brought up to date")
    if os.environ.get("TRACKER_ENV") == "production":
        print("production: no demo data", flush=True)
    elif subprocess.run([*FLASK, "demo", "load"], check=False).returncode:
        sys.exit("the demo data could not be loaded")
    os.environ.setdefault("TRACKER_SCHEDULER", "beside")
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn"])  # reads gunicorn.conf.py beside it


if __name__ == "__main__":
    main()
