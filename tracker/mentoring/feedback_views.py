"""Three questions to whoever took part in a session."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.kit.forms import Form, RadioField, given
from tracker.mentoring import sessions
from tracker.mentoring.feedback import own_feedback, summary
from tracker.mentoring.holding import give_feedback
from tracker.mentoring.models import Feedback, MentoringSession
from tracker.mentoring.views import pages

USEFUL = (
    ("5", lazy_gettext("5 – sangat bermanfaat")), ("4", "4"), ("3", "3"), ("2", "2"),
    ("1", lazy_gettext("1 – tidak bermanfaat")),
)  # fmt: skip
CLEAR = (
    ("5", lazy_gettext("5 – sangat jelas")), ("4", "4"), ("3", "3"), ("2", "2"), ("1", lazy_gettext("1 – tidak jelas")),
)  # fmt: skip


class FeedbackForm(Form[tuple[int, int, str]]):
    useful = RadioField(lazy_gettext("Seberapa bermanfaat sesi ini bagi Anda?"), [InputRequired()], choices=USEFUL)
    clear = RadioField(
        lazy_gettext("Seberapa jelas apa yang harus Anda kerjakan sesudahnya?"), [InputRequired()], choices=CLEAR
    )
    better = TextAreaField(lazy_gettext("Apa yang dapat lebih baik?"), [Length(max=5000)], render_kw={"rows": "4"})

    def show(self, given_before: Feedback | None) -> "FeedbackForm":
        """What one answered before, to be changed."""
        if given_before is not None:
            self.useful.data, self.clear.data = str(given_before.useful), str(given_before.clear)
            self.better.data = given_before.better
        return self

    def value(self) -> tuple[int, int, str]:
        return int(given(self.useful)), int(given(self.clear)), (self.better.data or "").strip()


@pages.show("/sesi/<int:id>/umpan-balik", act=Act.GIVE_FEEDBACK, on=MentoringSession)
def feedback(desk: Desk, session: MentoringSession) -> ResponseReturnValue:
    return feedback_page(desk, session, FeedbackForm(formdata=None).show(own_feedback(desk, session)))


def feedback_page(desk: Desk, session: MentoringSession, form: FeedbackForm) -> str:
    return render_template(
        "mentoring/feedback.html",
        session=session,
        form=form,
        is_invited=sessions.participant_of(desk, session) is not None,
        given=own_feedback(desk, session) is not None,
        summary=summary(desk, session) if desk.may(Act.CORRECT_MINUTES, session) else None,
    )


@pages.do("/sesi/<int:id>/umpan-balik", act=Act.GIVE_FEEDBACK, on=MentoringSession)
def feedback_sent(desk: Desk, session: MentoringSession) -> ResponseReturnValue:
    form = FeedbackForm()
    if form.carried_out(lambda said: give_feedback(desk, session, *said)):
        flash(_("Terima kasih. Umpan balik Anda tersimpan tanpa nama dalam rangkumannya."))
        return redirect(url_for("mentoring.show", id=session.id), 303)
    return feedback_page(desk, session, form), form.status
