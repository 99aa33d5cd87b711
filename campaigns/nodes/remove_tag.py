"""Takes a tag off each customer ("Снять метку")."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaigns.node_types import Batch, Fact, Outcome, Port, Step, Whom
from campaigns.problems import Problem
from campaigns.settings_fields import Reference, Settings
from campaigns.wording import count
from loyalty_core.customers.rows import CustomerTag, Tag
from loyalty_core.customers.tags import take_off
from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _


class RemoveTagSettings(Settings):
    tag = Reference(
        _("Tag"), "/tags", required=True, hint=_("One that is switched off can be taken off too. Others go on without.")
    )


class RemoveTag(Step):
    """The tag off everybody who comes; `customer.untagged` is told of each who wore it."""

    key = "remove_tag"
    group = "actions"
    title = _("Remove tag")
    help = _("Takes a tag off each customer")
    icon = "unlink"
    ports = (Port("out", _("Without the tag")),)
    settings = RemoveTagSettings

    def run(self, batch: Batch, settings: dict[str, Any]) -> Outcome:
        take_off(batch.session, settings["tag"], set(batch.enrollments.values()), batch.now)
        return Outcome({"out": list(batch.enrollments)})

    def problems(self, session: Session, node: str, settings: dict[str, Any], now: datetime) -> Iterable[Problem]:
        if session.get(Tag, settings["tag"]) is None:
            yield Problem.of_field(node, "tag", gettext("Choose a tag: this one is gone"))

    def summary(self, session: Session, settings: dict[str, Any]) -> str:
        found = session.get(Tag, settings["tag"])
        return f"“{found.name}”" if found else gettext("A tag that is gone")

    def cost(self, session: Session, settings: dict[str, Any], whom: Whom) -> Iterable[Fact]:
        """Who loses the tag, and who does not wear it."""
        worn = select(func.count()).where(
            CustomerTag.tag_id == settings["tag"], CustomerTag.customer_id.in_(whom.customers)
        )
        losing = session.scalar(worn) or 0
        yield Fact(gettext("Lose the tag"), count(losing))
        yield Fact(gettext("Do not wear it"), count(whom.count - losing))


node_type = RemoveTag()
