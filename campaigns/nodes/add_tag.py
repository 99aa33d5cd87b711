"""Puts a tag on each customer ("Добавить метку")."""

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
from loyalty_core.customers.tags import put_on
from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _


class AddTagSettings(Settings):
    tag = Reference(_("Tag"), "/tags", required=True, hint=_("Who wears it already stays as they are."))


class AddTag(Step):
    """The tag on everybody who comes; `customer.tagged` is told of each who did not wear it."""

    key = "add_tag"
    group = "actions"
    title = _("Add tag")
    help = _("Puts a tag on each customer")
    icon = "tag"
    ports = (Port("out", _("Tagged")),)
    settings = AddTagSettings

    def run(self, batch: Batch, settings: dict[str, Any]) -> Outcome:
        put_on(batch.session, settings["tag"], set(batch.enrollments.values()), batch.now)
        return Outcome({"out": list(batch.enrollments)})

    def problems(self, session: Session, node: str, settings: dict[str, Any], now: datetime) -> Iterable[Problem]:
        found = session.get(Tag, settings["tag"])
        if found is None:
            yield Problem.of_field(node, "tag", gettext("Choose a tag: this one is gone"))
        elif not found.active:
            message = gettext("Choose another tag, or switch “%(name)s” on again: nobody can be tagged with it")
            yield Problem.of_field(node, "tag", message % {"name": found.name})

    def summary(self, session: Session, settings: dict[str, Any]) -> str:
        found = session.get(Tag, settings["tag"])
        return f"“{found.name}”" if found else gettext("A tag that is gone")

    def cost(self, session: Session, settings: dict[str, Any], whom: Whom) -> Iterable[Fact]:
        """Who gets the tag, and who wears it already."""
        worn = select(func.count()).where(
            CustomerTag.tag_id == settings["tag"], CustomerTag.customer_id.in_(whom.customers)
        )
        already = session.scalar(worn) or 0
        yield Fact(gettext("Get the tag"), count(whom.count - already))
        yield Fact(gettext("Wear it already"), count(already))


node_type = AddTag()
