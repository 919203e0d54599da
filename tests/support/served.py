"""A site that is really served: gunicorn as in production, a process of its own on a database that commits."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.databases import ROOT, flask
from tests.support.keys import VAULT_KEY
from tests.support.make import Make
from tests.support.processes import prepare

WAIT = 180.0
TELLING = re.compile(r"│? ?❱|│ /\S+/tracker/|[\w.]+: \S|.*\[error")


@dataclass(frozen=True, slots=True)
class Served:
    """Where the site answers, and the two places that hold everything it knows."""

    address: str
    database_url: str
    data: Path

    def command(self, *words: str, **settings: str) -> str:
        """`flask --app wsgi …` beside the running site; what it printed."""
        return flask(self.database_url, *words, TRACKER_DATA=str(self.data), **settings).stdout

    def prepare(self, rows: Callable[[Make], Any]) -> Any:
        """Write rows while the site runs; what `rows` returns must be plain, such as ids."""
        return prepare(self.database_url, rows)


@contextmanager
def served(database_url: str, data: Path, **settings: str) -> Iterator[Served]:
    """Start the server and wait until it is ready; its last words are told when it does not come up."""
    data.mkdir(parents=True, exist_ok=True)
    port = free_port()
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("TRACKER_", "FLASK_"))}
    environment |= {"TRACKER_DATABASE_URL": database_url, "TRACKER_DATA": str(data), "TRACKER_ENV": "development"}
    environment |= {"PORT": str(port), "TRACKER_WORKERS": "1", "TRACKER_VAULT_KEYS": VAULT_KEY} | settings
    log = data / "server.log"
    with log.open("w") as said:
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn"], cwd=ROOT, env=environment, stdout=said, stderr=subprocess.STDOUT
        )
        try:
            wait_until_ready(f"http://127.0.0.1:{port}", server, log)
            yield Served(f"http://127.0.0.1:{port}", database_url, data)
        finally:
            server.send_signal(
                signal.SIGQUIT
            )  # now; a graceful end would wait for the connections that a browser keeps
            try:
                server.wait(15)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
            sys.stdout.write(troubles(log))


def troubles(log: Path) -> str:
    """What the server complained about, without the frames that pretty printers draw; shown where a test fails."""
    lines = log.read_text(errors="replace").splitlines()
    return "\n".join(
        line for line in lines if re.match(r"[│ ]*❱|/work|\w+(Error|Exception|Refusal)\b|.*\blevel=error", line)
    )


def wait_until_ready(address: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + WAIT
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise AssertionError(f"the site did not come up:\n{log.read_text()[-3000:]}")


def free_port() -> int:
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        return int(asking.getsockname()[1])
