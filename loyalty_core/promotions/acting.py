"""Which promotions act on a basket, in which order, with which of the till's codes, and why the others do not."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from loyalty_core.database import id_set, text_set
from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext as _
from loyalty_core.ledger.lifetime import Lifetime
from loyalty_core.organisation import Outlet, organisation
from loyalty_core.promotions.promo_codes import ToldCode
from loyalty_core.promotions.rows import CATEGORY, SKU, Promotion, PromotionOutlet, PromotionProduct
from loyalty_core.till.pricing import Effect
from loyalty_core.till.purchases import Product
from loyalty_core.till.receipts import Line, line_amount

# Whether a customer meets each of these trees of conditions: the floor above answers.
Meeting = Callable[[Session, Sequence[Any], int], Sequence[bool]]


class Basket(NamedTuple):
    """What the conditions are about: the lines at their prices before discounts, whose they are, where and when."""

    customer_id: int
    outlet_id: int | None
    at: datetime
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Acting:
    """A promotion that acts on a basket, what it does there, and the code by which it does."""

    promotion: Promotion
    effect: Effect
    code: ToldCode | None = None


@dataclass(frozen=True, slots=True)
class Acts:
    """The promotions that act, in their order, and for each promo code why it does not act (None: it does)."""

    acting: Sequence[Acting]
    codes: Sequence[tuple[ToldCode, str | None]]


class _Candidate(NamedTuple):
    """A promotion of this moment and outlet that has the code it wants, and what the basket lacks for it."""

    promotion: Promotion
    places: Collection[int] | None
    code: ToldCode | None
    lack: str | None


def meeting_none(_session: Session, trees: Sequence[Any], _customer_id: int) -> Sequence[bool]:
    """The answer where nobody above can be asked: promotions with conditions on the customer do not act."""
    return [False] * len(trees)


def acting_promotions(session: Session, basket: Basket, codes: Sequence[ToldCode], meeting: Meeting) -> Acts:
    """The promotions that act on a basket, highest priority first, of equal ones the older.

    One that does not add up acts alone: only where none before it acts, and none after it acts then. A promotion takes
    the first of the usable codes of its list; one that nobody takes does not act, and is not used up. One statement,
    and up to two more where promotions are about products; conditions on the customer are asked all at once.
    """
    candidates = _candidates(session, basket, codes)
    for_others = _for_others(session, candidates, basket.customer_id, meeting)
    acting: list[Acting] = []
    whys: dict[int, str] = {}
    for promotion, places, code, lack in candidates:
        why = _excluded(promotion, acting) or lack
        if why is None and promotion.id in for_others:
            why = _("it is for other customers")
        if why is None and not _lives(session, promotion, basket.at):
            why = _("its bonuses would have burned already")
        if why is None:
            acting.append(Acting(promotion, effect_of(promotion, basket.lines, places), code))
        elif code is not None:
            whys.setdefault(code.place, _("“%(promotion)s” does not act: %(why)s", promotion=promotion.name, why=why))
    return Acts(acting, [(code, _why_unused(code, acting, whys)) for code in codes])


def nothing_acts(codes: Sequence[ToldCode]) -> Acts:
    """What holds for customers for whom no rules of loyalty do; their codes stay unused."""
    return Acts((), [(code, code.problem or _("No promotion acts for this customer")) for code in codes])


def why_not(promotion: Promotion, lines: Sequence[Line], places: Collection[int] | None) -> str | None:
    """What a basket lacks for a promotion, in words; None where it lacks nothing.

    `places` are those of the lines with the promotion's products; None where it is about no products.
    """
    if sum(line.amount for line in lines) < promotion.least_sum:
        return _("it wants a purchase of %(sum)s", sum=f"{Decimal(promotion.least_sum) / 100:.2f}")
    if sum(line.quantity for line in lines) < promotion.least_quantity:
        return _("it wants %(quantity)s pieces", quantity=_pieces(promotion.least_quantity))
    if places is None:
        return None
    if not places:
        return _("it is about other goods")
    if sum(lines[place].quantity for place in places) < promotion.products_least:
        return _("it wants %(quantity)s pieces of its goods", quantity=_pieces(promotion.products_least))
    return None


def effect_of(promotion: Promotion, lines: Sequence[Line], places: Collection[int] | None) -> Effect:
    """What a promotion does to these lines; `places` are those of its products, as above."""
    special = promotion.special_price
    return Effect(
        lines=list(places) if promotion.of_products and places is not None else range(len(lines)),
        special={}
        if special is None
        else {place: line_amount(lines[place].quantity, special) for place in places or ()},
        discount_rate=promotion.discount_rate,
        discount_amount=promotion.discount_amount,
        bonus_rate=promotion.bonus_rate,
        bonus_amount=promotion.bonus_amount,
        forbids_redemption=promotion.forbids_redemption,
    )


def own_lifetime(promotion: Promotion) -> Lifetime | None:
    """How long a promotion's bonuses live; None where it leaves that to the programme."""
    if promotion.bonus_type is not None:
        return Lifetime.of(promotion.bonus_type)
    return Lifetime.days(promotion.lifetime_days) if promotion.lifetime_days else None


