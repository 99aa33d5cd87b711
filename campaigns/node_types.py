"""What a node type is: the declaration that the palette, the form, the validator and the runtime all read."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, NamedTuple

from marshmallow import ValidationError
from sqlalchemy import ColumnElement, Select, true
from sqlalchemy.orm import Session

from campaigns.problems import Problem
from campaigns.settings_fields import Settings, Text, json_schema
from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _


@dataclass(frozen=True)
class Port:
    """A way out of a step. `sign` is `plus` or `minus` on a filter's ways out."""

    key: str
    title: Text
    sign: str | None = None


class Fact(NamedTuple):
    """One line of "With these values": computed from the settings."""

    label: str
    value: str
    hint: str = ""


@dataclass(frozen=True)
class Whom:
    """Customers to whom something is to be done: a SELECT of their ids, and how many they are."""

    customers: Select[Any]
    count: int


@dataclass
class Batch:
    """The enrollments that stand at a step, in the transaction of their batch."""

    session: Session
    run_id: int
    campaign_id: int
    node: str
    enrollments: Mapping[int, int]
    """Enrollment id → customer id."""
    now: datetime


@dataclass
class Outcome:
    """Which enrollments leave by which port, what they were granted there (minor units), who failed and why."""

    ways: Mapping[str, Collection[int]]
    granted: Mapping[str, int] = field(default_factory=dict)
    failed: Mapping[int, str] = field(default_factory=dict)


class NodeType:
    """A step of a chain. A subclass in a file of its own under `campaigns/nodes/` declares all that the type is."""

    key: ClassVar[str]
    group: ClassVar[str]
    """`triggers`, `conditions`, `flow` or `actions`: the palette's group, which gives the colour."""
    title: ClassVar[Text]
    help: ClassVar[Text]
    icon: ClassVar[str]
    ports: ClassVar[tuple[Port, ...]] = (Port("out", _("Out")),)
    settings: ClassVar[type[Settings]]
    defaults: ClassVar[Mapping[str, Any]] = {}
    on_palette: ClassVar[bool] = True
    """Whether people put it onto chains; else only the house draws it."""

    def load(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """The settings as Python values; raises ValidationError with messages by field."""
        schema = self.settings()
        loaded: dict[str, Any] = schema.load(dict(raw))
        if self.settings.either:
            filled = [names for names in self.settings.either if any(loaded.get(name) is not None for name in names)]
            if len(filled) != 1:
                names = self.settings.either[0] if not filled else filled[-1]
                raise ValidationError({names[0]: [self.either_message(bool(filled))]})
            missing = [name for name in filled[0] if loaded.get(name) is None]
            if missing:
                raise ValidationError({name: [gettext("Fill this in")] for name in missing})
        return loaded

    def either_message(self, both: bool) -> str:
        """What to do when none or several of the alternatives are filled."""
        return gettext("Fill in only one of the two") if both else gettext("Fill in one of the two")

    def summary(self, session: Session, settings: dict[str, Any]) -> str:
        """One line for the card on the canvas."""
        raise NotImplementedError

    def problems(self, session: Session, node: str, settings: dict[str, Any], now: datetime) -> Iterable[Problem]:
        """What stands in the way of publishing, beyond what the schema says (a segment that is gone)."""
        return ()

    def example(self, session: Session, settings: dict[str, Any], now: datetime) -> Iterable[Fact]:
        """What would happen with these values, now."""
        return ()

    def describe(self) -> dict[str, Any]:
        """The type as the palette and the form need it, in plain JSON values."""
        return {
            "key": self.key,
            "group": self.group,
            "title": str(self.title),
            "help": str(self.help),
            "icon": self.icon,
            "trigger": isinstance(self, Trigger),
            "on_palette": self.on_palette,
            "listens": isinstance(self, EventTrigger),
            "ports": [{"key": port.key, "title": str(port.title), "sign": port.sign} for port in self.ports],
            "defaults": dict(self.defaults),
            "schema": json_schema(self.settings),
        }


class Step(NodeType):
    """A node that customers come to: it acts on a batch and says which way each goes on."""

    guards: ClassVar[bool] = False
    """Whether the step lets only some customers on (a filter): actions before it act on everybody."""

    def run(self, batch: Batch, settings: dict[str, Any]) -> Outcome:
        """Act on the batch inside its transaction.

        An exception fails the whole batch, which is then tried again, and halved.
        """
        raise NotImplementedError

    def supplies(self, session: Session, settings: dict[str, Any], now: datetime) -> Select[int] | None:
        """The customers that this step brings to a trigger that brings none itself (a plain date); None: nobody."""
        return None

    def cost(self, session: Session, settings: dict[str, Any], whom: Whom) -> Iterable[Fact]:
        """What it comes to when all of these customers come here at once; a moment before it is done."""
        return ()


class Occurrence(NamedTuple):
    """A moment at which a trigger starts a run for a part of the customers."""

    key: str
    """Names the run: the same key never starts twice."""
    part: str
    """The time zone whose customers enter."""
    due: datetime


class BurnWindow(NamedTuple):
    """Which burning a trip is about: within so many days from today; of the bonuses of a source, where one is named."""

    days: int
    source: str | None = None


class Trigger(NodeType):
    """A node where trips begin."""

    group = "triggers"

    def burn_window(self, settings: dict[str, Any]) -> BurnWindow | None:
        """What `burning` means in the messages of a trip; None: what burns next."""
        return None

    def starts(self, session: Session, settings: dict[str, Any]) -> str:
        """When the chain starts by itself, as a sentence."""
        raise NotImplementedError


class ClockTrigger(Trigger):
    """A trigger that the clock starts: it says when, and answers whose date it is as a SELECT."""

    brings_customers: ClassVar[bool] = True

    def occurrences(
        self, session: Session, settings: dict[str, Any], after: datetime, until: datetime
    ) -> list[Occurrence]:
        """What falls due with after < due ≤ until, oldest first."""
        raise NotImplementedError

    def by_hand(self, session: Session, settings: dict[str, Any], at: datetime) -> list[Occurrence]:
        """The occurrences (one a zone) that a start by hand for the moment `at` means."""
        raise NotImplementedError

    def customers(self, session: Session, settings: dict[str, Any], occurrence: Occurrence) -> Select[int, str]:
        """SELECT customer id, entry key: who enters."""
        raise NotImplementedError


class EventTrigger(Trigger):
    """A trigger that listens to events of a kind."""

    settings = Settings
    event_kind: ClassVar[str]

    def predicate(self, settings: dict[str, Any]) -> ColumnElement[bool]:
        """Which events of the kind count, as an expression over the event table; all, unless a trigger says."""
        return true()
