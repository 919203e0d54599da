"""Saved views: kept from the page one looks at, listed, opened at the opener's own desk, shared, and chosen as home."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Request, flash, g, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from tracker.access.acts import Act
from tracker.access.desk import Desk, NotFound
from tracker.dashboards import saved_operations as operations
from tracker.dashboards.saved_forms import RenameForm, SaveForm, ShareForm
from tracker.dashboards.saved_models import SavedView
from tracker.dashboards.saved_pages import PAGES, Understanding, act_of, number
from tracker.dashboards.saved_rules import Circle, kept
from tracker.dashboards.views import pages
from tracker.directory.models import Agency, ServiceUnit, SupervisionArea

OPENED = "tampilan"
"""The argument that says by which view a page was opened; it is part of no filter."""
SHARED_AT_ONCE = 50


@pages.record_once
def words(state: BlueprintSetupState) -> None:
    """What the frame and the filter of every page ask; globals, so that macros have them, too."""
    state.app.jinja_env.globals.update(to_be_saved=to_be_saved, opened_view=opened_view)


# ---- on the page that is looked at ---------------------------------------------------------------------------------


def to_be_saved() -> dict[str, str] | None:
    """The page and the filter of this request, where they can be kept; None elsewhere."""
    if "desk" not in g or request.endpoint not in PAGES or request.method != "GET":
        return None
    return {"halaman": str(request.endpoint), "saringan": urlencode(asked_by(request))}


def asked_by(sent: Request) -> dict[str, str]:
    """What this request narrows and sorts by."""
    page = PAGES[str(sent.endpoint)]
    numbers = {name: str(value) for name, value in (sent.view_args or {}).items() if name in page.path}
    return {**numbers, **kept(page.names, sent.args)}


@dataclass(frozen=True, slots=True)
class Opened:
    view: SavedView
    is_mine: bool
    is_home: bool


def opened_view() -> Opened | None:
    """The view by which this page was opened, while its filter is still the one that was saved."""
    id = request.args.get(OPENED, "") if "desk" in g and request.endpoint in PAGES else ""
    if not number(id):
        return None
    desk: Desk = g.desk
    view = desk.session.scalar(sa.select(SavedView).filter_by(id=int(id)).options(joinedload(SavedView.user)))
    if view is None or view.page != request.endpoint or dict(view.arguments) != asked_by(request):
        return None
    home = operations.home_of(desk)
    return Opened(view, view.user_id == desk.actor.id, home is not None and home.view_id == view.id)


# ---- keeping -------------------------------------------------------------------------------------------------------


@pages.do("/tampilan", act=Act.SAVE_VIEW)
def save_view(desk: Desk) -> ResponseReturnValue:
    """Sent from any page of the register; wrongly filled, it comes back on a page of its own."""
    form = SaveForm()
    page = PAGES.get(form.halaman.data or "")
    if page is None or form.halaman.data is None:
        raise NotFound(form.halaman.data or "")
    arguments = kept((*page.path, *page.names), form.arguments)
    if not all(number(arguments.get(name, "")) for name in page.path):
        raise NotFound(form.halaman.data)
    saved: list[SavedView] = []
    if form.carried_out(lambda name: saved.append(operations.save(desk, form.halaman.data or "", arguments, name))):
        flash(_("Tampilan “%(name)s” disimpan.", name=saved[0].name), "success")
        return redirect(address_of(saved[0]), 303)
    there = url_for(form.halaman.data, **arguments)  # type: ignore[arg-type]
    filters = Understanding(desk).in_words(page, arguments)
    return render_template("dashboards/save_view.html", form=form, page=page, filters=filters, there=there), form.status


def address_of(view: SavedView) -> str:
    """The page of a view with its filter; the register knows the page, so it is one of ours."""
    return url_for(view.page, **{**view.arguments, OPENED: view.id})


# ---- the list ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    view: SavedView
    page: str
    filters: list[str]
    url: str
    """Empty where the reader does not hold the act of the page."""
    shared_with: str
    is_home: bool


@pages.show("/tampilan", act=Act.VIEW_SAVED_VIEWS)
def saved_views(desk: Desk) -> ResponseReturnValue:
    """My own, and those that were shared with me and lead to a page that I may open."""
    page = max(1, request.args.get("halaman", 1, int))
    first = (page - 1) * SHARED_AT_ONCE
    mine, shared = desk.all(operations.my_views(desk)), shared_with_me(desk)
    total = desk.session.scalar(sa.select(sa.func.count()).select_from(shared.order_by(None).subquery())) or 0
    theirs = desk.all(shared.options(joinedload(SavedView.user)).offset(first).limit(SHARED_AT_ONCE))
    describe = describing(desk, [*mine, *theirs])
    last = first + len(theirs)
    return render_template(
        "dashboards/saved_views.html",
        mine=[describe(view) for view in mine],
        theirs=[describe(view) for view in theirs],
        total=total,
        first=first + 1,
        last=last,
        previous_url=url_for("dashboards.saved_views", halaman=page - 1) if page > 1 else "",
        next_url=url_for("dashboards.saved_views", halaman=page + 1) if last < total else "",
        home=chosen_home(desk),
    )


def shared_with_me(desk: Desk) -> sa.Select[SavedView]:
    """Others' views in reach, of the pages that the reader may open."""
    mine_to_open = [name for name in PAGES if (act := act_of(name)) is not None and desk.holds(act)]
    return (
        sa.select(SavedView)
        .where(SavedView.user_id != desk.actor.id, SavedView.page.in_(mine_to_open))
        .order_by(SavedView.name_key, SavedView.id)
    )


