"""What makes a password acceptable, which way leads back after signing in, and what a device is called. Pure."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

from tracker.kit.words import N_

SIGN_IN_LASTS = timedelta(days=14)
LINK_LASTS = timedelta(hours=72)
SHORTEST = 10
LONGEST = 200
FEWEST_DIFFERENT = 5

TRIED_FIRST = """
    password passw0rd p4ssw0rd p4ssword passwort letmein welcome administrator admin adminadmin superadmin root user
    username qwerty qwertyuiop asdfghjkl zxcvbnm qazwsx qazwsxedc abcdefghij abcdefghijk iloveyou football sunshine
    princess dragon monkey master shadow superman batman trustno changeme changeit secret mysecret default guest
    rahasia sangatrahasia katasandi sandi kunci bismillah alhamdulillah assalamualaikum indonesia indonesiaraya
    indonesiaku merdeka garuda pancasila nusantara jakarta bandung surabaya sayang sayangku cintaku cinta kucing
    anjing doraemon pelayanan pelayananpublik pemerintah pemerintahan kementerian kemenpan kemenpanrb panrb
    menpan menpanrb tuntas tuntastuntas ngulik ombudsman pengaduan operator organisasi selamatdatang selamatpagi
"""
WELL_KNOWN = frozenset(TRIED_FIRST.split())
"""What is tried first, without the figures and signs around it."""

ROWS = ("01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm")

AROUND = re.compile(r"[\W\d_]+$|^[\W\d_]+")

EMAIL = re.compile(r"^$|^\s*[^@\s]+@[^@\s]+\.[^@\s.]+\s*$")
PHONE = re.compile(r"^$|^\s*\+?[0-9][0-9 ().-]{4,38}\s*$")
"""Both may be empty."""

BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
)


def password_problem(password: str, *own: str) -> str | None:
    """Why a password is refused, or None. `own` are the person's names, which others would try first."""
    folded = password.casefold()
    if len(password) < SHORTEST:
        return N_("Kata sandi paling sedikit 10 karakter.")
    if len(password) > LONGEST:
        return N_("Kata sandi paling banyak 200 karakter.")
    if len(set(folded)) < FEWEST_DIFFERENT or is_a_row(folded) or is_well_known(folded):
        return N_("Kata sandi ini terlalu mudah ditebak. Pakailah beberapa kata yang tidak berkaitan.")
    if any(part in folded for name in own for part in parts_of(name)):
        return N_("Kata sandi tidak boleh memuat nama Anda atau nama pengguna.")
    return None


def is_well_known(folded: str) -> bool:
    """A word that everybody tries, also with figures and signs around it, or twice."""
    bare = AROUND.sub("", folded)
    half = len(bare) // 2
    return bare in WELL_KNOWN or folded in WELL_KNOWN or (bare[:half] == bare[half:] and bare[:half] in WELL_KNOWN)


def is_a_row(folded: str) -> bool:
    """Keys beside each other, forwards or back, or two such pieces together."""
    return any(is_piece(folded[:at]) and is_piece(folded[at:]) for at in range(3, len(folded) + 1))


def is_piece(text: str) -> bool:
    return any(text in row * 2 or text in row[::-1] * 2 for row in ROWS)


def parts_of(name: str) -> list[str]:
    """The words of a name that are long enough to be missed: not the "Dr." and not the "A."."""
    return [part for part in re.findall(r"[^\W_]+", name.casefold()) if len(part) >= 4]


def own_path(target: str | None) -> str | None:
    """The address if it is one of this site, as a path; else None. Nobody is led away from here by a link."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return None
    if any(ord(character) < 32 for character in target):
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target


def device_name(agent: str) -> str:
    """What a browser calls itself, as a person would: "Chrome, Android"."""
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    return ", ".join(filter(None, (browser, system))) or agent[:60]
