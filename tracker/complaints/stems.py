"""The words of a text as they are searched: in lower case, without little words, each brought to its stem. Pure.

Stems are those of PySastrawi (Nazief and Adriani's method with its enhancements): *dilayani*, *pelayanan* and
*melayani* are one word.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from Sastrawi.Stemmer.StemmerFactory import StemmerFactory

MOST_STEMS = 10_000
"""Of one text; two hundred pages hold fewer different words."""
LONGEST_WORD = 32
"""In letters. What is longer is no word, and is found by its beginning."""
WORD = re.compile(r"[a-z0-9]{2,}")
"""A single letter tells nothing. Hyphens and apostrophes divide."""
ALIKE = {"antri": "antre", "ijin": "izin", "komplain": "keluh", "komplen": "keluh", "trotoir": "trotoar"}
"""Stem as many write it -> stem as the dictionary does."""
LITTLE = frozenset(
    WORD.findall(
        "ada adalah agar akan aku anda apa apakah atas atau bagaimana bahwa bagi begitu belum bisa bukan dalam dan"
        " dapat dari demikian dengan di dia harus hanya hal ia ini itu jadi jika juga kalau kami kamu karena ke kepada"
        " ketika kita lagi lah maka mereka mohon namun nya oleh pada para pun saat saja sampai sangat saya sebagai"
        " sedang sehingga seperti sudah supaya tapi telah tentang tersebut terhadap tetapi tidak untuk yaitu yakni yang"
    )
)
"""Words that nearly every text holds, and that tell nothing apart."""


def stems_in(text: str) -> tuple[str, ...]:
    """The different stems of a text, at most MOST_STEMS, in the order in which they first stand there."""
    found: dict[str, None] = {}
    for word in _words(text):
        found[stem(word)] = None
        if len(found) >= MOST_STEMS:
            break
    return tuple(found)


def _words(text: str) -> Iterator[str]:
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    for word in dict.fromkeys(WORD.findall(plain)):
        if word not in LITTLE:
            yield word[:LONGEST_WORD]


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """A word with a digit stays as it is: a plate, a number, a date. An unknown word costs a third of a millisecond."""
    if not word.isalpha():
        return word
    found: str = _stemmer().stem(word)
    return ALIKE.get(found, found)


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    """Reads its dictionary of 30,000 roots once. Without its own cache, which grows without end."""
    return StemmerFactory().create_stemmer(False)
