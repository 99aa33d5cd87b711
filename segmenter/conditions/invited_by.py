"""Who invited a customer."""

from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from loyalty_core.customers.rows import Customer
from loyalty_core.database import id_set
from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _
from segmenter.condition import Condition
from segmenter.values import References


class People(References):
    """Customers, who are called by both of their names."""

    def named(self, session: Session, value: Any) -> dict[Any, str]:
        names = select(Customer.id, Customer.first_name, Customer.last_name)
        found = session.execute(names.where(Customer.id.in_(id_set(session, value))))
        return {row.id: f"{row.first_name} {row.last_name}".strip() or str(row.id) for row in found}


CONDITION = Condition(
    key="invited_by",
    title=_("Invited by"),
    help=_("Whom one of these customers invited."),
    unknown=_("Whom nobody invited does not meet it."),
    value=People(source="/customers", name=Customer.first_name, gone=_("a customer who no longer exists")),
    meets=lambda leaf, facts: and_(
        Customer.invited_by_id.is_not(None), Customer.invited_by_id.in_(id_set(facts.session, leaf.value))
    ),
    actual=lambda leaf, facts: [Customer.invited_by_id],
    reading=lambda values, _: None if values[0] is None else (values[0],),
    clause=lambda leaf, words, scope: gettext(
        "whom %(names)s invited", names=leaf.condition.value.full(leaf.value, words)
    ),
    short=lambda leaf, words: gettext("invited by %(names)s", names=leaf.condition.value.brief(leaf.value, words)),
)
