"""When two texts are the same recommendation, and how often it came."""

from tracker.recommendations.rules import LONGEST_KEY, text_key, times_in_words


def test_spelling_makes_no_difference_and_words_do() -> None:
    assert text_key("Perbaiki  ANTREAN!") == text_key("perbaiki antrean")
    assert text_key("Perbaiki antrean") != text_key("Perbaiki loket")


def test_long_texts_that_differ_at_their_end_have_keys_that_fit_and_differ() -> None:
    long = "perbaiki " * 100
    first, second = text_key(long + "loket"), text_key(long + "antrean")
    assert first != second
    assert max(len(first), len(second)) <= LONGEST_KEY


def test_how_often_is_said_from_the_second_time_on() -> None:
    assert times_in_words(1) == ""
    assert "ketiga" in times_in_words(3)
    assert times_in_words(7) % {"times": 7} == "Direkomendasikan untuk ke-7 kalinya"
