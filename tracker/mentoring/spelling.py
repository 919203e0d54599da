"""Numbers and dates in Indonesian words, as official records write them out. Pure."""

from datetime import date

ONES = (
    "nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas",
)  # fmt: skip
WEEKDAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November",
    "Desember",
)  # fmt: skip
TEN, TEENS, HUNDRED, THOUSAND, MILLION = 10, 20, 100, 1000, 1_000_000


def in_words(number: int) -> str:
    """2020 → "dua ribu dua puluh"; ValueError below 0 and from a million on."""
    if not 0 <= number < MILLION:
        raise ValueError(f"{number} is not written out")
    if number < len(ONES):
        return ONES[number]
    if number < TEENS:
        return f"{ONES[number - TEN]} belas"
    for size, one, many in ((THOUSAND, "seribu", "ribu"), (HUNDRED, "seratus", "ratus"), (TEN, "sepuluh", "puluh")):
        if number >= size:
            count, rest = divmod(number, size)
            head = one if count == 1 else f"{in_words(count)} {many}"
            return f"{head} {in_words(rest)}" if rest else head
    raise AssertionError(number)


def day_in_words(day: date) -> str:
    """Kamis tanggal empat belas bulan Mei tahun dua ribu dua puluh (14-05-2020)."""
    written = f"{in_words(day.day)} bulan {MONTHS[day.month - 1]} tahun {in_words(day.year)}"
    return f"{WEEKDAYS[day.weekday()]} tanggal {written} ({day:%d-%m-%Y})"


def written(day: date) -> str:
    """14 Mei 2020."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def listed(words: list[str]) -> str:
    """a, b, dan c."""
    if len(words) < 3:
        return " dan ".join(words)
    return f"{', '.join(words[:-1])}, dan {words[-1]}"
