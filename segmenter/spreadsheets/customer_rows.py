"""Customers as the rows of a table: by what they are known, what they bought, what bonuses they have."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from loyalty_core.customers.rows import MAIN_FIRST, Customer, CustomerTotals, Identity
from loyalty_core.database import id_set
from loyalty_core.i18n import gettext as _
from loyalty_core.ledger.balance import balances
from loyalty_core.organisation import Outlet
from segmenter.spreadsheets.workbook_writing import Cell

MARKS = ("card", "phone", "email")


class Headings(NamedTuple):
    """The words of a table, in the language of who asks for it: of the columns, and of the two sexes."""

    columns: tuple[str, ...]
    female: str
    male: str

    def shown(self) -> tuple[str, ...]:
        """The first row."""
        return self.columns


def headings(currency: str) -> Headings:
    """The words in the language that is spoken now; sums are in this currency."""
    columns = (
        _("Number"),
        _("First name"),
        _("Last name"),
        _("Card"),
        _("Phone"),
        _("E-mail"),
        _("Sex"),
        _("Birth date"),
        _("Registered"),
        _("Outlet"),
        _("Purchases"),
        _("Sum, %(currency)s", currency=currency),
        _("Last purchase"),
        _("Active bonuses"),
    )
    return Headings(columns, _("female"), _("male"))


def customer_rows(
    session: Session, ids: Sequence[int], words: Headings, zone: ZoneInfo, now: datetime
) -> list[tuple[Cell, ...]]:
    """A row for each of these customers, in their order; days are those of the zone, sums in main units."""
    found = (
        select(
            Customer.id,
            Customer.external_id,
            Customer.first_name,
            Customer.last_name,
            Customer.sex,
            Customer.birth_date,
            Customer.registered_at,
            Outlet.name.label("outlet"),
            func.coalesce(CustomerTotals.purchase_count, 0).label("purchase_count"),
            func.coalesce(CustomerTotals.purchase_sum, 0).label("purchase_sum"),
            CustomerTotals.last_purchase_at,
        )
        .outerjoin(Outlet, Outlet.id == Customer.outlet_id)
        .outerjoin(CustomerTotals, CustomerTotals.customer_id == Customer.id)
        .where(Customer.id.in_(id_set(session, ids)))
    )
    by_id = {row.id: row for row in session.execute(found)}
    marks, active = _marks(session, ids), balances(session, ids, now)
    sexes = {"female": words.female, "male": words.male}
    rows: list[tuple[Cell, ...]] = []
    for each in (by_id[customer_id] for customer_id in ids if customer_id in by_id):
        bought = each.last_purchase_at
        rows.append(
            (
                each.external_id,
                each.first_name,
                each.last_name,
                *(marks.get((each.id, kind)) for kind in MARKS),
                sexes.get(each.sex),
                each.birth_date,
                each.registered_at.astimezone(zone).date(),
                each.outlet,
                each.purchase_count,
                Decimal(each.purchase_sum).scaleb(-2),
                bought and bought.astimezone(zone).date(),
                Decimal(active.get(each.id, 0)).scaleb(-2),
            )
        )
    return rows


def _marks(session: Session, ids: Sequence[int]) -> dict[tuple[int, str], str]:
    """The main card, phone and e-mail address of each customer, as they were given."""
    borne = select(Identity.customer_id, Identity.kind, Identity.shown).where(
        Identity.customer_id.in_(id_set(session, ids)), Identity.kind.in_(MARKS)
    )
    found: dict[tuple[int, str], str] = {}
    # By customer first: by kind alone SQLite would walk every mark of everybody.
    for customer_id, kind, shown in session.execute(borne.order_by(Identity.customer_id, Identity.kind, *MAIN_FIRST)):
        found.setdefault((customer_id, kind), shown)
    return found
