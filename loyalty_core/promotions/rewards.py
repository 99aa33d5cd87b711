"""Writes down what promotions gave to a purchase, uses up its promo codes, and reads both again."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from loyalty_core.database import insert_into, insert_rows
from loyalty_core.errors import Refused
from loyalty_core.events import record
from loyalty_core.i18n import gettext as _
from loyalty_core.promotions.acting import Acting
from loyalty_core.promotions.promo_codes import PromoCode, PromoCodeUse
from loyalty_core.promotions.rows import LinePromotion, Promotion
from loyalty_core.till.pricing import Price
from loyalty_core.till.purchases import Purchase, PurchaseLine


class Given(NamedTuple):
    """What a promotion took off a purchase and the bonuses that it added, in minor units."""

    id: int
    name: str
    discounted: int
    accrued: int


def write_down(session: Session, purchase: Purchase, acting: Sequence[Acting], price: Price) -> None:
    """Record what each promotion gave to each line, and use the codes up (`promo_code.used`).

    Refused, at the code, where another till has used it meanwhile: the caller rolls back.
    """
    if not acting:
        return
    _use_codes(session, purchase, acting)
    of_purchase = select(PurchaseLine.id).where(PurchaseLine.purchase_id == purchase.id).order_by(PurchaseLine.id)
    line_ids = session.scalars(of_purchase).all()
    rows = [
        {
            "purchase_id": purchase.id,
            "promotion_id": each.promotion.id,
            "line_id": line_ids[place],
            "customer_id": purchase.customer_id,
            "discounted": gain.discounted,
            "accrued": gain.accrued,
        }
        for each, gains in zip(acting, price.gains, strict=True)
        for place, gain in gains.items()
    ]
    insert_rows(session, LinePromotion, rows)


def given_by_promotions(session: Session, purchase_id: int) -> list[Given]:
    """The promotions that acted on a purchase, in their order, and what each gave."""
    sums = (func.sum(LinePromotion.discounted), func.sum(LinePromotion.accrued))
    given = (
        select(Promotion.id, Promotion.name, *sums)
        .join(LinePromotion, LinePromotion.promotion_id == Promotion.id)
        .where(LinePromotion.purchase_id == purchase_id)
        .group_by(Promotion.id, Promotion.name, Promotion.priority)
        .order_by(Promotion.priority.desc(), Promotion.id)
    )
    return [Given(row[0], row[1], int(row[2]), int(row[3])) for row in session.execute(given)]


def codes_used(session: Session, purchase_id: int) -> Sequence[str]:
    """The promo codes that a purchase used."""
    used = select(PromoCode.code).join(PromoCodeUse, PromoCodeUse.code_id == PromoCode.id)
    return session.scalars(used.where(PromoCodeUse.purchase_id == purchase_id).order_by(PromoCodeUse.id)).all()


def _use_codes(session: Session, purchase: Purchase, acting: Sequence[Acting]) -> None:
    used = {each.code.id: each.code for each in acting if each.code is not None}
    if not used:
        return
    # In the order of their ids, so that two tills with the same codes never wait for one another in a ring.
    rows = [
        {
            "code_id": code.id,
            "slot": purchase.id if code.reusable else 0,
            "customer_id": purchase.customer_id,
            "purchase_id": purchase.id,
            "at": purchase.at,
        }
        for _id, code in sorted(used.items())
    ]
    written = insert_into(session, PromoCodeUse).values(rows).on_conflict_do_nothing().returning(PromoCodeUse.code_id)
    mine = set(session.scalars(written))
    for code_id, code in used.items():
        if code_id not in mine:
            raise Refused(f"promo_codes.{code.place}", _("This promo code has been used"))
        promotions = [each.promotion.id for each in acting if each.code == code]
        record(
            session,
            "promo_code.used",
            purchase.customer_id,
            purchase.at,
            code=code.code,
            list_id=code.list_id,
            purchase_id=purchase.id,
            promotions=promotions,
        )
