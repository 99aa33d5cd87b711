"""One purchase: its lines, what it moved, what came back; and taking goods back, foreseen before it is done."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import uuid4

from flask import flash, g, redirect, render_template, request
from sqlalchemy import select
from werkzeug.wrappers import Response

from loyalty_core.customers.rows import Customer
from loyalty_core.errors import NotFound, Refused
from loyalty_core.i18n import gettext as _
from loyalty_core.organisation import Outlet, zone_of
from loyalty_core.promotions.rewards import codes_used, given_by_promotions
from loyalty_core.till.checkout import take_back
from loyalty_core.till.purchases import Product, Purchase, PurchaseLine, PurchaseReturn
from loyalty_core.till.return_preview import foresee_return
from loyalty_core.till.returned_bonuses import returned_bonuses
from loyalty_core.till.returns import ReturnedLine
from web import formats
from web.i18n import language
from web.pages import typed
from web.pages.blueprint import pages
from web.pages.frame import this_organisation
from web.session import moment


@dataclass
class Goods:
    """All lines of a purchase that sell one product: pieces in thousandths, sums in minor units."""

    sku: str
    name: str
    quantity: int = 0
    returned: int = 0
    amount: int = 0
    discounted: int = 0
    redeemed: int = 0
    accrued: int = 0

    @property
    def bought(self) -> str:
        """How many pieces."""
        return _pieces(self.quantity)

    @property
    def back(self) -> str:
        """How many of them have come back; empty for none."""
        return _pieces(self.returned) if self.returned else ""

    @property
    def left(self) -> str:
        """How many can still come back; empty for none."""
        return _pieces(self.quantity - self.returned) if self.quantity > self.returned else ""


@pages.get("/purchases/<id:purchase_id>")
def purchase(purchase_id: int) -> str:
    """A purchase with its lines and returns, and the form that takes goods back."""
    found = _purchase(purchase_id)
    return _page(found, {each.sku: each.left for each in _goods(found)})


@pages.post("/purchases/<id:purchase_id>/returns/preview")
def return_preview(purchase_id: int) -> str:
    """What taking the goods of the form back would move, as a part of the purchase's page."""
    found = _purchase(purchase_id)
    try:
        foreseen = foresee_return(g.session, purchase_id, _told(), moment())
    except Refused as refused:
        return render_template("return_preview.html", problem=refused.message)
    return render_template("return_preview.html", purchase=found, foreseen=foreseen)


@pages.post("/purchases/<id:purchase_id>/returns")
def return_goods(purchase_id: int) -> Response | tuple[str, int]:
    """Take the goods of the form back; its hidden number keeps a form that is sent twice from counting twice."""
    found = _purchase(purchase_id)
    number = request.form.get("number", "").strip()[:100].replace("\0", "")
    try:
        returned = take_back(g.session, purchase_id, number, moment(), _told(), moment())
    except Refused as refused:
        skus, quantities = (request.form.getlist(name) for name in ("sku", "quantity"))
        return _page(found, dict(zip(skus, quantities, strict=False)), _at_its_row(refused)), 400
    moved = returned_bonuses(g.session, returned.id)
    flash(
        _(
            "Taken back: %(refund)s to refund, %(given)s bonuses given back, %(taken)s taken back",
            refund=formats.money(returned.amount - moved.given_back, this_organisation().currency, language()),
            given=formats.amount(moved.given_back, language()),
            taken=formats.amount(moved.taken_back, language()),
        )
    )
    return redirect(f"/purchases/{purchase_id}")


def _purchase(purchase_id: int) -> Purchase:
    found: Purchase | None = g.session.get(Purchase, purchase_id)
    if found is None:
        raise NotFound("purchase", _("There is no purchase %(id)s.", id=purchase_id))
    return found


def _told() -> list[ReturnedLine]:
    """The goods that the form says; rows without a quantity stay with the customer."""
    form = request.form
    lines: list[ReturnedLine] = []
    for sku, quantity in zip(form.getlist("sku"), form.getlist("quantity"), strict=False):
        if _comes_back(quantity):
            lines.append(ReturnedLine(sku, typed.quantity(f"lines.{len(lines)}.quantity", quantity)))
    return lines


def _at_its_row(refused: Refused) -> Refused:
    """A refusal of one of the lines that come back, at its row of the form: rows without a quantity count there."""
    field, _dot, place = refused.where.removesuffix(".quantity").partition(".")
    rows = [row for row, quantity in enumerate(request.form.getlist("quantity")) if _comes_back(quantity)]
    if field != "lines" or not place:
        return refused
    return Refused(f"lines.{rows[int(place)]}.quantity", refused.message)


def _comes_back(quantity: str) -> bool:
    return bool(quantity.strip().strip("0.,"))


def _goods(found: Purchase) -> list[Goods]:
    lines = select(PurchaseLine, Product).join(Product, Product.id == PurchaseLine.product_id)
    goods: dict[str, Goods] = {}
    for line, product in g.session.execute(lines.where(PurchaseLine.purchase_id == found.id).order_by(PurchaseLine.id)):
        each = goods.setdefault(product.sku, Goods(product.sku, product.name or product.sku))
        for name in ("quantity", "returned", "amount", "discounted", "redeemed", "accrued"):
            setattr(each, name, getattr(each, name) + getattr(line, name))
    return list(goods.values())


def _page(found: Purchase, wanted: Mapping[str, str], refused: Refused | None = None) -> str:
    g.zone = zone_of(g.session, found.outlet_id)
    returns = g.session.scalars(
        select(PurchaseReturn).where(PurchaseReturn.purchase_id == found.id).order_by(PurchaseReturn.at)
    ).all()
    return render_template(
        "purchase.html",
        given=given_by_promotions(g.session, found.id),
        codes=codes_used(g.session, found.id),
        purchase=found,
        who=g.session.get_one(Customer, found.customer_id),
        outlet=g.session.get(Outlet, found.outlet_id) if found.outlet_id else None,
        goods=_goods(found),
        returns=[(each, returned_bonuses(g.session, each.id)) for each in returns],
        wanted=wanted,
        number=request.form.get("number") or f"return-{uuid4().hex[:10]}",
        refused=refused,
    )


def _pieces(thousandths: int) -> str:
    return f"{(Decimal(thousandths) / 1000).normalize():f}"
