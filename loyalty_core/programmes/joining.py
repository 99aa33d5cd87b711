"""How customers join a programme: whether they are activated first, and the welcome bonus that they get then.

"Активация" of kilbil's page: a second activation gives nothing, and of a lifetime and an end date the earlier holds.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from loyalty_core.database import Base, BigId, insert_into
from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext as _
from loyalty_core.ledger.lifetime import AMOUNT_MAX as SPANS_MAX
from loyalty_core.ledger.rows import AMOUNT_MAX
from loyalty_core.programmes.changes import DAYS_MAX, programme
from loyalty_core.programmes.rows import Programme

UNITS = ("days", "hours")
DELAYS_MAX = {"days": SPANS_MAX["after_days"], "hours": SPANS_MAX["after_hours"]}


class Joining(Base):
    """What joining a programme means; one row a programme, and none where nothing was set up.

    Who is not activated where it is needed (`activation_needed`) neither earns nor spends, and gets no discount.
    `welcome_amount` (minor units; None: no welcome bonus) becomes active `welcome_delay` hours, or days of 24 hours,
    after activation, and burns `welcome_lifetime_days` later or at the end of `welcome_until`: the earlier of both.
    """

    __tablename__ = "programme_joining"
    __table_args__ = (
        CheckConstraint("welcome_amount > 0", name="welcome_amount"),
        CheckConstraint("welcome_delay BETWEEN 0 AND 36500", name="welcome_delay"),
        CheckConstraint("welcome_delay_unit IN ('days', 'hours')", name="welcome_delay_unit"),
        CheckConstraint("welcome_lifetime_days BETWEEN 1 AND 36500", name="welcome_lifetime_days"),
    )

    programme_id: Mapped[int] = mapped_column(BigId, ForeignKey(Programme.id), primary_key=True, autoincrement=False)
    activation_needed: Mapped[bool] = mapped_column(default=False)
    welcome_amount: Mapped[int | None] = mapped_column(BigInteger)
    welcome_delay: Mapped[int] = mapped_column(default=0)
    welcome_delay_unit: Mapped[str] = mapped_column(String(5), default="days")
    welcome_lifetime_days: Mapped[int | None]
    welcome_until: Mapped[date | None]


@dataclass(frozen=True, slots=True)
class JoiningData:
    """What somebody tells of joining; the fields are those of `Joining`. As it stands: what holds without a row."""

    activation_needed: bool = False
    welcome_amount: int | None = None
    welcome_delay: int = 0
    welcome_delay_unit: str = "days"
    welcome_lifetime_days: int | None = None
    welcome_until: date | None = None


# Rows are written past the session, which would go on to show the earlier one.
_FRESH = {"populate_existing": True}
NAMES = tuple(JoiningData.__dataclass_fields__)


def joining(session: Session, programme_id: int) -> JoiningData:
    """How a programme is joined; NotFound where there is no such programme."""
    programme(session, programme_id)
    found = session.scalar(select(Joining).where(Joining.programme_id == programme_id), execution_options=_FRESH)
    return JoiningData(**{name: getattr(found, name) for name in NAMES}) if found else JoiningData()


def change_joining(session: Session, programme_id: int, data: JoiningData) -> None:
    """Change how a programme is joined: it holds for those who are registered and activated from now on.

    NotFound where there is no such programme; Refused, at the field to mend, where there can be no such joining.
    """
    programme(session, programme_id)
    check_joining(data)
    values = {name: getattr(data, name) for name in NAMES}
    written = insert_into(session, Joining).values(programme_id=programme_id, **values)
    session.execute(written.on_conflict_do_update(index_elements=[Joining.programme_id], set_=values))


def check_joining(data: JoiningData) -> None:
    """Raise Refused, at the field that has to be mended, where nobody could join like that."""
    if data.welcome_amount is not None and not 0 < data.welcome_amount <= AMOUNT_MAX:
        raise Refused("welcome_amount", _("Write an amount above 0, or nothing for no welcome bonus"))
    if data.welcome_delay_unit not in UNITS:
        raise Refused("welcome_delay_unit", _("Choose days or hours"))
    most = DELAYS_MAX[data.welcome_delay_unit]
    if not 0 <= data.welcome_delay <= most:
        raise Refused("welcome_delay", _("Write a whole number from 0 to %(most)s", most=most))
    if data.welcome_lifetime_days is not None and not 1 <= data.welcome_lifetime_days <= DAYS_MAX:
        raise Refused("welcome_lifetime_days", _("Write a whole number from 1 to %(most)s, or nothing", most=DAYS_MAX))
    if data.welcome_until is not None and not 2000 <= data.welcome_until.year <= 2200:
        raise Refused("welcome_until", _("Choose a day between the years 2000 and 2200"))
