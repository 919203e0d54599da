"""Starting and stopping what is measured: gunicorn with two workers on the loopback, and a database with the data."""

import base64
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "diukur-di-sini-2019"
STARTS_WITHIN = 60


def environment(data: Path, database_url: str | None) -> dict[str, str]:
    """What a command or server needs to find the data set; nothing of the caller's own settings."""
    found = {key: value for key, value in os.environ.items() if not key.startswith(("TRACKER_", "FLASK_", "PORT"))}
    found |= {"TRACKER_DATA": str(data), "TRACKER_DEMO_PASSWORD": PASSWORD, "TRACKER_SERVER_LOG": "error"}
    return found | ({"TRACKER_DATABASE_URL": database_url} if database_url else {})


def fill(env: Mapping[str, str], units: int, complaints: int) -> float:
    """Migrate and generate; the seconds that generating took."""
    flask = [sys.executable, "-m", "flask", "--app", "wsgi"]
    subprocess.run([*flask, "db", "upgrade"], cwd=ROOT, env=env, check=True, capture_output=True)
    start = time.monotonic()
    size = ["--units", str(units), "--complaints", str(complaints)]
    subprocess.run([*flask, "demo", "generate", *size], cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - start


@contextmanager
def site(env: Mapping[str, str], log: Path) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    """The site as in production; its port and its first process."""
    vault = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    production = {
        "TRACKER_ENV": "production",
        "TRACKER_SECRET_KEY": secrets.token_hex(32),
        "TRACKER_VAULT_KEYS": vault,
    }
    with served(["-c", "gunicorn.conf.py"], {**env, **production}, log) as running:
        yield running


@contextmanager
def bare(env: Mapping[str, str], log: Path) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    with served(["-c", "python:tools.bench.bare_conf"], env, log) as running:
        yield running


@contextmanager
def served(config: list[str], env: Mapping[str, str], log: Path) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    port = free_port()
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", *config],
            cwd=ROOT,
            env={**env, "PORT": str(port)},
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        wait(port, process, log)
        yield port, process
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"the server did not start:\n{log.read_text()[-2000:]}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def workers_of(process: "subprocess.Popen[bytes]") -> list[int]:
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    return [int(pid) for pid in children.split()]


def cpu_ms(pids: list[int]) -> float:
    """Milliseconds that all threads of these processes have run so far: what a busy machine does not disturb."""
    stats = (stat for pid in pids for stat in Path(f"/proc/{pid}/task").glob("*/schedstat"))
    return sum(int(stat.read_text().split()[0]) for stat in stats) / 1e6


def memory_mb(pids: list[int]) -> float:
    """Proportional set size: shared pages are divided among those who share them."""
    total = 0
    for pid in pids:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return total / 1024
