"""RFM's tables: what is calculated, the calculations, and what they found.

waiting ──claim──▶ going_on ──one commit──▶ current ──the next one──▶ previous ──the one after──▶ old, deleted
                      │ lease lapsed: claimed again, from the beginning
                      └──▶ failed
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from loyalty_core.database import Base, BigId

NAME_MAX = 60
CONVENTIONS = ("breaks", "ranks")
MEASURES = ("r", "f", "m")


def _one(name: str, condition: str) -> Index:
    where = text(condition)
    column = "is_default" if condition == "is_default" else "settings_id"
    return Index(name, column, unique=True, sqlite_where=where, postgresql_where=where)


def _ranges() -> list[CheckConstraint]:
    held = "{0}_from >= 1 AND {0}_from <= {0}_to AND {0}_to <= 5"
    return [CheckConstraint(held.format(measure), name=measure) for measure in MEASURES]


class RfmSettings(Base):
    """A calculation by its name: over which purchases, by which convention, of whom; conditions that name none ask the
    default one.

    `period` is a window as conditions write it, None for all time. `revision` grows with every change.
    """

    __tablename__ = "rfm_settings"
    __table_args__ = (
        CheckConstraint("convention IN ('breaks', 'ranks')", name="convention"),
        _one("uq_rfm_settings_default", "is_default"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME_MAX), unique=True)
    is_default: Mapped[bool] = mapped_column(default=False)
    period: Mapped[dict[str, Any] | None]
    convention: Mapped[str] = mapped_column(String(6))
    segment_id: Mapped[int | None] = mapped_column(ForeignKey("segment.id"))
    revision: Mapped[int] = mapped_column(default=1)


class RfmSegment(Base):
    """A rule that names customers by their scores; of the rules in the order of `place`, the first that fits holds."""

    __tablename__ = "rfm_segment"
    __table_args__ = (UniqueConstraint("settings_id", "name"), *_ranges())

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    settings_id: Mapped[int] = mapped_column(ForeignKey(RfmSettings.id))
    place: Mapped[int]
    name: Mapped[str] = mapped_column(String(NAME_MAX))
    description: Mapped[str] = mapped_column(String(300), default="")
    r_from: Mapped[int] = mapped_column(SmallInteger)
    r_to: Mapped[int] = mapped_column(SmallInteger)
    f_from: Mapped[int] = mapped_column(SmallInteger)
    f_to: Mapped[int] = mapped_column(SmallInteger)
    m_from: Mapped[int] = mapped_column(SmallInteger)
    m_to: Mapped[int] = mapped_column(SmallInteger)

    @property
    def r(self) -> tuple[int, int]:
        """The scores of recency that it holds, both ends included."""
        return self.r_from, self.r_to

    @property
    def f(self) -> tuple[int, int]:
        """The scores of frequency."""
        return self.f_from, self.f_to

    @property
    def m(self) -> tuple[int, int]:
        """The scores of money."""
        return self.m_from, self.m_to


class RfmCalculation(Base):
    """One calculation with the settings that it used. Its scores count from the moment when it becomes `current`.

    `done` of `customers` is how far the work is; `base` is how many customers it looked at, those who did not buy
    included. `took_ms` is the time of the work itself. A claim has a token and a lease, as batches have.
    """

    __tablename__ = "rfm_calculation"
    __table_args__ = (
        CheckConstraint("status IN ('waiting', 'going_on', 'current', 'previous', 'old', 'failed')", name="status"),
        # Two at once are one; readers always find one current calculation, or none.
        _one("uq_rfm_calculation_open", "status IN ('waiting', 'going_on')"),
        _one("uq_rfm_calculation_current", "status = 'current'"),
        _one("uq_rfm_calculation_previous", "status = 'previous'"),
        Index("ix_rfm_calculation_settings_id", "settings_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    settings_id: Mapped[int] = mapped_column(ForeignKey(RfmSettings.id))
    status: Mapped[str] = mapped_column(String(10), default="waiting")
    revision: Mapped[int | None]
    period: Mapped[dict[str, Any] | None]
    convention: Mapped[str | None] = mapped_column(String(6))
    segment_id: Mapped[int | None] = mapped_column(BigInteger)
    requested_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    took_ms: Mapped[int | None]
    base: Mapped[int | None]
    customers: Mapped[int | None]
    done: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(String(1000))
    token: Mapped[str | None] = mapped_column(String(32))
    lease_until: Mapped[datetime | None]
    claims: Mapped[int] = mapped_column(default=0)


class RfmScores(Base):
    """The scores of nine customers, as `packing` puts them into one number.

    It holds no foreign keys: all is written from rows that were read in the same breath, and a customer who is gone
    since is met by no question, for questions begin at the customers.
    """

    __tablename__ = "rfm_scores"
    __table_args__ = {"sqlite_with_rowid": False}

    calculation_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    block: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    packed: Mapped[int] = mapped_column(BigInteger)


class RfmCell(Base):
    """The customers of a calculation who share three scores: at most 125 rows, of which maps and lists are summed up.

    `segment_id` and `segment` are the rule that held and its name then; None and "" where no rule fits.
    """

    __tablename__ = "rfm_cell"

    calculation_id: Mapped[int] = mapped_column(ForeignKey(RfmCalculation.id), primary_key=True, autoincrement=False)
    r: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    f: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    m: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    segment_id: Mapped[int | None] = mapped_column(BigInteger)
    segment: Mapped[str] = mapped_column(String(NAME_MAX), default="")
    customers: Mapped[int]
    purchases: Mapped[int] = mapped_column(BigInteger)
    amount: Mapped[int] = mapped_column(BigInteger)
    days_least: Mapped[int]
    days_most: Mapped[int]
    purchases_least: Mapped[int]
    purchases_most: Mapped[int]
    amount_least: Mapped[int] = mapped_column(BigInteger)
    amount_most: Mapped[int] = mapped_column(BigInteger)


class RfmMovement(Base):
    """How many customers went from one segment to another since the calculation before; None: they had no scores."""

    __tablename__ = "rfm_movement"
    __table_args__ = (Index("ix_rfm_movement_calculation_id", "calculation_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    calculation_id: Mapped[int] = mapped_column(ForeignKey(RfmCalculation.id))
    came_from: Mapped[str | None] = mapped_column(String(NAME_MAX))
    went_to: Mapped[str | None] = mapped_column(String(NAME_MAX))
    customers: Mapped[int]
