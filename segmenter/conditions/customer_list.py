"""Whether a customer is on a list of one's own ("свой список")."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, String, cast, func, or_, select
from sqlalchemy.orm import aliased

from loyalty_core.customers.rows import Customer
from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _
from segmenter.condition import Condition, Leaf
from segmenter.facts import Facts
from segmenter.rows import CustomerList, CustomerListMember
from segmenter.values import References


def _listed(leaf: Leaf, *columns: Any) -> Select[Any]:
    # Who turned out to be the same person may have been put on the list in their place.
    gone = aliased(Customer)
    merged = select(gone.id).where(gone.merged_into_id == Customer.id).correlate(Customer)
    member = CustomerListMember.customer_id
    found = select(*columns).where(
        or_(member == Customer.id, member.in_(merged)), CustomerListMember.list_id.in_(leaf.value)
    )
    return found.correlate(Customer)


def _actual(leaf: Leaf, _facts: Facts) -> Sequence[Any]:
    return [_listed(leaf, func.aggregate_strings(cast(CustomerListMember.list_id, String), ",")).scalar_subquery()]


def _reading(values: Sequence[Any], _facts: Facts) -> tuple[int, ...]:
    return tuple(sorted(int(list_id) for list_id in values[0].split(","))) if values[0] else ()


CONDITION = Condition(
    key="customer_list",
    group="lists",
    title=_("List of one’s own"),
    help=_("Who is on at least one of these lists. A list holds the customers who were put on it once."),
    value=References(source="/customer-lists", name=CustomerList.name, gone=_("a list that no longer exists")),
    meets=lambda leaf, facts: _listed(leaf, CustomerListMember.list_id).exists(),
    actual=_actual,
    reading=_reading,
    clause=lambda leaf, words, scope: gettext(
        "who are on the list %(names)s", names=leaf.condition.value.full(leaf.value, words)
    ),
    short=lambda leaf, words: gettext("on %(names)s", names=leaf.condition.value.brief(leaf.value, words)),
)
