"""Bonus types: when a bonus becomes active and when it burns.

"Время жизни бонусов" of the Loymax page on New-Year bonuses.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, time

from sqlalchemy import CheckConstraint, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from loyalty_core.database import Base, BigId
from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext
from loyalty_core.ledger.lifetime import Lifetime

NAME_LENGTH_MAX = 200


class BonusType(Base):
    """A named lifetime, which accruals choose.

    `activation`: `at_once`, `after_hours` (spans of one hour) or `after_days` (spans of 24 hours), with
    `activation_amount`, or `on_date` (`activation_date`); then, where there is an `activation_time`, at the next such
    local time.
    `burning`: `never`; `after_days`, `after_weeks` or `after_months` (with `burning_amount`, counted from activation);
    `end_of_month` (so many months later, 0 is the month of activation); `day_of_year` (`burning_month`, `burning_day`;
    day 0 is the month's last); `on_date` (`burning_date`). Always at 23:59:59 local time unless `to_the_second`.
    """

    __tablename__ = "bonus_type"
    __table_args__ = (
        CheckConstraint("activation IN ('at_once', 'after_hours', 'after_days', 'on_date')", name="activation"),
        CheckConstraint(
            "burning IN "
            "('never', 'after_days', 'after_weeks', 'after_months', 'end_of_month', 'day_of_year', 'on_date')",
            name="burning",
        ),
        CheckConstraint(
            "(activation IN ('after_hours', 'after_days')) = (activation_amount IS NOT NULL)", name="activation_amount"
        ),
        CheckConstraint(
            "(burning IN ('after_days', 'after_weeks', 'after_months', 'end_of_month')) = (burning_amount IS NOT NULL)",
            name="burning_amount",
        ),
        CheckConstraint("(activation = 'on_date') = (activation_date IS NOT NULL)", name="activation_date"),
        CheckConstraint("(burning = 'on_date') = (burning_date IS NOT NULL)", name="burning_date"),
        CheckConstraint(
            "(burning = 'day_of_year') = (burning_month IS NOT NULL AND burning_day IS NOT NULL)", name="burning_day"
        ),
        CheckConstraint("burning_month BETWEEN 1 AND 12 AND burning_day BETWEEN 0 AND 31", name="calendar"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH_MAX), unique=True)
    activation: Mapped[str] = mapped_column(String(20), default="at_once")
    activation_amount: Mapped[int | None]
    activation_time: Mapped[time | None]
    activation_date: Mapped[date | None]
    burning: Mapped[str] = mapped_column(String(20), default="never")
    burning_amount: Mapped[int | None]
    burning_month: Mapped[int | None]
    burning_day: Mapped[int | None]
    burning_date: Mapped[date | None]
    to_the_second: Mapped[bool] = mapped_column(default=False)


def bonus_types(session: Session) -> Sequence[BonusType]:
    """All bonus types by name."""
    return session.scalars(select(BonusType).order_by(BonusType.name)).all()


def create_bonus_type(session: Session, name: str, lifetime: Lifetime) -> BonusType:
    """A new bonus type, with its id. Refused, at the field to mend, where the name or the lifetime cannot be taken."""
    name = name.strip()
    check_bonus_type(session, name, lifetime)
    bonus_type = BonusType(name=name, **asdict(lifetime))
    session.add(bonus_type)
    session.flush()
    return bonus_type


def change_bonus_type(session: Session, bonus_type: BonusType, name: str, lifetime: Lifetime) -> None:
    """Give a bonus type another name or lifetime. What was accrued by it keeps its moments: only later accruals change.

    Refused as for a new one.
    """
    name = name.strip()
    check_bonus_type(session, name, lifetime, bonus_type.id)
    bonus_type.name = name
    for field, value in asdict(lifetime).items():
        setattr(bonus_type, field, value)
    session.flush()


def check_bonus_type(session: Session, name: str, lifetime: Lifetime, own: int | None = None) -> None:
    """Raise Refused where a bonus type, new or with the id `own`, could not have this name or lifetime."""
    if not name:
        raise Refused("name", gettext("Write a name"))
    if len(name) > NAME_LENGTH_MAX:
        raise Refused("name", gettext("Write a name of at most %(most)s characters", most=NAME_LENGTH_MAX))
    if session.scalar(select(BonusType.id).where(BonusType.name == name)) not in (None, own):
        raise Refused("name", gettext("Choose another name: there is a bonus type with this one"))
    lifetime.check()
