"""Chains to begin with: valid as they stand, drafts until somebody publishes them."""

from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from babel.support import LazyProxy
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaigns import editing
from campaigns.campaigns import Campaign
from campaigns.messages.samples import sample_templates
from campaigns.nodes import NODE_TYPES
from loyalty_core.customers.rows import CustomerTotals
from loyalty_core.errors import NotFound
from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _
from loyalty_core.ledger.bonus_types import BonusType
from loyalty_core.organisation import LegalEntity, organisation

STEP_HEIGHT, COLUMN = 124, 188  # card and gap of the canvas's own layout

Step = tuple[str, dict[str, Any]]


class Recipe(NamedTuple):
    """A chain that can be begun with: its steps' types are shown, `steps` gives their settings."""

    name: LazyProxy
    about: LazyProxy
    types: tuple[str, ...]
    steps: Callable[[Session, datetime], list[Step]]

    @property
    def tiles(self) -> list[Any]:
        """The node types, for the row of icons."""
        return [NODE_TYPES[key] for key in self.types]


def draw(session: Session, key: str, now: datetime) -> Campaign:
    """A new draft by a recipe; NotFound. What it needs and is missing (a company, letters, a bonus type) is made."""
    if key not in RECIPES:
        raise NotFound("recipe", gettext("There is no such recipe"))
    recipe = RECIPES[key]
    return editing.create(session, str(recipe.name), now, _graph(recipe.steps(session, now)))


def _graph(steps: list[Step]) -> dict[str, Any]:
    """Steps one below the other; a filter's people go on by "yes"."""
    nodes = [
        {"id": f"n{at}", "type": kind, "settings": settings, "position": {"x": 0, "y": at * STEP_HEIGHT}}
        for at, (kind, settings) in enumerate(steps, 1)
    ]
    edges = [
        {"source": one["id"], "port": "yes" if one["type"] == "filter_customers" else "out", "target": other["id"]}
        for one, other in pairwise(nodes)
    ]
    return {"nodes": nodes, "edges": edges}


def _birthday(session: Session, now: datetime) -> list[Step]:
    return [
        ("date_for_customer", {"field": "birth_date", "offset_days": 0, "at": "09:00"}),
        ("filter_customers", {"tree": _all({"condition": "days_since_registration", "op": "ge", "value": 365})}),
        ("accrue_bonuses", {"amount": "300", "lifetime_days": 30, "legal_entity": _company(session)}),
        ("send_letter", {"template": sample_templates(session, now)["birthday"]}),
    ]


def _new_year(session: Session, now: datetime) -> list[Step]:
    today = now.astimezone(ZoneInfo(organisation(session).zone))
    year = {"last_days": 365}
    return [
        ("date_reached", {"at": f"{today.year}-12-31T10:00"}),
        (
            "filter_customers",
            {
                "tree": _all(
                    {"condition": "purchase_count", "op": "ge", "value": 10, "within": year},
                    {"condition": "average_receipt", "op": "ge", "value": _usual_receipt(session), "within": year},
                )
            },
        ),
        ("accrue_bonuses", {"amount": "500", "bonus_type": _until_january(session), "legal_entity": _company(session)}),
        ("send_letter", {"template": sample_templates(session, now)["new_year"]}),
    ]


def _anniversary(session: Session, now: datetime) -> list[Step]:
    subject = "{% if customer.first_name %}{{ customer.first_name }}, thank{% else %}Thank{% endif %} you for a year"
    body = (
        "Thank you for staying with {{ organisation.name }}.\n\n{{ bonuses }} bonuses are yours until {{ burns_on }}."
    )
    return [
        ("date_for_customer", {"field": "registered_at", "offset_days": 0, "at": "10:00"}),
        ("accrue_bonuses", {"amount": "200", "lifetime_days": 60, "legal_entity": _company(session)}),
        ("send_letter", {"subject": subject, "body": body}),
    ]


def _thank_you(session: Session, now: datetime) -> list[Step]:
    return [
        ("purchase_made", {"least_amount": _usual_receipt(session)}),
        ("accrue_bonuses", {"amount": "50", "lifetime_days": 90, "legal_entity": _company(session)}),
        ("send_letter", {"template": sample_templates(session, now)["thank_you"]}),
    ]


RECIPES = {
    "birthday": Recipe(
        _("Birthday gift"),
        _("300 bonuses on the birthday to who has been a member for a year, and a letter that says so."),
        ("date_for_customer", "filter_customers", "accrue_bonuses", "send_letter"),
        _birthday,
    ),
    "new_year": Recipe(
        _("New Year 500"),
        _("500 bonuses to those who buy often and spend much; they burn on 31 January."),
        ("date_reached", "filter_customers", "accrue_bonuses", "send_letter"),
        _new_year,
    ),
    "anniversary": Recipe(
        _("A year with us"),
        _("200 bonuses on each anniversary of the registration, and a letter."),
        ("date_for_customer", "accrue_bonuses", "send_letter"),
        _anniversary,
    ),
    "thank_you": Recipe(
        _("Thank you for a large receipt"),
        _("50 bonuses and a letter for each purchase above the usual one."),
        ("purchase_made", "accrue_bonuses", "send_letter"),
        _thank_you,
    ),
}


def _all(*leaves: dict[str, Any]) -> dict[str, Any]:
    return {"all": list(leaves)}


def _company(session: Session) -> int:
    """The first legal entity; without any, one named as the organisation."""
    found = session.scalar(select(LegalEntity.id).order_by(LegalEntity.id).limit(1))
    if found is not None:
        return found
    company = LegalEntity(name=organisation(session).name)
    session.add(company)
    session.flush()
    return company.id


def _until_january(session: Session) -> int:
    """A bonus type that burns at the end of January; without any, a new one."""
    ends = select(BonusType.id).where(BonusType.burning == "day_of_year", BonusType.burning_month == 1)
    found = session.scalar(ends.where(BonusType.burning_day.in_((0, 31))).order_by(BonusType.id).limit(1))
    if found is not None:
        return found
    kind = BonusType(name=gettext("Until 31 January"), burning="day_of_year", burning_month=1, burning_day=31)
    session.add(kind)
    session.flush()
    return kind.id


def _usual_receipt(session: Session) -> str:
    """The average receipt of all customers, rounded to tens; 100 where nobody has bought."""
    bought = select(func.sum(CustomerTotals.purchase_sum), func.sum(CustomerTotals.purchase_count))
    total, count = session.execute(bought).one()
    return str(max(10, round(int(total) / int(count) / 1000) * 10)) if total and count else "100"
