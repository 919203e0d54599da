"""Makes a file in a process of its own: the web worker that asked for it stays as small as it was."""

import json
import subprocess
import sys
from typing import Any

from tracker.kit.documents import DocumentFailed

SECONDS = 120
"""Longest time for one document."""


def made_beside(module: str, job: dict[str, Any]) -> bytes:
    """What the module makes of the job: it reads it as JSON on standard input and writes the file to standard output.

    DocumentFailed, with what it wrote to standard error, when it cannot be made.
    """
    try:
        done = subprocess.run(  # noqa: S603 - modules of our own
            [sys.executable, "-m", module],
            input=json.dumps(job).encode(),
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise DocumentFailed(f"the document took longer than {SECONDS} s") from None
    if done.returncode:
        raise DocumentFailed(done.stderr.decode(errors="replace").strip()[-2000:])
    return done.stdout
