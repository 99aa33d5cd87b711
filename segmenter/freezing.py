"""Frozen segments: who meets a tree now, kept as a list, under a segment that asks for that list alone."""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy.orm import Session

from segmenter.compiler import customers
from segmenter.lists import create_list
from segmenter.rows import Segment
from segmenter.segments import beneath_tree, clean_name, create

KEY = "customer_list"
Kind = Literal["dynamic", "frozen"]


def freeze(session: Session, name: str, tree: Any, now: datetime) -> Segment:
    """Keep who meets a tree (JSON) at `now`: a list and a segment of the same name.

    Refused names what is wrong; Conflict: a list or a segment has this name.
    """
    name = clean_name(name)
    with beneath_tree():
        met = customers(session, tree, now=now)
    kept = create_list(session, name, met, now)
    return create(session, name, {"all": [{"condition": KEY, "op": "has", "value": [kept.id]}]}, now)


def kind_of(tree: Any) -> Kind:
    """Whether who is in it changes by itself, or it is nothing but a list."""
    (members,) = tree.values() if "condition" not in tree else ([tree],)
    alone = members[0] if len(members) == 1 and "none" not in tree else {}
    return "frozen" if alone.get("condition") == KEY else "dynamic"
