"""Makes up what the source does not tell of its customers: names, marks, birth dates; the same for the same seed."""

import calendar
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

SEED = 20111209
UNKNOWN = 0.03
REFUSES_SMS = 0.08
BORN_ON_LEAP_DAY = 4
NAMES = Path(__file__).with_name("names.json")

# Ranges that the British regulator keeps free for drama: no such phone rings. A thousand numbers in each.
PHONES = ("+44 7700 900", "+44 20 7946 0", "+44 113 496 0", "+44 114 496 0", "+44 115 496 0", "+44 116 496 0")


@dataclass(frozen=True)
class Person:
    """A made-up customer of the source's number `number`."""

    number: str
    first_name: str
    last_name: str
    email: str
    phone: str
    card: str
    birth_date: date | None
    sex: str | None
    registered_at: datetime
    refuses_sms: bool


def people(first_purchases: Sequence[tuple[str, datetime]], today: date) -> list[Person]:
    """One person for each (number, moment of the first purchase), in the same order.

    Each registered some time before the first purchase; every day of the year has its birthdays, spread alike over
    those who registered long ago and lately.
    """
    chance = random.Random(SEED)  # noqa: S311 (made-up people need no secrecy)
    registered = [moment - _before_purchase(chance) for _number, moment in first_purchases]
    birthdays = _birthdays(chance, registered, today)
    names = json.loads(NAMES.read_text())
    persons = []
    for place, (number, _moment) in enumerate(first_purchases):
        sex = chance.choice(("female", "male"))
        first_name = chance.choice(names[sex])
        last_name = chance.choice(names["last"])
        persons.append(
            Person(
                number=number,
                first_name=first_name,
                last_name=last_name,
                email=f"{first_name}.{last_name}.{number}@example.test".lower(),
                phone=f"{PHONES[place // 1000]}{place % 1000:03}",
                card=_card(number),
                birth_date=birthdays[place],
                sex=None if chance.random() < UNKNOWN else sex,
                registered_at=registered[place],
                refuses_sms=chance.random() < REFUSES_SMS,
            )
        )
    return persons


def _before_purchase(chance: random.Random) -> timedelta:
    """A third join at the till; the others look around first, for some months on average."""
    if chance.random() < 1 / 3:
        return timedelta(minutes=chance.randint(2, 15))
    return timedelta(days=round(min(chance.expovariate(1 / 150), 900)))


def _birthdays(chance: random.Random, registered: Sequence[datetime], today: date) -> list[date | None]:
    """Deal the days of the year out, a round to every 365 customers in the order of their registration."""
    born: list[date | None] = [None] * len(registered)
    in_order = sorted(range(len(registered)), key=lambda place: registered[place])
    known = [place for place in in_order if chance.random() >= UNKNOWN]
    days = [date(2001, 1, 1) + timedelta(days=day) for day in range(365)]
    for dealt, place in enumerate(known):
        if dealt % len(days) == 0:
            chance.shuffle(days)
        day = days[dealt % len(days)]
        born[place] = day.replace(year=_year(chance, today))
    for place in chance.sample(known, BORN_ON_LEAP_DAY):
        year = _year(chance, today)
        born[place] = date(next(each for each in range(year, year - 9, -1) if calendar.isleap(each)), 2, 29)
    return born


def _year(chance: random.Random, today: date) -> int:
    return today.year - round(chance.triangular(18, 84, 41)) - 1


def _card(number: str) -> str:
    """An EAN-13 code of the range that shops use within their own walls."""
    digits = f"29{int(number):010}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"
