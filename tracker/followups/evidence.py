"""What a unit shows for its work: files and links, added to an action or withdrawn from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.followups.assigning import allow
from tracker.followups.models import CorrectiveAction, Evidence
from tracker.followups.queries import same_files
from tracker.followups.states import EvidenceKind
from tracker.kit.files import Kept
from tracker.kit.refusal import Refusal
from tracker.kit.words import N_

LONGEST_NAME = 300
LONGEST_URL = 2000
NOT_A_LINK = N_("Tautan harus diawali https:// atau http://, satu di tiap baris.")
TOO_LONG = N_("Tautan terlalu panjang (paling banyak 2.000 karakter).")
WHY = N_("Tulis alasan penarikan; alasan ini tetap tercatat.")
GONE = N_("Bukti ini sudah ditarik.")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that is safely kept, and the date of the document, which is not the upload's."""

    kept: Kept
    dated_on: date | None = None


@dataclass(frozen=True, slots=True)
class Link:
    url: str
    dated_on: date | None = None


def add_evidence(
    desk: Desk, action: CorrectiveAction, files: Sequence[Attachment], links: Sequence[Link] = ()
) -> list[Evidence]:
    """More to show for an action that was logged before; what the unit had sent already is returned, as a remark."""
    allow(action.follow_up, Act.ADD_EVIDENCE)
    if not files and not links:
        raise Refusal("files", N_("Pilih berkas, atau isi tautan."))
    check_links(links)
    attached = attach(desk, action, files, links)
    if attached.added:
        desk.record(Act.ADD_EVIDENCE, action.follow_up)
    return attached.repeated


def withdraw_evidence(desk: Desk, evidence: Evidence, reason: str) -> None:
    """A wrong file is taken out: its digest and the reason stay. Its content goes after the commit
    (`access.store.drop_after_commit`), so that a change that is not kept cannot lose a file."""
    allow(evidence.follow_up, Act.WITHDRAW_EVIDENCE)
    if evidence.withdrawn_at is not None:
        raise Refusal("reason", GONE)
    if not reason.strip():
        raise Refusal("reason", WHY)
    evidence.withdrawn_at, evidence.withdrawn_by_id = desk.now, desk.actor.id
    evidence.withdrawn_reason = reason.strip()
    desk.record(Act.WITHDRAW_EVIDENCE, evidence.follow_up, reason.strip())


@dataclass(frozen=True, slots=True)
class Attached:
    added: int
    """New pieces of evidence under the action."""
    repeated: list[Evidence]
    """What the unit had sent before, each file once."""


def attach(desk: Desk, action: CorrectiveAction, files: Sequence[Attachment], links: Sequence[Link]) -> Attached:
    """Put files and links under an action, each once; what the unit had sent before is named."""
    digests = {file.kept.digest_sent for file in files}
    known = desk.all(same_files(action.unit_id, digests)) if digests else []
    here = [piece for piece in action.evidence if piece.withdrawn_at is None] if action.id is not None else []
    files_here, links_here = {piece.sent_digest for piece in here}, {piece.url for piece in here}
    new = [
        file_row(desk, action, file)
        for digest, file in {file.kept.digest_sent: file for file in files}.items()
        if digest not in files_here
    ]
    new += [
        link_row(desk, action, link)
        for url, link in {link.url.strip(): link for link in links}.items()
        if url not in links_here
    ]
    for piece in new:
        desk.add(piece)
    return Attached(len(new), list({piece.sent_digest: piece for piece in known}.values()))


def file_row(desk: Desk, action: CorrectiveAction, file: Attachment) -> Evidence:
    kept = file.kept
    return Evidence(
        follow_up=action.follow_up,
        action=action,
        unit_id=action.unit_id,
        kind=EvidenceKind.FILE,
        name=kept.name,
        media_type=kept.media_type,
        size=kept.size,
        sent_digest=kept.digest_sent,
        kept_digest=kept.digest_kept,
        dated_on=file.dated_on or kept.taken_on,
        uploaded_at=desk.now,
        uploaded_by_id=desk.actor.id,
    )


def link_row(desk: Desk, action: CorrectiveAction, link: Link) -> Evidence:
    return Evidence(
        follow_up=action.follow_up,
        action=action,
        unit_id=action.unit_id,
        kind=EvidenceKind.LINK,
        name=link.url.strip()[:LONGEST_NAME],
        url=link.url.strip(),
        dated_on=link.dated_on,
        uploaded_at=desk.now,
        uploaded_by_id=desk.actor.id,
    )


def check_links(links: Sequence[Link]) -> None:
    """Only web addresses: a link that runs a script or opens a local file is no evidence."""
    for link in links:
        if len(link.url) > LONGEST_URL:
            raise Refusal("links", TOO_LONG)
        try:
            parts = urlsplit(link.url.strip())
        except ValueError:
            raise Refusal("links", NOT_A_LINK) from None
        if (
            parts.scheme not in ("http", "https")
            or not parts.hostname
            or any(sign.isspace() for sign in link.url.strip())
        ):
            raise Refusal("links", NOT_A_LINK)
