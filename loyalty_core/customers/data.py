"""What may be told of a customer, and the checks that it passes before it is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from loyalty_core.customers.identities import MARKS, normalise
from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext as _

CHANNELS = ("email", "sms", "push", "telegram")
SEXES = ("female", "male")


@dataclass(frozen=True)
class CustomerData:
    """What somebody tells of a customer; None (and a channel that is not named) leaves what is known as it is."""

    external_id: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    phone: str | None = None
    card: str | None = None
    telegram: str | None = None
    push: str | None = None
    birth_date: date | None = None
    sex: str | None = None
    registered_at: datetime | None = None
    outlet_id: int | None = None
    invited_by_id: int | None = None
    consents: Mapping[str, bool] = field(default_factory=dict)


@dataclass
class Checked:
    """What is told of a customer, checked: `columns` of the table, `marks` by kind (normalised, as shown)."""

    external_id: str | None
    columns: dict[str, Any]
    marks: dict[str, tuple[str, str]]
    consents: Mapping[str, bool]
    customer_id: int = 0


def checked(data: CustomerData, outlets: set[int]) -> Checked:
    """What is told, ready to be written; `outlets` are those there are.

    Refused, with its place, where a value cannot be taken.
    """
    columns: dict[str, Any] = {}
    for name, value in (("first_name", data.first_name), ("last_name", data.last_name)):
        if value is not None:
            columns[name] = _short(name, value)
    if data.birth_date is not None:
        if data.birth_date.year < 1900:
            raise Refused("birth_date", _("A birth date before 1900 is surely mistyped"))
        columns |= {"birth_date": data.birth_date, "birth_day": data.birth_date.month * 100 + data.birth_date.day}
    if data.sex is not None:
        if data.sex not in SEXES:
            raise Refused("sex", _("Sex is female or male"))
        columns["sex"] = data.sex
    if data.registered_at is not None:
        if data.registered_at.tzinfo is None:
            raise Refused("registered_at", _("A moment needs a time zone"))
        columns["registered_at"] = data.registered_at
    if data.outlet_id is not None:
        if data.outlet_id not in outlets:
            raise Refused("outlet", _("There is no such outlet"))
        columns["outlet_id"] = data.outlet_id
    if data.invited_by_id is not None:
        columns["invited_by_id"] = data.invited_by_id
    for channel in data.consents:
        if channel not in CHANNELS:
            raise Refused(f"consents.{channel}", _("A channel is one of %(names)s", names=", ".join(CHANNELS)))
    external_id = None if data.external_id is None else _short("external_id", data.external_id)
    if external_id == "":
        raise Refused("external_id", _("An external id cannot be empty"))
    return Checked(external_id, columns, _marks(data), data.consents)


def _short(name: str, text: str) -> str:
    if len(text) > 100 or "\0" in text:
        raise Refused(name, _("At most %(number)s letters, please", number=100))
    return text.strip()


def _marks(data: CustomerData) -> dict[str, tuple[str, str]]:
    marks = {}
    for kind in MARKS:
        shown = getattr(data, kind)
        if shown:
            try:
                marks[kind] = (normalise(kind, shown), shown.strip()[:200])
            except ValueError as error:
                raise Refused(kind, str(error)) from error
    return marks
