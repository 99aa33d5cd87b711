"""Tags that people and programs put on customers: added, changed, and put on or taken off whole selections.

"Метки" of kilbil's page: one that is not active can no longer be put on anybody, but stays on who wears it.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, delete, func, insert, literal, select
from sqlalchemy.orm import Session

from loyalty_core.customers.rows import Customer, CustomerTag, Tag
from loyalty_core.database import id_set, insert_into
from loyalty_core.errors import Conflict, NotFound, Refused
from loyalty_core.events import Event
from loyalty_core.i18n import gettext as _

NAME_MAX = 100
DESCRIPTION_MAX = 500

# A SELECT of customers' ids, or the ids.
Selection = Select[Any] | Collection[int]


class TagData(NamedTuple):
    """A tag as somebody tells it."""

    name: str
    description: str = ""
    active: bool = True


class TagFigures(NamedTuple):
    """A tag, and how many customers wear it."""

    tag: Tag
    worn: int


def tag(session: Session, tag_id: int) -> Tag:
    """A tag; NotFound where there is none."""
    found = session.get(Tag, tag_id)
    if found is None:
        raise NotFound("tag_id", _("There is no tag %(id)s.", id=tag_id))
    return found


def tag_figures(session: Session) -> list[TagFigures]:
    """All tags by name, and how many wear each, in one statement."""
    worn = select(CustomerTag.tag_id, func.count().label("worn")).group_by(CustomerTag.tag_id).subquery()
    found = select(Tag, func.coalesce(worn.c.worn, 0)).outerjoin(worn, worn.c.tag_id == Tag.id)
    return [TagFigures(*row) for row in session.execute(found.order_by(func.lower(Tag.name), Tag.id))]


def tags_to_put_on(session: Session) -> Sequence[Tag]:
    """The active tags, by name."""
    return session.scalars(select(Tag).where(Tag.active).order_by(func.lower(Tag.name), Tag.id)).all()


def create_tag(session: Session, data: TagData) -> Tag:
    """A new tag, with its id. Refused, at the field to mend, where it cannot be taken; Conflict: the name is taken."""
    return _write(session, Tag(), data)


def change_tag(session: Session, tag_id: int, data: TagData) -> Tag:
    """Change a tag as a whole. NotFound, and errors as above."""
    return _write(session, tag(session, tag_id), data)


def put_on(session: Session, tag_id: int, customers: Selection, now: datetime) -> int:
    """Put a tag on customers, and tell it to the chains (`customer.tagged`) of each who did not wear it; their number.

    Three statements for any number. NotFound where there is no such tag; Refused where it is not active.
    """
    found = tag(session, tag_id)
    if not found.active:
        raise Refused("tag", _("“%(name)s” is not active: nobody can be tagged with it", name=found.name))
    chosen = select(Customer.id, literal(tag_id)).where(Customer.id.in_(_ids(session, customers)))
    worn = insert_into(session, CustomerTag).from_select(
        ["customer_id", "tag_id"], chosen.where(Customer.merged_into_id.is_(None)).order_by(Customer.id)
    )
    new = session.scalars(worn.on_conflict_do_nothing().returning(CustomerTag.customer_id)).all()
    _tell(session, "customer.tagged", found, new, now)
    return len(new)


def take_off(session: Session, tag_id: int, customers: Selection, now: datetime) -> int:
    """Take a tag off customers, active or not, and tell it (`customer.untagged`) of each who wore it; their number."""
    found = tag(session, tag_id)
    worn = delete(CustomerTag).where(
        CustomerTag.tag_id == tag_id, CustomerTag.customer_id.in_(_ids(session, customers))
    )
    gone = session.scalars(
        worn.returning(CustomerTag.customer_id), execution_options={"synchronize_session": False}
    ).all()
    _tell(session, "customer.untagged", found, gone, now)
    return len(gone)


def _ids(session: Session, customers: Selection) -> Select[Any]:
    return customers if isinstance(customers, Select) else id_set(session, customers)


def _tell(session: Session, kind: str, tagged: Tag, customers: Collection[int], now: datetime) -> None:
    if not customers:
        return
    each = id_set(session, customers).subquery("each")
    values = {
        "kind": literal(kind),
        "customer_id": each.c.id,
        "at": literal(now, Event.at.type),
        "properties": literal({"tag_id": tagged.id, "tag": tagged.name}, Event.properties.type),
    }
    session.execute(insert(Event).from_select(list(values), select(*values.values())))


def _write(session: Session, found: Tag, data: TagData) -> Tag:
    name = " ".join(data.name.split())
    if not 1 <= len(name) <= NAME_MAX or "\0" in name:
        raise Refused("name", _("Write a name of at most %(most)s characters", most=NAME_MAX))
    if len(data.description) > DESCRIPTION_MAX or "\0" in data.description:
        raise Refused("description", _("Write at most %(most)s characters", most=DESCRIPTION_MAX))
    with session.no_autoflush:
        namesake = session.scalar(select(Tag.id).where(Tag.name == name))
    if namesake not in (None, found.id):
        raise Conflict("name", _("There is a tag with this name."))
    found.name, found.description, found.active = name, data.description.strip(), data.active
    session.add(found)
    session.flush()
    return found
