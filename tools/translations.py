"""The English texts of the interface: gathered from the sources, compiled, and checked to be complete.

    python -m tools.translations update     # new texts into messages.po, gone ones out; then compiled
    python -m tools.translations check      # 1 when a text is missing, uncertain or not compiled

Indonesian is the language of the sources, so it needs no catalogue.
"""

import argparse
import ast
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = Path("tracker/translations/en/LC_MESSAGES/messages.po")
SOURCES = [("tracker/**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2")]
OPTIONS = {pattern: {"silent": "false", "trimmed": "true"} for pattern, method in SOURCES if method == "jinja2"}
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "_l": None,
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "lazy_pgettext": ((1, "c"), 2),
}
MARKS = {"_", "N_", "gettext", "ngettext"}
PLACEHOLDER = re.compile(r"%\((\w+)\)[-+ #0]*\d*(?:\.\d+)?[a-zA-Z]|\{(\w+)[^{}]*\}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.translations")
    parser.add_argument("what", choices=["update", "check"])
    return update(ROOT) if parser.parse_args().what == "update" else check(ROOT)


def update(root: Path) -> int:
    """Bring the catalogue in line with the sources. Guessed translations are never taken: they would look done."""
    catalogue = read(root)
    catalogue.update(gather(root), no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    path = root / CATALOGUE
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=110, no_location=False, include_lineno=False, sort_by_file=True)
    path.with_suffix(".mo").write_bytes(compiled(read(root)))
    open_texts = [message for message in catalogue if message.id and not all(texts(message.string))]
    for message in open_texts:
        print(f"to translate: {message.id!r}")
    print(f"{len(catalogue)} texts, {len(open_texts)} to translate")
    return 0


def check(root: Path) -> int:
    """0 when every text of the sources has its English, and the site would show it."""
    found = list(problems(root))
    if found:
        print("\n".join(found), file=sys.stderr)
        print(
            f"{len(found)} problems; `python -m tools.translations update` gathers texts and compiles", file=sys.stderr
        )
        return 1
    print(f"{len(gather(root))} texts, all translated")
    return 0


def problems(root: Path) -> Iterator[str]:
    catalogue, used = read(root), gather(root)
    for message in used:
        if not message.id:
            continue
        where = f"{message.locations[0][0]}:{message.locations[0][1]}: {message.id!r}"
        translation = catalogue.get(message.id, message.context)
        if translation is None or not all(texts(translation.string)):
            yield f"{where} has no translation"
        elif translation.fuzzy:
            yield f"{where} is marked fuzzy"
        elif wrong := disagreement(translation):
            yield f"{where}: placeholders {wrong}"
    for message in catalogue:
        if message.id and used.get(message.id, message.context) is None:
            yield f"{CATALOGUE}: {message.id!r} is no longer used"
    yield from overlooked(root, used)
    path = (root / CATALOGUE).with_suffix(".mo")
    if not path.exists() or path.read_bytes() != compiled(catalogue):
        yield f"{path.relative_to(root)} is not what the catalogue compiles to"


def gather(root: Path) -> Catalog:
    """Every text that the sources mark, with the places where they do."""
    catalogue = Catalog(project="Tuntas", charset="utf-8")
    found = extract_from_dir(
        root,
        method_map=SOURCES,
        options_map=OPTIONS,
        keywords=KEYWORDS,
        comment_tags=["i18n:"],
        strip_comment_tags=True,
    )
    for file, line, text, comments, context in found:
        catalogue.add(text, None, [(file, line)], auto_comments=comments, context=context)
    return catalogue


def overlooked(root: Path, used: Catalog) -> Iterator[str]:
    """Marked texts that were not gathered, such as one within an f-string: they would stay Indonesian for ever."""
    for path in sorted((root / "tracker").rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(call, ast.Call) and called(call.func) in MARKS and call.args:
                text = call.args[0]
                if isinstance(text, ast.Constant) and isinstance(text.value, str) and used.get(text.value) is None:
                    yield f"{path.relative_to(root)}:{call.lineno}: {text.value!r} cannot be gathered where it stands"


def called(name: ast.expr) -> str:
    return name.id if isinstance(name, ast.Name) else name.attr if isinstance(name, ast.Attribute) else ""


def read(root: Path) -> Catalog:
    path = root / CATALOGUE
    if not path.exists():
        return Catalog(locale="en", project="Tuntas", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale="en")


def compiled(catalogue: Catalog) -> bytes:
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def texts(text: object) -> tuple[str, ...]:
    """One text, or the forms for one and for many."""
    return tuple(map(str, text)) if isinstance(text, list | tuple) else (str(text or ""),)


def disagreement(message: Message) -> str:
    """Which placeholders the translation lacks or invents; empty when none. The form for one may leave some out."""
    asked = {name for text in texts(message.id) for name in names(text)}
    many = set(names(texts(message.string)[-1]))
    invented = {name for text in texts(message.string) for name in names(text)} - asked
    wrong = sorted((asked - many) | invented)
    return ", ".join(wrong)


def names(text: str) -> Iterator[str]:
    for percent, brace in PLACEHOLDER.findall(text.replace("%%", "")):
        yield percent or brace


if __name__ == "__main__":
    raise SystemExit(main())
