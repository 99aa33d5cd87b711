"""What a condition declares, and a leaf of a tree that uses it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from babel.support import LazyProxy
from sqlalchemy import ColumnElement

from segmenter import operators
from segmenter.facts import Facts
from segmenter.values import Value
from segmenter.windows import Window
from segmenter.words import Words


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One thing that can be asked of a customer: for the compiler, the checker, the form, sentences and explanations.

    `meets` is the answer as an expression that is true or false for everyone, never unknown, so that `none` is exactly
    the rest. `actual` are the columns that an explanation reads, and `reading` makes one value of them (None: not
    known). `clause` continues "Customers …"; its last argument is the window in words after a space, or "".
    """

    key: str
    title: LazyProxy
    help: LazyProxy
    value: Value
    windowed: bool = False
    meets: Callable[["Leaf", Facts], ColumnElement[bool]]
    actual: Callable[["Leaf", Facts], Sequence[Any]]
    reading: Callable[[Sequence[Any], Facts], Any] = lambda values, _: values[0]
    clause: Callable[["Leaf", Words, str], str]
    short: Callable[["Leaf", Words], str]

    def describe(self, currency: str) -> dict[str, Any]:
        """What a form needs to draw the condition."""
        return {
            "key": self.key,
            "title": str(self.title),
            "help": str(self.help),
            "operators": [
                {"key": each.key, "sign": each.sign, "title": str(each.title)} for each in self.value.operators
            ],
            "value": self.value.describe(currency),
            "windowed": self.windowed,
        }


@dataclass(frozen=True)
class Leaf:
    """A condition with its operator, value and window, checked; `path` is its place in the tree, such as "all.0"."""

    path: str
    condition: Condition
    op: str
    value: Any
    window: Window | None = None

    @property
    def values(self) -> tuple[Any, ...]:
        """One value, or the two ends of `between`."""
        return self.value if self.op == "between" else (self.value,)

    @property
    def mentioned(self) -> list[tuple[Value, Any]]:
        """The values whose things a sentence names."""
        return [(self.condition.value, self.value)]

    def quantity(self, words: Words) -> str:
        """Operator and value in words: "10 or more"."""
        return operators.quantity(self.op, [self.condition.value.full(value, words) for value in self.values])

    def signed(self, words: Words) -> str:
        """Operator and value in signs: "≥ 10"."""
        return operators.signed(self.op, [self.condition.value.brief(value, words) for value in self.values])
