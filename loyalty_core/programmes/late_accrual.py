"""When the bonuses of a purchase become active and burn, as a programme says."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from loyalty_core.ledger.lifetime import Lifetime
from loyalty_core.local_time import moment_at
from loyalty_core.programmes.changes import ProgrammeData
from loyalty_core.programmes.rows import Programme


@dataclass(frozen=True)
class LateAccrual(Lifetime):
    """A lifetime whose bonuses, once their delay is over, wait for a time of day on the clocks of a zone.

    "Время начисления отсроченных бонусов" of kilbil's page: the first such time at or after the delay. `until` is that
    time as HH:MM:SS, `zone` the shop's, where the purchase was made.
    """

    until: str = "00:00:00"
    zone: str = "UTC"

    def active_at(self, accrued_at: datetime, _zone: ZoneInfo | None = None) -> datetime:
        """The UTC moment from which the bonuses can be spent, whatever the customer's own zone is."""
        earliest = super().active_at(accrued_at)
        zone = ZoneInfo(self.zone)
        day = earliest.astimezone(zone).date()
        moments = (moment_at(day + timedelta(days=days), time.fromisoformat(self.until), zone) for days in (0, 1, 2))
        return next(moment for moment in moments if moment >= earliest).astimezone(UTC)


def lifetime_of(programme: Programme | ProgrammeData, zone: ZoneInfo) -> Lifetime:
    """The lifetime of what a purchase in a shop of this zone earns."""
    plain = Lifetime(
        activation="after_days" if programme.delay_days else "at_once",
        activation_amount=programme.delay_days or None,
        burning="after_days" if programme.lifetime_days else "never",
        burning_amount=programme.lifetime_days,
    )
    if programme.accrual_time is None:
        return plain
    return LateAccrual(**asdict(plain), until=programme.accrual_time.isoformat(), zone=zone.key)
