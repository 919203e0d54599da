"""Structured logs: one JSON line an event in production, readable lines elsewhere; never personal data."""

import logging
import sys
from typing import Any

import structlog

KEPT = ("method", "path", "status", "job", "outcome")


def configure(production: bool) -> None:
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ExtraAdder(KEPT),
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if production  # the other one's own tracebacks would show variables, and so what people typed
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info if production else _same,
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    for old in [each for each in root.handlers if getattr(each, "is_tuntas", False)]:
        root.removeHandler(old)
    handler.is_tuntas = True  # type: ignore[attr-defined]
    root.addHandler(handler)
    logging.getLogger("tracker").setLevel(logging.INFO if production else logging.WARNING)


def _same(_logger: Any, _name: str, event: Any) -> Any:
    return event
