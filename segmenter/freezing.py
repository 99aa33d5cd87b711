"""Frozen segments: customers kept as a list, under a segment that asks for that list alone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy.orm import Session

from segmenter.lists import create_list
from segmenter.rows import Segment
from segmenter.segments import clean_name, create

KEY = "customer_list"
Kind = Literal["dynamic", "frozen"]


def freeze(session: Session, name: str, customers: Sequence[int], now: datetime) -> Segment:
    """Keep these customers (ids): a list and a segment of the same name.

    Refused: the name is none. Conflict: a list or a segment has this name.
    """
    name = clean_name(name)
    kept = create_list(session, name, customers, now)
    return create(session, name, {"all": [{"condition": KEY, "op": "has", "value": [kept.id]}]}, now)


def kind_of(tree: Any) -> Kind:
    """Whether who is in it changes by itself, or it is nothing but a list."""
    (members,) = tree.values() if "condition" not in tree else ([tree],)
    alone = members[0] if len(members) == 1 and "none" not in tree else {}
    return "frozen" if alone.get("condition") == KEY else "dynamic"
