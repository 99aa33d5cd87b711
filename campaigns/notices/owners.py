"""Whose notices they are: a programme's or a customer group's."""

from typing import NamedTuple

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from campaigns.notices.kinds import GROUP, PROGRAMME, Kind, kinds_of
from campaigns.notices.rows import Notice
from loyalty_core.errors import NotFound
from loyalty_core.i18n import gettext
from loyalty_core.programmes.rows import CustomerGroup, Programme


class Owner(NamedTuple):
    """A programme or a customer group; `kind` says which."""

    kind: str
    id: int
    name: str

    @property
    def kinds(self) -> list[Kind]:
        """The notices that its form has."""
        return kinds_of(self.kind)

    def mine(self) -> ColumnElement[bool]:
        """Of a notice: it is this one's."""
        column = Notice.programme_id if self.kind == PROGRAMME else Notice.customer_group_id
        return column == self.id

    def columns(self) -> dict[str, int]:
        """The columns of a new notice that say whose it is."""
        return {f"{self.kind}_id": self.id}


def programme_owner(session: Session, programme_id: int, *, lock: bool = False) -> Owner:
    """The programme, locked until the end of the transaction where asked; NotFound."""
    return _owner(session, PROGRAMME, Programme, programme_id, lock)


def group_owner(session: Session, group_id: int, *, lock: bool = False) -> Owner:
    """The customer group, locked until the end of the transaction where asked; NotFound."""
    return _owner(session, GROUP, CustomerGroup, group_id, lock)


def _owner(
    session: Session, kind: str, table: type[Programme] | type[CustomerGroup], owner_id: int, lock: bool
) -> Owner:
    wanted = select(table.name).where(table.id == owner_id)
    name = session.scalar(wanted.with_for_update() if lock else wanted)
    if name is None:
        raise NotFound(kind, gettext("There is no %(kind)s %(id)s", kind=kind.replace("_", " "), id=owner_id))
    return Owner(kind, owner_id, name)
