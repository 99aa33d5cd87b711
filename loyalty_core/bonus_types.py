"""Bonus types: when a bonus becomes active and when it burns.

"Время жизни бонусов" of the Loymax page on New-Year bonuses.
"""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import CheckConstraint, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from loyalty_core.database import Base, BigId
from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext
from loyalty_core.lifetime import Lifetime

NAME_LENGTH_MAX = 200


class BonusType(Base):
    """A named lifetime, which accruals choose.

    `activation`: `at_once`, `after_hours` (spans of one hour) or `after_days` (spans of 24 hours), with
    `activation_amount`.
    `burning`: `never`, `after_days`, `after_months` (with `burning_amount`, counted from activation) or `day_of_year`
    (`burning_month`, `burning_day`; day 0 is the month's last), always at 23:59:59 local time unless `to_the_second`.
    """

    __tablename__ = "bonus_type"
    __table_args__ = (
        CheckConstraint("activation IN ('at_once', 'after_hours', 'after_days')", name="activation"),
        CheckConstraint("burning IN ('never', 'after_days', 'after_months', 'day_of_year')", name="burning"),
        CheckConstraint("(activation = 'at_once') = (activation_amount IS NULL)", name="activation_amount"),
        CheckConstraint(
            "(burning IN ('after_days', 'after_months')) = (burning_amount IS NOT NULL)", name="burning_amount"
        ),
        CheckConstraint(
            "(burning = 'day_of_year') = (burning_month IS NOT NULL AND burning_day IS NOT NULL)", name="burning_day"
        ),
        CheckConstraint("burning_month BETWEEN 1 AND 12 AND burning_day BETWEEN 0 AND 31", name="calendar"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH_MAX), unique=True)
    activation: Mapped[str] = mapped_column(String(20), default="at_once")
    activation_amount: Mapped[int | None]
    burning: Mapped[str] = mapped_column(String(20), default="never")
    burning_amount: Mapped[int | None]
    burning_month: Mapped[int | None]
    burning_day: Mapped[int | None]
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


def check_bonus_type(session: Session, name: str, lifetime: Lifetime) -> None:
    """Raise Refused where a new bonus type could not have this name or lifetime."""
    if not name:
        raise Refused("name", gettext("Write a name"))
    if len(name) > NAME_LENGTH_MAX:
        raise Refused("name", gettext("Write a name of at most %(most)s characters", most=NAME_LENGTH_MAX))
    if session.scalar(select(BonusType.id).where(BonusType.name == name)) is not None:
        raise Refused("name", gettext("Choose another name: there is a bonus type with this one"))
    lifetime.check()
