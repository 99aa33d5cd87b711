"""Whole days since a moment on the organisation's calendar, as an expression that both databases understand."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, case, literal
from sqlalchemy.orm import Session

from loyalty_core.database import day_number
from segmenter.calendar import Calendar

EPOCH = date(1970, 1, 1)


def days_since(session: Session, moment: ColumnElement[Any], calendar: Calendar, first: datetime) -> ColumnElement[int]:
    """Local calendar days from `moment` (none lies before `first`) to today; 0 for what a fast clock dated tomorrow."""
    today = (calendar.today - EPOCH).days
    (_, oldest), *changes = _offsets(calendar.zone, first, calendar.now)
    # Most customers bought lately, so the latest change of the clocks is asked about first.
    arms = [(moment >= since, literal(offset)) for since, offset in reversed(changes)]
    number = day_number(session, moment, case(*arms, else_=literal(oldest)) if arms else literal(oldest))
    return case((number > today, 0), else_=today - number)


def _offsets(zone: ZoneInfo, first: datetime, last: datetime) -> list[tuple[datetime, int]]:
    """Since when the zone's clocks have stood how many seconds ahead of UTC, from `first` to `last`."""
    found = [(first, _offset(zone, first))]
    day = first
    while day < last:
        following = min(day + timedelta(days=1), last)
        if _offset(zone, following) != found[-1][1]:
            found.append((_change(zone, day, following), _offset(zone, following)))
        day = following
    return found


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The second at which the clocks were changed."""
    offset = _offset(zone, before)
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        before, after = (middle, after) if _offset(zone, middle) == offset else (before, middle)
    return after.replace(microsecond=0)


def _offset(zone: ZoneInfo, moment: datetime) -> int:
    ahead = moment.astimezone(zone).utcoffset()
    assert ahead is not None
    return round(ahead.total_seconds())
