"""Wall-clock times of a zone as moments, where clocks go forward and back too."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def moment_at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The UTC moment when the clocks of a zone show this time on this day.

    A time that is skipped is the next valid moment; one that comes twice is its first.
    """
    return _moment(datetime.combine(day, clock), zone, fold=0)


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The UTC moment of 23:59:59 on this day; of two, the second, which ends the day."""
    return _moment(datetime.combine(day, time(23, 59, 59)), zone, fold=1)


def _moment(wall: datetime, zone: ZoneInfo, fold: int) -> datetime:
    moment = wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == wall:
        return moment
    # A skipped time, read by the offset after the change, is before the change; read by the one before it, after.
    before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    after = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)
