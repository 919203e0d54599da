"""What an importer fills in: the file, what its columns mean, and which unit a name in it stands for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from werkzeug.datastructures import FileStorage
from wtforms.validators import InputRequired

from tracker.complaints.intake import SOURCES
from tracker.complaints.intake_columns import FIELDS, NEEDED, Heading
from tracker.complaints.states import LABELS, ComplaintSource
from tracker.kit.forms import Form, SelectField, given

MOST_COLUMNS = 100
PREFIX = "kolom_"
"""Of the questions: a form has a status of its own."""
SHOWN = 60
"""Characters of a heading."""


@dataclass(frozen=True, slots=True)
class SentExport:
    source: ComplaintSource
    file: FileStorage


class ExportForm(Form[SentExport]):
    source = SelectField(_l("Asal ekspor"), [InputRequired()], coerce=ComplaintSource)
    file = FileField(
        _l("Berkas ekspor"),
        [FileRequired(_l("Pilih berkasnya."))],
        description=_l("CSV (pemisah ; atau ,), Excel (.xlsx, .xls), atau OpenDocument (.ods); paling besar 100 MB."),
        render_kw={"accept": ".csv,.txt,.xlsx,.xls,.ods"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.source.choices = [(each.value, _(LABELS[each])) for each in SOURCES]

    def value(self) -> SentExport:
        return SentExport(given(self.source), given(self.file))


def columns_form(heading: Heading) -> "ColumnsForm":
    """A question for each meaning: which column of this file it stands in."""
    questions: dict[str, Any] = {}
    for name, label in FIELDS.items():
        validators = [InputRequired(_l("Kolom ini wajib dipilih."))] if name in NEEDED else []
        questions[PREFIX + name] = SelectField(_l(label), validators, default="")
    kind: type[ColumnsForm] = type("ColumnsOfThisFile", (ColumnsForm,), questions)
    return kind.offering(heading)


class ColumnsForm(Form[dict[str, int]]):
    @classmethod
    def offering(cls, heading: Heading) -> "ColumnsForm":
        form = cls()
        choices = [("", _("Tidak ada di berkas ini")), *numbered(heading)]
        for name in FIELDS:
            form[PREFIX + name].choices = choices
        return form

    def fill_columns(self, columns: dict[str, int]) -> "ColumnsForm":
        for name in FIELDS:
            self[PREFIX + name].data = str(columns.get(name, ""))
        return self

    def value(self) -> dict[str, int]:
        typed = {name: self[PREFIX + name].data for name in FIELDS}
        return {name: int(column) for name, column in typed.items() if column}

    def refuse(self, field: str, message: str) -> None:
        super().refuse(PREFIX + field if field in FIELDS else field, message)


def numbered(heading: Heading) -> list[tuple[str, str]]:
    named = enumerate(heading.names[:MOST_COLUMNS])
    return [(str(at), f"{at + 1}. {name[:SHOWN]}" if name else f"{at + 1}. –") for at, name in named]


@dataclass(frozen=True, slots=True)
class Question:
    """A pair of names that the directory does not know, how many rows have it, and units it could mean."""

    key: str
    agency: str
    unit: str
    rows: int
    message: str
    offers: Sequence[tuple[int, str]]
