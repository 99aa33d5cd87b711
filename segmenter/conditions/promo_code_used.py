"""How often a customer used promo codes of some lists."""

from sqlalchemy import ColumnElement, and_, exists, join, true

from loyalty_core.database import id_set, table_of
from loyalty_core.i18n import gettext, ngettext
from loyalty_core.i18n import lazy as _
from loyalty_core.promotions.promo_codes import PromoCode, PromoCodeList, PromoCodeUse
from loyalty_core.till.purchases import Purchase
from segmenter.condition import Condition, Leaf, Subject
from segmenter.facts import Facts
from segmenter.operators import holds
from segmenter.values import Number, References
from segmenter.words import Words

LISTS = References(source="/promo-code-lists", name=PromoCodeList.name, gone=_("a list that no longer exists"))


def _times(leaf: Leaf, facts: Facts) -> ColumnElement[int]:
    uses = join(table_of(PromoCodeUse), table_of(PromoCode), PromoCode.id == PromoCodeUse.code_id)
    listed = PromoCode.list_id.in_(id_set(facts.session, leaf.of)) if leaf.of else true()
    key, chosen = (leaf.of, leaf.outlets), and_(listed, _there(leaf, facts))
    return facts.times("promo_codes", uses, PromoCodeUse.customer_id, PromoCodeUse.at, leaf.window, key, chosen)


def _there(leaf: Leaf, facts: Facts) -> ColumnElement[bool]:
    if not leaf.outlets:
        return true()
    receipt = exists().where(Purchase.id == PromoCodeUse.purchase_id)
    return receipt.where(Purchase.outlet_id.in_(id_set(facts.session, leaf.outlets))).correlate(PromoCodeUse)


def _clause(leaf: Leaf, words: Words, scope: str) -> str:
    return ngettext(
        "who used %(quantity)s promo code%(lists)s%(scope)s",
        "who used %(quantity)s promo codes%(lists)s%(scope)s",
        leaf.values[-1],
        quantity=leaf.quantity(words),
        lists=gettext(" of %(lists)s", lists=leaf.subject(words)) if leaf.of else "",
        scope=scope,
    )


def _short(leaf: Leaf, words: Words) -> str:
    return ngettext("%(quantity)s promo code", "%(quantity)s promo codes", leaf.values[-1], quantity=leaf.signed(words))


CONDITION = Condition(
    key="promo_code_used",
    group="purchases",
    title=_("Promo codes used"),
    help=_("How often, of some lists or of any. A use stays when the goods come back; who used none has 0."),
    value=Number(1_000_000),
    subject=Subject(_("Lists of promo codes"), LISTS, optional=True),
    windowed=True,
    at_outlets=True,
    meets=lambda leaf, facts: holds(_times(leaf, facts), leaf.op, leaf.value),
    actual=lambda leaf, facts: [_times(leaf, facts)],
    clause=_clause,
    short=_short,
)
