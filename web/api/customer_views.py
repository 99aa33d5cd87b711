"""Reads customers with all that the API tells of them, in a few statements for a page of any length."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from loyalty_core.customers.identities import MARKS
from loyalty_core.customers.rows import MAIN_FIRST, Consent, Customer, CustomerTag, CustomerTotals, Identity, Tag
from loyalty_core.database import id_set
from loyalty_core.ledger.balance import balances
from web.api.collections import page


def customer_page(session: Session, arguments: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """A page of customers by id; the words of `q` begin a name, an external id, a card, a phone or an e-mail.

    A phone or a card may be written with spaces.
    """
    living = Customer.merged_into_id.is_(None)
    query = select(Customer.id).where(living).order_by(Customer.id).limit(arguments["limit"] + 1)
    if "after" in arguments:
        query = query.where(Customer.id > arguments["after"][0])
    words = arguments["q"].split()
    if words:
        query = query.where(or_(and_(*map(_begins, words)), _begins("".join(words).lstrip("+") or "+")))
    found = page(session.scalars(query).all(), arguments["limit"], lambda customer_id: (customer_id,))
    return {**found, "items": customers(session, found["items"], now)}


def _begins(word: str) -> ColumnElement[bool]:
    marks = select(Identity.customer_id).where(
        or_(*(each.istartswith(word, autoescape=True) for each in (Identity.value, Identity.shown)))
    )
    names = (Customer.first_name, Customer.last_name, Customer.external_id)
    return or_(*(each.istartswith(word, autoescape=True) for each in names), Customer.id.in_(marks))


def customers(session: Session, ids: Sequence[int], now: datetime) -> list[dict[str, Any]]:
    """The customers with these ids, in this order."""
    those = id_set(session, ids)
    found = {customer.id: customer for customer in session.scalars(select(Customer).where(Customer.id.in_(those)))}
    totals = {
        each.customer_id: each
        for each in session.scalars(select(CustomerTotals).where(CustomerTotals.customer_id.in_(those)))
    }
    marks: dict[tuple[int, str], list[str]] = {}
    for mark in session.scalars(select(Identity).where(Identity.customer_id.in_(those)).order_by(*MAIN_FIRST)):
        marks.setdefault((mark.customer_id, mark.kind), []).append(mark.shown)
    consents: dict[int, dict[str, bool]] = {}
    for consent in session.scalars(select(Consent).where(Consent.customer_id.in_(those)).order_by(Consent.channel)):
        consents.setdefault(consent.customer_id, {})[consent.channel] = consent.granted
    tags: dict[int, list[Tag]] = {}
    borne = select(CustomerTag.customer_id, Tag).join(Tag, Tag.id == CustomerTag.tag_id).order_by(Tag.name)
    for customer_id, tag in session.execute(borne.where(CustomerTag.customer_id.in_(those))):
        tags.setdefault(customer_id, []).append(tag)
    active = balances(session, ids, now)
    return [
        _view(found[each], totals.get(each))
        | {kind: next(iter(marks.get((each, kind), [])), None) for kind in MARKS}
        | {
            "cards": marks.get((each, "card"), []),
            "consents": consents.get(each, {}),
            "tags": tags.get(each, []),
            "active": active.get(each, 0),
        }
        for each in ids
    ]


def _view(customer: Customer, totals: CustomerTotals | None) -> dict[str, Any]:
    return {
        "id": customer.id,
        "external_id": customer.external_id,
        "name": f"{customer.first_name} {customer.last_name}".strip(),
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "birth_date": customer.birth_date,
        "sex": customer.sex,
        "registered_at": customer.registered_at,
        "activated_at": customer.activated_at,
        "outlet": customer.outlet_id,
        "group": customer.customer_group_id,
        "programme": customer.programme_id,
        "invited_by": customer.invited_by_id,
        "purchase_count": totals.purchase_count if totals else 0,
        "visit_count": totals.visit_count if totals else 0,
        "purchase_sum": totals.purchase_sum if totals else 0,
        "last_purchase_at": totals.last_purchase_at if totals else None,
    }
