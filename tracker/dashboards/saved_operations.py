"""Keeping a page with its filter under a name, sharing it within one's own scope, and choosing it as one's home."""

from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from tracker.access.actor import Actor
from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.dashboards.saved_models import HomeView, SavedView
from tracker.dashboards.saved_rules import MOST_VIEWS, Circle, name_key
from tracker.directory.models import User
from tracker.kit.refusal import Refusal
from tracker.kit.words import N_

NAME_TAKEN = N_("Anda sudah mempunyai tampilan lain dengan nama ini. Pilih nama lain.")
TOO_MANY = N_("Anda sudah menyimpan %(count)s tampilan, dan itu batasnya. Hapus yang tidak dipakai lagi.")
ROLE_ENDED = N_("Peran yang lingkupnya dipakai untuk berbagi sudah berakhir.")


def my_views(desk: Desk) -> sa.Select[SavedView]:
    """One's own, by name."""
    return sa.select(SavedView).where(SavedView.user_id == desk.actor.id).order_by(SavedView.name_key)


def save(desk: Desk, page: str, arguments: Mapping[str, str], name: str) -> SavedView:
    """Keep a page of the register with its arguments, which the caller has read by what the page knows.

    The same page and filter under the same name once more is the view that is there. A Refusal where the name stands
    for something else, or where the person has as many views as one may have.
    """
    name = " ".join(name.split())
    mine: list[SavedView] = desk.all(my_views(desk))
    same = next((view for view in mine if view.name_key == name_key(name)), None)
    if same is not None:
        if (same.page, dict(same.arguments)) != (page, dict(arguments)):
            raise Refusal("nama_tampilan", NAME_TAKEN)
        return same
    if len(mine) >= MOST_VIEWS:
        raise Refusal("nama_tampilan", TOO_MANY, count=MOST_VIEWS)
    view = desk.add(
        SavedView(
            user_id=desk.actor.id,
            name=name,
            name_key=name_key(name),
            page=page,
            arguments=dict(arguments),
            made_at=desk.now,
        )
    )
    desk.record(Act.SAVE_VIEW, view)
    return view


def rename(desk: Desk, view: SavedView, name: str) -> None:
    name = " ".join(name.split())
    if any(other.id != view.id and other.name_key == name_key(name) for other in desk.all(my_views(desk))):
        raise Refusal("nama_tampilan", NAME_TAKEN)
    if view.name == name:
        return
    view.name, view.name_key = name, name_key(name)
    desk.record(Act.RENAME_SAVED_VIEW, view)


def circles_of(actor: Actor) -> list[Circle]:
    """Within what somebody may share: the scopes of their own roles, the widest first."""
    held = dict.fromkeys(Circle(each.area_id, each.agency_id, each.unit_id) for each in actor.mandates)
    return sorted(held, key=lambda each: (not each.is_everything, each.area_id is None, each.agency_id is None))


def share(desk: Desk, view: SavedView, circle: Circle) -> None:
    """Let those see and open it whose memberships lie within the circle, each at their own desk."""
    if view.circle == circle:
        return
    view.share_within(circle, desk.now)
    desk.record(Act.SHARE_SAVED_VIEW, view)


def unshare(desk: Desk, view: SavedView, reason: str = "") -> None:
    """Whoever has it as their home is told there that it is gone."""
    if view.circle is None:
        return
    view.share_within(None, desk.now)
    desk.record(Act.UNSHARE_SAVED_VIEW, view, reason)


def delete(desk: Desk, view: SavedView) -> None:
    desk.session.delete(view)
    desk.record(Act.DELETE_SAVED_VIEW, view)


def take_back(desk: Desk, user_id: int, day: date) -> int:
    """What somebody shares within a scope that they no longer hold is their own again. Hands nothing over: 0."""
    _take_back(desk, day, SavedView.user_id == user_id)
    return 0


def take_back_lapsed(desk: Desk, day: date) -> int:
    """The same for everybody, as roles also end by their own date; say how many views it was."""
    return _take_back(desk, day, sa.true())


def _take_back(desk: Desk, day: date, whose: sa.ColumnElement[bool]) -> int:
    with as_machine(desk.session):
        shared = sa.select(SavedView).where(SavedView.shared_at.is_not(None), whose).order_by(SavedView.id)
        owners = joinedload(SavedView.user).options(selectinload(User.memberships))
        lost = [view for view in desk.all(shared.options(owners)) if not holds(view.user, view.circle, day)]
        for view in lost:
            unshare(desk, view, ROLE_ENDED)
    return len(lost)


def holds(user: User, circle: Circle | None, day: date) -> bool:
    """Does this person still have a role whose scope the circle is?"""
    return user.is_active and circle in circles_of(Actor.of(user, day))


def home_of(desk: Desk) -> HomeView | None:
    """What this person chose as their first page, if anything."""
    return desk.session.scalar(sa.select(HomeView).where(HomeView.user_id == desk.actor.id))


def view_behind(desk: Desk, home: HomeView) -> SavedView | None:
    """None where it was deleted, or is no longer shared with this person."""
    if home.view_id is None:
        return None
    return desk.session.scalar(sa.select(SavedView).filter_by(id=home.view_id))


def choose_home(desk: Desk, view: SavedView) -> None:
    home = home_of(desk) or desk.add(HomeView(user_id=desk.actor.id))
    home.view_id, home.name = view.id, view.name


def forget_home(desk: Desk) -> None:
    """The ordinary home again."""
    if (home := home_of(desk)) is not None:
        desk.session.delete(home)
