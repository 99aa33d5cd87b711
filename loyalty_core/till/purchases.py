"""Purchases, their lines, and returns."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column

from loyalty_core.database import Base, BigId


class Product(Base):
    """A thing that is sold, by its stock-keeping unit."""

    __tablename__ = "product"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    sku: Mapped[str] = mapped_column(String(100), unique=True)
    name: Mapped[str] = mapped_column(String(300))
    category: Mapped[str] = mapped_column(String(100), default="")


class Purchase(Base):
    """A receipt. `amount` is the sum of its lines; `net_amount` is what is left of it after returns.

    `discounted` is what was taken off before: the goods' prices come to `amount` + `discounted`. `redeemed` is how much
    of `amount` was paid with bonuses, `accrued` the bonuses that it earned. Minor units, each the sum of its lines.
    Conditions count a purchase while something of it is left (`net_amount` > 0). `opens_visit`: it is the first of a
    visit, as the customer's programme counts them.
    """

    __tablename__ = "purchase"
    __table_args__ = (
        CheckConstraint("amount >= 0 AND net_amount >= 0 AND net_amount <= amount", name="amounts"),
        *(CheckConstraint(f"{name} >= 0", name=name) for name in ("discounted", "redeemed", "accrued")),
        UniqueConstraint("external_id", "customer_id"),
        # All that conditions on purchases ask for: they never read the rows themselves.
        Index("ix_purchase_customer_at", "customer_id", "at", "net_amount", "outlet_id", "opens_visit"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    external_id: Mapped[str | None] = mapped_column(String(100))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    outlet_id: Mapped[int | None] = mapped_column(ForeignKey("outlet.id"))
    at: Mapped[datetime]
    amount: Mapped[int] = mapped_column(BigInteger)
    net_amount: Mapped[int] = mapped_column(BigInteger)
    discounted: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    redeemed: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    accrued: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    opens_visit: Mapped[bool] = mapped_column(default=True, server_default=true())


class PurchaseLine(Base):
    """One line of a receipt: `quantity` in thousandths, `price` of one and `amount` of all in minor units."""

    __tablename__ = "purchase_line"
    __table_args__ = (
        CheckConstraint("quantity > 0 AND returned >= 0 AND returned <= quantity", name="quantity"),
        CheckConstraint("price >= 0 AND amount >= 0", name="amounts"),
        *(CheckConstraint(f"{name} >= 0", name=name) for name in ("discounted", "redeemed", "accrued")),
        Index("ix_purchase_line_purchase_id", "purchase_id"),
        Index("ix_purchase_line_customer_product", "customer_id", "product_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    purchase_id: Mapped[int] = mapped_column(ForeignKey("purchase.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    quantity: Mapped[int] = mapped_column(BigInteger)
    price: Mapped[int] = mapped_column(BigInteger)
    amount: Mapped[int] = mapped_column(BigInteger)
    returned: Mapped[int] = mapped_column(BigInteger, default=0)
    discounted: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    redeemed: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    accrued: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")


class PurchaseReturn(Base):
    """Goods of one purchase brought back on one occasion; `amount` in minor units.

    A receipt of goods from several purchases is several returns with the same `external_id`, one a purchase.
    """

    __tablename__ = "purchase_return"
    __table_args__ = (
        CheckConstraint("amount >= 0", name="amount"),
        UniqueConstraint("external_id", "purchase_id", "customer_id"),
        Index("ix_purchase_return_customer_at", "customer_id", "at"),
        Index("ix_purchase_return_purchase_id", "purchase_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    external_id: Mapped[str | None] = mapped_column(String(100))
    purchase_id: Mapped[int] = mapped_column(ForeignKey("purchase.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    at: Mapped[datetime]
    amount: Mapped[int] = mapped_column(BigInteger)


class ReturnLine(Base):
    """How much of which line came back."""

    __tablename__ = "return_line"
    __table_args__ = (
        CheckConstraint("quantity > 0 AND amount >= 0", name="quantity"),
        Index("ix_return_line_return_id", "return_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    return_id: Mapped[int] = mapped_column(ForeignKey("purchase_return.id"))
    line_id: Mapped[int] = mapped_column(ForeignKey("purchase_line.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    quantity: Mapped[int] = mapped_column(BigInteger)
    amount: Mapped[int] = mapped_column(BigInteger)
