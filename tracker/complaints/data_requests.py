"""A citizen asks for their data, or for its removal: finding their cases, and carrying it out, recorded."""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, undefer

from tracker.access.acts import Act
from tracker.access.desk import Desk
from tracker.complaints.identity import Identity, look_at, marks_of, remove_identities
from tracker.complaints.marks import known_search_key
from tracker.complaints.models import Complainant, Complaint, ComplaintNote, ComplaintWords
from tracker.complaints.request_models import DataRequest
from tracker.complaints.searching import index_words
from tracker.complaints.states import SHOWN_TO_CITIZEN, DataRequestKind
from tracker.directory.models import ServiceUnit
from tracker.kit.refusal import Refusal
from tracker.kit.words import N_

NOTHING_TO_FIND = N_("Isi nama, telepon, surel, atau NIK pemohon seperti tertulis pada pengaduannya.")
NO_SUCH_UNIT = N_("Pilih instansi atau unit yang Anda tangani.")
NONE_CHOSEN = N_("Pilih sedikitnya satu pengaduan.")
DONE_BEFORE = N_("Permintaan ini sudah dilaksanakan.")
REMOVED = "[dihapus]"
SHORTEST = 4
"""Letters: what is shorter stands in other words too."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks, how they proved who they are, and what their cases are found by."""

    kind: DataRequestKind
    unit_id: int
    asked_by: str
    known_as: Identity


@dataclass(frozen=True, slots=True)
class PersonalCopy:
    """All that is kept of a citizen in one complaint."""

    complaint: Complaint
    identity: Identity | None
    words: ComplaintWords | None
    notes: Sequence[ComplaintNote]


def places(desk: Desk) -> list[ServiceUnit]:
    """Where requests are kept: root units of agencies in reach, else the units."""
    reach = desk.units_for(Act.HANDLE_DATA_REQUEST)
    query = (
        sa.select(ServiceUnit)
        .where(reach)
        .order_by(ServiceUnit.name)
        .options(joinedload(ServiceUnit.agency))
        .limit(500)
    )
    return desk.all(query.where(ServiceUnit.is_root)) or desk.all(query)


def ask(desk: Desk, asked: Asked) -> DataRequest:
    """Keep the request with the cases of that person within reach. What they were found by is not kept."""
    unit = next((each for each in places(desk) if each.id == asked.unit_id), None)
    if unit is None:
        raise Refusal("unit_id", NO_SUCH_UNIT)
    request = desk.add(
        DataRequest(
            unit_id=unit.id,
            kind=asked.kind,
            asked_by=asked.asked_by.strip(),
            at=desk.now,
            handled_by_id=desk.actor.id,
            complaints=cases_of(desk, unit, asked.known_as),
        )
    )
    desk.record(Act.HANDLE_DATA_REQUEST, request)
    return request


def cases_of(desk: Desk, unit: ServiceUnit, known_as: Identity) -> list[int]:
    """The complaints of the agency in which somebody is named so: by any of name, telephone, mail or number."""
    key = known_search_key(desk.session)
    if known_as.is_empty:
        raise Refusal("name", NOTHING_TO_FIND)
    if key is None:
        return []
    marks = {column: mark for column, mark in marks_of(key, known_as).items() if mark}
    if not marks:
        raise Refusal("name", NOTHING_TO_FIND)
    same = sa.or_(*(getattr(Complainant, column) == mark for column, mark in marks.items()))
    query = (
        sa.select(Complaint.id)
        .join(Complainant, Complainant.complaint_id == Complaint.id)
        .where(same, Complaint.agency_id == unit.agency_id)
        .order_by(Complaint.id)
    )
    return desk.all(query)


def chosen(desk: Desk, request: DataRequest, ids: Sequence[int]) -> list[Complaint]:
    """Those of the request that were chosen and are still within reach. Raises Refusal for none."""
    wanted = set(ids) & set(request.complaints)
    query = sa.select(Complaint).where(Complaint.id.in_(wanted)).order_by(Complaint.id)
    found: list[Complaint] = desk.all(query.options(joinedload(Complaint.unit)))
    if not found:
        raise Refusal("request", NONE_CHOSEN)
    return found


def copy_data(desk: Desk, request: DataRequest, ids: Sequence[int]) -> list[PersonalCopy]:
    """What is kept of them, to be handed over. Each identity that is opened for it stands in the trail."""
    complaints = chosen(desk, request, ids)
    reason = f"Permintaan data pribadi nomor {request.id}"
    copies = [
        PersonalCopy(
            complaint,
            look_at(desk, complaint, reason),
            desk.session.scalar(sa.select(ComplaintWords).where(ComplaintWords.complaint_id == complaint.id)),
            desk.all(
                sa.select(ComplaintNote)
                .where(ComplaintNote.complaint_id == complaint.id, ComplaintNote.kind.in_(SHOWN_TO_CITIZEN))
                .order_by(ComplaintNote.at, ComplaintNote.id)
            ),
        )
        for complaint in complaints
    ]
    finish(desk, request, complaints)
    return copies


def remove_data(desk: Desk, request: DataRequest, ids: Sequence[int]) -> int:
    """Take away who they are, also where their name or number stands in the words; the cases stay. How many it was."""
    if request.done_at is not None:
        raise Refusal("request", DONE_BEFORE)
    complaints = chosen(desk, request, ids)
    kept = sa.select(Complainant).where(Complainant.complaint_id.in_([each.id for each in complaints]))
    for complainant in desk.all(kept.options(undefer(Complainant.sealed))):
        blacken(desk, complainant.complaint_id, Identity(**json.loads(complainant.sealed)))
    removed = remove_identities(desk, complaints, f"Permintaan data pribadi nomor {request.id}")
    finish(desk, request, complaints)
    return removed


def blacken(desk: Desk, complaint_id: int, identity: Identity) -> None:
    """In what the citizen wrote and what was written since."""
    words = desk.session.scalar(sa.select(ComplaintWords).where(ComplaintWords.complaint_id == complaint_id))
    if words is not None:
        words.title, words.body = without(words.title, identity), without(words.body, identity)
        index_words(desk, [(complaint_id, words.title, words.body)])
    for note in desk.all(sa.select(ComplaintNote).where(ComplaintNote.complaint_id == complaint_id)):
        note.text = without(note.text, identity)


def without(text: str, identity: Identity) -> str:
    """The text with each thing that is known of somebody blackened, however its words are spaced."""
    for said in sorted((str(each) for each in asdict(identity).values()), key=len, reverse=True):
        if len(said.strip()) >= SHORTEST:
            pattern = r"[\s.\-]*".join(re.escape(part) for part in re.split(r"[\s.\-]+", said.strip()) if part)
            text = re.sub(rf"(?<!\w){pattern}(?!\w)", REMOVED, text, flags=re.IGNORECASE)
    return text


def finish(desk: Desk, request: DataRequest, complaints: Sequence[Complaint]) -> None:
    request.complaints = [each.id for each in complaints]
    request.done_at, request.handled_by_id = desk.now, desk.actor.id
    desk.record(Act.HANDLE_DATA_REQUEST, request)
