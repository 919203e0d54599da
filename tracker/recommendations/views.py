"""Writing recommendations down, saying them again, and the letters they come from."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.access.acts import Act
from tracker.access.desk import Desk, NotFound
from tracker.access.history import in_words
from tracker.access.pages import Pages
from tracker.administration.lists import Listed, listed
from tracker.directory.models import ServiceUnit
from tracker.instruments.models import Cycle
from tracker.instruments.queries import usual_cycle
from tracker.recommendations import documents, operations, queries
from tracker.recommendations.forms import AdviceForm, AgainForm, LetterForm, letter_line
from tracker.recommendations.models import Letter, Recommendation

pages = Pages("recommendations", __name__)

MOST_ON_A_LETTER = 50


@pages.show("/rekomendasi/tambah", act=Act.ADD_RECOMMENDATION)
def choose_unit(desk: Desk) -> ResponseReturnValue:
    """For which unit? Found by its name, since there may be thousands."""
    words = request.args.get("cari", "").strip()
    found = desk.all(
        queries.units_named(words).where(desk.units_for(Act.ADD_RECOMMENDATION)).limit(queries.UNITS_AT_ONCE + 1)
    )
    return render_template(
        "recommendations/choose_unit.html",
        words=words,
        units=found[: queries.UNITS_AT_ONCE],
        more=len(found) > queries.UNITS_AT_ONCE,
    )


@pages.show("/unit/<int:id>/rekomendasi/tambah", act=Act.ADD_RECOMMENDATION, on=ServiceUnit)
def add(desk: Desk, unit: ServiceUnit) -> ResponseReturnValue:
    cycles = desk.all(queries.open_cycles())
    if not cycles:
        return render_template("recommendations/no_cycle.html", unit=unit)
    return show_add(desk, unit, chosen_cycle(cycles, request.args.get("siklus", "")), cycles)


@pages.do("/unit/<int:id>/rekomendasi/tambah", act=Act.ADD_RECOMMENDATION, on=ServiceUnit)
def add_sent(desk: Desk, unit: ServiceUnit) -> ResponseReturnValue:
    cycles = desk.all(queries.open_cycles())
    cycle = chosen_cycle(cycles, request.form.get("siklus", ""), strictly=True)
    form = AdviceForm().for_cycle(cycle, desk.all(queries.letters_of(cycle.id)))
    added: list[Recommendation] = []
    if form.carried_out(lambda advice: added.append(operations.add_recommendation(desk, unit, cycle, advice))):
        flash(_("Rekomendasi ditambahkan. Tetapkan tindak lanjutnya agar unit tahu apa yang harus dikerjakan."))
        return redirect(url_for("recommendations.show", id=added[0].id), 303)
    return show_add(desk, unit, cycle, cycles, form), form.status


def show_add(desk: Desk, unit: ServiceUnit, cycle: Cycle, cycles: list[Cycle], form: AdviceForm | None = None) -> str:
    if form is None:
        form = AdviceForm(formdata=None).for_cycle(cycle, desk.all(queries.letters_of(cycle.id)))
    recurring = len(desk.all(queries.may_recur(unit.id, cycle).limit(100)))
    return render_template(
        "recommendations/add.html",
        unit=unit,
        cycle=cycle,
        cycles=cycles,
        form=form,
        recurring=recurring,
        address=lambda code: url_for("recommendations.add", id=unit.id, siklus=code),
    )


def chosen_cycle(cycles: list[Cycle], code: str, strictly: bool = False) -> Cycle:
    """The cycle of that code among the open ones; without one, the usual."""
    found = next((cycle for cycle in cycles if cycle.code == code), None)
    if found is None and (strictly or code or not cycles):
        raise NotFound(f"open cycle {code}")
    return found or usual_cycle(cycles) or cycles[0]


@pages.show("/rekomendasi/<int:id>/ubah", act=Act.EDIT_RECOMMENDATION, on=Recommendation)
def edit(desk: Desk, recommendation: Recommendation) -> ResponseReturnValue:
    form = AdviceForm(formdata=None).fill(recommendation)
    form.for_cycle(recommendation.cycle, desk.all(queries.letters_of(recommendation.cycle_id)))
    return render_template("recommendations/edit.html", recommendation=recommendation, form=form)


@pages.do("/rekomendasi/<int:id>/ubah", act=Act.EDIT_RECOMMENDATION, on=Recommendation)
def edit_sent(desk: Desk, recommendation: Recommendation) -> ResponseReturnValue:
    form = AdviceForm().for_cycle(recommendation.cycle, desk.all(queries.letters_of(recommendation.cycle_id)))
    if form.carried_out(
        lambda advice: operations.edit_recommendation(desk, recommendation, advice), row=recommendation
    ):
        flash(_("Rekomendasi tersimpan."))
        return redirect(url_for("recommendations.show", id=recommendation.id), 303)
    return render_template("recommendations/edit.html", recommendation=recommendation, form=form), form.status


@pages.show("/unit/<int:id>/rekomendasi/ulang", act=Act.RECOMMEND_AGAIN, on=ServiceUnit)
def again(desk: Desk, unit: ServiceUnit) -> ResponseReturnValue:
    """What the unit was told before and is still open, to be said again in a later cycle."""
    cycles = desk.all(queries.open_cycles())
    if not cycles:
        return render_template("recommendations/no_cycle.html", unit=unit)
    cycle = chosen_cycle(cycles, request.args.get("siklus", ""))
    return show_again(desk, unit, cycle, cycles, AgainForm(formdata=None, chosen=request.args.getlist("pilih", int)))


@pages.do("/unit/<int:id>/rekomendasi/ulang", act=Act.RECOMMEND_AGAIN, on=ServiceUnit)
def again_sent(desk: Desk, unit: ServiceUnit) -> ResponseReturnValue:
    cycles = desk.all(queries.open_cycles())
    cycle = chosen_cycle(cycles, request.form.get("siklus", ""), strictly=True)
    form = offer_again(desk, unit, cycle, AgainForm())
    said: list[Recommendation] = []
    if form.carried_out(lambda typed: said.extend(operations.recommend_again(desk, unit, cycle, *typed))):
        flash(
            ngettext(
                "%(num)s rekomendasi disampaikan kembali pada siklus %(cycle)s.",
                "%(num)s rekomendasi disampaikan kembali pada siklus %(cycle)s.",
                len(said),
                cycle=cycle.name or cycle.code,
            )
        )
        return redirect(url_for("recommendations.index", unit=unit.id, siklus=cycle.code), 303)
    return show_again(desk, unit, cycle, cycles, form), form.status


def offer_again(desk: Desk, unit: ServiceUnit, cycle: Cycle, form: AgainForm) -> AgainForm:
    form.chosen.choices = [(each.id, each.text) for each in desk.all(queries.may_recur(unit.id, cycle))]
    letters = desk.all(queries.letters_of(cycle.id))
    form.letter_id.choices = [("", _("Tanpa surat")), *((each.id, letter_line(each)) for each in letters)]
    return form


def show_again(desk: Desk, unit: ServiceUnit, cycle: Cycle, cycles: list[Cycle], form: AgainForm) -> str:
    offer_again(desk, unit, cycle, form)
    rows = desk.all(queries.may_recur(unit.id, cycle))
    return render_template(
        "recommendations/again.html",
        unit=unit,
        cycle=cycle,
        cycles=cycles,
        form=form,
        rows=rows,
        address=lambda code: url_for("recommendations.again", id=unit.id, siklus=code),
    )


@pages.show("/surat/<int:id>", act=Act.VIEW_LETTERS, on=Letter)
def letter(desk: Desk, letter: Letter) -> ResponseReturnValue:
    rows = desk.all(queries.recommendations_of(letter).limit(MOST_ON_A_LETTER + 1))
    return render_template(
        "recommendations/letter.html",
        letter=letter,
        rows=rows[:MOST_ON_A_LETTER],
        more=len(rows) > MOST_ON_A_LETTER,
        history=in_words(desk.all(queries.history(letter))),
    )


@pages.show("/surat/<int:id>/pindaian", act=Act.VIEW_LETTERS, on=Letter)
def letter_scan(desk: Desk, letter: Letter) -> ResponseReturnValue:
    return documents.hand_out(letter.scan_digest, letter.scan_name)


@pages.show("/surat", act=Act.VIEW_LETTERS)
def letters(desk: Desk) -> ResponseReturnValue:
    page: Listed[Letter] = listed(desk, queries.letters(), *queries.with_cycle())
    return render_template("recommendations/letters.html", page=page)


@pages.show("/surat/tambah", act=Act.ADD_LETTER)
def add_letter(desk: Desk) -> ResponseReturnValue:
    cycles = desk.all(queries.open_cycles())
    if not cycles:
        return render_template("recommendations/no_cycle.html", unit=None)
    cycle = chosen_cycle(cycles, request.args.get("siklus", ""))
    return show_add_letter(cycle, cycles, LetterForm(formdata=None))


@pages.do("/surat/tambah", act=Act.ADD_LETTER)
def add_letter_sent(desk: Desk) -> ResponseReturnValue:
    cycles = desk.all(queries.open_cycles())
    cycle = chosen_cycle(cycles, request.form.get("siklus", ""), strictly=True)
    form = LetterForm()
    added: list[Letter] = []
    if form.carried_out(lambda facts: added.append(operations.add_letter(desk, cycle, facts))):
        flash(_("Surat tersimpan. Pilih surat ini pada rekomendasi yang disampaikannya."))
        return redirect(url_for("recommendations.letter", id=added[0].id), 303)
    return show_add_letter(cycle, cycles, form), form.status


def show_add_letter(cycle: Cycle, cycles: list[Cycle], form: LetterForm) -> str:
    return render_template(
        "recommendations/letter_form.html",
        letter=None,
        cycle=cycle,
        cycles=cycles,
        form=form,
        limits=documents.hint(),
        address=lambda code: url_for("recommendations.add_letter", siklus=code),
    )


@pages.show("/surat/<int:id>/ubah", act=Act.EDIT_LETTER, on=Letter)
def edit_letter(desk: Desk, letter: Letter) -> ResponseReturnValue:
    return show_edit_letter(letter, LetterForm(formdata=None).fill(letter))


@pages.do("/surat/<int:id>/ubah", act=Act.EDIT_LETTER, on=Letter)
def edit_letter_sent(desk: Desk, letter: Letter) -> ResponseReturnValue:
    form = LetterForm()
    if form.carried_out(lambda facts: operations.edit_letter(desk, letter, facts), row=letter):
        flash(_("Surat tersimpan."))
        return redirect(url_for("recommendations.letter", id=letter.id), 303)
    return show_edit_letter(letter, form), form.status


def show_edit_letter(letter: Letter, form: LetterForm) -> str:
    return render_template(
        "recommendations/letter_form.html",
        letter=letter,
        cycle=letter.cycle,
        cycles=[],
        form=form,
        limits=documents.hint(),
        address=str,
    )
