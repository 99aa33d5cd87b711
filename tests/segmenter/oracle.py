"""Who is in a segment, worked out person by person in plain Python; shares no code with the segmenter."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from tests.segmenter.people import GROUPS, Person


class Oracle:
    """Answers for one moment and one organisation's zone and rule for 29 February."""

    def __init__(
        self,
        now: datetime,
        zone: str,
        leap_day: str,
        default_group: int | None = None,
        default_programme: int | None = None,
    ) -> None:
        self.now = now
        self.zone = ZoneInfo(zone)
        self.leap_day = leap_day
        self.default_group = default_group
        self.default_programme = default_programme

    def is_in(self, tree: dict[str, Any], person: Person) -> bool:
        if "condition" in tree:
            return self._leaf(tree, person)
        ((kind, members),) = tree.items()
        answers = [self.is_in(member, person) for member in members]
        return {"all": all(answers), "any": any(answers), "none": not any(answers)}[kind]

    def _leaf(self, leaf: dict[str, Any], person: Person) -> bool:
        value = leaf["value"]
        match leaf["condition"]:
            case "sex":
                return person.sex == value
            case "tag":
                return bool(set(person.tags) & set(value))
            case "customer_group":
                return self._group(person) in value
            case "programme":
                return self._programme(person) in value
            case "age":
                if person.birth_date is None:
                    return False
                return self._compare(self._age(person.birth_date), leaf["op"], value)
            case "days_since_registration":
                days = (self._day(self.now) - self._day(person.registered_at)).days
                return self._compare(days, leaf["op"], value)
            case "bonus_balance":
                return self._compare(self._active(person), leaf["op"], self._minor(value))
        amounts = [net for at, net in person.purchases if net > 0 and self._inside(at, leaf.get("within"))]
        match leaf["condition"]:
            case "purchase_count":
                return self._compare(len(amounts), leaf["op"], value)
            case "purchase_sum":
                return self._compare(sum(amounts), leaf["op"], self._minor(value))
            case "average_receipt":
                if not amounts:
                    return False
                return self._compare(Fraction(sum(amounts), len(amounts)), leaf["op"], self._minor(value))
        raise AssertionError(leaf)

    def _group(self, person: Person) -> int | None:
        if person.group is None and person.programme is None:
            return self.default_group
        return person.group

    def _programme(self, person: Person) -> int | None:
        group = self._group(person)
        if group is not None:
            return GROUPS[group]
        return self.default_programme if person.programme is None else person.programme

    def _compare(self, actual: Any, op: str, value: Any) -> bool:
        match op:
            case "eq":
                return bool(actual == value)
            case "ne":
                return bool(actual != value)
            case "ge":
                return bool(actual >= value)
            case "gt":
                return bool(actual > value)
            case "le":
                return bool(actual <= value)
            case "lt":
                return bool(actual < value)
            case "between":
                return bool(value[0] <= actual <= value[1])
        raise AssertionError(op)

    def _minor(self, value: Any) -> Any:
        return [self._minor(each) for each in value] if isinstance(value, list) else int(Decimal(value) * 100)

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def _age(self, born: date) -> int:
        birthdays = [self._birthday(born, year) for year in range(born.year + 1, self._day(self.now).year + 1)]
        return sum(birthday <= self._day(self.now) for birthday in birthdays)

    def _birthday(self, born: date, year: int) -> date:
        try:
            return born.replace(year=year)
        except ValueError:
            return date(year, 2, 28) if self.leap_day == "feb28" else date(year, 3, 1)

    def _active(self, person: Person) -> int:
        return sum(
            amount
            for amount, active_at, expires_at in person.lots
            if active_at <= self.now and (expires_at is None or self.now < expires_at)
        )

    def _inside(self, at: datetime, within: dict[str, Any] | None) -> bool:
        if within is None:
            return True
        if "last_days" in within:
            return at >= self.now - timedelta(hours=24 * within["last_days"])
        return within["from"] <= self._day(at).isoformat() <= within["to"]
