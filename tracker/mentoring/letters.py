"""The papers of a session before it is held: invitation and assignment. Pure."""

from tracker.kit.documents import Block, Document, Facts, Heading, Items, Paragraph, Table
from tracker.mentoring.papers import NOTHING, SessionRecord, head, paper, signatures

CLOSING = "Mohon mengisi persiapan sesi di Tuntas sebelum acara. Atas perhatian Saudara, kami ucapkan terima kasih."


def invitation(record: SessionRecord, address: str = "") -> Document:
    """Surat undangan to the units and the organisation bureaus of their regions."""
    to = [f"{unit.unit}, {unit.agency}" for unit in record.units] + list(record.bureaus)
    blocks: list[Block] = [
        Facts([("Sifat", "Segera"), ("Hal", f"Undangan {record.title}")]),
        Paragraph("Yth. (daftar terlampir)"),
        Paragraph(
            "Dalam rangka pembinaan unit pelayanan publik dengan kategori prioritas pembinaan"
            + (f" pada {record.cycle}" if record.cycle else "")
            + ", kami mengundang Saudara untuk hadir dan memaparkan kegiatan, kendala, dan rencana tindak lanjut "
            "per aspek pada:"
        ),
        head(record),
    ]
    if record.agenda:
        blocks += [Heading("Agenda"), Items([line for line in record.agenda.splitlines() if line.strip()])]
    blocks += [
        Paragraph(CLOSING),
        signatures(record, countersigned=False),
        Heading("Lampiran: daftar undangan"),
        Items(to, numbered=True),
    ]
    return paper(record, "SURAT UNDANGAN", record.letter_number, blocks, address)


def assignment(record: SessionRecord, address: str = "") -> Document:
    """Surat tugas for those who hold the session on the ministry's side."""
    rows = [
        [str(line), each.name, each.number or NOTHING, each.post or NOTHING]
        for line, each in enumerate(record.hosts, start=1)
    ]
    blocks: list[Block] = [
        Paragraph("Dasar: pelaksanaan pembinaan unit pelayanan publik kategori prioritas pembinaan."),
        Paragraph("MEMBERI TUGAS KEPADA", kind="centre", strong=True),
        Table(["No", "Nama", "NIP", "Jabatan"], rows, widths=(0.4, 2, 1.6, 2)),
        Paragraph(f"Untuk: melaksanakan {record.title}.", strong=True),
        head(record),
        signatures(record, countersigned=False),
    ]
    return paper(record, "SURAT TUGAS", record.assignment_number, blocks, address)
