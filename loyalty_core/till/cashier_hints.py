"""Cashier hints: what a customer likes to buy, shown at the till. The tables, and adding and changing hints.

"Подсказки кассиру", "Любимый товар" of kilbil's page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from loyalty_core.database import Base, BigId, id_set
from loyalty_core.errors import NotFound, Refused
from loyalty_core.i18n import gettext as _
from loyalty_core.ledger.rows import AMOUNT_MAX
from loyalty_core.organisation import Outlet

NAME_MAX = 200
GOODS_MAX = 20
VALUES_MAX = 5_000
VALUE_MAX = 100
SKU, CATEGORY = "sku", "category"


class HintProduct(Base):
    """A product's code or a category of products that a hint may name; one without such rows names any product."""

    __tablename__ = "cashier_hint_product"
    __table_args__ = (CheckConstraint("kind IN ('sku', 'category')", name="kind"),)

    hint_id: Mapped[int] = mapped_column(BigId, ForeignKey("cashier_hint.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    value: Mapped[str] = mapped_column(String(VALUE_MAX), primary_key=True)


class HintOutlet(Base):
    """An outlet that shows a hint; one without such rows is shown everywhere."""

    __tablename__ = "cashier_hint_outlet"

    hint_id: Mapped[int] = mapped_column(BigId, ForeignKey("cashier_hint.id"), primary_key=True)
    outlet_id: Mapped[int] = mapped_column(BigId, ForeignKey("outlet.id"), primary_key=True)


class CashierHint(Base):
    """A hint names up to `goods_shown` of the products that a customer has bought most often.

    Purchases from `starts_at` on count, whose amount is at least `least_sum` (minor units), wherever they were made.
    """

    __tablename__ = "cashier_hint"
    __table_args__ = (
        CheckConstraint(f"goods_shown BETWEEN 1 AND {GOODS_MAX}", name="goods_shown"),
        CheckConstraint("least_sum >= 0", name="least_sum"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME_MAX), unique=True)
    starts_at: Mapped[datetime]
    goods_shown: Mapped[int]
    least_sum: Mapped[int] = mapped_column(BigInteger, default=0)
    active: Mapped[bool] = mapped_column(default=True)
    products: Mapped[list[HintProduct]] = relationship(
        order_by=(HintProduct.kind, HintProduct.value), cascade="all, delete-orphan"
    )
    outlets: Mapped[list[HintOutlet]] = relationship(order_by=HintOutlet.outlet_id, cascade="all, delete-orphan")


@dataclass(frozen=True, slots=True)
class HintData:
    """A hint as somebody tells it; the fields are those of `CashierHint`."""

    name: str
    starts_at: datetime
    goods_shown: int = 3
    least_sum: int = 0
    active: bool = True
    skus: Sequence[str] = ()
    categories: Sequence[str] = ()
    outlets: Sequence[int] = ()


def cashier_hints(session: Session) -> Sequence[CashierHint]:
    """All hints by name."""
    return session.scalars(select(CashierHint).order_by(CashierHint.name, CashierHint.id)).all()


def cashier_hint(session: Session, hint_id: int) -> CashierHint:
    """A hint; NotFound where there is none."""
    found = session.get(CashierHint, hint_id)
    if found is None:
        raise NotFound("cashier_hint", _("There is no cashier hint %(id)s", id=hint_id))
    return found


def create_hint(session: Session, data: HintData) -> CashierHint:
    """A new hint, with its id. Refused, at the field to mend, where it cannot be taken."""
    return _write(session, CashierHint(), data)


def change_hint(session: Session, hint_id: int, data: HintData) -> CashierHint:
    """Change a hint as a whole. Refused as above."""
    return _write(session, cashier_hint(session, hint_id), data)


def check(data: HintData) -> None:
    """Raise Refused, at the field that has to be mended, where there can be no such hint."""
    if not 1 <= len(data.name) <= NAME_MAX:
        raise Refused("name", _("Write a name of at most %(most)s characters", most=NAME_MAX))
    if not 1 <= data.goods_shown <= GOODS_MAX:
        raise Refused("goods_shown", _("Write a number from 1 to %(most)s", most=GOODS_MAX))
    if not 0 <= data.least_sum <= AMOUNT_MAX:
        raise Refused("least_sum", _("Write an amount such as 1 000.00, or nothing"))
    for where, values in (("skus", data.skus), ("categories", data.categories)):
        if len(values) > VALUES_MAX:
            raise Refused(where, _("Name at most %(most)s", most=VALUES_MAX))
        if not all(1 <= len(value) <= VALUE_MAX for value in values):
            raise Refused(where, _("Write at most %(most)s characters for each", most=VALUE_MAX))


def _write(session: Session, found: CashierHint, data: HintData) -> CashierHint:
    check(data)
    with session.no_autoflush:
        if session.scalar(select(CashierHint.id).where(CashierHint.name == data.name)) not in (None, found.id):
            raise Refused("name", _("Choose another name: there is a hint with this one"))
        _check_outlets(session, set(data.outlets))
    for name in ("name", "starts_at", "goods_shown", "least_sum", "active"):
        setattr(found, name, getattr(data, name))
    before = {(each.kind, each.value): each for each in found.products}
    told = sorted({*((SKU, sku) for sku in data.skus), *((CATEGORY, each) for each in data.categories)})
    found.products = [before.get(each) or HintProduct(kind=each[0], value=each[1]) for each in told]
    shown = {each.outlet_id: each for each in found.outlets}
    found.outlets = [shown.get(each) or HintOutlet(outlet_id=each) for each in sorted(set(data.outlets))]
    session.add(found)
    session.flush()
    return found


def _check_outlets(session: Session, outlets: set[int]) -> None:
    known = select(func.count()).select_from(Outlet).where(Outlet.id.in_(id_set(session, outlets)))
    if outlets and session.scalar(known) != len(outlets):
        raise Refused("outlets", _("Choose outlets of the list"))
