"""Lists of one's own: customers who were named once, and a segment as it was at a moment."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Select, delete, func, insert, literal, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from loyalty_core.customers.identities import MARKS, bearers, normalise
from loyalty_core.customers.merged import living_id
from loyalty_core.customers.rows import Customer
from loyalty_core.database import id_set, text_set
from loyalty_core.errors import Conflict, NotFound
from loyalty_core.i18n import gettext
from segmenter.rows import CustomerList, CustomerListMember, ListFile
from segmenter.uses import Trees, Use, uses_in_trees

MEMBERS_AT_ONCE = 50_000


def create_list(session: Session, name: str, customers: Sequence[int], now: datetime) -> CustomerList:
    """Keep these customers (ids) under a name; those who are not there any more are left out.

    Conflict: the name is taken.
    """
    new = CustomerList(name=name, created_at=now)
    try:
        with session.begin_nested():
            session.add(new)
    except IntegrityError:
        taken = gettext("There is a list “%(name)s” already: choose another name", name=name)
        raise Conflict("name", taken) from None
    for start in range(0, len(customers), MEMBERS_AT_ONCE):
        some = id_set(session, customers[start : start + MEMBERS_AT_ONCE])
        members = select(Customer.id, literal(new.id)).where(Customer.id.in_(some))
        session.execute(insert(CustomerListMember).from_select(["customer_id", "list_id"], members))
    return new


def customer_list(session: Session, list_id: int) -> CustomerList:
    """The list, or NotFound."""
    found = session.get(CustomerList, list_id)
    if found is None:
        raise NotFound("customer_list", gettext("There is no list %(id)s", id=list_id))
    return found


def delete_list(session: Session, list_id: int, trees_above: Trees) -> None:
    """Delete a list. Conflict while segments, or trees of conditions above, ask for it; NotFound."""
    gone = customer_list(session, list_id)
    found = uses_of_lists(session, [list_id], trees_above)[list_id]
    if found:
        names = ", ".join(f"“{use.name}”" for use in found)
        message = gettext("“%(list)s” is used by %(names)s: take it out there first", list=gone.name, names=names)
        raise Conflict("customer_list", message)
    session.execute(delete(CustomerListMember).where(CustomerListMember.list_id == list_id))
    session.execute(delete(ListFile).where(ListFile.list_id == list_id))
    session.delete(gone)
    session.flush()


def uses_of_lists(session: Session, lists: Collection[int], trees_above: Trees) -> dict[int, list[Use]]:
    """What asks for each of these lists: segments, and what keeps trees of conditions above."""
    return uses_in_trees(session, lists, "customer_list", trees_above)


def members(list_id: int) -> Select[int]:
    """Who is on a list; one who has been merged stands for who they are now."""
    on_it = select(CustomerListMember.customer_id).where(CustomerListMember.list_id == list_id)
    return select(living_id()).where(Customer.id.in_(on_it)).distinct()


def customers_by_marks(session: Session, marks: Sequence[str]) -> dict[str, int]:
    """Whom these marks name: by a customer’s own number, else by card, phone or e-mail; others are left out.

    The number of one who has been merged names who they are now.
    """
    own = select(Customer.external_id, living_id()).where(Customer.external_id.in_(text_set(session, marks)))
    found: dict[str, int] = {str(row[0]): row[1] for row in session.execute(own)}
    for kind in MARKS:
        spelled = {mark: value for mark in marks if (value := _spelled(kind, mark)) is not None}
        known = bearers(session, kind, spelled.values())
        found |= {mark: known[value] for mark, value in spelled.items() if value in known and mark not in found}
    return found


def _spelled(kind: str, mark: str) -> str | None:
    try:
        return normalise(kind, mark)
    except ValueError:
        return None


def sizes(session: Session, lists: Collection[int]) -> dict[int, int]:
    """How many customers each list has."""
    counted = select(CustomerListMember.list_id, func.count()).group_by(CustomerListMember.list_id)
    found = session.execute(counted.where(CustomerListMember.list_id.in_(id_set(session, lists))))
    return {row[0]: row[1] for row in found}
