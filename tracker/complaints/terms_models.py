"""What an agency sets for its complaints: limits in working days, and ready answers."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.complaints.rules import STANDARD, Terms
from tracker.directory.models import Agency
from tracker.kit.db import Key, Model, Name, Prose
from tracker.kit.rows import Recorded, Reference


class ComplaintTerms(Recorded, Reference, Model):
    """An agency's own limits; who has none goes by the settings. See rules.Terms."""

    __tablename__ = "complaint_terms"
    __table_args__ = (
        sa.CheckConstraint(
            "verification > 0 AND answer > 0 AND information > 0 AND ordinary > 0 AND suggestion > 0"
            " AND oversight > 0 AND closing > 0",
            "limits_are_positive",
        ),
    )

    id: Mapped[Key]
    version: Mapped[int] = mapped_column(default=1)
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"), unique=True)
    verification: Mapped[int] = mapped_column(default=STANDARD.verification)
    answer: Mapped[int] = mapped_column(default=STANDARD.answer)
    information: Mapped[int] = mapped_column(default=STANDARD.information)
    ordinary: Mapped[int] = mapped_column(default=STANDARD.ordinary)
    suggestion: Mapped[int] = mapped_column(default=STANDARD.suggestion)
    oversight: Mapped[int] = mapped_column(default=STANDARD.oversight)
    closing: Mapped[int] = mapped_column(default=STANDARD.closing)

    __mapper_args__ = {"version_id_col": version}

    agency: Mapped[Agency] = relationship()

    @property
    def terms(self) -> Terms:
        return Terms(
            self.verification,
            self.answer,
            self.information,
            self.ordinary,
            self.suggestion,
            self.oversight,
            self.closing,
        )


class AnswerTemplate(Recorded, Reference, Model):
    """A ready answer of an agency, or of everybody where it names none."""

    __tablename__ = "answer_template"

    id: Mapped[Key]
    version: Mapped[int] = mapped_column(default=1)
    agency_id: Mapped[int | None] = mapped_column(sa.ForeignKey("agency.id"), index=True)
    title: Mapped[Name]
    text: Mapped[Prose]
    is_retired: Mapped[bool] = mapped_column(default=False)

    __mapper_args__ = {"version_id_col": version}

    agency: Mapped[Agency | None] = relationship()