def describing(desk: Desk, views: list[SavedView]) -> Callable[[SavedView], Line]:
    """How a view is shown: a constant number of queries, however many there are."""
    understanding, home = Understanding(desk), operations.home_of(desk)
    named = circle_words(desk, [view.circle for view in views if view.circle is not None])

    def line(view: SavedView) -> Line:
        page, act = PAGES.get(view.page), act_of(view.page)
        opens = act is not None and desk.holds(act)
        return Line(
            view,
            _(page.label) if page else _("Halaman yang sudah tidak ada"),
            understanding.in_words(page, view.arguments) if page and opens else [],
            url_for("dashboards.open_view", id=view.id) if opens else "",
            named[view.circle] if view.circle is not None else "",
            home is not None and home.view_id == view.id,
        )

    return line


def circle_words(desk: Desk, circles: list[Circle]) -> dict[Circle, str]:
    """Whom each circle reaches, in words."""
    found: dict[Circle, str] = {Circle(): str(_("semua pengguna"))}
    kinds: tuple[tuple[str, Any, str], ...] = (
        ("area_id", SupervisionArea, _("%(name)s")),
        ("agency_id", Agency, _("%(name)s dan unitnya")),
        ("unit_id", ServiceUnit, _("%(name)s")),
    )
    for name, kind, text in kinds:
        ids = {getattr(circle, name) for circle in circles} - {None}
        if not ids:
            continue
        rows = desk.session.execute(sa.select(kind.id, kind.name).where(kind.id.in_(ids)))
        found.update({Circle(**{name: id}): text % {"name": called} for id, called in rows})
    return {circle: found.get(circle, _("lingkup lain")) for circle in [Circle(), *circles]}


@dataclass(frozen=True, slots=True)
class ChosenHome:
    """Where `/` leads: to a view, or without an address to the ordinary home. `gone` names a view that is no more."""

    url: str = ""
    gone: str = ""


def chosen_home(desk: Desk) -> ChosenHome:
    """One query for those who chose none."""
    home = operations.home_of(desk)
    if home is None:
        return ChosenHome()
    view = operations.view_behind(desk, home)
    act = act_of(view.page) if view is not None else None
    if view is None or act is None or not desk.holds(act):
        return ChosenHome(gone=home.name)
    return ChosenHome(url_for("dashboards.open_view", id=view.id))


# ---- opening -------------------------------------------------------------------------------------------------------


