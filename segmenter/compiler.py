"""Compiles a tree of conditions to one SELECT of customers, the same on both databases."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, not_, or_, true
from sqlalchemy.orm import Session

from loyalty_core.customers.rows import Customer
from segmenter.calendar import Calendar
from segmenter.condition import Leaf
from segmenter.facts import Among, Facts
from segmenter.nesting import Members
from segmenter.trees import Tree, read


def customers(session: Session, tree: Any, *, now: datetime, among: Among | None = None) -> Select[int]:
    """`SELECT customer.id` of those who meet a tree (JSON) at `now` (aware UTC), in no order.

    `among` (a SELECT of ids, or ids) asks about these customers only and reads only their purchases and lots.
    Raises Refused with the path when the tree is wrong.
    """
    return _members(tree, facts_for(session, now, among))


def facts_for(session: Session, now: datetime, among: Among | None = None) -> Facts:
    """The columns that the conditions of a tree will ask for, those of saved segments included."""
    calendar = Calendar.of(session, now)

    def of_segment(tree: Any, members: Members) -> Select[int]:
        return _members(tree, Facts(session, calendar, among, members.of))

    return Facts(session, calendar, among, Members(session, of_segment).of)


def _members(tree: Any, facts: Facts) -> Select[int]:
    # What the conditions ask for is joined to the query when they have asked.
    met = meets(read(tree), facts)
    return facts.select(Customer.id, where=met)


def meets(tree: Tree, facts: Facts) -> ColumnElement[bool]:
    """Whether a customer meets a tree; true or false for everyone, never unknown."""
    if isinstance(tree, Leaf):
        return tree.condition.meets(tree, facts)
    members = [meets(member, facts) for member in tree.members]
    if tree.kind == "all":
        return and_(true(), *members)
    return or_(false(), *members) if tree.kind == "any" else not_(or_(false(), *members))
