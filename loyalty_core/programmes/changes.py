"""Adds and changes loyalty programmes, with the checks that each passes before it is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from typing import NamedTuple

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from loyalty_core.errors import NotFound, Refused
from loyalty_core.i18n import gettext as _
from loyalty_core.programmes.passwords import PASSWORD_MAX, hashed
from loyalty_core.programmes.rows import KINDS, WHOLE, Programme, Tier

NAME_MAX = 200
DESCRIPTION_MAX = 500
DAYS_MAX = 36_500
ABOVE_MAX = 10**12
TIERS_MAX = 50
SHIFT_MAX = 1_000
VISIT_HOURS_MAX = 8_760


class TierData(NamedTuple):
    """A tier as somebody tells it: above which sum (minor units), and its rates in hundredths of a percent."""

    above: int
    bonus_rate: int = 0
    discount_rate: int = 0


@dataclass(frozen=True, slots=True)
class ProgrammeData:
    """A programme as somebody tells it; the fields are those of `Programme`.

    A `password` is given as it is typed: None leaves the one there is, an empty one takes it away.
    """

    name: str
    kind: str
    tiers: Sequence[TierData]
    description: str = ""
    payable_rate: int = WHOLE
    delay_days: int = 0
    accrual_time: time | None = None
    lifetime_days: int | None = None
    counts_current: bool = False
    is_default: bool = False
    archived: bool = False
    shift_starts: time | None = None
    shift_purchases_max: int | None = None
    visit_hours: int | None = None
    password: str | None = None


def programmes(session: Session, *, archived: bool = False) -> Sequence[Programme]:
    """The programmes by name, the archived ones only where they are asked for."""
    found = select(Programme).order_by(func.lower(Programme.name), Programme.id)
    return session.scalars(found if archived else found.where(~Programme.archived)).all()


def programme(session: Session, programme_id: int) -> Programme:
    """A programme; NotFound where there is none."""
    found = session.get(Programme, programme_id)
    if found is None:
        raise NotFound("programme", _("There is no programme %(id)s", id=programme_id))
    return found


def create_programme(session: Session, data: ProgrammeData) -> Programme:
    """A new programme, with its id. Refused, at the field to mend, where it cannot be taken."""
    return _write(session, Programme(), data)


def change_programme(session: Session, programme_id: int, data: ProgrammeData) -> Programme:
    """Change a programme as a whole: what is bought from now on follows it, what was earned stays. Refused as above."""
    return _write(session, programme(session, programme_id), data)


def check(data: ProgrammeData) -> None:
    """Raise Refused, at the field that has to be mended, where there can be no such programme."""
    if not 1 <= len(data.name) <= NAME_MAX:
        raise Refused("name", _("Write a name of at most %(most)s characters", most=NAME_MAX))
    if len(data.description) > DESCRIPTION_MAX:
        raise Refused("description", _("Write at most %(most)s characters", most=DESCRIPTION_MAX))
    if data.kind not in KINDS:
        raise Refused("kind", _("Choose bonuses, a discount or both"))
    if not 0 <= data.payable_rate <= WHOLE:
        raise Refused("payable_percent", _("Write a percent from 0 to 100"))
    if not 0 <= data.delay_days <= DAYS_MAX:
        raise Refused("delay_days", _("Write a whole number from 0 to %(most)s", most=DAYS_MAX))
    if data.accrual_time is not None and not data.delay_days:
        raise Refused("accrual_time", _("Leave the time empty, or write a delay: it holds for late accrual only"))
    if data.lifetime_days is not None and not 1 <= data.lifetime_days <= DAYS_MAX:
        raise Refused("lifetime_days", _("Write a whole number from 1 to %(most)s, or nothing", most=DAYS_MAX))
    if data.is_default and data.archived:
        raise Refused("archived", _("Make another programme the default one first"))
    if data.shift_purchases_max is not None and not 1 <= data.shift_purchases_max <= SHIFT_MAX:
        raise Refused("shift_purchases_max", _("Write a whole number from 1 to %(most)s, or nothing", most=SHIFT_MAX))
    if (data.shift_purchases_max is None) != (data.shift_starts is None):
        raise Refused("shift_starts", _("Write when the shift starts and how many purchases are allowed, or neither"))
    if data.visit_hours is not None and not 1 <= data.visit_hours <= VISIT_HOURS_MAX:
        raise Refused("visit_hours", _("Write a whole number from 1 to %(most)s, or nothing", most=VISIT_HOURS_MAX))
    if data.password is not None and len(data.password) > PASSWORD_MAX:
        raise Refused("password", _("Write at most %(most)s characters", most=PASSWORD_MAX))
    _check_tiers(data)


def _check_tiers(data: ProgrammeData) -> None:
    if not data.tiers or data.tiers[0].above:
        raise Refused("tiers", _("Begin with a tier above 0: the percent of those who have bought little"))
    if len(data.tiers) > TIERS_MAX:
        raise Refused("tiers", _("A programme has at most %(most)s tiers", most=TIERS_MAX))
    for place, tier in enumerate(data.tiers):
        if place and not data.tiers[place - 1].above < tier.above <= ABOVE_MAX:
            raise Refused(f"tiers.{place}.above", _("Write a sum above that of the tier before"))
        for name, rate, kind in (
            ("bonus_percent", tier.bonus_rate, "bonus"),
            ("discount_percent", tier.discount_rate, "discount"),
        ):
            if not 0 <= rate <= WHOLE:
                raise Refused(f"tiers.{place}.{name}", _("Write a percent from 0 to 100"))
            if rate and data.kind not in (kind, "both"):
                raise Refused(f"tiers.{place}.{name}", _("Leave this at 0, or choose a programme that has it"))


def _write(session: Session, found: Programme, data: ProgrammeData) -> Programme:
    check(data)
    with session.no_autoflush:
        namesake = session.scalar(select(Programme.id).where(Programme.name == data.name))
    if namesake not in (None, found.id):
        raise Refused("name", _("Choose another name: there is a programme with this one"))
    if data.is_default:
        others = update(Programme).where(Programme.is_default, Programme.id != (found.id or 0))
        session.execute(others.values(is_default=False))
    for name in (
        *("name", "description", "kind", "payable_rate", "delay_days"),
        *("accrual_time", "lifetime_days", "counts_current", "is_default", "archived"),
        *("shift_starts", "shift_purchases_max", "visit_hours"),
    ):
        setattr(found, name, getattr(data, name))
    if data.password is not None:
        found.password_hash = hashed(data.password) if data.password else None
    kept = {tier.above: tier for tier in found.tiers}
    found.tiers = [kept.get(tier.above) or Tier(above=tier.above) for tier in data.tiers]
    for tier, told in zip(found.tiers, data.tiers, strict=True):
        tier.bonus_rate, tier.discount_rate = told.bonus_rate, told.discount_rate
    session.add(found)
    session.flush()
    return found