@pages.show("/tampilan/<int:id>", act=Act.VIEW_SAVED_VIEWS, on=SavedView)
def open_view(desk: Desk, view: SavedView) -> ResponseReturnValue:
    """Lead to the page at the opener's own desk; what its filter no longer means is said first."""
    page = PAGES.get(view.page)
    act = act_of(view.page)
    if page is None or act is None:
        return broken(view, [], ""), 422
    if not desk.holds(act):
        return redirect(address_of(view))  # the page itself says that this is not theirs
    if unknown := Understanding(desk).unknown(page, view.arguments):
        return broken(view, unknown, url_for(view.page, **{name: view.arguments[name] for name in page.path})), 422
    return redirect(address_of(view))


def broken(view: SavedView, unknown: list[str], whole: str) -> str:
    return render_template("dashboards/broken_view.html", view=view, unknown=unknown, whole=whole)


# ---- changing ------------------------------------------------------------------------------------------------------


@pages.show("/tampilan/<int:id>/ubah", act=Act.RENAME_SAVED_VIEW, on=SavedView)
def edit_view(desk: Desk, view: SavedView) -> ResponseReturnValue:
    return edit_page(desk, view, RenameForm(formdata=None, nama_tampilan=view.name))


def edit_page(desk: Desk, view: SavedView, form: RenameForm) -> str:
    circles = operations.circles_of(desk.actor)
    named = circle_words(desk, [*circles, *([view.circle] if view.circle else [])])
    return render_template(
        "dashboards/saved_view.html",
        view=view,
        line=describing(desk, [view])(view),
        form=form,
        share_form=ShareForm(formdata=None).offer([named[circle] for circle in circles]),
        shared_with=named[view.circle] if view.circle else "",
    )


@pages.do("/tampilan/<int:id>/ubah", act=Act.RENAME_SAVED_VIEW, on=SavedView)
def rename_view(desk: Desk, view: SavedView) -> ResponseReturnValue:
    form = RenameForm()
    if not form.carried_out(lambda name: operations.rename(desk, view, name)):
        return edit_page(desk, view, form), form.status
    return told(_("Nama tampilan diganti."))


@pages.do("/tampilan/<int:id>/bagikan", act=Act.SHARE_SAVED_VIEW, on=SavedView)
def share_view(desk: Desk, view: SavedView) -> ResponseReturnValue:
    """Within one of one's own scopes; the form names which of them, and nobody else's can be named."""
    circles = operations.circles_of(desk.actor)
    named = circle_words(desk, circles)
    form = ShareForm().offer([named[circle] for circle in circles])
    if not form.carried_out(lambda chosen: operations.share(desk, view, circles[chosen])):
        flash(_("Pilih lingkup untuk berbagi."), "error")
        return redirect(url_for("dashboards.edit_view", id=view.id), 303)
    return told(_("Tampilan dibagikan. Setiap orang membukanya dalam jangkauannya sendiri."))


@pages.do("/tampilan/<int:id>/berhenti-bagikan", act=Act.UNSHARE_SAVED_VIEW, on=SavedView)
def unshare_view(desk: Desk, view: SavedView) -> ResponseReturnValue:
    operations.unshare(desk, view)
    return told(_("Tampilan tidak lagi dibagikan."))


@pages.do("/tampilan/<int:id>/hapus", act=Act.DELETE_SAVED_VIEW, on=SavedView)
def delete_view(desk: Desk, view: SavedView) -> ResponseReturnValue:
    operations.delete(desk, view)
    return told(_("Tampilan dihapus."))


@pages.do("/tampilan/<int:id>/beranda", act=Act.CHOOSE_HOME, on=SavedView)
def choose_home(desk: Desk, view: SavedView) -> ResponseReturnValue:
    operations.choose_home(desk, view)
    return told(_("“%(name)s” menjadi beranda Anda. Beranda biasa tetap ada di halaman ini.", name=view.name))


@pages.do("/tampilan/beranda-biasa", act=Act.CHOOSE_HOME)
def ordinary_again(desk: Desk) -> ResponseReturnValue:
    operations.forget_home(desk)
    return told(_("Beranda Anda kembali seperti semula."))


def told(words: str) -> ResponseReturnValue:
    flash(words, "success")
    return redirect(url_for("dashboards.saved_views"), 303)