def _candidates(session: Session, basket: Basket, codes: Sequence[ToldCode]) -> list[_Candidate]:
    found = _active(session, basket)
    matched = _matched(session, [each for each, has_products in found if has_products], basket.lines)
    candidates = []
    for promotion, has_products in found:
        code = _code_for(promotion, codes)
        if promotion.code_list_id is None or code is not None:
            places = matched.get(promotion.id, []) if has_products else None
            candidates.append(_Candidate(promotion, places, code, why_not(promotion, basket.lines, places)))
    return candidates


def _for_others(session: Session, candidates: Sequence[_Candidate], customer_id: int, meeting: Meeting) -> set[int]:
    """The promotions that the basket lacks nothing for, but whose conditions its customer does not meet."""
    asking = [each for each, _places, _code, lack in candidates if lack is None and each.conditions is not None]
    met = meeting(session, [each.conditions for each in asking], customer_id) if asking else ()
    return {each.id for each, meets in zip(asking, met, strict=True) if not meets}


def _active(session: Session, basket: Basket) -> list[tuple[Promotion, bool]]:
    """The promotions of this moment and outlet, and whether each is about products."""
    outlets = exists().where(PromotionOutlet.promotion_id == Promotion.id)
    here = outlets.where(PromotionOutlet.outlet_id == basket.outlet_id)
    wanted = (
        select(Promotion, exists().where(PromotionProduct.promotion_id == Promotion.id))
        .where(
            Promotion.active,
            or_(Promotion.starts_at.is_(None), Promotion.starts_at <= basket.at),
            or_(Promotion.ends_at.is_(None), Promotion.ends_at > basket.at),
            or_(~outlets, here),
        )
        .order_by(Promotion.priority.desc(), Promotion.id)
    )
    return [(promotion, has_products) for promotion, has_products in session.execute(wanted)]


def _matched(session: Session, promotions: Sequence[Promotion], lines: Sequence[Line]) -> dict[int, list[int]]:
    """The places of the lines that are of each promotion's products."""
    if not promotions:
        return {}
    categories = _categories(session, lines)
    row = PromotionProduct
    wanted = select(row.promotion_id, row.kind, row.value).where(
        row.promotion_id.in_(id_set(session, [each.id for each in promotions])),
        or_(
            and_(row.kind == SKU, row.value.in_(text_set(session, [line.sku for line in lines]))),
            and_(row.kind == CATEGORY, row.value.in_(text_set(session, list(set(categories))))),
        ),
    )
    named: dict[int, set[tuple[str, str]]] = {}
    for promotion_id, kind, value in session.execute(wanted):
        named.setdefault(promotion_id, set()).add((kind, value))
    return {
        promotion_id: [
            place
            for place, (line, category) in enumerate(zip(lines, categories, strict=True))
            if (SKU, line.sku) in products or (CATEGORY, category) in products
        ]
        for promotion_id, products in named.items()
    }


def _categories(session: Session, lines: Sequence[Line]) -> list[str]:
    """The category of each line: as the till tells it, else as the product is known."""
    silent = {line.sku for line in lines if not line.category}
    if not silent:
        return [line.category for line in lines]
    known = select(Product.sku, Product.category).where(Product.sku.in_(text_set(session, list(silent))))
    category_of: dict[str, str] = dict(session.execute(known).all())
    return [line.category or category_of.get(line.sku, "") for line in lines]


def _code_for(promotion: Promotion, codes: Sequence[ToldCode]) -> ToldCode | None:
    usable = (code for code in codes if code.list_id == promotion.code_list_id and not code.problem)
    return next(usable, None)


def _excluded(promotion: Promotion, acting: Sequence[Acting]) -> str | None:
    if not acting or (promotion.adds_up and acting[0].promotion.adds_up):
        return None
    return _("it does not add up with “%(promotion)s”", promotion=acting[0].promotion.name)


def _why_unused(code: ToldCode, acting: Sequence[Acting], whys: dict[int, str]) -> str | None:
    if code.problem:
        return code.problem
    of_list = [each for each in acting if each.code is not None and each.code.list_id == code.list_id]
    if any(each.code == code for each in of_list):
        return None
    if of_list:
        return _("Another code of its list acts already")
    return whys.get(code.place, _("No promotion takes this code now"))


def _lives(session: Session, promotion: Promotion, at: datetime) -> bool:
    """Whether bonuses that a promotion grants at this moment do not burn before they are active, in any zone."""
    lifetime = own_lifetime(promotion)
    if lifetime is None or lifetime.burning != "on_date" or not (promotion.bonus_rate or promotion.bonus_amount):
        return True
    zones = {organisation(session).zone, *session.scalars(select(Outlet.zone).distinct())}
    try:
        for zone in (ZoneInfo(name) for name in zones if name):
            lifetime.expires_at(lifetime.active_at(at, zone), zone)
    except Refused:
        return False
    return True


def _pieces(thousandths: int) -> str:
    return f"{(Decimal(thousandths) / 1000).normalize():f}"
