"""Makes the PDF of a document: tagged (PDF/UA-1), with its fonts, in a process of its own.

The typesetter keeps what it once compiled, so a web worker that ran it would grow and stay grown. What a document says
reaches it as data and is never read as instructions.
"""

import json
import subprocess
import sys
from io import BytesIO
from typing import Any

import segno

from tracker.kit.documents import CheckMark, Document, DocumentFailed, plain
from tracker.kit.resources import resource

SECONDS = 120
"""Longest time for one document."""


def pdf(document: Document) -> bytes:
    """The document as a PDF file; DocumentFailed when it cannot be made."""
    job = {"template": str(resource("templates") / "documents" / "document.typ"), "document": spoken(document)}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tracker.kit.typesetting"],
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


def spoken(document: Document) -> dict[str, Any]:
    blocks = []
    for block in document.blocks:
        data = plain(block)
        if isinstance(block, CheckMark):
            data["svg"] = qr(block.address)
        blocks.append(data)
    return {
        "title": document.title,
        "subtitle": document.subtitle,
        "language": document.language,
        "author": document.author,
        "letterhead": list(document.letterhead),
        "foot": document.foot,
        "landscape": document.landscape,
        "page_word": document.page_word,
        "keywords": list(document.keywords),
        "blocks": blocks,
    }


def qr(address: str) -> str:
    """The address as a drawing that a telephone's camera reads."""
    drawing = BytesIO()
    segno.make(address, error="m").save(drawing, kind="svg", scale=4, border=2, xmldecl=False)
    return drawing.getvalue().decode()


def main() -> int:
    """In the child: a job on standard input, the file on standard output, what went wrong on standard error."""
    import typst

    job = json.load(sys.stdin.buffer)
    try:
        made = typst.compile(
            job["template"],
            sys_inputs={"document": json.dumps(job["document"])},
            ignore_system_fonts=True,
            pdf_standards=["ua-1"],
        )
    except typst.TypstError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
