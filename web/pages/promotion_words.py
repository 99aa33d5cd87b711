"""A promotion in words: what it wants of a receipt, and what it gives."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from loyalty_core.i18n import gettext as _
from loyalty_core.i18n import ngettext
from loyalty_core.promotions.rows import Promotion
from web import formats
from web.i18n import language
from web.pages.frame import this_organisation

NAMED_MOST = 3


class Names(NamedTuple):
    """What promotions name, by id."""

    lists: Mapping[int, str]
    outlets: Mapping[int, str]


def wants(promotion: Promotion, names: Names) -> list[str]:
    """What it wants of a receipt, beside its period and its customers; empty where it acts on every purchase."""
    found = []
    if promotion.least_sum:
        found.append(_("a purchase from %(sum)s", sum=_money(promotion.least_sum)))
    if promotion.least_quantity:
        found.append(_("%(quantity)s pieces or more", quantity=pieces(promotion.least_quantity)))
    if promotion.products:
        goods = _listed([each.value for each in promotion.products])
        least = pieces(promotion.products_least)
        found.append(_("%(quantity)s pieces of %(goods)s", quantity=least, goods=goods) if least else goods)
    if promotion.code_list_id is not None:
        found.append(_("a code of “%(list)s”", list=names.lists.get(promotion.code_list_id, "–")))
    if promotion.outlets:
        found.append(
            _("in %(outlets)s", outlets=_listed([names.outlets[each.outlet_id] for each in promotion.outlets]))
        )
    return found


def gives(promotion: Promotion) -> list[str]:
    """Its effects."""
    found = []
    if promotion.special_price is not None:
        found.append(_("%(price)s each", price=_money(promotion.special_price)))
    if promotion.discount_rate:
        found.append("−" + formats.rate(promotion.discount_rate, language()))
    if promotion.discount_amount:
        found.append("−" + _money(promotion.discount_amount))
    if promotion.bonus_rate:
        found.append(_("+%(percent)s bonuses", percent=formats.rate(promotion.bonus_rate, language())))
    if promotion.bonus_amount:
        found.append(_("+%(sum)s bonuses", sum=formats.short_amount(promotion.bonus_amount, language())))
    if promotion.forbids_redemption:
        found.append(_("bonuses may not pay"))
    return found


def state(promotion: Promotion, now: datetime) -> tuple[str, str]:
    """How it stands, as the dot of a state and its word."""
    if not promotion.active:
        return "done", _("Switched off")
    if promotion.starts_at and promotion.starts_at > now:
        return "planned", _("To come")
    if promotion.ends_at and promotion.ends_at <= now:
        return "done", _("Over")
    return "live", _("Going on")


def pieces(thousandths: int) -> str:
    """A quantity as people write it; nothing for 0."""
    return f"{(Decimal(thousandths) / 1000).normalize():f}" if thousandths else ""


def _money(minor: int) -> str:
    return formats.money(minor, this_organisation().currency, language())


def _listed(values: list[str]) -> str:
    shown = ", ".join(values[:NAMED_MOST])
    rest = len(values) - NAMED_MOST
    if rest <= 0:
        return shown
    return ngettext("%(shown)s and %(num)s more", "%(shown)s and %(num)s more", rest, shown=shown)
