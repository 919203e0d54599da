"""What participants read when papers of their session are issued: where to find them, never the files themselves."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.access.desk import Desk
from tracker.kit import formats
from tracker.kit.words import N_
from tracker.mentoring.issuing import PAPERS, papers_of
from tracker.mentoring.models import MentoringSession
from tracker.mentoring.states import PaperKind
from tracker.mentoring.telling import OUT_OF_REACH
from tracker.reminders.at_once import Notice
from tracker.reminders.digests import Content, message
from tracker.reminders.outgoing import outgoing
from tracker.reminders.rules import Skip


def write_papers(desk: Desk, facts: Mapping[str, Any]) -> Content | Skip:
    """For one reader, in their language: the newest paper of each kind, with its number and day."""
    query = sa.select(MentoringSession).where(MentoringSession.id == int(facts["session"]))
    session = desk.session.scalar(query)
    if session is None:
        return Skip(OUT_OF_REACH)
    latest: dict[PaperKind, str] = {}
    for paper in papers_of(desk, session):
        if paper.kind not in latest:
            words = [formats.label(paper.kind), paper.number, formats.long_date(paper.issued_on)]
            latest[paper.kind] = " · ".join(word for word in words if word)
    if not latest:
        return Skip(OUT_OF_REACH)
    subject = _("Dokumen sesi: %(title)s", title=session.title)
    path = f"/sesi/{session.id}/dokumen"
    paragraphs = [_("Dokumen sesi ini sudah terbit dan dapat diunduh di Tuntas."), *latest.values()]
    content = message(subject, paragraphs, outgoing().base_url, path, _("Buka dokumen"))
    item = {"reminder": None, "unit": None, "group": "", "text": subject, "path": path}
    return replace(content, items=[item])


NOTICES = (Notice(PAPERS, N_("Dokumen sesi terbit"), write_papers),)
