"""Customers to select, and selections opened in the session of a test: as pages do, or at once, however many."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from loyalty_core.customers.registration import CustomerData, register
from loyalty_core.database import Database
from loyalty_core.organisation import Organisation
from segmenter.selections.opening import look_for, open_selection, open_wanted
from segmenter.selections.rows import Selection
from segmenter.selections.wanted import Wanted


def women_and_men(session: Session, count: int, now: datetime) -> list[int]:
    """The ids of the only customers of a shop, "Nr 0" and so on: a man, a woman, by turns."""
    session.add(Organisation(id=1, name="Harbour Gifts", zone="Europe/London", currency="GBP"))
    session.flush()
    return [
        register(session, CustomerData(first_name=f"Nr {n}", sex=("male", "female")[n % 2], registered_at=now), now).id
        for n in range(count)
    ]


def ask(database: Database, session: Session, wanted: Wanted, now: datetime, by: str = "Anna") -> Selection:
    """What a page does: open it at once, or leave it to a worker."""
    return open_wanted(session, wanted, look_for(database, session, wanted, now), now, by)


def opened(session: Session, wanted: Wanted, now: datetime, by: str = "Anna") -> Selection:
    """A selection of who is wanted now."""
    found = session.scalars(wanted.customers(session, now)).all()
    return open_selection(session, found, wanted.origin(session), now, by, within=wanted.within)


def open_tree(session: Session, tree: Any, now: datetime, by: str = "Anna") -> Selection:
    """A selection of who meets a tree now."""
    return opened(session, Wanted("tree", tree=tree), now, by)


def open_segment(session: Session, segment: int, now: datetime, by: str = "Anna") -> Selection:
    """A selection of who is in a segment now."""
    return opened(session, Wanted("segment", segment=segment), now, by)


def narrow(session: Session, selection: int, tree: Any, now: datetime, by: str = "Anna") -> Selection:
    """A selection of who is in another one and also meets a tree."""
    return opened(session, Wanted("tree", tree=tree, within=selection), now, by)
