"""How recommendations are told apart, and how often the same one came. Pure."""

from hashlib import sha256

from tracker.directory import names
from tracker.kit.words import N_
from tracker.recommendations.states import Assessment

LONGEST_KEY = 230
"""Letters of a key that are kept as they are; a longer one ends with the digest of the whole."""

OPEN = (Assessment.NOT_FOLLOWED_UP, Assessment.NOT_YET_ADEQUATE)
"""Still to be put right: these are carried over into the next cycle."""

TIMES = {
    2: N_("Direkomendasikan untuk kedua kalinya"),
    3: N_("Direkomendasikan untuk ketiga kalinya"),
    4: N_("Direkomendasikan untuk keempat kalinya"),
    5: N_("Direkomendasikan untuk kelima kalinya"),
}
MORE_TIMES = N_("Direkomendasikan untuk ke-%(times)s kalinya")


def text_key(text: str) -> str:
    """The key by which a recommendation is recognised within a cycle, unit and aspect: at most 300 characters.

    Case, punctuation and spacing make no difference; two long texts that differ anywhere have different keys.
    """
    key = names.text_key(text)
    return key if len(key) <= LONGEST_KEY else f"{key[:LONGEST_KEY]} {sha256(key.encode()).hexdigest()}"


def times_in_words(times: int) -> str:
    """A message with a place for `times`; empty the first time."""
    return TIMES.get(times, MORE_TIMES) if times > 1 else ""
