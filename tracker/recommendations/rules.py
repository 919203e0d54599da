"""When two texts are the same recommendation, and how often it came. Pure."""

import hashlib

from tracker.directory import names
from tracker.kit.words import N_
from tracker.recommendations.states import Assessment

LONGEST_KEY = 300
DIGEST = 16

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
    """The key by which a recommendation is recognised: its letters and digits; a long one ends with its digest."""
    return shortened(names.text_key(text))


def shortened(key: str) -> str:
    """A key that fits its column, and still differs where two long texts differ only at their ends."""
    if len(key) <= LONGEST_KEY:
        return key
    digest = hashlib.sha256(key.encode()).hexdigest()[:DIGEST]
    return f"{key[: LONGEST_KEY - DIGEST - 1]} {digest}"


def times_in_words(times: int) -> str:
    """The message, with a place for `times`, that says how often the same was recommended; empty the first time."""
    return TIMES.get(times, MORE_TIMES) if times > 1 else ""
