"""The kinds of value that conditions compare with: how each is read from a tree, drawn and written."""

import re
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, ClassVar

from babel.support import LazyProxy
from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from loyalty_core.database import id_set
from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext
from segmenter import operators
from segmenter.figures import amount, amount_if_not_whole, currency_sign, exact, whole, with_currency
from segmenter.operators import Operator
from segmenter.words import Words, listed

AMOUNT_MAX = 10**12  # minor units: ten billions of a currency, which times a million receipts still fits 64 bits
CHOSEN_MAX = 100


class Value(ABC):
    """One kind of value."""

    kind: ClassVar[str]
    operators: ClassVar[tuple[Operator, ...]]
    source: str | None = None
    """The collection of the API from which its things are picked."""

    def read(self, raw: Any, op: str) -> Any:
        """The value of a leaf as the compiler takes it, or Refused with the path beneath the leaf."""
        if op != "between":
            return self.one(raw, "value")
        if not isinstance(raw, list) or len(raw) != 2:
            raise Refused("value", gettext("Write two values: the smaller and the greater"))
        low, high = (self.one(end, f"value.{index}") for index, end in enumerate(raw))
        if high < low:
            raise Refused("value.1", gettext("Write the greater value second"))
        return low, high

    @abstractmethod
    def one(self, raw: Any, where: str) -> Any:
        """One value, checked."""

    def named(self, session: Session, value: Any) -> dict[Any, str]:
        """What the things that a value refers to are called."""
        return {}

    @abstractmethod
    def figure(self, value: Any, words: Words) -> str:
        """Bare, for an explanation: "4 812.50"."""

    def full(self, value: Any, words: Words) -> str:
        """For a sentence: "£5 000.00"."""
        return self.figure(value, words)

    def brief(self, value: Any, words: Words) -> str:
        """For a line on the canvas: "£5 000"."""
        return self.figure(value, words)

    def describe(self, currency: str) -> dict[str, Any]:
        """What a form needs to draw the field."""
        return {"type": self.kind, "unit": None, "choices": None, "source": None}


@dataclass(frozen=True)
class Number(Value):
    """A whole number from 0 to `most`."""

    most: int
    unit: str | None = None
    kind: ClassVar[str] = "integer"
    operators: ClassVar[tuple[Operator, ...]] = operators.NUMBERS

    def one(self, raw: Any, where: str) -> int:
        if type(raw) is not int or not 0 <= raw <= self.most:
            raise Refused(where, gettext("Write a whole number from 0 to %(most)s", most=whole(self.most)))
        return raw

    def figure(self, value: int, words: Words) -> str:
        return gettext("%(number)s %%", number=whole(value)) if self.unit == "percent" else whole(value)

    def describe(self, currency: str) -> dict[str, Any]:
        return {**super().describe(currency), "unit": self.unit, "maximum": self.most}


@dataclass(frozen=True)
class Amount(Value):
    """Money or bonuses: text with at most two decimals ("5000.00") or a whole number in trees, minor units inside.

    What is `signed` may be below 0.
    """

    unit: str
    signed: bool = False
    kind: ClassVar[str] = "amount"
    operators: ClassVar[tuple[Operator, ...]] = operators.NUMBERS

    def one(self, raw: Any, where: str) -> int:
        text = str(raw) if type(raw) is int else raw
        found = re.fullmatch(r"(-?)([0-9]{1,11})(?:\.([0-9]{1,2}))?", text) if isinstance(text, str) else None
        if found is None:
            raise Refused(where, gettext("Write an amount with at most two decimals, such as 5000.00"))
        if found[1] and not self.signed:
            raise Refused(where, gettext("Write an amount of 0 or more"))
        minor = int(found[2]) * 100 + int((found[3] or "").ljust(2, "0"))
        if minor > AMOUNT_MAX:
            raise Refused(where, gettext("Write an amount up to %(most)s", most=amount(AMOUNT_MAX)))
        return -minor if found[1] else minor

    def figure(self, value: int | Fraction, words: Words) -> str:
        return amount(value) if isinstance(value, int) else exact(value)

    def full(self, value: int, words: Words) -> str:
        return with_currency(amount(value), words.currency) if self.unit == "currency" else amount_if_not_whole(value)

    def brief(self, value: int, words: Words) -> str:
        text = amount_if_not_whole(value)
        return with_currency(text, words.currency) if self.unit == "currency" else text

    def describe(self, currency: str) -> dict[str, Any]:
        sign = currency_sign(currency) if self.unit == "currency" else None
        return {**super().describe(currency), "unit": self.unit, "sign": sign, "signed": self.signed}


