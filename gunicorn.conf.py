"""How the site is served: two processes of four threads, made from one loaded application."""

import gc
import os
from typing import Any

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
    from tracker.wiring import warm
    from wsgi import app

    warm(app)
    gc.collect()
    gc.freeze()
    print(f"Tuntas: http://{host}:{port}/", flush=True)  # noqa: T201


def post_fork(server: Any, worker: Any) -> None:
    """A database connection opened while loading belongs to one process; the others open their own."""
    from tracker.kit.db import db
    from wsgi import app

    with app.app_context():
        for engine in db.engines.values():
            engine.dispose(close=False)
