"""The trigger of what is done to a selection once: it starts when somebody acts on the selection, and never again."""

from typing import Any

from sqlalchemy.orm import Session

from campaigns.node_types import Trigger
from campaigns.settings_fields import Reference, Settings
from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _
from segmenter.selections.rows import Selection


class CustomersOfSelectionSettings(Settings):
    selection = Reference(_("Selection"), "/selections", required=True)


class CustomersOfSelection(Trigger):
    """Who enters was ticked at the moment of acting; the chain has no other way in."""

    key = "customers_of_selection"
    title = _("Customers of a selection")
    help = _("Starts once, when somebody acts on a selection")
    icon = "users"
    settings = CustomersOfSelectionSettings
    on_palette = False

    def summary(self, session: Session, settings: dict[str, Any]) -> str:
        found = session.get(Selection, settings["selection"])
        return found.origin if found else gettext("A selection that is gone")

    def starts(self, session: Session, settings: dict[str, Any]) -> str:
        return gettext("It starts once, for the customers who are ticked.")


node_type = CustomersOfSelection()
