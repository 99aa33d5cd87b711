"""The catalogue of conditions: one file each, holding `CONDITION`; a new file is named in `ORDER` and nowhere else."""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from sqlalchemy.orm import Session

from loyalty_core.organisation import organisation
from segmenter.condition import Condition

# As they stand in the list that people choose from.
ORDER = (
    "purchase_count",
    "purchase_sum",
    "average_receipt",
    "bonus_balance",
    "days_since_registration",
    "age",
    "sex",
    "tag",
    "programme",
    "customer_group",
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


def describe_conditions(session: Session) -> list[dict[str, Any]]:
    """Every condition as a form draws it: key, title, help, operators, value, windowed."""
    currency = organisation(session).currency
    return [condition.describe(currency) for condition in CONDITIONS.values()]
