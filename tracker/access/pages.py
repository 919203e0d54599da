"""Blueprints whose every route names the act it serves. A route without an act cannot be written."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import Blueprint, Response, abort, current_app, g, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import HTTPException

from tracker.access.actor import PUBLIC, Actor
from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.access.models import SentForm
from tracker.access.policy import POLICY
from tracker.kit.db import Model, db

View = Callable[..., ResponseReturnValue]


class Pages(Blueprint):
    """`show` reads, `do` changes; `open` is for strangers and stands on a short, tested list."""

    def show(
        self, rule: str, *, act: Act, on: type[Model] | None = None, load: tuple[Any, ...] = ()
    ) -> Callable[[View], View]:
        """A page that is read. With `on`, the view is handed the row that the address names, loaded with `load`."""
        return self._route("GET", rule, act, on, load)

    def do(self, rule: str, *, act: Act, on: type[Model] | None = None) -> Callable[[View], View]:
        """A form that is sent. What it changed is kept if the answer is a page or a redirect, and not otherwise."""
        return self._route("POST", rule, act, on)

    def open(self, rule: str, *, act: Act, methods: tuple[str, ...] = ("GET",)) -> Callable[[View], View]:
        """A page for somebody who has not signed in; its desk sees no rows."""
        if not POLICY[act].public:
            raise ValueError(f"{act} is not for strangers")

        def register(view: View) -> View:
            @wraps(view)
            def page(**arguments: Any) -> ResponseReturnValue:
                desk = g.desk = Desk(PUBLIC, current_app.extensions["clock"].now(), db.session())
                response = current_app.make_response(view(desk, **arguments))
                if request.method == "POST" and response.status_code < 400:
                    desk.session.commit()
                return response

            return self._add(rule, view.__name__, page, act, methods, None)

        return register

    def _route(
        self, method: str, rule: str, act: Act, on: type[Model] | None, load: tuple[Any, ...] = ()
    ) -> Callable[[View], View]:
        def register(view: View) -> View:
            @wraps(view)
            def page(**arguments: Any) -> ResponseReturnValue:
                desk = open_desk(act)
                if on is not None:
                    arguments["subject"] = desk.find(on, arguments.pop("id"), act, *load)
                if method == "GET":
                    return view(desk, *arguments.values())
                return once(desk, lambda: current_app.make_response(view(desk, *arguments.values())))

            return self._add(rule, view.__name__, page, act, (method,), on)

        return register

    def _add(
        self, rule: str, name: str, page: View, act: Act, methods: tuple[str, ...], on: type[Model] | None
    ) -> View:
        page.act, page.on = act, on  # type: ignore[attr-defined]
        self.add_url_rule(rule, name, page, methods=list(methods))
        return page


def open_desk(act: Act) -> Desk:
    if not current_user.is_authenticated:
        abort(401)
    now = current_app.extensions["clock"].now()
    zone = ZoneInfo(current_user.timezone)
    actor = Actor.of(current_user, now.astimezone(zone).date())
    desk = g.desk = Desk(actor, now, db.session(), zone)
    if not POLICY[act].mandates(actor):
        abort(403)
    return desk


def once(desk: Desk, answer: Callable[[], Response]) -> Response:
    """Carry a form out once, however often its button is pressed: its key and its change are one transaction."""
    key = request.form.get("form_key", "")[:64]
    if key and (location := sent_before(desk, key)):
        return led_on(location)
    try:
        response = answer()
        if response.status_code >= 400:
            return response
        if key and response.location:
            desk.add(SentForm(user_id=desk.actor.id, key=key, location=response.location, at=desk.now))
        desk.session.commit()
    except IntegrityError:
        desk.session.rollback()
        if key and (location := sent_before(desk, key)):
            return led_on(location)
        raise
    return led_on(response.location) if response.location and wants_address() else response


def wants_address() -> bool:
    """A script that sends a form piece by piece asks where the answer leads, and not for the page there."""
    return request.accept_mimetypes.best == "application/json"


def led_on(location: str) -> Response:
    """Where a form that was carried out leads: for a browser, or for a script."""
    return jsonify(location=location) if wants_address() else current_app.make_response(redirect(location, 303))


def sent_before(desk: Desk, key: str) -> str | None:
    return desk.session.scalar(sa.select(SentForm.location).where(SentForm.key == key))


def offers(act: Act, subject: Any = None) -> bool:
    """Is this act to be had here, now, by me? Buttons ask this, so a button never leads to a refusal."""
    desk: Desk = g.desk
    return desk.may(act, subject) and (not hasattr(subject, "can") or subject.can(act))


def opens(path: str) -> bool:
    """Does this address of ours name a page whose act the reader holds? What others are told may lead elsewhere."""
    desk: Desk = g.desk
    try:
        endpoint, _arguments = current_app.url_map.bind("").match(path.partition("?")[0])
    except HTTPException:
        return False
    page: Any = current_app.view_functions[endpoint]
    return desk.holds(page.act)
