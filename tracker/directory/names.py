"""When two spellings mean the same agency, unit or text, and which known name is near an unknown one. Pure."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher, get_close_matches
from functools import lru_cache

from tracker.directory.abbreviations import PHRASES, WORDS

INITIALS = re.compile(r"\b[a-z](?:\.[a-z])+\b\.?")
APOSTROPHES = re.compile(r"['’`´]")
TOKEN = re.compile(r"[^\W_]+")
BRACKETS = re.compile(r"[(\[]([^)\]]*)[)\]]")

GENERIC = frozenset(
    {"pemerintah", "daerah", "kabupaten", "kota", "provinsi", "dinas", "badan", "kantor", "kementerian"}
)
ONE_PER_REGION = ("dinas ", "badan ")
SAID_WITHOUT_DINAS = "kependudukan pencatatan sipil"
"""Offices write "Dukcapil" alone for the Dinas."""
NAMED_AFTER_A_PLACE = ("kecamatan ", "kelurahan ", "desa ", "pusat kesehatan masyarakat ")
"""A Puskesmas may bear the name of a place that is also the region's: that name tells it from its neighbours."""

NEAR_ENOUGH = 0.75
WORTH_SAYING = 0.9 * NEAR_ENOUGH
FAR_BEHIND_THE_BEST = 0.15
ABBREVIATION_NEAR = 0.85
RARE_POSTINGS = 400
CANDIDATES = 24
COMPARED = 5


def place_of(agency: str) -> str:
    """What tells an agency from its namesakes elsewhere: "Kota Tual" for "Pemerintah Kota Tual"; others stay whole."""
    place = agency.removeprefix("Pemerintah ").removeprefix("Daerah ")
    return place if place.startswith(("Kota ", "Kabupaten ", "Provinsi ")) else agency


@lru_cache(maxsize=65536)
def normal(name: str) -> str:
    """The key of a name: case, spaces, punctuation, "&" and "dan", and well-known abbreviations make no difference.

    "Pemkab. Konawe" and "PEMERINTAH  KABUPATEN KONAWE" share one key, "Disdukcapil" and its long name share another.
    A bracketed repetition, as in "Dinas … (Disdukcapil)", is left out.
    """
    outside = BRACKETS.sub(" ", name)
    whole = expanded(outside)
    for bracketed in BRACKETS.findall(name):
        inside = expanded(bracketed)
        if inside and inside not in whole:
            return expanded(name)
    return whole or expanded(name)


@lru_cache(maxsize=65536)
def agency_key(name: str, region: str = "") -> str:
    """The key of an agency's name. With its region's name, "Konawe", "Kab. Konawe" and "Pemkab Konawe" are one."""
    key = normal(name)
    words = key.split(" ")
    if words[-2:] == ["republik", "indonesia"] and len(words) > 2:
        key = " ".join(words[:-2])
    if key.startswith("pemerintah daerah ") and words[2:3] and words[2] in ("kabupaten", "kota", "provinsi"):
        key = "pemerintah " + key.removeprefix("pemerintah daerah ")
    if key.split(" ")[0] in ("kabupaten", "kota", "provinsi"):
        key = f"pemerintah {key}"
    if region and key in region_spellings(region):
        return f"pemerintah {full_region(region)}"
    return key


def agency_name(name: str, region: str = "") -> str:
    """How a new agency is written: "Pemerintah Kabupaten Konawe" for any spelling of it, else as found."""
    if region and agency_key(name, region) == f"pemerintah {full_region(region)}":
        is_province = full_region(region).startswith("provinsi ")
        stated = region if not is_province or normal(region).startswith("provinsi ") else f"Provinsi {region}"
        return f"Pemerintah {stated}"
    return " ".join(name.split())


@lru_cache(maxsize=65536)
def unit_key(name: str, region: str = "") -> str:
    """The key of a unit's name within its agency: "Disdukcapil Kota Tual" in Kota Tual is the Disdukcapil."""
    key = normal(name).removeprefix("kantor ") or "kantor"
    if key.startswith(SAID_WITHOUT_DINAS):
        key = f"dinas {key}"
    if not region or key.startswith(NAMED_AFTER_A_PLACE):
        return key
    full, bare = full_region(region), bare_region(region)
    endings = [f" pemerintah {full}", f" {full}", f" pemerintah {bare}"]
    if key.startswith(ONE_PER_REGION):
        endings.append(f" {bare}")
    for ending in endings:
        rest = key.removesuffix(ending)
        if rest != key and rest != "pemerintah":
            return rest
    return key


@lru_cache(maxsize=65536)
def text_key(text: str) -> str:
    """The key by which a recommendation is recognised: its letters and digits, one space between words."""
    return " ".join(TOKEN.findall(unicodedata.normalize("NFKC", text).casefold()))


@lru_cache(maxsize=2048)
def full_region(region: str) -> str:
    """The key of a region with its kind: a name that is neither Kabupaten nor Kota is a province's."""
    key = normal(region)
    return key if key.startswith(("kabupaten ", "kota ", "provinsi ")) else f"provinsi {key}"


