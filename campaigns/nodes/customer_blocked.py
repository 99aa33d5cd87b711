"""The trigger of notices about a block: a customer is blocked, by a person or for buying too often."""

from typing import Any

from sqlalchemy.orm import Session

from campaigns.node_types import EventTrigger
from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _


class CustomerBlocked(EventTrigger):
    """Each block starts a trip; one who is unblocked and blocked again starts another."""

    key = "customer_blocked"
    title = _("Customer blocked")
    help = _("Starts when a customer is blocked")
    icon = "ban"
    event_kind = "customer.blocked"

    def summary(self, session: Session, settings: dict[str, Any]) -> str:
        return gettext("Any block")

    def starts(self, session: Session, settings: dict[str, Any]) -> str:
        return gettext("It starts by itself when a customer is blocked.")


node_type = CustomerBlocked()
