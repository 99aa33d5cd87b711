"""Who is in a segment, worked out person by person in plain Python; shares no code with the segmenter."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from tests.segmenter.communication import Trip
from tests.segmenter.people import CATEGORIES, GROUPS, RFM_SEGMENTS, SEGMENTS, TIERS, Person, Receipt

Unknown = None


class Oracle:
    """Answers for one moment and one organisation's zone, rule for 29 February and defaults."""

    def __init__(
        self,
        now: datetime,
        zone: str,
        leap_day: str,
        default_group: int | None = None,
        default_programme: int | None = None,
        people: Sequence[Person] = (),
    ) -> None:
        self.people = people
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
        actual = getattr(self, "_" + leaf["condition"])(leaf, person)
        value, op = leaf["value"], leaf["op"]
        if actual is Unknown:
            return False
        if op in ("has", "lacks"):
            return bool(set(actual) & set(value)) == (op == "has")
        if op in ("is", "contains"):
            wanted, told = (each if isinstance(each, list) else [each] for each in (value, actual))
            return any(each in wanted for each in told)
        if op == "within":
            return self._on_a_day(date.fromisoformat(actual), value)
        if op == "anniversary":
            born = date.fromisoformat(actual)
            years = range(born.year + 1, self._today.year + 3)
            return any(self._on_a_day(self._birthday(born, year), value) for year in years)
        if leaf["condition"] == "attribute_date":
            return self._compare(actual, op, value)
        return self._compare(actual, op, self._minor(value) if isinstance(value, str | list) else value)

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
        if isinstance(value, list):
            return [self._minor(each) for each in value]
        return int(Decimal(value) * 100) if isinstance(value, str) else value

    # What is known of a person, condition by condition.

    def _sex(self, _leaf: Any, person: Person) -> str | None:
        return person.sex

    def _tag(self, _leaf: Any, person: Person) -> Any:
        return person.tags

    def _outlet(self, _leaf: Any, person: Person) -> Any:
        return [] if person.outlet is None else [person.outlet]

    def _status(self, _leaf: Any, person: Person) -> str:
        if person.blocked:
            return "blocked"
        return "active" if person.activated else "not_activated"

    def _consent(self, leaf: Any, person: Person) -> list[str]:
        said = {None: "not_asked", True: "granted", False: "refused"}
        return [said[person.consents.get(channel)] for channel in self._channels(leaf)]

    def _customer_group(self, _leaf: Any, person: Person) -> Any:
        return [self._group_of(person)]

    def _programme(self, _leaf: Any, person: Person) -> Any:
        return [self._programme_of(person)]

    def _tier(self, _leaf: Any, person: Person) -> int | None:
        followed = self._programme_of(person)
        if followed is None:
            return Unknown
        total = sum(receipt.net for receipt in person.purchases)
        return max(1, sum(total > above for above in TIERS[followed]))

    def _age(self, _leaf: Any, person: Person) -> int | None:
        born = person.birth_date
        if born is None:
            return Unknown
        birthdays = [self._birthday(born, year) for year in range(born.year + 1, self._today.year + 1)]
        return sum(birthday <= self._today for birthday in birthdays)

    def _days_to_birthday(self, _leaf: Any, person: Person) -> int | None:
        if person.birth_date is None:
            return Unknown
        year = self._today.year
        coming = [self._birthday(person.birth_date, each) for each in (year, year + 1)]
        return (min(day for day in coming if day >= self._today) - self._today).days

    def _days_since_registration(self, _leaf: Any, person: Person) -> int:
        return self._days_ago(person.registered_at)

    def _rfm_score(self, leaf: Any, person: Person) -> int | None:
        return Unknown if person.rfm is None else person.rfm["rfm".index(leaf["of"])]

    def _rfm_segment(self, _leaf: Any, person: Person) -> Any:
        return [RFM_SEGMENTS.get(person.rfm[0])] if person.rfm else Unknown

    def _bonus_balance(self, _leaf: Any, person: Person) -> int:
        return sum(
            amount
            for amount, active_at, expires_at in person.lots
            if active_at <= self.now and (expires_at is None or self.now < expires_at)
        )

    def _bonuses_burning(self, leaf: Any, person: Person) -> int:
        return sum(
            amount
            for amount, _, expires_at in person.lots
            if expires_at is not None
            and expires_at > self.now
            and ("within" not in leaf or self._on_a_day(self._day(expires_at), leaf["within"]))
        )

    def _purchase_count(self, leaf: Any, person: Person) -> int:
        return len(self._bought(leaf, person))

    def _visit_count(self, leaf: Any, person: Person) -> int:
        return sum(receipt.opens_visit for receipt in self._bought(leaf, person))

    def _purchase_sum(self, leaf: Any, person: Person) -> int:
        return sum(receipt.net for receipt in self._bought(leaf, person))

    def _average_receipt(self, leaf: Any, person: Person) -> Fraction | None:
        bought = self._bought(leaf, person)
        return Fraction(sum(receipt.net for receipt in bought), len(bought)) if bought else Unknown

    def _purchased(self, leaf: Any, person: Person) -> str:
        return "yes" if self._bought(leaf, person) else "no"

    def _days_since_last_purchase(self, leaf: Any, person: Person) -> int | None:
        bought = self._bought(leaf, person)
        return self._days_ago(max(receipt.at for receipt in bought)) if bought else Unknown

    def _days_since_first_purchase(self, leaf: Any, person: Person) -> int | None:
        bought = self._bought(leaf, person)
        return self._days_ago(min(receipt.at for receipt in bought)) if bought else Unknown

    def _first_purchase(self, leaf: Any, person: Person) -> str | None:
        ever = self._bought({"outlets": leaf.get("outlets")}, person)
        if not ever:
            return Unknown
        return "yes" if self._inside(min(receipt.at for receipt in ever), leaf.get("within")) else "no"

    def _bought_goods(self, leaf: Any, person: Person) -> set[str]:
        lines = [line for receipt in self._in_scope(leaf, person) for line in receipt.lines if line.kept > 0]
        return {name for line in lines for name in (f"product:{line.product}", f"category:{CATEGORIES[line.product]}")}

    def _goods_quantity(self, leaf: Any, person: Person) -> Fraction:
        return Fraction(sum(line.kept for line in self._goods(leaf, person)), 1000)

    def _goods_sum(self, leaf: Any, person: Person) -> int:
        return sum(line.amount - line.returned_amount for line in self._goods(leaf, person))

    def _goods_share(self, leaf: Any, person: Person) -> Fraction | None:
        whole = sum(receipt.net for receipt in self._bought(leaf, person))
        return Fraction(100 * self._goods_sum(leaf, person), whole) if whole else Unknown

    def _promo_code_used(self, leaf: Any, person: Person) -> int:
        lists = [
            code
            for receipt in person.purchases
            if self._inside(receipt.at, leaf.get("within"))
            and ("outlets" not in leaf or receipt.outlet in leaf["outlets"])
            for code in receipt.codes
        ]
        return sum("of" not in leaf or code in leaf["of"] for code in lists)

    def _event_count(self, leaf: Any, person: Person) -> int:
        wanted: dict[str, Any] = {"kind": leaf["of"]} if isinstance(leaf["of"], str) else leaf["of"]
        return sum(
            kind == wanted["kind"]
            and self._inside(at, leaf.get("within"))
            and all(
                name in told and json.dumps(told[name]).strip('"') == text
                for name, text in wanted.get("properties", {}).items()
            )
            for kind, at, told in person.events
        )

    def _reachable(self, leaf: Any, person: Person) -> str:
        for channel in self._channels(leaf):
            kind = {"sms": "phone"}.get(channel, channel)
            if kind in person.addresses and person.consents.get(channel) is not False:
                return "yes"
        return "no"

    def _campaign_entered(self, leaf: Any, person: Person) -> int:
        return sum(self._inside(trip.entered_at, leaf.get("within")) for trip in self._trips(leaf, person))

    def _messages_sent(self, leaf: Any, person: Person) -> int:
        return sum(
            sent.sent_at is not None
            and self._inside(sent.sent_at, leaf.get("within"))
            and sent.channel in self._channels({"of": sent.channel} | leaf)
            for trip in self._trips({"of": leaf["by"]} if "by" in leaf else {}, person)
            for sent in trip.messages
        )

    def _messages_opened(self, leaf: Any, person: Person) -> int:
        opened = [sent.opened_at for trip in self._trips(leaf, person) for sent in trip.messages]
        return sum(at is not None and self._inside(at, leaf.get("within")) for at in opened)

    def _messages_clicked(self, leaf: Any, person: Person) -> int:
        clicked = [sent.clicked_at for trip in self._trips(leaf, person) for sent in trip.messages]
        return sum(at is not None and self._inside(at, leaf.get("within")) for at in clicked)

    def _attribute_number(self, _leaf: Any, person: Person) -> Any:
        return Unknown if "number" not in person.attributes else self._minor(person.attributes["number"])

    def _attribute_date(self, _leaf: Any, person: Person) -> Any:
        return person.attributes.get("date")

    def _attribute_text(self, leaf: Any, person: Person) -> Any:
        text = person.attributes.get("text")
        contains = text is not Unknown and leaf["op"] == "contains" and leaf["value"] in text
        return leaf["value"] if contains else text

    def _attribute_flag(self, _leaf: Any, person: Person) -> Any:
        return {None: Unknown, True: "yes", False: "no"}[person.attributes.get("flag")]

    def _invited(self, _leaf: Any, person: Person) -> str:
        return "no" if person.invited_by is None else "yes"

    def _invited_by(self, _leaf: Any, person: Person) -> Any:
        return [] if person.invited_by is None else [person.invited_by]

    def _friends_invited(self, leaf: Any, person: Person) -> int:
        return sum(
            self._inside(friend.registered_at, leaf.get("within"))
            and friend.outlet in leaf.get("outlets", [friend.outlet])
            for friend in self.people
            if friend.invited_by is not None and self.people[friend.invited_by - 1] is person
        )

    def _segment(self, leaf: Any, person: Person) -> Any:
        asked = [number for number in leaf["value"] if number in SEGMENTS]
        return [number for number in asked if self.is_in(SEGMENTS[number], person)]

    def _customer_list(self, _leaf: Any, person: Person) -> Any:
        return person.lists

    # What those are made of.

    def _channels(self, leaf: Any) -> list[str]:
        return leaf["of"] if isinstance(leaf["of"], list) else [leaf["of"]]

    def _trips(self, leaf: Any, person: Person) -> list[Trip]:
        every = [*person.trips, *person.given_up]
        return [trip for trip in every if "of" not in leaf or trip.campaign in leaf["of"]]

    def _goods(self, leaf: Any, person: Person) -> list[Any]:
        return [
            line
            for receipt in self._in_scope(leaf, person)
            for line in receipt.lines
            if {f"product:{line.product}", f"category:{CATEGORIES[line.product]}"} & set(leaf["of"])
        ]

    def _bought(self, leaf: Any, person: Person) -> list[Receipt]:
        return [receipt for receipt in self._in_scope(leaf, person) if receipt.net > 0]

    def _in_scope(self, leaf: Any, person: Person) -> list[Receipt]:
        outlets = leaf.get("outlets")
        return [
            receipt
            for receipt in person.purchases
            if self._inside(receipt.at, leaf.get("within")) and (not outlets or receipt.outlet in outlets)
        ]

    def _group_of(self, person: Person) -> int | None:
        if person.group is None and person.programme is None:
            return self.default_group
        return person.group

    def _programme_of(self, person: Person) -> int | None:
        group = self._group_of(person)
        if group is not None:
            return GROUPS[group]
        return self.default_programme if person.programme is None else person.programme

    @property
    def _today(self) -> date:
        return self._day(self.now)

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def _days_ago(self, moment: datetime) -> int:
        return (self._today - self._day(moment)).days

    def _birthday(self, born: date, year: int) -> date:
        try:
            return born.replace(year=year)
        except ValueError:
            return date(year, 2, 28) if self.leap_day == "feb28" else date(year, 3, 1)

    def _inside(self, at: datetime, within: dict[str, Any] | None) -> bool:
        if within is None:
            return True
        ((way, number), *_) = within.items()
        match way:
            case "last_days":
                return at >= self.now - timedelta(hours=24 * number)
            case "last_weeks":
                return at >= self.now - timedelta(hours=7 * 24 * number)
            case "last_months":
                return at >= self._months_ago(number)
        return self._on_a_day(self._day(at), within)

    def _on_a_day(self, day: date, within: dict[str, Any]) -> bool:
        ((way, number), *_) = within.items()
        match way:
            case "from" | "to":
                return within.get("from", "") <= day.isoformat() <= within.get("to", "9")
            case "last_days" | "last_weeks":
                return 0 <= (self._today - day).days <= number * (7 if way == "last_weeks" else 1)
            case "last_months":
                return self._day(self._months_ago(number)) <= day <= self._today
            case "next_days":
                return 0 <= (day - self._today).days <= number
        names: dict[str, Any] = {
            "day": lambda day: (day.toordinal(),),
            "week": lambda day: day.isocalendar()[:2],
            "month": lambda day: (day.year, day.month),
            "quarter": lambda day: (day.year, (day.month + 2) // 3),
            "year": lambda day: (day.year,),
        }
        wanted = self._today
        while way != "this" and names[number](wanted) == names[number](self._today):
            wanted += timedelta(days=-1 if way == "previous" else 1)
        return bool(names[number](day) == names[number](wanted))

    def _months_ago(self, months: int) -> datetime:
        local = self.now.astimezone(self.zone)
        first = local.replace(day=1)
        for _ in range(months):
            first = (first - timedelta(days=1)).replace(day=1)
        days = [
            first.replace(day=day) for day in range(1, 32) if (first + timedelta(days=day - 1)).month == first.month
        ]
        return days[min(local.day, len(days)) - 1].astimezone(UTC)
