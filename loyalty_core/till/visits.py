"""Says which purchases open a visit: those within some hours of a visit's first purchase belong to that visit.

"Количество часов для счетчика продаж" of kilbil's page. With 6 hours, purchases at 10:00, 12:00 and 17:00 are two
visits: the hours run from the first purchase of a visit, not from the latest.
"""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from loyalty_core.database import Moment, id_parameter, id_set, id_value, once_a_dialect, table_of
from loyalty_core.programmes.rows import Programme
from loyalty_core.programmes.terms import followed_programmes
from loyalty_core.till.purchases import Purchase

_BEGINNING = datetime(1, 1, 2, tzinfo=UTC)
_PAST = {"synchronize_session": False}
_COUNTED = select(Programme.id, Programme.visit_hours).where(Programme.visit_hours.is_not(None))


def mark_visits(session: Session, customer_ids: Collection[int], since: Mapping[int, datetime] | None = None) -> None:
    """Mark anew which of these customers' purchases open a visit, by the hours of the programme that they follow now.

    Only purchases from a customer's moment of `since` on, so that visits before what was touched stay as they were
    counted under earlier rules; without it, all. What came back as a whole opens none; without hours, every purchase
    is a visit. A handful of statements for any number of customers, whose rows must be locked by this transaction.
    """
    hours = _hours(session, customer_ids)
    begin = min(since.values(), default=_BEGINNING) if since else _BEGINNING
    plain = [each for each in customer_ids if each not in hours]
    if plain:
        session.execute(_each_a_visit(session), {"ids": id_value(session, plain), "begin": begin})
    if hours:
        for opens, ids in _changed(session, hours, since, begin).items():
            if ids:
                marked = update(Purchase).where(Purchase.id.in_(id_set(session, ids)))
                session.execute(marked.values(opens_visit=opens), execution_options=_PAST)


@once_a_dialect
def _each_a_visit(session: Session) -> Any:
    bought = Purchase.net_amount > 0
    since = Purchase.customer_id.in_(id_parameter(session)), Purchase.at >= bindparam("begin", type_=Moment())
    return update(table_of(Purchase)).where(*since, Purchase.opens_visit != bought).values(opens_visit=bought)


def _changed(
    session: Session, hours: Mapping[int, timedelta], since: Mapping[int, datetime] | None, begin: datetime
) -> dict[bool, list[int]]:
    """The purchases that open a visit and were not marked so, and those that were and open none."""
    # What came before may be in a visit that was still open.
    look_back = min(max(hours.values()), begin - _BEGINNING)
    bought = (
        select(Purchase.id, Purchase.customer_id, Purchase.at, Purchase.net_amount, Purchase.opens_visit)
        .where(Purchase.customer_id.in_(id_set(session, hours.keys())), Purchase.at >= begin - look_back)
        .order_by(Purchase.customer_id, Purchase.at, Purchase.id)
    )
    changed: dict[bool, list[int]] = {True: [], False: []}
    opened: dict[int, datetime] = {}
    for purchase_id, customer_id, at, net_amount, opens_visit in session.execute(bought):
        opens = opens_visit
        if since is None or at >= since[customer_id]:
            first = opened.get(customer_id)
            opens = net_amount > 0 and (first is None or at - first >= hours[customer_id])
            if opens != opens_visit:
                changed[opens].append(purchase_id)
        if opens:
            opened[customer_id] = at
    return changed


def _hours(session: Session, customer_ids: Collection[int]) -> dict[int, timedelta]:
    """How long a visit of each customer lasts; only of those whose programme says it."""
    hours = {programme_id: timedelta(hours=hours or 0) for programme_id, hours in session.execute(_COUNTED)}
    followed = followed_programmes(session, customer_ids) if hours else {}
    return {each: hours[programme_id] for each, programme_id in followed.items() if programme_id in hours}
