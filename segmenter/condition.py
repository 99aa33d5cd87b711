"""What a condition declares, and a leaf of a tree that uses it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from babel.support import LazyProxy
from sqlalchemy import ColumnElement

from loyalty_core.i18n import lazy as _
from segmenter import operators
from segmenter.facts import Facts
from segmenter.scope import OUTLETS, Scope
from segmenter.values import Value
from segmenter.windows import Window
from segmenter.words import Words

# A number that takes the plural of many in every language.
MANY = 5
# As they stand in the list that people choose from.
GROUPS = {
    "purchases": _("Purchases"),
    "goods": _("Goods"),
    "bonuses": _("Bonuses and rules"),
    "customer": _("Customer"),
    "communication": _("Communication"),
    "lists": _("Segments and lists"),
}


@dataclass(frozen=True)
class Subject:
    """What a condition is asked of, where its value alone does not say it: which goods, which channel."""

    title: LazyProxy
    value: Value
    any: LazyProxy | None = None
    """What stands in its place where it may be left out: "any channel"."""

    def describe(self, currency: str) -> dict[str, Any]:
        """What a form needs to draw it."""
        told = {"title": str(self.title), "optional": self.any is not None, "any": self.any and str(self.any)}
        return told | self.value.describe(currency)


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One thing that can be asked of a customer: for the compiler, the checker, the form, sentences and explanations.

    `meets` is the answer as an expression that is true or false for everyone, never unknown, so that `none` is exactly
    the rest; `unknown` tells people of whom the answer is not known, and what holds for them (None: it is known of
    everybody). `actual` are the columns that an
    explanation reads, and `reading` makes one value of them (None: not known). `clause` continues "Customers …"; its
    last argument is the scope in words after a space, or "". `windowed` conditions take `within`, which looks back, or
    with `ahead` at what will be; those `at_outlets` take `outlets`, those with a `subject` need `of`,
    and what narrows it further (which calculation, which campaigns) may be named in `by`.
    """

    key: str
    title: LazyProxy
    help: LazyProxy
    unknown: LazyProxy | None = None
    group: str = "customer"
    value: Value
    subject: Subject | None = None
    by: Subject | None = None
    windowed: bool = False
    ahead: bool = False
    at_outlets: bool = False
    meets: Callable[["Leaf", Facts], ColumnElement[bool]]
    actual: Callable[["Leaf", Facts], Sequence[Any]]
    reading: Callable[[Sequence[Any], Facts], Any] = lambda values, _: values[0]
    clause: Callable[["Leaf", Words, str], str]
    short: Callable[["Leaf", Words], str]

    def describe(self, currency: str) -> dict[str, Any]:
        """What a form needs to draw the condition."""
        return {
            "key": self.key,
            "group": str(GROUPS[self.group]),
            "title": str(self.title),
            "help": str(self.help),
            "not_known": None if self.unknown is None else str(self.unknown),
            "operators": [
                {"key": each.key, "sign": each.sign, "title": str(each.title)} for each in self.value.operators
            ],
            "value": self.value.describe(currency),
            "of": self.subject and self.subject.describe(currency),
            "by": self.by and self.by.describe(currency),
            "windowed": self.windowed,
            "ahead": self.ahead,
            "at_outlets": self.at_outlets,
        }


@dataclass(frozen=True)
class Leaf:
    """A condition with its operator, value and scope, checked; `path` is its place in the tree, such as "all.0"."""

    path: str
    condition: Condition
    op: str
    value: Any
    window: Window | None = None
    outlets: tuple[int, ...] = ()
    of: Any = None
    by: Any = None

    @property
    def scope(self) -> Scope:
        """When and where it looks."""
        return Scope(self.window, self.outlets)

    @property
    def values(self) -> tuple[Any, ...]:
        """One value, or the two ends of `between`."""
        return self.value if self.op == "between" else (self.value,)

    @property
    def mentioned(self) -> list[tuple[Value, Any]]:
        """The values whose things a sentence names."""
        return [(value, named) for _place, value, named in self.places]

    @property
    def places(self) -> list[tuple[str, Value, Any]]:
        """Where the leaf names something ("value", "of", …), as what kind of value, and what it is."""
        named = [("value", self.condition.value, self.value), ("outlets", OUTLETS, self.outlets)]
        return [*named, *self._given]

    def quantity(self, words: Words) -> str:
        """Operator and value in words: "10 or more"."""
        figures = [self.condition.value.full(value, words) for value in self.values]
        return words.value(operators.quantity(self.op, figures))

    @property
    def number(self) -> int:
        """What the noun behind `quantity` agrees with: "exactly 1 purchase", but "1 or more purchases"."""
        count: int = self.values[-1]
        return MANY if self.op in ("ge", "le") and count == 1 else count

    def signed(self, words: Words) -> str:
        """Operator and value in signs: "≥ 10"."""
        return operators.signed(self.op, [self.condition.value.brief(value, words) for value in self.values])

    def subject(self, words: Words) -> str:
        """What it is asked of, in words."""
        assert self.condition.subject is not None
        return self.condition.subject.value.full(self.of, words)

    def narrowed(self, words: Words) -> list[str]:
        """What it is asked of and by, in words, as far as it says."""
        return [asked.full(value, words) for _place, asked, value in self._given]

    @property
    def _given(self) -> list[tuple[str, Value, Any]]:
        told = (("of", self.condition.subject, self.of), ("by", self.condition.by, self.by))
        return [(place, asked.value, value) for place, asked, value in told if asked and value]
