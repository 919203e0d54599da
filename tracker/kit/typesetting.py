"""Makes the PDF of a document: tagged (PDF/UA-1), with its fonts, in a process of its own.

The typesetter keeps what it once compiled, so a web worker that ran it would grow and stay grown. What a document says
reaches it as data and is never read as instructions.
"""

import json
import sys
from io import BytesIO

import segno

from tracker.kit import documents
from tracker.kit.beside import made_beside
from tracker.kit.documents import Document
from tracker.kit.resources import resource


def pdf(document: Document) -> bytes:
    """The document as a PDF file; DocumentFailed when it cannot be made."""
    said = documents.spoken(document)
    for block in said["blocks"]:
        if block["is"] == "check":
            block["svg"] = qr(block["address"])
    job = {"template": str(resource("templates") / "documents" / "document.typ"), "document": said}
    return made_beside("tracker.kit.typesetting", job)


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
