"""How the site is served: two processes of four threads, made from one loaded application."""

import ctypes
import gc
import os
import subprocess
import sys
from typing import Any

LIBC: Any = ctypes.CDLL(None)
MALLOC = ((-8, 1), (-3, 1 << 20))
"""glibc's M_ARENA_MAX: threads that wait for each other's turn anyway need no memory of their own each. And its
M_MMAP_THRESHOLD: what one large request took, such as the 19 MB of hashing a password, goes back when it is over."""


def spare_memory() -> None:
    """Before anything is loaded. Where the C library is another one, nothing happens."""
    if hasattr(LIBC, "mallopt"):
        for setting in MALLOC:
            LIBC.mallopt(*setting)


spare_memory()
host = os.environ.get("TRACKER_HOST", "127.0.0.1")
port = os.environ.get("PORT", "8000")
bind = f"{host}:{port}"
wsgi_app = "wsgi:app"
workers = int(os.environ.get("TRACKER_WORKERS", "2"))
worker_class = "gthread"
threads = int(os.environ.get("TRACKER_THREADS", "4"))
preload_app = True  # an application that refuses to start ends the server, and the processes share its memory
control_socket_disable = True
timeout = 120  # an import of 10,000 rows is one request
graceful_timeout = 30
keepalive = 15  # a phone on a weak line pays for each new connection
max_requests = 10_000
max_requests_jitter = 1_000
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # a heartbeat must not wait for the disk
accesslog = None  # the application writes one structured line a request
errorlog = "-"
loglevel = os.environ.get("TRACKER_SERVER_LOG", "warning")
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")


def when_ready(server: Any) -> None:
    """Tell the address once the site answers. What is loaded is shared by the workers, and never looked through."""
    from tracker.kit.holidays_id import read_beside
    from tracker.wiring import warm
    from wsgi import app

    read_beside()
    warm(app)
    gc.collect()
    gc.freeze()
    if os.environ.get("TRACKER_SCHEDULER") == "beside":
        beside.append(start_scheduler())
    print(f"Tuntas: http://{host}:{port}/", flush=True)  # noqa: T201


beside: list["subprocess.Popen[bytes]"] = []
"""The scheduler that this server started (`make run` asks for it); in production it is a service of its own."""


def start_scheduler() -> "subprocess.Popen[bytes]":
    """In a process of its own, never in a worker. It notices by itself when this one was killed."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "scheduler", "run", "--beside", str(os.getpid())]
    return subprocess.Popen(command)  # noqa: S603 - our own program


def on_exit(server: Any) -> None:
    """Both end together: the scheduler finishes the job at hand first."""
    for scheduler in beside:
        scheduler.terminate()
        try:
            scheduler.wait(graceful_timeout)
        except subprocess.TimeoutExpired:
            scheduler.kill()


def post_fork(server: Any, worker: Any) -> None:
    """A database connection opened while loading belongs to one process; the others open their own."""
    from tracker.kit.db import db
    from wsgi import app

    with app.app_context():
        for engine in db.engines.values():
            engine.dispose(close=False)