@lru_cache(maxsize=2048)
def bare_region(region: str) -> str:
    return full_region(region).split(" ", 1)[1].removeprefix("administrasi ")


@lru_cache(maxsize=2048)
def region_spellings(region: str) -> frozenset[str]:
    full, bare = full_region(region), bare_region(region)
    kind = full.split(" ")[0]
    governed = (bare, full, f"daerah {bare}", f"{kind} {bare}")
    return frozenset({bare, *(f"pemerintah {each}" for each in governed)})


def near(name: str, known: Iterable[str], limit: int = 3) -> list[str]:
    """Did you mean …? The known names near to one, best first; for a short list, such as the units of one agency."""
    key = normal(guessed(name))
    scored = ((closeness(key, normal(each)), each) for each in dict.fromkeys(known))
    return best(scored, limit)


class NearNames:
    """Did you mean …? for thousands of names: only those that share rare letter triples are compared at all."""

    def __init__(self, known: Iterable[str]) -> None:
        self.names = list(dict.fromkeys(known))
        self.keys = [normal(name) for name in self.names]
        self.holders: dict[str, list[int]] = defaultdict(list)
        self.found: dict[tuple[str, int], list[str]] = {}
        for position, key in enumerate(self.keys):
            for triple in triples(core(key)):
                self.holders[triple].append(position)

    def near(self, name: str, limit: int = 3) -> list[str]:
        """The known names near to one, best first."""
        key = normal(name)
        if (key, limit) not in self.found:
            scored = ((closeness(key, self.keys[position]), self.names[position]) for position in self.alike(key))
            self.found[key, limit] = best(scored, limit)
        return self.found[key, limit]

    def alike(self, key: str) -> list[int]:
        """The few names that share most of the rarest triples, so that only these need a full comparison."""
        wanted = triples(core(key))
        shared: Counter[int] = Counter()
        for triple in sorted(wanted & self.holders.keys(), key=lambda each: (len(self.holders[each]), each)):
            shared.update(self.holders[triple])
            if shared.total() > RARE_POSTINGS:
                break
        likely = [position for position, _ in shared.most_common(CANDIDATES)]
        return sorted(likely, key=lambda each: -overlap(wanted, triples(core(self.keys[each]))))[:COMPARED]


def expanded(name: str) -> str:
    plain = unicodedata.normalize("NFKC", name).casefold().replace("&", " dan ")
    plain = APOSTROPHES.sub("", INITIALS.sub(lambda found: found.group().replace(".", "") + " ", plain))
    words = " ".join(WORDS.get(token, token) for token in TOKEN.findall(plain))
    for phrase, meaning in PHRASES:
        if phrase in words:
            words = re.sub(rf"\b{phrase}\b", meaning, words)
    return " ".join(word for word in words.split(" ") if word and word != "dan")


@lru_cache(maxsize=4096)
def guessed(name: str) -> str:
    """The name with a mistyped abbreviation put right, "Disdukcapl", so that its long name can be suggested."""
    words = TOKEN.findall(name.casefold())
    right = (get_close_matches(word, WORDS, 1, ABBREVIATION_NEAR) if len(word) >= 5 else [] for word in words)
    return " ".join(found[0] if found else word for word, found in zip(words, right, strict=True))


def closeness(one: str, other: str) -> float:
    """0 to 1, mostly by what distinguishes a name: "Kota Tual" and "Kota Palu" have only their kind in common."""
    mine, yours = core(one), core(other)
    matcher = SequenceMatcher(None, mine, yours, autojunk=False)
    distinct = matcher.ratio() if matcher.quick_ratio() >= NEAR_ENOUGH else 0.0
    if distinct < NEAR_ENOUGH and is_part_of(mine, yours):
        distinct = NEAR_ENOUGH
    return distinct and 0.9 * distinct + 0.1 * overlap(triples(one), triples(other))


def is_part_of(one: str, other: str) -> bool:
    """Every word of the shorter name stands in the longer one: "Kependudukan" of a longer office."""
    shorter, longer = sorted((set(one.split(" ")), set(other.split(" "))), key=len)
    return shorter <= longer and max(map(len, shorter)) >= 5


def best(scored: Iterable[tuple[float, str]], limit: int) -> list[str]:
    close = sorted((-score, name) for score, name in scored if score >= WORTH_SAYING)
    return [name for score, name in close[:limit] if score <= close[0][0] + FAR_BEHIND_THE_BEST]


@lru_cache(maxsize=65536)
def core(key: str) -> str:
    """What is left without the leading words that many names share; the key itself if nothing is."""
    words = key.split(" ")
    while len(words) > 1 and words[0] in GENERIC:
        words.pop(0)
    return " ".join(words)


@lru_cache(maxsize=65536)
def triples(text: str) -> frozenset[str]:
    return frozenset(each_triple(f"  {text} "))


def each_triple(text: str) -> Iterator[str]:
    return (text[start : start + 3] for start in range(len(text) - 2))


def overlap(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other))
