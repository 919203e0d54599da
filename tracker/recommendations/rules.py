"""When two texts are the same recommendation. Pure."""

import hashlib

from tracker.directory import names

LONGEST_KEY = 300
DIGEST = 16


def text_key(text: str) -> str:
    """The key by which a recommendation is recognised: its letters and digits; a long one ends with its digest."""
    return shortened(names.text_key(text))


def shortened(key: str) -> str:
    """A key that fits its column, and still differs where two long texts differ only at their ends."""
    if len(key) <= LONGEST_KEY:
        return key
    digest = hashlib.sha256(key.encode()).hexdigest()[:DIGEST]
    return f"{key[: LONGEST_KEY - DIGEST - 1]} {digest}"
