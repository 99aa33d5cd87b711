"""Promo codes: their lists, the codes, each use of one, and what a till's codes are worth.

"Промокоды" of kilbil's page: a promotion acts when its code is told at the till.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, exists, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from loyalty_core.database import Base, BigId, text_set
from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext as _

CODE_MAX = 40
# A receipt is not a sack: more codes than this are a mistake of the till.
CODES_OF_RECEIPT_MAX = 20


class PromoCodeList(Base):
    """Codes that promotions name together; `reusable`: each of them may be used many times, else once."""

    __tablename__ = "promo_code_list"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    description: Mapped[str] = mapped_column(String(500), default="")
    active: Mapped[bool] = mapped_column(default=True)
    reusable: Mapped[bool] = mapped_column(default=False)


class PromoCode(Base):
    """A code, as `normalised` writes it: no other list has it."""

    __tablename__ = "promo_code"
    __table_args__ = (Index("ix_promo_code_list_id", "list_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("promo_code_list.id"))
    code: Mapped[str] = mapped_column(String(CODE_MAX), unique=True)


class PromoCodeUse(Base):
    """One use of a code, for a purchase; it stays when the goods come back.

    `slot` is 0 for a code of one use and the purchase's id for a reusable one: so the database itself refuses a second
    use of the former, whatever two tills do at the same moment. (A code is nobody's own until it is used: this
    constraint alone stands without the customer.)
    """

    __tablename__ = "promo_code_use"
    __table_args__ = (
        UniqueConstraint("code_id", "slot"),
        CheckConstraint("slot IN (0, purchase_id)", name="slot"),
        Index("ix_promo_code_use_purchase_id", "purchase_id"),
        Index("ix_promo_code_use_customer_at", "customer_id", "at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code_id: Mapped[int] = mapped_column(ForeignKey("promo_code.id"))
    slot: Mapped[int] = mapped_column(BigInteger)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    purchase_id: Mapped[int] = mapped_column(ForeignKey("purchase.id"))
    at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class ToldCode:
    """A code as a till tells it at its `place`; `problem` says why it cannot be used at all, where it cannot."""

    place: int
    code: str
    id: int = 0
    list_id: int = 0
    reusable: bool = False
    problem: str = ""


def normalised(text: str) -> str | None:
    """A code in capital letters and digits of any script, without hyphens and spaces; None where it is none."""
    joined = "".join(unicodedata.normalize("NFKC", text).upper().split()).replace("-", "")
    return joined if joined.isalnum() and len(joined) <= CODE_MAX else None


def told_codes(session: Session, texts: Sequence[str]) -> list[ToldCode]:
    """What each of a till's codes is, in one statement; uses nothing up. Refused where there are too many."""
    if not texts:
        return []
    if len(texts) > CODES_OF_RECEIPT_MAX:
        raise Refused("promo_codes", _("A receipt takes at most %(most)s promo codes", most=CODES_OF_RECEIPT_MAX))
    codes = [normalised(text) for text in texts]
    used = exists().where(PromoCodeUse.code_id == PromoCode.id)
    wanted = (
        select(PromoCode.code, PromoCode.id, PromoCodeList.id, PromoCodeList.reusable, PromoCodeList.active, used)
        .join(PromoCodeList, PromoCodeList.id == PromoCode.list_id)
        .where(PromoCode.code.in_(text_set(session, [code for code in codes if code])))
    )
    known = {row[0]: row[1:] for row in session.execute(wanted)}
    told = []
    for place, (text, code) in enumerate(zip(texts, codes, strict=True)):
        if code is None or code not in known:
            told.append(ToldCode(place, text, problem=_("There is no such promo code")))
            continue
        code_id, list_id, reusable, active, is_used = known[code]
        problem = ""
        if code in codes[:place]:
            problem = _("This promo code is named twice")
        elif not active:
            problem = _("This promo code is not accepted now")
        elif is_used and not reusable:
            problem = _("This promo code has been used")
        told.append(ToldCode(place, code, code_id, list_id, reusable, problem))
    return told
