"""Adds a lot of bonuses to each customer's balance ("Начислить бонусы")."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.node_types import Batch, Fact, Outcome, Port, Step, Whom
from campaigns.problems import Problem
from campaigns.settings_fields import Amount, Day, Reference, References, Settings, Whole, Words
from campaigns.wording import bonuses, city, moment
from loyalty_core.database import id_set
from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _
from loyalty_core.ledger.accrual import Recipient, accrue_to_many
from loyalty_core.ledger.binding import OUTLETS_MAX, check_outlets, only_at
from loyalty_core.ledger.bonus_types import BonusType
from loyalty_core.ledger.lifetime import Lifetime
from loyalty_core.ledger.rows import REASON_LENGTH_MAX
from loyalty_core.organisation import LegalEntity, Outlet, organisation, zone_of


class AccrueBonusesSettings(Settings):
    either = (("bonus_type",), ("lifetime_days",), ("active_on", "burns_on"))
    either_titles = {"active_on": _("Dates")}

    amount = Amount(_("How much"), unit=_("bonuses each"), required=True)
    bonus_type = Reference(
        _("Bonus type"),
        "/bonus-types",
        hint=_("Says when the bonuses become active and when they burn."),
        load_default=None,
        allow_none=True,
    )
    lifetime_days = Whole(
        _("Lifetime"),
        least=1,
        most=36_500,
        unit=_("days"),
        hint=_("They burn at 23:59:59, this many days after the accrual."),
        load_default=None,
        allow_none=True,
    )
    active_on = Day(
        _("Active on"),
        hint=_("From the beginning of this day; a day that has passed is at once."),
        load_default=None,
        allow_none=True,
    )
    burns_on = Day(_("Burn on"), hint=_("At 23:59:59 of this day."), load_default=None, allow_none=True)
    legal_entity = Reference(
        _("Legal entity"), "/legal-entities", required=True, hint=_("The company that owes these bonuses.")
    )
    outlets = References(
        _("Valid at"),
        "/outlets",
        most=OUTLETS_MAX,
        hint=_("Where alone the bonuses can be spent. None chosen: everywhere."),
        load_default=None,
        allow_none=True,
    )
    reason = Words(
        _("Reason"),
        most=REASON_LENGTH_MAX,
        hint=_("Stands in the customer's history, such as “For the delay of your order”."),
        load_default=None,
        allow_none=True,
    )


class AccrueBonuses(Step):
    """One lot for each enrollment, whatever happens to the worker: the ledger's key is (enrollment, step)."""

    key = "accrue_bonuses"
    group = "actions"
    title = _("Accrue bonuses")
    help = _("Adds a lot to each customer's balance")
    icon = "coins"
    ports = (Port("out", _("Accrued")),)
    settings = AccrueBonusesSettings

    def either_message(self, both: bool) -> str:
        if both:
            return gettext("Keep either the bonus type, or the lifetime, or the dates")
        return gettext("Choose a bonus type, or write a lifetime in days, or choose dates")

    def run(self, batch: Batch, settings: dict[str, Any]) -> Outcome:
        recipients = [
            Recipient(customer, f"enrollment:{enrollment}:{batch.node}", enrollment)
            for enrollment, customer in batch.enrollments.items()
        ]
        accrued = accrue_to_many(
            batch.session,
            recipients,
            amount=settings["amount"],
            lifetime=self._lifetime(batch.session, settings),
            bonus_type_id=settings["bonus_type"],
            legal_entity_id=settings["legal_entity"],
            source="enrollment",
            source_node=batch.node,
            at=batch.now,
            outlet_ids=settings["outlets"] or (),
            reason=settings["reason"],
        )
        return Outcome({"out": list(batch.enrollments)}, {"out": accrued.new * settings["amount"]})

    def _lifetime(self, session: Session, settings: dict[str, Any]) -> Lifetime:
        if settings["bonus_type"] is not None:
            return Lifetime.of(session.get_one(BonusType, settings["bonus_type"]))
        if settings["lifetime_days"] is not None:
            return Lifetime.days(settings["lifetime_days"])
        return Lifetime(
            activation="on_date",
            activation_date=settings["active_on"],
            burning="on_date",
            burning_date=settings["burns_on"],
        )

    def problems(self, session: Session, node: str, settings: dict[str, Any], now: datetime) -> Iterable[Problem]:
        if settings["bonus_type"] is not None and session.get(BonusType, settings["bonus_type"]) is None:
            yield Problem.of_field(node, "bonus_type", gettext("Choose a bonus type: this one is gone"))
        else:
            yield from self._passed(session, node, settings, now)
        if session.get(LegalEntity, settings["legal_entity"]) is None:
            yield Problem.of_field(node, "legal_entity", gettext("Choose a legal entity: this one is gone"))
        try:
            check_outlets(session, settings["outlets"] or ())
        except Refused as refused:
            yield Problem.of_field(node, refused.where, refused.message)

    def _passed(self, session: Session, node: str, settings: dict[str, Any], now: datetime) -> Iterable[Problem]:
        zone = zone_of(session, None)
        lifetime = self._lifetime(session, settings)
        try:
            lifetime.check()
            lifetime.expires_at(lifetime.active_at(now, zone), zone)
        except Refused as refused:
            yield Problem.of_field(node, "burns_on" if settings["burns_on"] else "bonus_type", refused.message)

    def summary(self, session: Session, settings: dict[str, Any]) -> str:
        if settings["bonus_type"] is not None and session.get(BonusType, settings["bonus_type"]) is None:
            return gettext("%(amount)s bonuses", amount=bonuses(settings["amount"]))
        lifetime = self._lifetime(session, settings).short()
        words = gettext("%(amount)s bonuses, %(lifetime)s", amount=bonuses(settings["amount"]), lifetime=lifetime)
        names = self._outlets(session, settings)
        return gettext("%(gift)s, %(where)s", gift=words, where=only_at(names)) if names else words

    def _outlets(self, session: Session, settings: dict[str, Any]) -> list[str]:
        chosen = Outlet.id.in_(id_set(session, settings["outlets"] or ()))
        return list(session.scalars(select(Outlet.name).where(chosen).order_by(Outlet.name, Outlet.id)))

    def example(self, session: Session, settings: dict[str, Any], now: datetime) -> Iterable[Fact]:
        """Accrued now to a customer of the organisation's zone: when active, when burnt, by whom owed."""
        if list(self.problems(session, "", settings, now)):
            return
        zone_name = organisation(session).zone
        zone = ZoneInfo(zone_name)
        lifetime = self._lifetime(session, settings)
        active_at = lifetime.active_at(now, zone)
        expires_at = lifetime.expires_at(active_at, zone)
        yield Fact(gettext("Accrued"), moment(now.replace(second=0), zone))
        yield Fact(gettext("Active"), gettext("at once") if active_at == now else moment(active_at, zone))
        yield Fact(gettext("Burn"), moment(expires_at, zone) if expires_at else gettext("never"), city(zone_name))
        if names := self._outlets(session, settings):
            yield Fact(gettext("Valid"), only_at(names))
        yield Fact(gettext("Owed by"), session.get_one(LegalEntity, settings["legal_entity"]).name)

    def cost(self, session: Session, settings: dict[str, Any], whom: Whom) -> Iterable[Fact]:
        """What all of them get together."""
        yield Fact(gettext("Bonuses, together"), bonuses(whom.count * settings["amount"]))


node_type = AccrueBonuses()
