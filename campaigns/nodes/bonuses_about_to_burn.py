"""The trigger of warnings: bonuses of a customer burn in a few days ("Предупреждение о сгорании бонусов")."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, case, func, literal, select
from sqlalchemy.orm import Session

from campaigns.node_types import BurnWindow, ClockTrigger, Fact, Occurrence
from campaigns.settings_fields import Amount, Choice, Settings, TimeOfDay, Whole
from campaigns.wall_clock import customers_of_zone, days_between, due_by_zone, zones_in_use
from campaigns.wording import bonuses, count, day, moment
from loyalty_core.i18n import gettext, ngettext
from loyalty_core.i18n import lazy as _
from loyalty_core.ledger.burning_ahead import burns_between
from loyalty_core.ledger.rows import Lot
from loyalty_core.local_time import end_of_day, moment_at
from loyalty_core.organisation import organisation

DAYS_MAX = 90
OPERATORS = {"ge": _("at least"), "gt": _("more than")}
SOURCES = {"any": _("any bonuses"), "welcome": _("the welcome bonus")}


class BonusesAboutToBurnSettings(Settings):
    within_days = Whole(
        _("Within"),
        least=0,
        most=DAYS_MAX,
        unit=_("days"),
        required=True,
        hint=_("1: from the day before they burn; 0: on that day."),
    )
    operator = Choice(_("Compared"), OPERATORS, load_default="ge")
    amount = Amount(
        _("How much burns"),
        unit=_("bonuses"),
        hint=_("Together, within these days: not the whole balance. Empty: whatever burns."),
        load_default=None,
        allow_none=True,
    )
    source = Choice(_("Which bonuses"), SOURCES, load_default="any")
    at = TimeOfDay(_("Time of day"), required=True, hint=_("On the clock of the customer's outlet."))


class BonusesAboutToBurn(ClockTrigger):
    """Once for the same burning: who has been told comes again only when more bonuses have come into the days ahead.

    Each day at the local time, the lots that burn by the end of the day that is `within_days` away are in view. The
    entry key is the day on which the newest of them came into view: that many days before it burns, or on the first
    such look after its accrual, where that is later. So spending and burning bring nobody again, a day that the clock
    missed loses nobody, and a later accrual is told when its own day comes.
    """

    key = "bonuses_about_to_burn"
    title = _("Bonuses about to burn")
    help = _("Starts some days before a customer's bonuses burn")
    icon = "flame"
    settings = BonusesAboutToBurnSettings
    defaults = {"within_days": 5, "operator": "ge", "source": "any", "at": "10:00"}

    def occurrences(
        self, session: Session, settings: dict[str, Any], after: datetime, until: datetime
    ) -> list[Occurrence]:
        return due_by_zone(session, after, until, lambda zone: days_between(after, until, zone), settings["at"])

    def by_hand(self, session: Session, settings: dict[str, Any], at: datetime) -> list[Occurrence]:
        """The organisation's day of that moment, for the customers of every zone; what has come until then counts."""
        today = at.astimezone(ZoneInfo(organisation(session).zone)).date()
        # A day beyond the end of the calendar is told here, before anybody is taken in.
        today + timedelta(days=settings["within_days"] + 1)
        return [
            Occurrence(today.isoformat(), zone, max(at, moment_at(today, settings["at"], ZoneInfo(zone))))
            for zone in zones_in_use(session)
        ]

    def customers(self, session: Session, settings: dict[str, Any], occurrence: Occurrence) -> Select[int, str]:
        zone, today = ZoneInfo(occurrence.part), date.fromisoformat(occurrence.key)
        ahead = timedelta(days=settings["within_days"])
        burning = func.sum(Lot.remaining)
        newest = (
            case(
                *(
                    (
                        (func.max(Lot.expires_at) <= end_of_day(look + ahead, zone))
                        & (func.max(Lot.accrued_at) <= moment_at(look, settings["at"], zone)),
                        literal(f"burn:{look.isoformat()}"),
                    )
                    for look in (today - timedelta(days=days) for days in range(ahead.days, 0, -1))
                ),
                else_=literal(f"burn:{today.isoformat()}"),
            )
            if ahead
            else literal(f"burn:{today.isoformat()}")
        )
        return (
            select(Lot.customer_id, newest)
            .where(
                burns_between(occurrence.due, end_of_day(today + ahead, zone), self.burn_window(settings).source),
                Lot.accrued_at <= occurrence.due,
                Lot.customer_id.in_(customers_of_zone(session, occurrence.part)),
            )
            .group_by(Lot.customer_id)
            .having(_enough(burning, settings))
        )

    def burn_window(self, settings: dict[str, Any]) -> BurnWindow:
        return BurnWindow(settings["within_days"], None if settings["source"] == "any" else settings["source"])

    def summary(self, session: Session, settings: dict[str, Any]) -> str:
        days = settings["within_days"]
        within = ngettext("within %(num)s day", "within %(num)s days", days) if days else gettext("today")
        what = str(SOURCES[settings["source"]])
        if settings["amount"] is not None:
            what = f"{OPERATORS[settings['operator']]} {bonuses(settings['amount'])}"
            if settings["source"] != "any":
                what = gettext("%(amount)s of %(bonuses)s", amount=what, bonuses=SOURCES[settings["source"]])
        clock = f"{settings['at']:%H:%M}"
        what = f"{what[:1].upper()}{what[1:]}"
        return gettext("%(what)s burn %(within)s, at %(clock)s", what=what, within=within, clock=clock)

    def starts(self, session: Session, settings: dict[str, Any]) -> str:
        return gettext("It starts by itself every day at %(clock)s.", clock=f"{settings['at']:%H:%M}")

    def example(self, session: Session, settings: dict[str, Any], now: datetime) -> Iterable[Fact]:
        """Which burning is told today, and how many customers it concerns."""
        zone = ZoneInfo(organisation(session).zone)
        today = now.astimezone(zone).date()
        last = end_of_day(today + timedelta(days=settings["within_days"]), zone)
        yield Fact(gettext("Told today"), gettext("what burns until %(moment)s", moment=moment(last, zone)))
        entering = sum(
            session.scalar(select(func.count()).select_from(self.customers(session, settings, part).subquery())) or 0
            for part in self.by_hand(session, settings, now)
        )
        shown = ngettext("%(shown)s customer", "%(shown)s customers", entering, shown=count(entering))
        yield Fact(gettext("In view today"), shown, day(today))


def _enough(burning: ColumnElement[int], settings: dict[str, Any]) -> ColumnElement[bool]:
    least: int | None = settings["amount"]
    if least is None:
        return burning > 0
    return burning > least if settings["operator"] == "gt" else burning >= least


node_type = BonusesAboutToBurn()
