"""Pages about a session's papers: issuing, attaching, downloading, and the public page that tells a real one."""

from io import BytesIO

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf.file import FileField
from limits import RateLimitItemPerMinute
from limits.strategies import FixedWindowRateLimiter
from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import InputRequired, Length

from tracker.access.acts import Act
from tracker.access.desk import Desk, NotFound
from tracker.access.store import store
from tracker.accounts.people import digest_of
from tracker.accounts.throttling import Counters
from tracker.kit import formats
from tracker.kit.db import reading
from tracker.kit.files import Kept
from tracker.kit.forms import Form, RadioField, given
from tracker.kit.refusal import Refusal
from tracker.kit.words import N_
from tracker.mentoring import issuing
from tracker.mentoring.models import MentoringSession, SessionPaper
from tracker.mentoring.states import PaperKind
from tracker.mentoring.views import pages
from tracker.recommendations import documents
from tracker.reminders.outgoing import outgoing

PER_ADDRESS = RateLimitItemPerMinute(120, 15, namespace="paper")  # a whole office may stand behind one address
KINDS = {form.name: kind for kind, form in issuing.FORMS.items()}
CHOOSE = N_("Pilih berkasnya.")


class IssueForm(Form[tuple[PaperKind, str, int, bool]]):
    kind = RadioField(lazy_gettext("Dokumen"), [InputRequired()])
    number = StringField(lazy_gettext("Nomor"), [Length(max=issuing.LONGEST_NUMBER)])
    tell = BooleanField(lazy_gettext("Beri tahu peserta bahwa dokumen ini dapat diunduh"))
    after = HiddenField()

    def offer(self, session: MentoringSession) -> "IssueForm":
        self.kind.choices = [(each.value, formats.label(each)) for each in issuing.issuable(session)]
        return self

    def value(self) -> tuple[PaperKind, str, int, bool]:
        after = self.after.data or ""
        known = int(after) if after.isascii() and after.isdigit() and len(after) < 10 else 0
        return PaperKind(given(self.kind)), (self.number.data or "").strip(), known, bool(self.tell.data)


class ScanForm(Form[Kept]):
    version = None  # type: ignore[assignment]  # beside another form, on the same page

    scan = FileField(lazy_gettext("Dokumen bertanda tangan"), render_kw={"accept": ".pdf,.jpg,.jpeg,.png"})

    def value(self) -> Kept:
        if not self.scan.data:
            raise Refusal("scan", CHOOSE)
        return documents.keep(self.scan.data, "scan")


@pages.show("/sesi/<int:id>/dokumen", act=Act.VIEW_SESSIONS, on=MentoringSession)
def papers(desk: Desk, session: MentoringSession) -> ResponseReturnValue:
    issue = IssueForm(formdata=None, data={"tell": True}).offer(session)
    if len(kinds := issuing.issuable(session)) and not issue.kind.data:
        issue.kind.data = next((each for each in kinds if each is PaperKind.RECORD), kinds[0]).value
    return papers_page(desk, session, issue, ScanForm(formdata=None))


def papers_page(desk: Desk, session: MentoringSession, issue: IssueForm, scan: ScanForm) -> str:
    issued = issuing.papers_of(desk, session)
    issue.after.raw_data = None
    issue.after.data = str(max((paper.id for paper in issued), default=0))
    return render_template(
        "mentoring/papers.html",
        session=session,
        papers=issued,
        issue_form=issue,
        scan_form=scan,
        kinds=issuing.FORMS,
        files=issuing.FILES,
        hint=documents.hint(),
        base_url=outgoing().base_url,
    )


@pages.do("/sesi/<int:id>/dokumen", act=Act.ISSUE_PAPER, on=MentoringSession)
def issue_paper(desk: Desk, session: MentoringSession) -> ResponseReturnValue:
    form = IssueForm().offer(session)
    told: list[int] = []

    def carry_out(value: tuple[PaperKind, str, int, bool]) -> None:
        kind, number, after, tells = value
        made = issuing.issue(desk, store(), session, kind, number, outgoing().base_url, after)
        desk.session.flush()
        told.append(issuing.tell_of_papers(desk, session, made) if tells else 0)

    if form.carried_out(carry_out):
        words = _("Dokumen terbit.")
        if told[0]:
            words = " ".join((words, _("%(count)s peserta diberi tahu.", count=told[0])))
        flash(words)
        return redirect(url_for("mentoring.papers", id=session.id), 303)
    return papers_page(desk, session, form, ScanForm(formdata=None)), form.status


@pages.do("/sesi/<int:id>/dokumen/pindaian", act=Act.ATTACH_SCAN, on=MentoringSession)
def attach(desk: Desk, session: MentoringSession) -> ResponseReturnValue:
    form = ScanForm()
    if form.carried_out(lambda scan: issuing.attach_scan(desk, session, scan)):
        flash(_("Dokumen bertanda tangan tersimpan."))
        return redirect(url_for("mentoring.papers", id=session.id), 303)
    issue = IssueForm(formdata=None, data={"tell": True}).offer(session)
    return papers_page(desk, session, issue, form), form.status


@pages.show("/sesi/dokumen/<int:id>", act=Act.VIEW_SESSIONS, on=SessionPaper)
def paper(_desk: Desk, found: SessionPaper) -> ResponseReturnValue:
    return documents.hand_out(found.digest, found.name)


@pages.show("/sesi/<int:id>/rancangan/<kind>.<ending>", act=Act.ISSUE_PAPER, on=MentoringSession)
def paper_draft(desk: Desk, kind: str, ending: str, session: MentoringSession) -> ResponseReturnValue:
    if kind not in KINDS or ending not in issuing.FILES:
        raise NotFound(f"a draft {kind}.{ending}")
    made = issuing.draft(desk, session, KINDS[kind], ending)
    name = f"rancangan-{kind}-sesi-{session.id}.{ending}"
    media, _maker = issuing.FILES[ending]
    answer = send_file(BytesIO(made), mimetype=media, as_attachment=True, download_name=name, max_age=0)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@pages.open("/periksa/<code>", act=Act.CHECK_PAPER)
def check_paper(desk: Desk, code: str) -> ResponseReturnValue:
    """Number, kind, day and digest of a paper, for whoever holds it: to be compared with the file in hand."""
    reading.set(False)  # it counts the tries
    tries = FixedWindowRateLimiter(Counters(desk.session, desk.now))
    allowed = tries.hit(PER_ADDRESS, digest_of(request.remote_addr or ""))
    desk.session.commit()
    if not allowed:
        return render_template("mentoring/check_paper.html", state="often", paper=None), 429
    found = issuing.paper_under(desk, code)
    state = "known" if found else "unknown"
    return render_template("mentoring/check_paper.html", state=state, paper=found), 200 if found else 404
