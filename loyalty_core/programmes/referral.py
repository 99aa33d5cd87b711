"""What a programme gives for invited friends ("Приведи друга" of kilbil's page): read, checked and changed."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext as _
from loyalty_core.ledger.rows import AMOUNT_MAX
from loyalty_core.programmes.changes import programme
from loyalty_core.programmes.rows import WHOLE, Referral


@dataclass(frozen=True, slots=True)
class ReferralData:
    """What somebody tells of it; the fields are those of `Referral`. As it stands: what holds without a row."""

    gift_inviter: int = 0
    gift_invited: int = 0
    rate_1: int = 0
    rate_2: int = 0
    rate_3: int = 0


NAMES = tuple(ReferralData.__dataclass_fields__)


def referral(session: Session, programme_id: int) -> ReferralData:
    """What a programme gives; NotFound where there is no such programme."""
    found = programme(session, programme_id).referral
    return ReferralData(**{name: getattr(found, name) for name in NAMES}) if found else ReferralData()


def change_referral(session: Session, programme_id: int, data: ReferralData) -> None:
    """Change what a programme gives, as a whole: for activations and purchases from now on.

    NotFound where there is no such programme; Refused, at the field to mend, where it cannot give that.
    """
    found = programme(session, programme_id)
    check_referral(data)
    rules = found.referral or Referral(programme_id=programme_id)
    for name in NAMES:
        setattr(rules, name, getattr(data, name))
    found.referral = rules
    session.flush()


def check_referral(data: ReferralData) -> None:
    """Raise Refused, at the field that has to be mended, where nothing could be given like that."""
    for name in ("gift_inviter", "gift_invited"):
        if not 0 <= getattr(data, name) <= AMOUNT_MAX:
            raise Refused(name, _("Write an amount, or nothing for no gift"))
    for level in (1, 2, 3):
        if not 0 <= getattr(data, f"rate_{level}") <= WHOLE:
            raise Refused(f"percent_{level}", _("Write a percent from 0 to 100"))
