"""Windows as trees write them: `{"last_days": 30}`, `{"this": "month"}`, `{"from": "2026-01-01"}`."""

import re
from collections.abc import Collection
from datetime import date
from typing import Any

from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext
from segmenter.figures import whole
from segmenter.windows import FIRST_YEAR, LAST_YEAR, UNITS, Ahead, Dates, Last, Period, Window

# A hundred years.
_MOST = {"last_days": 36_500, "next_days": 36_500, "last_weeks": 5_200, "last_months": 1_200}
_DATES = ("from", "to")
BACK = ("last_days", "last_weeks", "last_months", "this", "previous", *_DATES)
AHEAD = ("next_days", "this", "next", *_DATES)
ANY = tuple(dict.fromkeys((*BACK, *AHEAD)))


def read_window(raw: Any, where: str = "within", offered: Collection[str] = BACK) -> Window:
    """A window written in one of the offered ways; Refused with the path beneath the leaf.

    `from` and `to` stand together or alone; of the other ways there is one. A unit is day, week, month, quarter or
    year.
    """
    told = set(raw) if isinstance(raw, dict) else set()
    if told and told <= set(_DATES) & set(offered):
        return _dates(raw, where)
    if len(told) != 1 or not told <= set(offered) - set(_DATES):
        ways = ", ".join(each for each in offered if each not in _DATES)
        raise Refused(where, gettext("Write one of %(ways)s, or from and to", ways=ways))
    (way,) = told
    number = raw[way]
    if way in ("this", "previous", "next"):
        if number not in UNITS:
            raise Refused(f"{where}.{way}", gettext("Choose one of: %(choices)s", choices=", ".join(UNITS)))
        return Period(way, number)
    # Within 0 days to come is today.
    least, most = int(way != "next_days"), _MOST[way]
    if type(number) is not int or not least <= number <= most:
        message = gettext("Write a whole number from %(least)s to %(most)s", least=least, most=whole(most))
        raise Refused(f"{where}.{way}", message)
    return Ahead(number) if way == "next_days" else Last(number, way.removeprefix("last_").removesuffix("s"))


def _dates(raw: dict[str, Any], where: str) -> Dates:
    first, last = (read_day(raw[end], f"{where}.{end}") if end in raw else None for end in _DATES)
    if first is not None and last is not None and last < first:
        raise Refused(f"{where}.to", gettext("Choose a last day that is not before the first"))
    return Dates(first, last)


def read_day(raw: Any, where: str) -> date:
    """A day as "2026-12-31", or Refused."""
    if isinstance(raw, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", raw):
        try:
            day = date.fromisoformat(raw)
        except ValueError:
            raise Refused(where, gettext("There is no such day: write it as 2026-12-31")) from None
        if FIRST_YEAR <= day.year <= LAST_YEAR:
            return day
    raise Refused(where, gettext("Write a day as 2026-12-31"))
