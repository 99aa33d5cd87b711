"""Random customers who stand on the edges of what trees ask for, at moments and in zones where days are hard."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.segmenter.communication import Sent, Trip
from tests.segmenter.people import Bought, Person, Receipt

# Moments and zones at which days, birthdays and clock changes are hard; the default group and programme.
PLACES = {
    "London, an ordinary day": (datetime(2026, 11, 21, 12, 30, tzinfo=UTC), "Europe/London", "feb28", 2, 3),
    "Auckland, 28 February": (datetime(2026, 2, 27, 11, 0, tzinfo=UTC), "Pacific/Auckland", "feb28", None, 3),
    "Honolulu, 29 February": (datetime(2028, 2, 29, 10, 0, 0, 1, tzinfo=UTC), "Pacific/Honolulu", "mar1", 3, None),
    "Santiago, the day without a midnight": (
        datetime(2026, 9, 6, 4, 0, tzinfo=UTC),
        "America/Santiago",
        "mar1",
        None,
        None,
    ),
}
DAYS = [0, 1, 2, 7, 29, 30, 31, 364, 365, 366, 730]
AMOUNTS = [0, 1, 99, 100, 499_999, 500_000, 500_001, 1_000_000]


def town(now: datetime, zone: str, seed: int) -> list[Person]:
    """Sixty people."""
    maker = _Maker(now, zone, random.Random(seed))
    people = [maker.person() for _ in range(60)]
    for number, person in enumerate(people):
        person.invited_by = maker.chance.choice([None, 1, 2, number]) or None if number > 2 else None
    return people


class _Maker:
    def __init__(self, now: datetime, zone: str, chance: random.Random) -> None:
        self.now = now
        self.chance = chance
        self.today = now.astimezone(ZoneInfo(zone)).date()
        self.midnight = datetime(self.today.year, self.today.month, self.today.day, tzinfo=ZoneInfo(zone))

    def person(self) -> Person:
        chance = self.chance
        return Person(
            registered_at=self.moment(),
            birth_date=self.born(),
            sex=chance.choice([None, "female", "male"]),
            tags=chance.sample([1, 2, 3], chance.randrange(4)),
            group=chance.choice([None, None, 1, 2, 3]),
            programme=chance.choice([None, None, 1, 2, 3]),
            outlet=chance.choice([None, 1, 2, 3]),
            blocked=chance.random() < 0.2,
            activated=chance.random() < 0.7,
            consents={
                channel: chance.random() < 0.5 for channel in chance.sample(["email", "sms"], chance.randrange(3))
            },
            addresses=chance.sample(["email", "phone", "push"], chance.randrange(4)),
            trips=[self.trip() for _ in range(chance.choice([0, 0, 1, 2]))],
            given_up=[self.trip() for _ in range(chance.choice([0, 0, 0, 1, 2]))],
            purchases=[self.receipt() for _ in range(chance.choice([0, 1, 2, 9, 10, 11]))],
            events=[self.event() for _ in range(chance.randrange(4))],
            attributes=self.attributes(),
            lists=chance.sample([1, 2], chance.randrange(3)),
            lots=[self.lot() for _ in range(chance.randrange(3))],
            rfm=self.scores(),
        )

    def scores(self) -> tuple[int, int, int] | None:
        r, f, m = (self.chance.randint(1, 5) for _ in "rfm")
        return self.chance.choice([None, (r, f, m), (r, f, m)])

    def moment(self) -> datetime:
        edge = self.chance.choice([self.now, self.midnight.astimezone(UTC)])
        off = self.chance.choice([-1, 0, 1, 3_600_000_000])
        return edge - timedelta(days=self.chance.choice(DAYS), microseconds=off)

    def born(self) -> date | None:
        leap = date(self.chance.choice([1980, 1996, 2004, 2008]), 2, 29)
        year = self.today.year - self.chance.choice([17, 18, 19, 30])
        days = timedelta(days=self.chance.choice([-1, 0, 1, 2, 7, 40, 300]))
        near = date(year, self.today.month, min(self.today.day, 28)) + days
        return self.chance.choice([None, leap, near])

    def lot(self) -> tuple[int, datetime, datetime | None]:
        active_at = self.moment()
        ahead = self.now - active_at + timedelta(days=self.chance.choice([0, 1, 7, 30]))
        lasts = self.chance.choice([None, timedelta(days=1), timedelta(days=400), self.now - active_at, ahead])
        expires_at = active_at + lasts if lasts is not None and lasts > timedelta() else None
        return self.chance.choice([100, 500_000, 1]), active_at, expires_at

    def event(self) -> tuple[str, datetime, dict[str, Any]]:
        properties: list[dict[str, Any]] = [
            {},
            {"page": "a"},
            {"page": "a", "n": 5},
            {"n": True},
            {"page": "true"},
        ]
        return self.chance.choice(["site.visited", "cart.left"]), self.moment(), self.chance.choice(properties)

    def attributes(self) -> dict[str, Any]:
        every = {
            "number": self.chance.choice(["0", "-1", "5000.00", "0.01"]),
            "date": self.chance.choice(
                ["2026-02-28", "2024-02-29", *((self.today + timedelta(days=n)).isoformat() for n in (-400, -7, 0, 7))]
            ),
            "text": self.chance.choice(["a%b", "A_b", "ab"]),
            "flag": self.chance.random() < 0.5,
        }
        return {kind: every[kind] for kind in self.chance.sample(list(every), self.chance.randrange(5))}

    def receipt(self) -> Receipt:
        lines = [self.line() for _ in range(self.chance.choice([0, 0, 1, 2]))]
        codes = self.chance.choice([(), (), (1,), (1, 2)])
        outlet, opens_visit = self.chance.choice([None, 1, 2, 3]), self.chance.random() < 0.6
        return Receipt(self.moment(), self.chance.choice(AMOUNTS), outlet, lines, codes, opens_visit)

    def trip(self) -> Trip:
        return Trip(self.chance.choice([1, 2]), self.moment(), [self.sent() for _ in range(self.chance.randrange(3))])

    def sent(self) -> Sent:
        channel = self.chance.choice(["email", "email", "sms", "push", "telegram"])
        sent_at, opened_at = self.chance.choice([None, self.moment(), self.moment()]), self.moment()
        if channel != "email" or sent_at is None:
            return Sent(channel, sent_at)
        back = self.chance.choice([(None, None), (opened_at, None), (opened_at, self.moment())])
        return Sent(channel, sent_at, *back)

    def line(self) -> Bought:
        quantity = self.chance.choice([500, 1000, 2000])
        amount = self.chance.choice(AMOUNTS)
        returned = self.chance.choice([0, 0, quantity // 2, quantity])
        return Bought(self.chance.randrange(1, 5), quantity, amount, returned, amount * returned // quantity)
