"""How often a customer used promo codes of some lists."""

from sqlalchemy import ColumnElement, and_, exists, join, true

from loyalty_core.database import id_set, table_of
from loyalty_core.i18n import gettext, ngettext
from loyalty_core.i18n import lazy as _
from loyalty_core.promotions.promo_codes import PromoCode, PromoCodeList, PromoCodeUse
from loyalty_core.till.purchases import Purchase
from segmenter.aggregation import Source
from segmenter.condition import Leaf, Subject
from segmenter.facts import Facts
from segmenter.times import counting
from segmenter.values import References
from segmenter.words import Words

LISTS = References(source="/promo-code-lists", name=PromoCodeList.name, gone=_("a list that no longer exists"))
_USES = join(table_of(PromoCodeUse), table_of(PromoCode), PromoCode.id == PromoCodeUse.code_id)


def _chosen(leaf: Leaf, facts: Facts) -> ColumnElement[bool]:
    listed = PromoCode.list_id.in_(id_set(facts.session, leaf.of)) if leaf.of else true()
    return and_(listed, _there(leaf, facts))


def _there(leaf: Leaf, facts: Facts) -> ColumnElement[bool]:
    if not leaf.outlets:
        return true()
    receipt = exists().where(Purchase.id == PromoCodeUse.purchase_id)
    return receipt.where(Purchase.outlet_id.in_(id_set(facts.session, leaf.outlets))).correlate(PromoCodeUse)


def _clause(leaf: Leaf, words: Words, scope: str) -> str:
    return ngettext(
        "who used %(quantity)s promo code%(lists)s%(scope)s",
        "who used %(quantity)s promo codes%(lists)s%(scope)s",
        leaf.number,
        quantity=leaf.quantity(words),
        lists=gettext(" of %(lists)s", lists=leaf.subject(words)) if leaf.of else "",
        scope=scope,
    )


def _short(leaf: Leaf, words: Words) -> str:
    return ngettext("%(quantity)s promo code", "%(quantity)s promo codes", leaf.values[-1], quantity=leaf.signed(words))


CONDITION = counting(
    Source("promo_codes", _USES, PromoCodeUse.customer_id, PromoCodeUse.at),
    _chosen,
    key="promo_code_used",
    group="purchases",
    title=_("Promo codes used"),
    help=_("How often, of some lists or of any. A use stays when the goods come back; who used none has 0."),
    subject=Subject(_("Lists of promo codes"), LISTS, any=_("any list")),
    at_outlets=True,
    clause=_clause,
    short=_short,
)
