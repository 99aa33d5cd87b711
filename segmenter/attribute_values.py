"""Attributes of one's own as conditions name and compare them."""

from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute

from loyalty_core.customers.attributes import TEXT_MAX, Attribute, AttributeValue
from loyalty_core.customers.rows import Customer
from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _
from segmenter import operators
from segmenter.condition import Leaf, Subject
from segmenter.operators import Operator
from segmenter.values import References, Value
from segmenter.words import Words

UNKNOWN = _("Of whom the attribute is not known does not meet it.")


class OneAttribute(References):
    """One attribute of a kind, by its id."""

    many: ClassVar[bool] = False

    def one(self, raw: Any, where: str) -> tuple[int, ...]:
        if isinstance(raw, list) and len(raw) != 1:
            raise Refused(where, gettext("Choose one attribute"))
        return super().one(raw, where)


def attribute(kind: str) -> Subject:
    """The attributes of a kind, to pick one from."""
    gone = _("attribute that no longer exists")
    picked = OneAttribute(source=f"/customer-attributes?kind={kind}", name=Attribute.name, gone=gone)
    return Subject(_("Attribute"), picked)


def known(leaf: Leaf, column: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    """What is known of a customer; NULL where nothing is."""
    value = select(column).where(AttributeValue.customer_id == Customer.id, AttributeValue.attribute_id == leaf.of[0])
    return value.correlate(Customer).scalar_subquery()


@dataclass(frozen=True)
class Text(Value):
    """Text to compare with or to find."""

    kind: ClassVar[str] = "text"
    operators: ClassVar[tuple[Operator, ...]] = operators.TEXTS

    def one(self, raw: Any, where: str) -> str:
        if not isinstance(raw, str) or not 1 <= len(raw) <= TEXT_MAX or not raw.isprintable():
            raise Refused(where, gettext("Write one line of 1 to %(most)s characters", most=TEXT_MAX))
        return raw

    def figure(self, value: str, words: Words) -> str:
        return f"“{value}”"
