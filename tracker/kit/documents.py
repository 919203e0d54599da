"""A document as its content, before it is a PDF or a Word file: both are made from the same blocks. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class Heading:
    """`level` 1 to 3; the document's own title stands above level 1."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`kind`: "body", "note" (small) or "centre"."""

    text: str
    kind: str = "body"
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels and values in two columns, as the head of a letter has them."""

    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Table:
    """Cells are text, already in the reader's language. `widths` are shares; columns in `right` are figures."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float] = ()
    right: frozenset[int] = frozenset()
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Items:
    texts: Sequence[str]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs: the words above ("Mengetahui,"), the post, the name and the employee number."""

    post: str
    name: str
    above: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Signatures:
    """Two in a row."""

    people: Sequence[Signature]


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing with the text that says what it shows. `width` is a share of the line."""

    svg: str
    says: str
    width: float = 1.0


@dataclass(frozen=True, slots=True)
class CheckMark:
    """Where the reader can check that the paper is genuine: an address, as QR and as text."""

    address: str
    text: str


@dataclass(frozen=True, slots=True)
class PageBreak:
    pass


Block = Heading | Paragraph | Facts | Table | Items | Signatures | Picture | CheckMark | PageBreak


@dataclass(frozen=True, slots=True)
class Document:
    """`letterhead` are the lines at the top of an official paper; `foot` stands at the bottom of each page."""

    title: str
    blocks: Sequence[Block]
    language: str = "id"
    author: str = ""
    subtitle: str = ""
    letterhead: Sequence[str] = ()
    foot: str = ""
    landscape: bool = False
    page_word: str = "Halaman"
    keywords: Sequence[str] = field(default_factory=tuple)


class DocumentFailed(Exception):
    """The document could not be made; the message says what the maker said."""


def plain(block: Block) -> dict[str, Any]:
    """A block as JSON carries it to whoever makes the file, in a process of its own."""
    match block:
        case Heading(text, level):
            return {"is": "heading", "text": text, "level": level}
        case Paragraph(text, kind, strong):
            return {"is": "paragraph", "text": text, "kind": kind, "strong": strong}
        case Facts(rows):
            return {"is": "facts", "rows": [list(row) for row in rows]}
        case Table(header, rows, widths, right, caption):
            shares = list(widths) or [1.0] * len(header)
            return {
                "is": "table", "header": list(header), "rows": [list(row) for row in rows], "widths": shares,
                "right": sorted(right), "caption": caption,
            }  # fmt: skip
        case Items(texts, numbered):
            return {"is": "items", "texts": list(texts), "numbered": numbered}
        case Signatures(people):
            return {
                "is": "signatures",
                "people": [
                    {"post": each.post, "name": each.name, "above": each.above, "number": each.number}
                    for each in people
                ],
            }
        case Picture(svg, says, width):
            return {"is": "picture", "svg": svg, "says": says, "width": width}
        case CheckMark(address, text):
            return {"is": "check", "address": address, "text": text}
        case PageBreak():
            return {"is": "break"}


def block_of(said: Mapping[str, Any]) -> Block:
    """The block that `plain` told of."""
    match said["is"]:
        case "heading":
            return Heading(said["text"], said["level"])
        case "paragraph":
            return Paragraph(said["text"], said["kind"], said["strong"])
        case "facts":
            return Facts([(label, value) for label, value in said["rows"]])
        case "table":
            return Table(said["header"], said["rows"], said["widths"], frozenset(said["right"]), said["caption"])
        case "items":
            return Items(said["texts"], said["numbered"])
        case "signatures":
            return Signatures([Signature(**each) for each in said["people"]])
        case "picture":
            return Picture(said["svg"], said["says"], said["width"])
        case "check":
            return CheckMark(said["address"], said["text"])
    return PageBreak()


def spoken(document: Document) -> dict[str, Any]:
    """The whole document as JSON carries it."""
    head = {field.name: getattr(document, field.name) for field in fields(document) if field.name != "blocks"}
    lists = {name: list(head[name]) for name in ("letterhead", "keywords")}
    return head | lists | {"blocks": [plain(block) for block in document.blocks]}


def document_of(said: Mapping[str, Any]) -> Document:
    """The document that `spoken` told of."""
    return Document(**{**said, "blocks": [block_of(each) for each in said["blocks"]]})
