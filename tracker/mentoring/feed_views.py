"""The calendar of one's own sessions: its secret address, and what stands behind it."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from limits import RateLimitItemPerMinute
from limits.strategies import FixedWindowRateLimiter

from tracker.access.acts import Act
from tracker.access.desk import Desk, NotFound
from tracker.accounts.people import digest_of
from tracker.accounts.throttling import Counters
from tracker.kit.db import reading
from tracker.mentoring.feeds import desk_behind, end_feed, feed, feed_of, make_feed
from tracker.mentoring.views import pages
from tracker.reminders.outgoing import outgoing

PER_FEED = RateLimitItemPerMinute(60, 15, namespace="feed")
PER_ADDRESS = RateLimitItemPerMinute(600, 15, namespace="feed-address")  # a whole office may stand behind one address


@pages.show("/sesi/kalender", act=Act.VIEW_SESSIONS)
def calendar_feed(desk: Desk) -> ResponseReturnValue:
    return render_template("mentoring/feed.html", feed=feed_of(desk), address="")


@pages.do("/sesi/kalender", act=Act.VIEW_SESSIONS)
def calendar_feed_made(desk: Desk) -> ResponseReturnValue:
    """The address is shown this once: nobody can look it up again, also we cannot."""
    secret = make_feed(desk)
    address = f"{outgoing().base_url}/kalender/{secret}.ics"
    return render_template("mentoring/feed.html", feed=feed_of(desk), address=address)


@pages.do("/sesi/kalender/cabut", act=Act.VIEW_SESSIONS)
def calendar_feed_ended(desk: Desk) -> ResponseReturnValue:
    end_feed(desk)
    flash(_("Alamat kalender dicabut dan tidak dapat dibuka lagi."))
    return redirect(url_for("mentoring.calendar_feed"), 303)


@pages.open("/kalender/<secret>.ics", act=Act.READ_CALENDAR)
def calendar_read(desk: Desk, secret: str) -> ResponseReturnValue:
    reading.set(False)  # it counts the tries
    tries = FixedWindowRateLimiter(Counters(desk.session, desk.now))
    allowed = tries.hit(PER_ADDRESS, digest_of(request.remote_addr or "")) and tries.hit(PER_FEED, digest_of(secret))
    desk.session.commit()
    if not allowed:
        return Response(_("Terlalu sering dibuka. Coba lagi nanti."), 429, mimetype="text/plain")
    own = desk_behind(desk, secret)
    if own is None:
        raise NotFound("a calendar feed")
    return Response(feed(own, outgoing().base_url), mimetype="text/calendar")
