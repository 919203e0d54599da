"""The bare page is served exactly as the site is: the site's own settings of gunicorn, with another application."""

import runpy
from pathlib import Path

_settings = runpy.run_path(str(Path(__file__).resolve().parents[2] / "gunicorn.conf.py"))
for _name in ("bind", "workers", "worker_class", "threads", "preload_app", "control_socket_disable", "timeout",
              "keepalive", "worker_tmp_dir", "accesslog", "errorlog", "loglevel"):  # fmt: skip
    globals()[_name] = _settings[_name]
wsgi_app = "tools.bench.bare:app"
