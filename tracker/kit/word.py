"""The Word file of a document, for offices that go on writing in it; made in a process of its own, as a PDF is."""

from tracker.kit.beside import made_beside
from tracker.kit.documents import Document, spoken


def word(document: Document) -> bytes:
    """The document as a .docx file; DocumentFailed when it cannot be made."""
    return made_beside("tracker.kit.word_file", spoken(document))
