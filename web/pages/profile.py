"""One customer: who they are, what they have and why, what happened to them."""

from typing import Any
from uuid import uuid4

from flask import flash, g, redirect, render_template, request
from flask_security import current_user
from marshmallow import ValidationError
from sqlalchemy import select
from werkzeug.wrappers import Response

from campaigns import activities as history
from loyalty_core.customers.activities import Place
from loyalty_core.customers.blocks import block_of, unblock
from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext
from loyalty_core.ledger.accrual import Recipient
from loyalty_core.ledger.adjustment import FOREVER, adjust_many
from loyalty_core.ledger.balance import balance
from loyalty_core.ledger.bonus_types import BonusType, bonus_types
from loyalty_core.ledger.lifetime import Lifetime
from loyalty_core.organisation import LegalEntity, Outlet, zone_of
from web.api.fields import Amount
from web.pages import typed
from web.pages.blueprint import pages
from web.pages.profile_reading import Profile, burn_columns, loyalty, profile_of, purchases_of_year, trips_of, week
from web.session import moment

ACTIVITIES = 40
ROUNDS_MAX = 5
KINDS = {
    "bonuses": ("accrue", "redeem", "burn", "reverse", "adjust", "repay", "merge"),
    "purchases": ("purchase", "return"),
    "messages": ("message",),
}


@pages.get("/customers/<id:customer_id>")
def customer(customer_id: int) -> str:
    """The profile; `lots=all` also lists the lots of which nothing is left, `show` keeps one kind of activities."""
    return profile_page(customer_id)


def profile_page(customer_id: int, refused: Refused | None = None, dialog: str = "adjust") -> str:
    """The profile; with a refusal, a dialog, by its id, is open and says what to mend."""
    who: Profile = profile_of(g.session, customer_id)
    # Bonuses burn at the end of the customer's own day.
    g.zone = zone_of(g.session, who.customer.outlet_id)
    spent = request.args.get("lots") == "all"
    now = moment()
    held = balance(g.session, customer_id, now, spent=spent)
    show = request.args.get("show", "")
    shown, older = _activities(customer_id, show if show in KINDS else "")
    return render_template(
        "customer.html",
        who=who,
        balance=held,
        columns=burn_columns(held.lots, now),
        trips=trips_of(g.session, [lot.source_id for lot in held.lots if lot.source == "enrollment" and lot.source_id]),
        week=week(g.session, customer_id, now),
        block=block_of(g.session, customer_id),
        loyalty=loyalty(g.session, who.customer),
        purchases=purchases_of_year(g.session, customer_id, now),
        activities=shown,
        older=older,
        show=show,
        spent=spent,
        types=bonus_types(g.session),
        outlets=list(g.session.scalars(select(Outlet).order_by(Outlet.name, Outlet.id))),
        companies=list(g.session.scalars(select(LegalEntity).order_by(LegalEntity.name))),
        key=request.form.get("key") or uuid4().hex,
        refused=refused,
        dialog=dialog if refused else "",
        values=request.form,
    )


@pages.post("/customers/<id:customer_id>/adjustments")
def adjust(customer_id: int) -> Response | tuple[str, int]:
    """Give or take what the dialog says; its hidden key keeps a form that is sent twice from counting twice."""
    profile_of(g.session, customer_id)
    form = request.form
    try:
        amount = _amount(form.get("amount", ""))
        bonus_type, company = _chosen(BonusType, "bonus_type"), _chosen(LegalEntity, "legal_entity")
        adjusted = adjust_many(
            g.session,
            [Recipient(customer_id, f"page:{form.get('key', '')[:100]}")],
            amount=-amount if form.get("direction") == "minus" else amount,
            reason=form.get("reason", "").replace("\0", ""),
            author=current_user.name or current_user.email,
            lifetime=Lifetime.of(bonus_type) if bonus_type else FOREVER,
            bonus_type_id=bonus_type and bonus_type.id,
            legal_entity_id=company and company.id,
            source="page",
            at=moment(),
            outlet_ids=[typed.whole("outlets", text) or 0 for text in form.getlist("outlets")],
        )
        if adjusted.short:
            raise Refused("amount", gettext("The customer has fewer bonuses than that"))
    except Refused as refused:
        return profile_page(customer_id, refused), 400
    flash(gettext("The balance is adjusted"))
    return redirect(f"/customers/{customer_id}")


def _amount(text: str) -> int:
    try:
        return int(Amount().deserialize("".join(text.split()).replace(",", ".")))
    except ValidationError:
        raise Refused("amount", gettext("Write an amount such as 50 or 12.50")) from None


def _chosen(table: type[BonusType | LegalEntity], name: str) -> Any:
    text = request.form.get(name, "")
    if not text:
        return None
    found = g.session.get(table, int(text)) if text.isascii() and text.isdigit() and len(text) < 19 else None
    if found is None:
        raise Refused(name, gettext("Choose one of the list"))
    return found


@pages.post("/customers/<id:customer_id>/unblocking")
def unblock_customer(customer_id: int) -> Response:
    """Let their card work again."""
    unblock(g.session, customer_id, moment())
    flash(gettext("The customer is unblocked"))
    return redirect(f"/customers/{customer_id}")


def _activities(customer_id: int, show: str) -> tuple[list[Any], str | None]:
    """Activities of a kind, newest first, and the place where the older ones begin."""
    text = request.args.get("before")
    before = Place.read(text) if text else None
    found: list[Any] = []
    # A kind may be rare among the others: some pages are read for one, but not the whole history.
    for _round in range(ROUNDS_MAX):
        some = history.activities(g.session, customer_id, before=before, limit=ACTIVITIES + 1)
        found += [each for each in some[:ACTIVITIES] if not show or each.kind in KINDS[show]]
        before = some[ACTIVITIES - 1].place if len(some) > ACTIVITIES else None
        if before is None or len(found) >= ACTIVITIES:
            break
    return found, str(before) if before else None
