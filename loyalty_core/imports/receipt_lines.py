"""Turns the rows of a file of purchases into lines of receipts, or into the reasons why they cannot be."""

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext as _
from loyalty_core.imports import cells
from loyalty_core.imports.outlets import Outlets
from loyalty_core.imports.report import Report
from loyalty_core.imports.tables import Columns, Row
from loyalty_core.till.receipts import PRICE_MAX, LineData, checked_line

COLUMNS = Columns(
    aliases={
        "receipt": ("invoice", "invoice_no", "receipt_number", "order", "order_id", "transaction_id"),
        "customer": ("customer_id", "customer_external_id"),
        "outlet": ("shop", "store"),
        "at": ("date", "datetime", "moment", "invoice_date", "tran_date", "transaction_date"),
        "sku": ("stock_code", "product", "product_code"),
        "name": ("description", "product_name"),
        "category": (),
        "quantity": ("qty",),
        "price": ("unit_price", "rate"),
        "returns": ("returned_receipt",),
    },
    required=("receipt", "customer", "at", "sku", "quantity", "price"),
)
# An import that moves bonuses also reads how much of a receipt they pay.
EARNING_COLUMNS = COLUMNS._replace(aliases={**COLUMNS.aliases, "redeem": ("redeemed", "paid_with_bonuses")})
# In that column: as many as may.
MOST = "most"
_LATEST = 65_536


class ReceiptLine(NamedTuple):
    """A line of the file: `data` with a quantity above 0, `comes_back` where the file says it below 0.

    `returns` is the receipt of the purchase that goods came from, or "". `redeem` is how much of the receipt bonuses
    pay (minor units; None: as many as may), 0 where the line says nothing.
    """

    line: int
    receipt: str
    customer: str
    outlet_id: int | None
    at: datetime
    data: LineData
    comes_back: bool
    returns: str
    redeem: int | None = 0


class Reader:
    """Reads rows; remembers what the same cells meant, since most of them repeat."""

    def __init__(self, outlets: Outlets, report: Report, *, day_first: bool = False) -> None:
        self._outlets = outlets
        self._report = report
        self._day_first = day_first
        self._numbers: dict[str, Decimal] = {}
        self._moments: dict[tuple[str, int | None], datetime] = {}

    def line(self, row: Row) -> ReceiptLine | None:
        """The row as a line, or None where it is refused, with all its reasons, in the report."""
        receipt, customer, outlet, at, sku, name, category, quantity, price, returns, *redeem = row.cells
        reasons: list[str] = []
        if not receipt:
            reasons.append(_("No receipt number"))
        if not customer:
            reasons.append(_("No customer"))
        if len(receipt) > 100 or len(customer) > 100:
            reasons.append(_("Receipt and customer have at most %(number)s letters", number=100))
        try:
            outlet_id = self._outlets.find(outlet)
            moment = self._moment(at, outlet_id)
            pieces, each = self._number(quantity), self._number(price)
            if pieces < 0:
                # Some tills write what comes back below 0 twice: pieces and price.
                each = abs(each)
            data = LineData(sku, name, category, abs(pieces), cells.minor_units(each))
            spending = self._spending(*redeem)
            if each < 0:
                reasons.append(_("The price is below 0"))
            else:
                checked_line("", data)
        except Refused as refusal:
            reasons.append(refusal.message)
        except ValueError as error:
            reasons.append(str(error))
        if reasons:
            self._report.refuse(row.line, "; ".join(reasons))
            return None
        if each == 0:
            self._report.remark(row.line, _("The price is 0: kept as a gift"))
        elif data.price != each * 100:
            self._report.remark(row.line, _("The price %(price)s was rounded to two decimals", price=price))
        return ReceiptLine(
            row.line,
            cells.identifier(receipt),
            cells.identifier(customer),
            outlet_id,
            moment,
            data,
            pieces < 0,
            cells.identifier(returns),
            spending,
        )

    def _spending(self, text: str = "") -> int | None:
        if text.lower() == MOST:
            return None
        amount = self._number(text) if text else Decimal(0)
        if not 0 <= amount <= PRICE_MAX or amount * 100 % 1:
            raise ValueError(_("Bonuses pay an amount with at most two decimals, or “most”: %(text)s", text=text))
        return int(amount * 100)

    def _number(self, text: str) -> Decimal:
        known = self._numbers.get(text)
        if known is None:
            if len(self._numbers) > _LATEST:
                self._numbers.clear()
            known = self._numbers[text] = cells.number(text)
        return known

    def _moment(self, text: str, outlet_id: int | None) -> datetime:
        known = self._moments.get((text, outlet_id))
        if known is None:
            if len(self._moments) > _LATEST:
                self._moments.clear()
            known = self._moments[text, outlet_id] = cells.moment(
                text, self._outlets.zone(outlet_id), day_first=self._day_first
            )
        return known
