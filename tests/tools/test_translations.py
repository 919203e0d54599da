"""The check of translations: a text without its English, or with a wrong one, is named with its place."""

from pathlib import Path

import pytest

from tools.translations import CATALOGUE, compiled, problems, read, update

HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=2; plural=(n != 1);"\n\n'


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    (tmp_path / "tracker").mkdir()
    (tmp_path / "templates").mkdir()
    (tmp_path / "tracker/states.py").write_text('LABEL = N_("Diterima")\nDUE = _("%(days)s hari lagi", days=3)\n')
    (tmp_path / "templates/show.html").write_text('<p>{{ ngettext("%(num)s unit", "%(num)s unit", 3) }}</p>')
    return tmp_path


def translate(sources: Path, **english: str) -> list[str]:
    texts = {
        "accepted": 'msgid "Diterima"\nmsgstr "Accepted"',
        "due": 'msgid "%(days)s hari lagi"\nmsgstr "%(days)s days left"',
        "units": 'msgid "%(num)s unit"\nmsgid_plural "%(num)s unit"\nmsgstr[0] "one unit"\nmsgstr[1] "%(num)s units"',
    } | english
    path = sources / CATALOGUE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEADER + "\n\n".join(texts.values()) + "\n")
    path.with_suffix(".mo").write_bytes(compiled(read(sources)))
    return list(problems(sources))


def test_a_complete_catalogue_has_no_problem(sources: Path) -> None:
    assert translate(sources) == []


@pytest.mark.parametrize(
    ("which", "text", "said"),
    [
        ("accepted", "", "tracker/states.py:1: 'Diterima' has no translation"),
        ("accepted", 'msgid "Diterima"\nmsgstr ""', "tracker/states.py:1: 'Diterima' has no translation"),
        (
            "accepted",
            '#, fuzzy\nmsgid "Diterima"\nmsgstr "Received"',
            "tracker/states.py:1: 'Diterima' is marked fuzzy",
        ),
        ("due", 'msgid "%(days)s hari lagi"\nmsgstr "%(dys)s days"', "placeholders days, dys"),
        ("more", 'msgid "Lama"\nmsgstr "Old"', "'Lama' is no longer used"),
    ],
)
def test_what_is_missing_uncertain_or_stale_is_named(sources: Path, which: str, text: str, said: str) -> None:
    (problem,) = translate(sources, **{which: text})
    assert said in problem


def test_an_old_compiled_file_is_named(sources: Path) -> None:
    translate(sources)
    (sources / CATALOGUE).with_suffix(".mo").write_bytes(b"")
    assert "is not what the catalogue compiles to" in "".join(problems(sources))


def test_an_update_keeps_translations_and_leaves_new_texts_open(sources: Path) -> None:
    translate(sources)
    (sources / "tracker/more.py").write_text('_("Dikembalikan")')
    update(sources)
    assert [problem.partition(": ")[2] for problem in problems(sources)] == ["'Dikembalikan' has no translation"]


def test_a_text_that_cannot_be_gathered_is_named(sources: Path) -> None:
    translate(sources)
    (sources / "tracker/more.py").write_text("words = f\"{_('Dikembalikan')} kemarin\"\n")
    assert list(problems(sources)) == ["tracker/more.py:1: 'Dikembalikan' cannot be gathered where it stands"]
