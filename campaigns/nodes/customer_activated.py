"""The trigger of joining: a customer becomes active in their programme, at registration or at a till later."""

from typing import Any

from sqlalchemy.orm import Session

from campaigns.node_types import EventTrigger
from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _


class CustomerActivated(EventTrigger):
    """An activation starts a trip; it happens once in the life of a customer."""

    key = "customer_activated"
    title = _("Customer activated")
    help = _("Starts when a customer joins the programme")
    icon = "circle-check"
    event_kind = "customer.activated"

    def summary(self, session: Session, settings: dict[str, Any]) -> str:
        return gettext("Any customer who joins")

    def starts(self, session: Session, settings: dict[str, Any]) -> str:
        return gettext("It starts by itself when a customer is activated.")


node_type = CustomerActivated()
