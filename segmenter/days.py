"""Days as conditions compare them: with another day, with a window, or by their anniversary in one."""

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext
from segmenter import operators
from segmenter.calendar import Calendar
from segmenter.operators import Operator
from segmenter.values import Value
from segmenter.window_reading import ANY, read_day, read_window
from segmenter.windows import Ahead, Last, Window, written
from segmenter.words import Words

# An anniversary comes once a year, so that a longer window would hold everybody's.
_YEAR = {"day": 365, "week": 52, "month": 12}


@dataclass(frozen=True)
class Day(Value):
    """A day, "2026-12-31"; or, for `within` and `anniversary`, a window such as {"next_days": 7}."""

    kind: ClassVar[str] = "date"
    operators: ClassVar[tuple[Operator, ...]] = operators.DAYS

    def read(self, raw: Any, op: str) -> Any:
        match op:
            case "within":
                return read_window(raw, "value", ANY)
            case "anniversary":
                window = read_window(raw, "value", [way for way in ANY if way not in ("from", "to")])
                if (most := _too_long(window)) is not None:
                    raise Refused("value", gettext("Write at most a year, which is %(most)s", most=most))
                return window
        return super().read(raw, op)

    def one(self, raw: Any, where: str) -> date:
        return read_day(raw, where)

    def figure(self, value: date | Window, words: Words) -> str:
        return written(value) if isinstance(value, date) else value.sentence()


def anniversary_days(window: Window, calendar: Calendar) -> tuple[date, date]:
    """The first and the last day of a window that `Day` took for anniversaries."""
    first, last = window.days(calendar)
    assert first is not None
    assert last is not None
    return first, last


def _too_long(window: Window) -> int | None:
    most = _YEAR[window.unit] if isinstance(window, Last) else _YEAR["day"]
    number = window.number if isinstance(window, Last | Ahead) else None
    return most if number is not None and number > most else None
