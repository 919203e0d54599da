"""A citizen's request for their data is found, carried out and recorded; removal reaches the words and the search."""

from typing import Any

import pytest
import sqlalchemy as sa

from tests.support.make import Make
from tests.support.site import Site
from tracker.access.desk import Desk
from tracker.access.scope import as_machine
from tracker.complaints.data_requests import REMOVED, without
from tracker.complaints.identity import Identity, keep_identity
from tracker.complaints.models import Complainant, Complaint, ComplaintWords
from tracker.complaints.request_models import DataRequest
from tracker.complaints.states import DataRequestKind
from tracker.directory.models import ServiceUnit
from tracker.directory.states import Role
from tracker.events.models import Event

WHO = Identity("Budi Wexlarto", "0812-3456-7890", "budi@contoh.example", "8171010101900042", "Jalan Mawar 9")


def of_somebody(make: Make, machine: Desk, unit: ServiceUnit, identity: Identity = WHO) -> Complaint:
    complaint = make.complaint(
        unit, title="Saya Budi Wexlarto mengeluh", body="Hubungi 0812 3456 7890 atau BUDI  wexlarto."
    )
    with as_machine(machine.session):
        keep_identity(machine, complaint, identity)
        machine.session.flush()
    machine.session.info["untold"].clear()
    return complaint


def asked(site: Site, unit: ServiceUnit, kind: DataRequestKind, **known: Any) -> None:
    root = unit.agency_id
    with as_machine(site_session(unit)):
        place = site_session(unit).scalars(sa.select(ServiceUnit.id).filter_by(agency_id=root, is_root=True)).one()
    site.post(
        "/pengaduan/permintaan-data/baru",
        kind=kind.value,
        unit_id=str(place),
        asked_by="Budi, KTP diperiksa di loket 3",
        **known,
    )


def site_session(unit: ServiceUnit) -> sa.orm.Session:
    session = sa.orm.object_session(unit)
    assert session is not None
    return session


def the_request(make: Make) -> DataRequest:
    with as_machine(make.session):
        make.session.expire_all()
        return make.session.scalars(sa.select(DataRequest).order_by(DataRequest.id.desc())).first()  # type: ignore[return-value]


@pytest.fixture
def unit(make: Make) -> ServiceUnit:
    return make.unit()


def acts_on(make: Make, complaint_id: int) -> list[str]:
    with as_machine(make.session):
        return list(
            make.session.scalars(
                sa.select(Event.act).where(Event.subject_type == "Complaint", Event.subject_id == complaint_id)
            )
        )


def test_a_copy_shows_all_that_is_kept_and_every_look_stands_in_the_trail(
    make: Make, machine: Desk, site: Site, unit: ServiceUnit
) -> None:
    mine, other = of_somebody(make, machine, unit), of_somebody(make, machine, unit, Identity("Orang Lain", "0899"))
    elsewhere = of_somebody(make, machine, make.unit())
    mine_id, other_id, elsewhere_id = mine.id, other.id, elsewhere.id
    site.sign_in(make.user(Role.COMPLAINT_OFFICER, agency=unit.agency))
    asked(site, unit, DataRequestKind.COPY, telephone="+62 812 3456 7890")
    request = the_request(make)
    assert request.complaints == [mine_id]
    assert elsewhere_id not in request.complaints
    page = site.get(f"/pengaduan/permintaan-data/{request.id}")
    assert "KTP diperiksa" in page.words
    assert "8171010101900042" not in page.words
    copy = site.post(f"/pengaduan/permintaan-data/{request.id}/laksanakan", pilih=str(mine_id))
    assert "8171010101900042" in copy.words
    assert "Saya Budi Wexlarto mengeluh" in copy.words
    assert acts_on(make, mine_id) == ["complaint.look_at_identity"]
    assert acts_on(make, other_id) == []
    assert the_request(make).done_at is not None


def test_removal_takes_identity_and_name_for_good_and_leaves_the_case(
    make: Make, machine: Desk, site: Site, unit: ServiceUnit
) -> None:
    complaint = of_somebody(make, machine, unit)
    id = complaint.id
    site.sign_in(make.user(Role.COMPLAINT_OFFICER, agency=unit.agency))
    asked(site, unit, DataRequestKind.REMOVAL, name="  budi   WEXLARTO ")
    request_id = the_request(make).id
    done = site.post(f"/pengaduan/permintaan-data/{request_id}/laksanakan", pilih=str(id))
    assert "Identitas pada 1 pengaduan dihapus." in done.words
    with as_machine(make.session):
        make.session.expire_all()
        assert make.session.scalars(sa.select(Complainant)).all() == []
        words = make.session.scalars(sa.select(ComplaintWords)).one()
        assert words.title == f"Saya {REMOVED} mengeluh"
        assert words.body == f"Hubungi {REMOVED} atau {REMOVED}."
        assert make.session.scalars(sa.select(Complaint.identity_removed_at)).one() is not None
    assert acts_on(make, id) == ["complaint.remove_identity"]
    again = site.post(f"/pengaduan/permintaan-data/{request_id}/laksanakan", expect=422, pilih=str(id))
    assert "sudah dilaksanakan" in again.words


def test_a_request_without_anything_to_find_by_or_for_nobody_is_told_so(
    make: Make, machine: Desk, site: Site, unit: ServiceUnit
) -> None:
    of_somebody(make, machine, unit)
    site.sign_in(make.user(Role.COMPLAINT_OFFICER, agency=unit.agency))
    root = next(
        each.id for each in machine.all(sa.select(ServiceUnit).filter_by(agency_id=unit.agency_id, is_root=True))
    )
    typed: dict[str, Any] = {"kind": DataRequestKind.COPY.value, "unit_id": str(root), "asked_by": "Seseorang"}
    page = site.post("/pengaduan/permintaan-data/baru", expect=422, **typed)
    assert "Isi nama, telepon" in page.words
    site.post("/pengaduan/permintaan-data/baru", name="Tidak Dikenal", **typed)
    request = the_request(make)
    assert request.complaints == []
    assert "Tidak ada pengaduan dengan data itu" in site.get(f"/pengaduan/permintaan-data/{request.id}").words


def test_only_complaint_officers_handle_requests_and_only_their_own(
    make: Make, machine: Desk, site: Site, unit: ServiceUnit
) -> None:
    of_somebody(make, machine, unit)
    officer = make.user(Role.COMPLAINT_OFFICER, agency=unit.agency)
    site.sign_in(officer)
    asked(site, unit, DataRequestKind.COPY, name=WHO.name)
    address = f"/pengaduan/permintaan-data/{the_request(make).id}"
    assert address in site.get("/pengaduan/permintaan-data").links
    site.sign_in(make.user(Role.COMPLAINT_OFFICER, unit=make.unit()))
    site.get(address, expect=404)
    for role in (Role.COORDINATOR, Role.UNIT_OFFICER):
        scope = {"agency": unit.agency} if role is Role.COORDINATOR else {"unit": unit}
        site.sign_in(make.user(role, **scope))
        site.get("/pengaduan/permintaan-data", expect=403)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Nama saya Budi Wexlarto.", f"Nama saya {REMOVED}."),
        ("0812.3456.7890 dan 0812-34567890", f"{REMOVED} dan {REMOVED}"),
        ("Budiman Wexlartono", "Budiman Wexlartono"),
        ("", ""),
    ],
)
def test_what_is_known_of_somebody_is_blackened_and_nothing_else(text: str, left: str) -> None:
    assert without(text, WHO) == left
