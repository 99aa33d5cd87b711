"""The settings of a campaign as a whole: re-entry, starts that an outage made late, whether letters are counted."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from campaigns.problems import Problem
from loyalty_core.i18n import gettext

DAYS_MAX = 3650
HOURS_MAX = 24 * 366


def check_settings(settings: Mapping[str, Any]) -> list[Problem]:
    """Problems of the campaign's settings; unknown ones are problems too."""
    problems = [
        Problem(f"settings.{name}", gettext("There is no such setting"))
        for name in settings
        if name not in ("reentry", "missed", "tracking")
    ]
    reentry = settings.get("reentry", "each_time")
    if reentry not in ("each_time", "once") and _number(reentry, "after_days", DAYS_MAX) is None:
        message = gettext("Choose each time, once, or not earlier than 1 to %(most)s days after", most=DAYS_MAX)
        problems.append(Problem("settings.reentry", message))
    missed = settings.get("missed", "run")
    if missed not in ("run", "skip") and _number(missed, "within_hours", HOURS_MAX) is None:
        message = gettext("Choose to run late, to skip, or to run if at most 1 to %(most)s hours late", most=HOURS_MAX)
        problems.append(Problem("settings.missed", message))
    if settings.get("tracking", "as_organisation") not in ("as_organisation", "never"):
        message = gettext("Choose to count openings and clicks as the organisation does, or never")
        problems.append(Problem("settings.tracking", message))
    return problems


def reentry_days(settings: Mapping[str, Any]) -> int | None:
    """After how many days (of 24 hours, from entry) a customer may enter again; None: each time."""
    return _number(settings.get("reentry"), "after_days", DAYS_MAX)


def enters_once(settings: Mapping[str, Any]) -> bool:
    """Whether a customer enters the campaign only once in its life."""
    return settings.get("reentry") == "once"


def never_tracks(settings: Mapping[str, Any]) -> bool:
    """Whether letters leave as they are written, even where the organisation counts openings and clicks."""
    return settings.get("tracking") == "never"


def lateness_allowed(settings: Mapping[str, Any], grace: timedelta) -> timedelta | None:
    """How late a missed start may still run; None: however late. A start within `grace` is not late at all."""
    missed = settings.get("missed", "run")
    if missed == "run":
        return None
    hours = _number(missed, "within_hours", HOURS_MAX)
    return grace if hours is None else max(grace, timedelta(hours=hours))


def _number(value: Any, key: str, most: int) -> int | None:
    if not isinstance(value, dict) or set(value) != {key}:
        return None
    number = value[key]
    return number if isinstance(number, int) and not isinstance(number, bool) and 1 <= number <= most else None
