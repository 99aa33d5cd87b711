"""The trigger of a new campaign: a customer makes a purchase ("Сделан заказ")."""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, cast, true
from sqlalchemy.orm import Session

from campaigns.node_types import EventTrigger
from campaigns.settings_fields import Amount, Settings
from campaigns.wording import money
from loyalty_core.events import Event
from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _


class PurchaseMadeSettings(Settings):
    least_amount = Amount(
        _("At least"),
        unit=_("a receipt"),
        hint=_("Smaller purchases do not start a trip."),
        load_default=None,
        allow_none=True,
    )


class PurchaseMade(EventTrigger):
    """Each purchase starts a trip, as often as the campaign's re-entry rule allows."""

    key = "purchase_made"
    title = _("Purchase made")
    help = _("Starts when a customer makes a purchase")
    icon = "receipt"
    settings = PurchaseMadeSettings
    event_kind = "purchase.placed"

    def predicate(self, settings: dict[str, Any]) -> ColumnElement[bool]:
        """Purchases whose sum reaches the least amount; `amount` of the event is in minor units."""
        if settings["least_amount"] is None:
            return true()
        least: int = settings["least_amount"]
        return cast(Event.properties["amount"].as_string(), BigInteger) >= least

    def summary(self, session: Session, settings: dict[str, Any]) -> str:
        if settings["least_amount"] is None:
            return gettext("Any purchase")
        return gettext("A purchase of %(amount)s or more", amount=money(session, settings["least_amount"]))

    def starts(self, session: Session, settings: dict[str, Any]) -> str:
        return gettext("It starts by itself at each purchase.")


node_type = PurchaseMade()
