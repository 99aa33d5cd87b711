"""Moves each customer to a customer group ("Перевести в группу")."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaigns.node_types import Batch, Fact, Outcome, Port, Step, Whom
from campaigns.problems import Problem
from campaigns.settings_fields import Reference, Settings
from campaigns.wording import count
from loyalty_core.customers.groups import move_customers
from loyalty_core.customers.rows import Customer
from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _
from loyalty_core.programmes.rows import CustomerGroup


class MoveToGroupSettings(Settings):
    group = Reference(
        _("Customer group"),
        "/customer-groups",
        required=True,
        hint=_("They leave the group that they are in. Its programme holds from their next purchase on."),
    )


class MoveToGroup(Step):
    """Everybody who comes is in the group afterwards, and in no other."""

    key = "move_to_group"
    group = "actions"
    title = _("Move to group")
    help = _("Puts each customer into a customer group")
    icon = "switch-horizontal"
    ports = (Port("out", _("Moved")),)
    settings = MoveToGroupSettings

    def run(self, batch: Batch, settings: dict[str, Any]) -> Outcome:
        move_customers(batch.session, set(batch.enrollments.values()), settings["group"])
        return Outcome({"out": list(batch.enrollments)})

    def problems(self, session: Session, node: str, settings: dict[str, Any], now: datetime) -> Iterable[Problem]:
        if session.get(CustomerGroup, settings["group"]) is None:
            yield Problem.of_field(node, "group", gettext("Choose a customer group: this one is gone"))

    def summary(self, session: Session, settings: dict[str, Any]) -> str:
        found = session.get(CustomerGroup, settings["group"])
        return found.name if found else gettext("A group that is gone")

    def example(self, session: Session, settings: dict[str, Any], now: datetime) -> Iterable[Fact]:
        """Whose rules hold for them afterwards."""
        found = session.get(CustomerGroup, settings["group"])
        if found is not None:
            rules = found.programme.name if found.programme else gettext("none: the group has no programme")
            yield Fact(gettext("Programme of the group"), rules)

    def cost(self, session: Session, settings: dict[str, Any], whom: Whom) -> Iterable[Fact]:
        """Who changes the group, and who is in it already."""
        inside = select(func.count()).where(
            Customer.customer_group_id == settings["group"], Customer.id.in_(whom.customers)
        )
        already = session.scalar(inside) or 0
        yield Fact(gettext("Move"), count(whom.count - already))
        yield Fact(gettext("Are in it already"), count(already))


node_type = MoveToGroup()
