"""`flask --app wsgi …` in a process of its own, as an operator types it, without waiting for Python to import it again.

The processes are forked from one that imported the application and opened nothing: each begins as a new one does.
"""

import multiprocessing
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import flask.cli

from tests.support.databases import ROOT
from tests.support.keys import VAULT_KEY

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.support.commands", "tracker.wiring", "tracker.jobs.schedule"])


def typed(data: Path, url: str, *words: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    """The command with its exit code and what it wrote, however it ends."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("TRACKER_", "FLASK_"))}
    environment |= {"TRACKER_DATABASE_URL": url, "TRACKER_DATA": str(data), "TRACKER_VAULT_KEYS": VAULT_KEY}
    command = ["flask", "--app", "wsgi", *words]
    with tempfile.TemporaryDirectory() as folder:
        written = [Path(folder, name) for name in ("stdout", "stderr")]
        process = PROCESSES.Process(target=play, args=(command, environment | settings, written))
        process.start()
        process.join()
        assert process.exitcode is not None
        return subprocess.CompletedProcess(command, process.exitcode, *(each.read_text() for each in written))


def play(command: list[str], environment: dict[str, str], written: list[Path]) -> None:
    for number, file in enumerate(written, start=1):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT), number)
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(environment)
    tempfile.tempdir = None  # TMPDIR is read anew
    sys.argv[:] = command
    flask.cli.main()
