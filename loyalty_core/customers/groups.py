"""Customer groups: added, changed, who is in them, and what each buys.

"Групи клієнтів" and "Звіт з маркетингу" of SkyService's page.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, case, func, literal, null, select, update
from sqlalchemy.orm import Session

from loyalty_core.customers.rows import Customer
from loyalty_core.database import id_set
from loyalty_core.errors import NotFound, Refused
from loyalty_core.i18n import gettext as _
from loyalty_core.programmes.changes import DESCRIPTION_MAX, NAME_MAX
from loyalty_core.programmes.rows import CustomerGroup, Programme
from loyalty_core.till.purchases import Purchase


@dataclass(frozen=True, slots=True)
class GroupData:
    """A group as somebody tells it; without a programme, no rules of loyalty hold for it."""

    name: str
    description: str = ""
    programme_id: int | None = None
    is_default: bool = False


class GroupFigures(NamedTuple):
    """A group (None: those in none), how many customers are in it, and their receipts of a period, net of returns.

    `average` is by receipt, half up; None where there is none. Minor units.
    """

    group: CustomerGroup | None
    customers: int
    purchases: int
    amount: int
    average: int | None


def customer_groups(session: Session) -> Sequence[CustomerGroup]:
    """The groups by name."""
    return session.scalars(select(CustomerGroup).order_by(func.lower(CustomerGroup.name), CustomerGroup.id)).all()


def customer_group(session: Session, group_id: int) -> CustomerGroup:
    """A group; NotFound where there is none."""
    found = session.get(CustomerGroup, group_id)
    if found is None:
        raise NotFound("customer_group", _("There is no customer group %(id)s", id=group_id))
    return found


def create_group(session: Session, data: GroupData) -> CustomerGroup:
    """A new group, with its id. Refused, at the field to mend, where it cannot be taken."""
    return _write(session, CustomerGroup(), data)


def change_group(session: Session, group_id: int, data: GroupData) -> CustomerGroup:
    """Change a group as a whole. Refused as above."""
    return _write(session, customer_group(session, group_id), data)


def move_customers(session: Session, customer_ids: Collection[int], group_id: int | None) -> None:
    """Put customers into a group, out of the one they were in; with None, into none."""
    if group_id is not None:
        customer_group(session, group_id)
    chosen = update(Customer).where(Customer.id.in_(id_set(session, customer_ids)))
    session.execute(chosen.values(customer_group_id=group_id), execution_options={"synchronize_session": False})


def let_follow(
    session: Session, customer_ids: Collection[int], *, group_id: int | None, programme_id: int | None
) -> None:
    """Say whose rules hold for customers: a group's, those of a programme of their own, or (neither) the default ones.

    Refused where there is no such group or programme, both are told, or an archived programme would get new customers.
    """
    if group_id is not None and programme_id is not None:
        raise Refused("programme", _("Choose a group or a programme: the rules of a group come first"))
    if group_id is not None and session.get(CustomerGroup, group_id) is None:
        raise Refused("group", _("There is no customer group %(id)s", id=group_id))
    followed = None if programme_id is None else session.get(Programme, programme_id)
    if programme_id is not None and followed is None:
        raise Refused("programme", _("There is no programme %(id)s", id=programme_id))
    those = Customer.id.in_(id_set(session, customer_ids))
    if followed is not None and followed.archived:
        newcomers = select(Customer.id).where(those, Customer.programme_id.is_distinct_from(programme_id))
        if session.scalar(newcomers.limit(1)) is not None:
            raise Refused("programme", _("Choose a programme that is not archived"))
    chosen = update(Customer).where(those).values(customer_group_id=group_id, programme_id=programme_id)
    session.execute(chosen, execution_options={"synchronize_session": False})


def default_group_id(session: Session) -> int | None:
    """The group of those who register."""
    return session.scalar(select(CustomerGroup.id).where(CustomerGroup.is_default))


def group_figures(session: Session, begin: datetime, end: datetime) -> list[GroupFigures]:
    """For each group by name, and last for those in none: its customers, and their purchases from begin until end.

    A purchase that came back as a whole is not counted. Two statements for any number of customers.
    """
    group = _followed_group(session)
    counted = select(group.label("group"), func.count()).where(Customer.merged_into_id.is_(None)).group_by("group")
    members: dict[int | None, int] = dict(session.execute(counted).all())
    bought = (
        select(group.label("group"), func.count(), func.sum(Purchase.net_amount))
        .join_from(Purchase, Customer, Customer.id == Purchase.customer_id)
        .where(Purchase.at >= begin, Purchase.at < end, Purchase.net_amount > 0)
        .group_by("group")
    )
    receipts = {group_id: (count, int(amount)) for group_id, count, amount in session.execute(bought)}
    rows = [_figures(each, each.id, members, receipts) for each in customer_groups(session)]
    return [*rows, _figures(None, None, members, receipts)] if None in members else rows


def _followed_group(session: Session) -> ColumnElement[int | None]:
    """The group whose rules hold for a customer: theirs, or the default one where they have no programme either."""
    default = literal(default_group_id(session))
    return case(
        (Customer.customer_group_id.is_not(None), Customer.customer_group_id),
        (Customer.programme_id.is_(None), default),
        else_=null(),
    )


def _figures(
    group: CustomerGroup | None,
    group_id: int | None,
    members: dict[int | None, int],
    receipts: dict[int | None, tuple[int, int]],
) -> GroupFigures:
    count, amount = receipts.get(group_id, (0, 0))
    average = (2 * amount + count) // (2 * count) if count else None
    return GroupFigures(group, members.get(group_id, 0), count, amount, average)


def _write(session: Session, found: CustomerGroup, data: GroupData) -> CustomerGroup:
    if not 1 <= len(data.name) <= NAME_MAX:
        raise Refused("name", _("Write a name of at most %(most)s characters", most=NAME_MAX))
    if len(data.description) > DESCRIPTION_MAX:
        raise Refused("description", _("Write at most %(most)s characters", most=DESCRIPTION_MAX))
    with session.no_autoflush:
        namesake = session.scalar(select(CustomerGroup.id).where(CustomerGroup.name == data.name))
        followed = None if data.programme_id is None else session.get(Programme, data.programme_id)
    if namesake not in (None, found.id):
        raise Refused("name", _("Choose another name: there is a group with this one"))
    if data.programme_id is not None:
        if followed is None:
            raise Refused("programme", _("There is no programme %(id)s", id=data.programme_id))
        if followed.archived and found.programme_id != followed.id:
            raise Refused("programme", _("Choose a programme that is not archived"))
    if data.is_default:
        others = update(CustomerGroup).where(CustomerGroup.is_default, CustomerGroup.id != (found.id or 0))
        session.execute(others.values(is_default=False))
    found.name, found.description, found.is_default = data.name, data.description, data.is_default
    found.programme_id = data.programme_id
    session.add(found)
    session.flush()
    session.refresh(found)
    return found
