"""Takes a tag off each customer ("Снять метку")."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session

from campaigns.node_types import Batch, Fact, Outcome, Port, Whom
from campaigns.settings_fields import Reference, Settings
from campaigns.tagging import TagStep
from campaigns.wording import count
from loyalty_core.customers.tags import take_off
from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _


class RemoveTagSettings(Settings):
    tag = Reference(
        _("Tag"), "/tags", required=True, hint=_("One that is switched off can be taken off too. Others go on without.")
    )


class RemoveTag(TagStep):
    """The tag off everybody who comes; `customer.untagged` is told of each who wore it."""

    key = "remove_tag"
    title = _("Remove tag")
    help = _("Takes a tag off each customer")
    icon = "unlink"
    ports = (Port("out", _("Without the tag")),)
    settings = RemoveTagSettings

    def run(self, batch: Batch, settings: dict[str, Any]) -> Outcome:
        take_off(batch.session, settings["tag"], set(batch.enrollments.values()), batch.now)
        return Outcome({"out": list(batch.enrollments)})

    def cost(self, session: Session, settings: dict[str, Any], whom: Whom) -> Iterable[Fact]:
        """Who loses the tag, and who does not wear it."""
        losing = self.wearing(session, settings, whom)
        yield Fact(gettext("Lose the tag"), count(losing))
        yield Fact(gettext("Do not wear it"), count(whom.count - losing))


node_type = RemoveTag()
