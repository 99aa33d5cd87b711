"""Events as conditions name them: a kind, and what its properties must be."""

from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, and_

from loyalty_core.database import json_text
from loyalty_core.errors import Refused
from loyalty_core.events import Event
from loyalty_core.i18n import gettext
from loyalty_core.own_events import TEXT_MAX, is_kind, is_property
from segmenter import operators
from segmenter.facts import Facts
from segmenter.operators import Operator
from segmenter.values import Value
from segmenter.words import Words

PROPERTIES_MAX = 5


@dataclass(frozen=True)
class Happening:
    """Events of a kind whose properties, written as text, are these."""

    kind: str
    properties: tuple[tuple[str, str], ...] = ()

    def holds(self, facts: Facts) -> ColumnElement[bool]:
        """Whether an event is one of them."""
        wanted = (json_text(facts.session, Event.properties, name) == text for name, text in self.properties)
        return and_(Event.kind == self.kind, *wanted)


@dataclass(frozen=True)
class Happenings(Value):
    """A kind: "cart.abandoned", or `{"kind": "cart.abandoned", "properties": {"page": "shoes"}}`."""

    kind: ClassVar[str] = "event"
    operators: ClassVar[tuple[Operator, ...]] = operators.CHOICES

    def one(self, raw: Any, where: str) -> Happening:
        told = {"kind": raw} if isinstance(raw, str) else raw
        if not isinstance(told, dict) or not {"kind"} <= set(told) <= {"kind", "properties"}:
            raise Refused(where, gettext("Write the kind of an event, such as cart.abandoned"))
        if not is_kind(told["kind"]):
            place = where if told is not raw else f"{where}.kind"
            raise Refused(place, gettext("Write the kind of an event, such as cart.abandoned"))
        properties = told.get("properties", {})
        if not isinstance(properties, dict) or len(properties) > PROPERTIES_MAX:
            raise Refused(f"{where}.properties", gettext("Write at most %(most)s properties", most=PROPERTIES_MAX))
        for name, text in properties.items():
            if not is_property(name):
                raise Refused(f"{where}.properties", gettext("Name a property with letters, digits, _ and -"))
            if not isinstance(text, str) or len(text) > TEXT_MAX or not text.isprintable():
                message = gettext("Write one line of at most %(most)s characters", most=TEXT_MAX)
                raise Refused(f"{where}.properties.{name}", message)
        return Happening(told["kind"], tuple(properties.items()))

    def figure(self, value: Happening, words: Words) -> str:
        properties = [f"{name} = “{text}”" for name, text in value.properties]
        kind = f"“{value.kind}”"
        if not properties:
            return kind
        return gettext("%(kind)s with %(properties)s", kind=kind, properties=", ".join(properties))

    def describe(self, currency: str) -> dict[str, Any]:
        return {**super().describe(currency), "source": "/event-kinds"}