@dataclass(frozen=True)
class Choice(Value):
    """One of a few named values."""

    choices: Mapping[str, LazyProxy] = field(hash=False)
    kind: ClassVar[str] = "choice"
    operators: ClassVar[tuple[Operator, ...]] = operators.CHOICES

    def one(self, raw: Any, where: str) -> str:
        if not isinstance(raw, str) or raw not in self.choices:
            raise Refused(where, gettext("Choose one of: %(choices)s", choices=", ".join(self.choices)))
        return raw

    def figure(self, value: str, words: Words) -> str:
        return words.value(str(self.choices[value]))

    def describe(self, currency: str) -> dict[str, Any]:
        choices = [{"key": key, "title": str(title)} for key, title in self.choices.items()]
        return {**super().describe(currency), "choices": choices}


@dataclass(frozen=True)
class Choices(Value):
    """One or more of a few named values: a key or a list of keys, read as a tuple in the order of their declaration."""

    choices: Mapping[str, LazyProxy] = field(hash=False)
    many: ClassVar[bool] = True
    kind: ClassVar[str] = "choice"
    operators: ClassVar[tuple[Operator, ...]] = operators.ANY_OF

    def one(self, raw: Any, where: str) -> tuple[str, ...]:
        keys = raw if isinstance(raw, list) else [raw]
        if not 1 <= len(keys) <= len(self.choices):
            raise Refused(where, gettext("Choose from 1 to %(most)s of them", most=len(self.choices)))
        single = Choice(self.choices)
        chosen = [single.one(key, where if keys is not raw else f"{where}.{place}") for place, key in enumerate(keys)]
        return tuple(key for key in self.choices if key in chosen)

    def figure(self, value: Collection[str], words: Words) -> str:
        return listed([words.value(str(self.choices[key])) for key in value], gettext("or"))

    def describe(self, currency: str) -> dict[str, Any]:
        return Choice(self.choices).describe(currency) | {"many": self.many}


@dataclass(frozen=True, kw_only=True)
class References(Value):
    """One or more things that people choose by name: an id or a list of ids. What was deleted is on nobody.

    `source` is the collection of the API that they are picked from, `name` the column that says what one is called,
    `gone` what is written in place of one that is not there any more.
    """

    source: str
    name: InstrumentedAttribute[str]
    gone: LazyProxy = field(hash=False)
    many: ClassVar[bool] = True
    kind: ClassVar[str] = "reference"
    operators: ClassVar[tuple[Operator, ...]] = operators.CHOSEN

    def one(self, raw: Any, where: str) -> tuple[int, ...]:
        ids = raw if isinstance(raw, list) else [raw]
        if not 1 <= len(ids) <= CHOSEN_MAX:
            raise Refused(where, gettext("Choose from 1 to %(most)s of them", most=CHOSEN_MAX))
        for index, each in enumerate(ids):
            if type(each) is not int or not 1 <= each < 2**63:
                raise Refused(where if ids is not raw else f"{where}.{index}", gettext("Choose it by its id"))
        return tuple(dict.fromkeys(ids))

    def named(self, session: Session, value: Any) -> dict[Any, str]:
        model: Any = self.name.class_
        found = session.execute(select(model.id, self.name).where(model.id.in_(id_set(session, value))))
        return {row.id: row[1] for row in found}

    def figure(self, value: Collection[int], words: Words) -> str:
        names = dict.fromkeys(words.name(self.source, each) or str(self.gone) for each in value)
        return listed(names, gettext("or")) if names else gettext("none of them")

    def describe(self, currency: str) -> dict[str, Any]:
        return {**super().describe(currency), "source": self.source, "many": self.many}
