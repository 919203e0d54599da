"""Columns of an export as somebody names them by hand on the command line: HEADING=MEANING. Pure."""

from collections.abc import Iterable, Mapping

from tracker.complaints.intake_columns import FIELDS, Heading, heading_key
from tracker.kit.content import Unusable
from tracker.kit.words import N_

NO_PAIR = N_("--column %(said)s: tulis sebagai “judul kolom di berkas=arti”, misalnya “Perihal=Judul laporan”.")
UNKNOWN_MEANING = N_("--column %(said)s: arti “%(meaning)s” tidak dikenal. Salah satu dari: %(known)s.")
SAID_TWICE = N_("--column: arti “%(meaning)s” disebut dua kali.")
NO_SUCH_COLUMN = N_("--column: kolom “%(name)s” tidak ada di berkas ini.")
SEVERAL_COLUMNS = N_("--column: judul “%(name)s” ada di beberapa kolom. Sebut nomornya: %(numbers)s.")

MEANINGS: Mapping[str, str] = {heading_key(word): field for field, label in FIELDS.items() for word in (label, field)}
"""By the words of the page on which columns are chosen, or by their short names, such as `title`."""


def named(pairs: Iterable[str]) -> dict[str, str]:
    """Meaning -> heading, as the command line says; without a heading, that no column has this meaning.

    Raises Unusable for what says neither or says it twice.
    """
    found: dict[str, str] = {}
    for said in pairs:
        heading, equals, word = said.rpartition("=")
        if not equals:
            raise Unusable(NO_PAIR, said=said)
        meaning = MEANINGS.get(heading_key(word))
        if meaning is None:
            raise Unusable(UNKNOWN_MEANING, said=said, meaning=word.strip(), known="; ".join(FIELDS.values()))
        if meaning in found:
            raise Unusable(SAID_TWICE, meaning=FIELDS[meaning])
        found[meaning] = heading.strip()
    return found


def with_named(columns: Mapping[str, int], names: Mapping[str, str], heading: Heading) -> dict[str, int]:
    """The columns known by themselves, put right by those that were named: what was named keeps no other meaning.

    Raises Unusable for a column that is not there, or not alone with its heading.
    """
    said = {meaning: position_of(name, heading) for meaning, name in names.items() if name}
    kept = {
        meaning: position
        for meaning, position in columns.items()
        if meaning not in names and position not in said.values()
    }
    return kept | said


def position_of(name: str, heading: Heading) -> int:
    """The column with this heading, else the one of this number, counted from 1."""
    key = heading_key(name)
    found = [at for at, each in enumerate(heading.names) if each and heading_key(each) == key]
    if len(found) > 1:
        raise Unusable(SEVERAL_COLUMNS, name=name, numbers=", ".join(str(at + 1) for at in found))
    if not found and name.isascii() and name.isdigit() and 0 < int(name[:6]) <= len(heading.names):
        return int(name) - 1
    if not found:
        raise Unusable(NO_SUCH_COLUMN, name=name)
    return found[0]
