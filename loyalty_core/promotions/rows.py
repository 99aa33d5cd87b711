"""Promotions ("Акции"): conditions on a receipt and what they give; and what they gave to each line. The tables."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from loyalty_core.database import Base, BigId, JsonOrNull
from loyalty_core.ledger.bonus_types import BonusType

SKU, CATEGORY = "sku", "category"


class PromotionProduct(Base):
    """A product's code or a category of products that a promotion is about."""

    __tablename__ = "promotion_product"
    __table_args__ = (CheckConstraint("kind IN ('sku', 'category')", name="kind"),)

    promotion_id: Mapped[int] = mapped_column(BigId, ForeignKey("promotion.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    value: Mapped[str] = mapped_column(String(100), primary_key=True)


class PromotionOutlet(Base):
    """An outlet in which a promotion acts; one without such rows acts everywhere."""

    __tablename__ = "promotion_outlet"

    promotion_id: Mapped[int] = mapped_column(BigId, ForeignKey("promotion.id"), primary_key=True)
    outlet_id: Mapped[int] = mapped_column(BigId, ForeignKey("outlet.id"), primary_key=True)


class Promotion(Base):
    """A promotion acts on a purchase where all its conditions hold; NULL and 0 are no condition, and no effect.

    Conditions: the moment of the purchase (from `starts_at`, until before `ends_at`), the outlets, `least_sum` of the
    goods before discounts (minor units), `least_quantity` of goods, `products_least` of its products (both in
    thousandths of a piece), a code of the list, the `conditions` on the customer. Where a till tells no category, the
    product's own counts.

    Effects: an extra percent of bonuses, a fixed amount of them, a discount in percent or as an amount, a special price
    of one of its products, and that bonuses may not pay. `of_products`: the percents and amounts, and that bonuses may
    not pay, are of the promotion's products alone, else of the whole receipt. Its bonuses live as its bonus type says,
    or `lifetime_days`, else as the programme's. Rates in hundredths of a percent, amounts in minor units.

    Order: the higher priority first, of equal ones the older. One that does not add up acts alone: it does not act
    where one before it does, and none after it acts where it does.

    `conditions` is a tree of the floor above, which alone reads it; NULL is everybody.
    """

    __tablename__ = "promotion"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="period"),
        CheckConstraint("least_sum >= 0 AND least_quantity >= 0 AND products_least >= 0", name="conditions"),
        CheckConstraint("bonus_rate BETWEEN 0 AND 10000 AND discount_rate BETWEEN 0 AND 10000", name="rates"),
        CheckConstraint("bonus_amount >= 0 AND discount_amount >= 0 AND special_price >= 0", name="amounts"),
        CheckConstraint("discount_rate = 0 OR discount_amount = 0", name="discount"),
        CheckConstraint(
            "lifetime_days BETWEEN 1 AND 36500 AND (lifetime_days IS NULL OR bonus_type_id IS NULL)", name="lifetime"
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    description: Mapped[str] = mapped_column(String(500), default="")
    active: Mapped[bool] = mapped_column(default=True)
    priority: Mapped[int] = mapped_column(default=0)
    adds_up: Mapped[bool] = mapped_column(default=True)
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    least_sum: Mapped[int] = mapped_column(BigInteger, default=0)
    least_quantity: Mapped[int] = mapped_column(BigInteger, default=0)
    products_least: Mapped[int] = mapped_column(BigInteger, default=0)
    code_list_id: Mapped[int | None] = mapped_column(ForeignKey("promo_code_list.id"))
    conditions: Mapped[dict[str, Any] | None] = mapped_column(JsonOrNull)
    of_products: Mapped[bool] = mapped_column(default=False)
    bonus_rate: Mapped[int] = mapped_column(default=0)
    bonus_amount: Mapped[int] = mapped_column(BigInteger, default=0)
    bonus_type_id: Mapped[int | None] = mapped_column(ForeignKey("bonus_type.id"))
    lifetime_days: Mapped[int | None]
    discount_rate: Mapped[int] = mapped_column(default=0)
    discount_amount: Mapped[int] = mapped_column(BigInteger, default=0)
    special_price: Mapped[int | None] = mapped_column(BigInteger)
    forbids_redemption: Mapped[bool] = mapped_column(default=False)
    bonus_type: Mapped[BonusType | None] = relationship(lazy="joined")
    products: Mapped[list[PromotionProduct]] = relationship(
        order_by=(PromotionProduct.kind, PromotionProduct.value), cascade="all, delete-orphan"
    )
    outlets: Mapped[list[PromotionOutlet]] = relationship(
        order_by=PromotionOutlet.outlet_id, cascade="all, delete-orphan"
    )


class LinePromotion(Base):
    """What a promotion that acted on a purchase took off a line of it, and the bonuses that it added. Minor units.

    A promotion that acted has a row for each line that it is about, so that a return takes its bonuses back in
    proportion to the goods.
    """

    __tablename__ = "line_promotion"
    __table_args__ = (CheckConstraint("discounted >= 0 AND accrued >= 0", name="parts"),)

    purchase_id: Mapped[int] = mapped_column(BigId, ForeignKey("purchase.id"), primary_key=True)
    promotion_id: Mapped[int] = mapped_column(BigId, ForeignKey("promotion.id"), primary_key=True)
    line_id: Mapped[int] = mapped_column(BigId, ForeignKey("purchase_line.id"), primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    discounted: Mapped[int] = mapped_column(BigInteger)
    accrued: Mapped[int] = mapped_column(BigInteger)
