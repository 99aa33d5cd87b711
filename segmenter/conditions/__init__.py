"""The catalogue of conditions: one file each, holding `CONDITION`; a new file is named in `ORDER` and nowhere else.

Floors above have conditions too (campaigns: messages and participation): they `register` theirs when they are loaded.
"""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from sqlalchemy.orm import Session

from loyalty_core.organisation import organisation
from segmenter.condition import Condition

# As they stand in the list that people choose from, group by group.
ORDER = (
    "purchase_count",
    "purchase_sum",
    "average_receipt",
    "visit_count",
    "purchased",
    "days_since_last_purchase",
    "days_since_first_purchase",
    "first_purchase",
    "rfm_score",
    "rfm_segment",
    "bought_goods",
    "goods_quantity",
    "goods_sum",
    "goods_share",
    "promo_code_used",
    "bonus_balance",
    "bonuses_burning",
    "programme",
    "tier",
    "customer_group",
    "days_since_registration",
    "outlet",
    "status",
    "age",
    "days_to_birthday",
    "sex",
    "tag",
    "attribute_number",
    "attribute_date",
    "attribute_text",
    "attribute_flag",
    "event_count",
    "invited",
    "invited_by",
    "friends_invited",
    "consent",
    "segment",
    "customer_list",
)


def _declared() -> dict[str, Condition]:
    forgotten = {module.name for module in iter_modules(__path__)} ^ set(ORDER)
    if forgotten:
        raise ImportError(f"segmenter.conditions: ORDER and the files differ in {sorted(forgotten)}")
    conditions: dict[str, Condition] = {key: import_module(f"{__name__}.{key}").CONDITION for key in ORDER}
    misnamed = [key for key, condition in conditions.items() if condition.key != key]
    if misnamed:
        raise ImportError(f"segmenter.conditions: the keys of {misnamed} differ from the names of their files")
    return conditions


CONDITIONS = _declared()


def register(*conditions: Condition) -> None:
    """Add conditions that a floor above declares; ImportError where a key is taken by another one."""
    for condition in conditions:
        if CONDITIONS.setdefault(condition.key, condition) is not condition:
            raise ImportError(f"segmenter.conditions: the key {condition.key!r} is taken")


def describe_conditions(session: Session) -> list[dict[str, Any]]:
    """Every condition as a form draws it: see `Condition.describe`."""
    currency = organisation(session).currency
    return [condition.describe(currency) for condition in CONDITIONS.values()]
