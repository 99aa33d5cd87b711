"""Finds the outlets that a file names, and the zones whose clocks its moments are on."""

from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from loyalty_core.i18n import gettext as _
from loyalty_core.organisation import Outlet, organisation


class Outlets:
    """The outlets by external id or name, and the organisation's zone for whoever has none."""

    def __init__(self, session: Session) -> None:
        self._zone = ZoneInfo(organisation(session).zone)
        self._ids: dict[str, int] = {}
        self._zones: dict[int | None, ZoneInfo] = {}
        for outlet in session.scalars(select(Outlet).order_by(Outlet.id.desc())):
            self._ids[outlet.name.casefold()] = outlet.id
            if outlet.zone:
                self._zones[outlet.id] = ZoneInfo(outlet.zone)
        for outlet in session.scalars(select(Outlet).where(Outlet.external_id.is_not(None))):
            self._ids[(outlet.external_id or "").casefold()] = outlet.id

    def find(self, text: str) -> int | None:
        """The outlet of this external id or name; None for an empty cell; ValueError where there is none."""
        if not text:
            return None
        outlet_id = self._ids.get(text.casefold())
        if outlet_id is None:
            raise ValueError(_("There is no such outlet: %(text)s", text=text))
        return outlet_id

    def zone(self, outlet_id: int | None) -> ZoneInfo:
        """The outlet's zone where it has one, else the organisation's."""
        return self._zones.get(outlet_id, self._zone)
