"""Parts the customers by conditions, yes and no ("Отфильтровать клиентов")."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaigns.node_types import Batch, Fact, Outcome, Port, Step
from campaigns.settings_fields import Settings, Tree
from campaigns.wording import count
from loyalty_core.customers.rows import Customer
from loyalty_core.i18n import gettext, ngettext
from loyalty_core.i18n import lazy as _
from segmenter.compiler import customers
from segmenter.sentences import short


class FilterCustomersSettings(Settings):
    tree = Tree(_("Conditions"), required=True, hint=_("Asked at the moment when a customer comes here."))


class FilterCustomers(Step):
    """Every customer leaves by exactly one way: who meets the conditions by yes, the others by no."""

    key = "filter_customers"
    group = "conditions"
    title = _("Filter customers")
    help = _("Parts customers by conditions: yes and no")
    icon = "filter"
    ports = (Port("yes", _("Yes"), "plus"), Port("no", _("No"), "minus"))
    settings = FilterCustomersSettings
    defaults = {"tree": {"all": []}}
    guards = True

    def run(self, batch: Batch, settings: dict[str, Any]) -> Outcome:
        among = list(batch.enrollments.values())
        meeting = set(batch.session.scalars(customers(batch.session, settings["tree"], now=batch.now, among=among)))
        ways: dict[str, list[int]] = {"yes": [], "no": []}
        for enrollment, customer in batch.enrollments.items():
            ways["yes" if customer in meeting else "no"].append(enrollment)
        return Outcome(ways)

    def summary(self, session: Session, settings: dict[str, Any]) -> str:
        return short(session, settings["tree"])

    def example(self, session: Session, settings: dict[str, Any], now: datetime) -> Iterable[Fact]:
        found = customers(session, settings["tree"], now=now).subquery()
        meeting = session.scalar(select(func.count()).select_from(found)) or 0
        everybody = session.scalar(select(func.count()).where(Customer.merged_into_id.is_(None))) or 0
        shown = ngettext("%(shown)s customer", "%(shown)s customers", meeting, shown=count(meeting))
        yield Fact(gettext("Meet them now"), shown, gettext("of %(all)s", all=count(everybody)))


node_type = FilterCustomers()
