"""Forms that turn what was typed into a plain value, and an operation's refusal into an error beside its field."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, TypeVar

import wtforms
from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, Field, FileField, HiddenField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from tracker.kit.choices import KnownOptions
from tracker.kit.refusal import Refusal
from tracker.kit.words import N_

Value = TypeVar("Value")


class Translations:
    """WTForms' own messages go through our catalogue."""

    def gettext(self, string: str) -> str:
        return str(gettext(WORDS.get(string, string)))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return str(gettext(WORDS.get(plural, plural)))


WORDS = {
    "This field is required.": N_("Wajib diisi."),
    "Not a valid date value.": N_("Tanggal tidak dikenali. Tulis seperti 2020-05-14."),
    "Not a valid datetime value.": N_("Waktu tidak dikenali."),
    "Not a valid time value.": N_("Jam tidak dikenali. Tulis seperti 09:30."),
    "Not a valid integer value.": N_("Isi dengan bilangan bulat."),
    "Not a valid decimal value.": N_("Isi dengan angka."),
    "Not a valid choice.": N_("Pilihan ini tidak tersedia."),
    "Not a valid choice": N_("Pilihan ini tidak tersedia."),
    "'%(value)s' are not valid choices for this field.": N_("Pilihan ini tidak tersedia."),
    "Invalid input.": N_("Isian ini tidak dikenali."),
    "Invalid Choice: could not coerce.": N_("Pilihan ini tidak tersedia."),
    "Invalid email address.": N_("Alamat surel tidak dikenali."),
    "Invalid URL.": N_("Alamat tautan tidak dikenali."),
    "Field must be between %(min)s and %(max)s characters long.": N_(
        "Panjangnya harus %(min)s sampai %(max)s karakter."
    ),
    "Field cannot be longer than %(max)d character.": N_("Paling banyak %(max)d karakter."),
    "Field cannot be longer than %(max)d characters.": N_("Paling banyak %(max)d karakter."),
    "Field must be at least %(min)d character long.": N_("Paling sedikit %(min)d karakter."),
    "Field must be at least %(min)d characters long.": N_("Paling sedikit %(min)d karakter."),
    "Number must be between %(min)s and %(max)s.": N_("Isi dengan angka %(min)s sampai %(max)s."),
    "Number must be at least %(min)s.": N_("Paling kecil %(min)s."),
    "Number must be at most %(max)s.": N_("Paling besar %(max)s."),
    "Field must be equal to %(other_name)s.": N_("Isinya harus sama dengan di atas."),
}


YEARS = range(1900, 2201)
CHECK_THE_YEAR = N_("Periksa tahunnya.")
Pairs = Iterable[tuple[Any, Any]]


def options(choices: Pairs | Mapping[str, Pairs] | None) -> list[Any] | None:
    """What may be chosen, from (value, label) pairs or groups of them, as WTForms takes it from 3.4 on."""
    if isinstance(choices, Mapping):
        return [SelectChoice(*pair, optgroup=group) for group, pairs in choices.items() for pair in pairs]
    return None if choices is None else [SelectChoice(*pair) for pair in choices]


class _Choosing(wtforms.SelectField):
    """Takes its choices as pairs, which is how they are thought of."""

    def __init__(self, *args: Any, choices: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, choices=options(choices), **kwargs)  # type: ignore[misc]

    @property
    def choices(self) -> Any:
        return super().choices

    @choices.setter
    def choices(self, pairs: Any) -> None:
        wtforms.SelectField.choices.fset(self, options(pairs))  # type: ignore[union-attr]


class SelectField(_Choosing):
    widget = KnownOptions()


class RadioField(_Choosing, wtforms.RadioField):
    pass


class SelectMultipleField(_Choosing, wtforms.SelectMultipleField):
    pass


class Form(FlaskForm, Generic[Value]):  # type: ignore[misc]
    """`version` is the version of the row that the page showed; it is empty where nothing is edited."""

    version = HiddenField()

    class Meta:
        csrf = False  # CSRFProtect looks at every POST; the token is in the page once, not in every form object

        def get_translations(self, _form: Any) -> Translations:
            return Translations()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conflict: list[tuple[str, Any, Any]] = []
        """Where somebody else saved first: (label, what stands now, what was typed)."""
        self.is_overtaken = False
        """Somebody else saved first, whether or not it touched what this form asks."""

    def value(self) -> Value:
        """What was typed, as the operation wants it. Asked for only when every field is valid."""
        raise NotImplementedError

    def validate(self, extra_validators: Any = None) -> bool:
        """Also that no day is so far away that it cannot be reckoned with."""
        valid = bool(super().validate(extra_validators))
        for field in self:
            if isinstance(field, DateField) and field.data and field.data.year not in YEARS and not field.errors:
                field.errors, valid = [gettext(CHECK_THE_YEAR)], False
        return valid

    def carried_out(self, operation: Callable[[Value], object], row: Any = None) -> bool:
        """Hand the value to an operation; False leaves the form ready to be shown again, with what is wrong.

        With `row`, a form that was filled from an older version of it is not carried out: `conflict` says why.
        """
        if not self.validate_on_submit():
            return False
        if row is not None and self.version.data and self.version.data != str(row.version):
            self.compare(row)
            return False
        try:
            operation(self.value())
        except Refusal as refusal:
            self.refuse(refusal.field, gettext(refusal.message, **refusal.values))
        return not self.errors

    def compare(self, row: Any) -> None:
        """Put what stands now beside what was typed; sending again then replaces it knowingly."""
        self.is_overtaken = True
        standing = self.standing(row)
        for field in self:
            if field.name not in standing or isinstance(field, HiddenField | FileField):
                continue
            current = standing[field.name]
            if as_text(current) != as_text(field.data):
                self.conflict.append((str(field.label.text), in_words(field, current), in_words(field, field.data)))
        self.version.raw_data = None
        self.version.data = str(row.version)

    def standing(self, row: Any) -> dict[str, Any]:
        """What each field would hold now: as `fill` would put it there, else the row's own column of that name."""
        if hasattr(self, "fill"):
            return {field.name: field.data for field in type(self)(formdata=None).fill(row)}
        return {field.name: getattr(row, field.name) for field in self if hasattr(row, field.name)}

    def refuse(self, field: str, message: str) -> None:
        """Say what is wrong beside its field, or above the form if the form has no such field."""
        if field in self:
            self[field].errors = [*self[field].errors, message]
        else:
            self.form_errors.append(message)

    @property
    def status(self) -> int:
        """The answer's status when the form is shown again: 409 where somebody was quicker, else 422."""
        return 409 if self.is_overtaken or self.conflict else 422


def as_text(value: Any) -> str:
    """As a browser would send it back: nothing for what is not there, and lines end in one way."""
    return "" if value is None else str(value).replace("\r\n", "\n")


def in_words(field: Field, value: Any) -> Any:
    """A value as the field's choices name it; what is typed stays as it is."""
    if isinstance(field, BooleanField):
        return gettext("Ya") if value else gettext("Tidak")
    if not isinstance(field, SelectField):
        return value
    choices: Any = field.iter_choices()
    labels = {choice.value: choice.label for choice in choices}
    return labels.get("" if value is None else value, value)


def given(field: Field) -> Any:
    """The data of a field that was required, and so is there."""
    assert field.data is not None
    return field.data
