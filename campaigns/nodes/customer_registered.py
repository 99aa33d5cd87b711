"""The trigger of a welcome: a customer is registered, at a till, by a page or a program."""

from typing import Any

from sqlalchemy.orm import Session

from campaigns.node_types import EventTrigger
from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _


class CustomerRegistered(EventTrigger):
    """Each registration starts a trip; history that is imported without events starts none."""

    key = "customer_registered"
    title = _("Customer registered")
    help = _("Starts when a customer is registered")
    icon = "user-plus"
    event_kind = "customer.registered"

    def summary(self, session: Session, settings: dict[str, Any]) -> str:
        return gettext("Any new customer")

    def starts(self, session: Session, settings: dict[str, Any]) -> str:
        return gettext("It starts by itself when a customer is registered.")


node_type = CustomerRegistered()
