"""Puts a tag on each customer ("Добавить метку")."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from campaigns.node_types import Batch, Fact, Outcome, Port, Whom
from campaigns.problems import Problem
from campaigns.settings_fields import Reference, Settings
from campaigns.tagging import TagStep
from campaigns.wording import count
from loyalty_core.customers.rows import Tag
from loyalty_core.customers.tags import put_on
from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _


class AddTagSettings(Settings):
    tag = Reference(_("Tag"), "/tags", required=True, hint=_("Who wears it already stays as they are."))


class AddTag(TagStep):
    """The tag on everybody who comes; `customer.tagged` is told of each who did not wear it."""

    key = "add_tag"
    title = _("Add tag")
    help = _("Puts a tag on each customer")
    icon = "tag"
    ports = (Port("out", _("Tagged")),)
    settings = AddTagSettings

    def run(self, batch: Batch, settings: dict[str, Any]) -> Outcome:
        put_on(batch.session, settings["tag"], set(batch.enrollments.values()), batch.now)
        return Outcome({"out": list(batch.enrollments)})

    def problems(self, session: Session, node: str, settings: dict[str, Any], now: datetime) -> Iterable[Problem]:
        yield from super().problems(session, node, settings, now)
        found = session.get(Tag, settings["tag"])
        if found is not None and not found.active:
            message = gettext("Choose another tag, or switch “%(name)s” on again: nobody can be tagged with it")
            yield Problem.of_field(node, "tag", message % {"name": found.name})

    def cost(self, session: Session, settings: dict[str, Any], whom: Whom) -> Iterable[Fact]:
        """Who gets the tag, and who wears it already."""
        already = self.wearing(session, settings, whom)
        yield Fact(gettext("Get the tag"), count(whom.count - already))
        yield Fact(gettext("Wear it already"), count(already))


node_type = AddTag()
