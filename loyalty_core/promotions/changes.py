"""Adds and changes promotions, with the checks that each passes before it is written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from loyalty_core.database import id_set
from loyalty_core.errors import NotFound, Refused
from loyalty_core.i18n import gettext as _
from loyalty_core.ledger.bonus_types import BonusType
from loyalty_core.ledger.rows import AMOUNT_MAX
from loyalty_core.organisation import Outlet
from loyalty_core.programmes.changes import DAYS_MAX, DESCRIPTION_MAX, NAME_MAX
from loyalty_core.programmes.rows import WHOLE
from loyalty_core.promotions.promo_codes import PromoCodeList
from loyalty_core.promotions.rows import CATEGORY, SKU, Promotion, PromotionOutlet, PromotionProduct
from loyalty_core.till.receipts import PRICE_MAX, QUANTITY_MAX

PRODUCTS_MAX = 5_000
PRIORITY_MAX = 1_000_000
VALUE_MAX = 100

# Raises Refused at what is wrong in a tree of conditions ("conditions.all.0.value"): the floor above reads it.
CheckConditions = Callable[[Session, Any], None]
_LISTED = ("skus", "categories", "outlets")


@dataclass(frozen=True, slots=True)
class PromotionData:
    """A promotion as somebody tells it; the fields are those of `Promotion`, quantities in pieces."""

    name: str
    description: str = ""
    active: bool = True
    priority: int = 0
    adds_up: bool = True
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    least_sum: int = 0
    least_quantity: Decimal = Decimal(0)
    skus: Sequence[str] = ()
    categories: Sequence[str] = ()
    products_least: Decimal = Decimal(0)
    outlets: Sequence[int] = ()
    code_list_id: int | None = None
    conditions: dict[str, Any] | None = None
    of_products: bool = False
    bonus_rate: int = 0
    bonus_amount: int = 0
    bonus_type_id: int | None = None
    lifetime_days: int | None = None
    discount_rate: int = 0
    discount_amount: int = 0
    special_price: int | None = None
    forbids_redemption: bool = False


def promotions(session: Session) -> Sequence[Promotion]:
    """The promotions in the order in which they act."""
    return session.scalars(select(Promotion).order_by(Promotion.priority.desc(), Promotion.id)).all()


def promotion(session: Session, promotion_id: int) -> Promotion:
    """A promotion; NotFound where there is none."""
    found = session.get(Promotion, promotion_id)
    if found is None:
        raise NotFound("promotion", _("There is no promotion %(id)s", id=promotion_id))
    return found


def create_promotion(session: Session, data: PromotionData, check_conditions: CheckConditions) -> Promotion:
    """A new promotion, with its id. Refused, at the field to mend, where it cannot be taken."""
    return _write(session, Promotion(), data, check_conditions)


def change_promotion(
    session: Session, promotion_id: int, data: PromotionData, check_conditions: CheckConditions
) -> Promotion:
    """Change a promotion as a whole: later purchases follow it, what it gave stays. Refused as above."""
    return _write(session, promotion(session, promotion_id), data, check_conditions)


def conditions_of_promotions(session: Session) -> list[tuple[int, str, Any]]:
    """The ids, names and conditions of the promotions that are not for everybody, by their names."""
    asking = select(Promotion.id, Promotion.name, Promotion.conditions).where(Promotion.conditions.is_not(None))
    return [(row.id, row.name, row.conditions) for row in session.execute(asking.order_by(Promotion.name))]


def promotions_with_bonus_type(session: Session, bonus_type_id: int) -> Sequence[str]:
    """The names of the promotions whose bonuses are of a type."""
    using = select(Promotion.name).where(Promotion.bonus_type_id == bonus_type_id)
    return session.scalars(using.order_by(Promotion.name)).all()


def check(data: PromotionData) -> None:
    """Raise Refused, at the field that has to be mended, where there can be no such promotion."""
    if not 1 <= len(data.name) <= NAME_MAX:
        raise Refused("name", _("Write a name of at most %(most)s characters", most=NAME_MAX))
    if len(data.description) > DESCRIPTION_MAX:
        raise Refused("description", _("Write at most %(most)s characters", most=DESCRIPTION_MAX))
    if abs(data.priority) > PRIORITY_MAX:
        raise Refused("priority", _("Write a whole number from −%(most)s to %(most)s", most=PRIORITY_MAX))
    if data.starts_at and data.ends_at and data.starts_at >= data.ends_at:
        raise Refused("ends_at", _("Choose a moment after the one from which it acts"))
    _check_conditions(data)
    _check_effects(data)


def filled(found: Promotion, data: PromotionData) -> Promotion:
    """The promotion with all that is told but what stands in other tables, where `data` is checked."""
    for name in (field.name for field in fields(data) if field.name not in _LISTED):
        value = getattr(data, name)
        setattr(found, name, int(value * 1000) if isinstance(value, Decimal) else value)
    return found


def _check_conditions(data: PromotionData) -> None:
    if not 0 <= data.least_sum <= AMOUNT_MAX:
        raise Refused("least_sum", _("Write an amount such as 1 000.00, or nothing"))
    for name, quantity in (("least_quantity", data.least_quantity), ("products_least", data.products_least)):
        if not quantity.is_finite() or not 0 <= quantity * 1000 <= QUANTITY_MAX or quantity * 1000 % 1:
            raise Refused(name, _("Write a quantity such as 2 or 0.25, or nothing"))
    for name, values in (("skus", data.skus), ("categories", data.categories)):
        if len(values) > PRODUCTS_MAX:
            raise Refused(name, _("Name at most %(most)s", most=PRODUCTS_MAX))
        for place, value in enumerate(values):
            if not 1 <= len(value) <= VALUE_MAX:
                raise Refused(f"{name}.{place}", _("Write at most %(most)s characters", most=VALUE_MAX))
    about_products = bool(data.skus or data.categories)
    if data.products_least and not about_products:
        raise Refused("products_least", _("Name the products or categories, or leave their quantity empty"))
    if data.of_products and not about_products:
        raise Refused("of_products", _("Name the products or categories, or let it hold for the whole receipt"))
    if data.special_price is not None and not about_products:
        raise Refused("special_price", _("Name the products or categories that have this price"))


def _check_effects(data: PromotionData) -> None:
    for name, rate in (("bonus_percent", data.bonus_rate), ("discount_percent", data.discount_rate)):
        if not 0 <= rate <= WHOLE:
            raise Refused(name, _("Write a percent from 0 to 100"))
    for name, amount in (("bonus_amount", data.bonus_amount), ("discount_amount", data.discount_amount)):
        if not 0 <= amount <= AMOUNT_MAX:
            raise Refused(name, _("Write an amount such as 1 000.00, or nothing"))
    if data.special_price is not None and not 0 <= data.special_price <= PRICE_MAX:
        raise Refused("special_price", _("Write an amount such as 1 000.00, or nothing"))
    if data.discount_rate and data.discount_amount:
        raise Refused("discount_amount", _("Write the discount as a percent or as an amount, not both"))
    gives_bonuses = bool(data.bonus_rate or data.bonus_amount)
    takes_off = bool(data.discount_rate or data.discount_amount or data.special_price is not None)
    if not gives_bonuses and not takes_off and not data.forbids_redemption:
        raise Refused("bonus_percent", _("Say what the promotion gives: bonuses, a discount or a special price"))
    if data.lifetime_days is not None and not 1 <= data.lifetime_days <= DAYS_MAX:
        raise Refused("lifetime_days", _("Write a whole number from 1 to %(most)s, or nothing", most=DAYS_MAX))
    if data.lifetime_days is not None and data.bonus_type_id is not None:
        raise Refused("lifetime_days", _("Choose a bonus type or write the days, not both"))
    if not gives_bonuses and (data.lifetime_days is not None or data.bonus_type_id is not None):
        where = "lifetime_days" if data.lifetime_days is not None else "bonus_type"
        raise Refused(where, _("Leave this empty: the promotion gives no bonuses"))


def _write(session: Session, found: Promotion, data: PromotionData, check_conditions: CheckConditions) -> Promotion:
    check(data)
    with session.no_autoflush:
        _check_names(session, found, data)
        if data.conditions is not None:
            check_conditions(session, data.conditions)
    filled(found, data)
    kept_products = {(each.kind, each.value): each for each in found.products}
    told = sorted({*((SKU, sku) for sku in data.skus), *((CATEGORY, each) for each in data.categories)})
    found.products = [kept_products.get(each) or PromotionProduct(kind=each[0], value=each[1]) for each in told]
    kept_outlets = {each.outlet_id: each for each in found.outlets}
    found.outlets = [kept_outlets.get(each) or PromotionOutlet(outlet_id=each) for each in sorted(set(data.outlets))]
    session.add(found)
    session.flush()
    return found


def _check_names(session: Session, found: Promotion, data: PromotionData) -> None:
    """Raise Refused where the name is taken, or something that is named does not exist."""
    if session.scalar(select(Promotion.id).where(Promotion.name == data.name)) not in (None, found.id):
        raise Refused("name", _("Choose another name: there is a promotion with this one"))
    outlets = set(data.outlets)
    known = select(func.count()).select_from(Outlet).where(Outlet.id.in_(id_set(session, outlets)))
    if outlets and session.scalar(known) != len(outlets):
        raise Refused("outlets", _("Choose outlets of the list"))
    if data.code_list_id is not None and session.get(PromoCodeList, data.code_list_id) is None:
        raise Refused("promo_code_list", _("Choose a list of promo codes"))
    if data.bonus_type_id is not None and session.get(BonusType, data.bonus_type_id) is None:
        raise Refused("bonus_type", _("Choose a bonus type of the list"))
