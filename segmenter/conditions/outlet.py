"""At which outlet a customer registered."""

from sqlalchemy import and_

from loyalty_core.customers.rows import Customer
from loyalty_core.database import id_set
from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _
from segmenter.condition import Condition
from segmenter.scope import OUTLETS

CONDITION = Condition(
    key="outlet",
    title=_("Outlet of registration"),
    help=_("Where the customer registered. Where they bought is asked of purchases, each of which takes outlets."),
    unknown=_("Who registered at no outlet does not meet it."),
    value=OUTLETS,
    meets=lambda leaf, facts: and_(
        Customer.outlet_id.is_not(None), Customer.outlet_id.in_(id_set(facts.session, leaf.value))
    ),
    actual=lambda leaf, facts: [Customer.outlet_id],
    reading=lambda values, _: None if values[0] is None else (values[0],),
    clause=lambda leaf, words, scope: gettext(
        "who registered at %(names)s", names=leaf.condition.value.full(leaf.value, words)
    ),
    short=lambda leaf, words: gettext("registered at %(names)s", names=leaf.condition.value.brief(leaf.value, words)),
)
