"""Windows: from when to when they look, and how they read."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from segmenter.calendar import Calendar
from segmenter.window_reading import ANY, read_window

# A Tuesday afternoon in London; the clocks went forward two days before.
NOW = datetime(2026, 3, 31, 14, 30, tzinfo=UTC)
LONDON = Calendar(NOW, ZoneInfo("Europe/London"), "feb28")


@pytest.mark.parametrize(
    ("window", "start", "end", "said"),
    [
        ({"last_days": 30}, "2026-03-01T14:30", None, "in the last 30 days"),
        ({"last_weeks": 1}, "2026-03-24T14:30", None, "in the last 1 week"),
        # The same hour on the wall, which was not summer time yet; the month before has no 31st.
        ({"last_months": 1}, "2026-02-28T15:30", None, "in the last 1 month"),
        ({"last_months": 12}, "2025-03-31T14:30", None, "in the last 12 months"),
        ({"this": "quarter"}, "2026-01-01T00:00", "2026-03-31T23:00", "this quarter"),
        ({"previous": "quarter"}, "2025-09-30T23:00", "2026-01-01T00:00", "in the previous quarter"),
        ({"next": "quarter"}, "2026-03-31T23:00", "2026-06-30T23:00", "in the next quarter"),
        ({"next": "week"}, "2026-04-05T23:00", "2026-04-12T23:00", "in the next week"),
        ({"next_days": 0}, "2026-03-31T14:30", "2026-03-31T23:00", "within 0 days"),
        ({"from": "2026-03-01"}, "2026-03-01T00:00", None, "since 1 Mar 2026"),
        ({"to": "2026-03-31"}, None, "2026-03-31T23:00", "until 31 Mar 2026"),
        (
            {"from": "2026-03-31", "to": "2026-03-31"},
            "2026-03-30T23:00",
            "2026-03-31T23:00",
            "from 31 Mar 2026 to 31 Mar 2026",
        ),
    ],
)
def test_a_window_looks_from_its_start_to_its_end(
    window: dict[str, Any], start: str | None, end: str | None, said: str
) -> None:
    read = read_window(window, offered=ANY)
    assert read.bounds(LONDON) == tuple(None if each is None else _utc(each) for each in (start, end))
    assert read.sentence().replace("\u00a0", " ") == said


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
