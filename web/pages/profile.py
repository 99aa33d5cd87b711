"""One customer: who they are, what they have and why, what happened to them."""

from typing import Any

from flask import g, render_template, request

from campaigns import activities as history
from loyalty_core.activities import Place
from loyalty_core.balance import balance
from loyalty_core.organisation import zone_of
from web.pages.blueprint import pages
from web.pages.profile_reading import Identity, burn_columns, identity, purchases_of_year, trips_of, week
from web.session import moment

ACTIVITIES = 40
ROUNDS_MAX = 5
KINDS = {
    "bonuses": ("accrue", "redeem", "burn", "reverse", "adjust", "repay"),
    "purchases": ("purchase", "return"),
    "messages": ("message",),
}


@pages.get("/customers/<id:customer_id>")
def customer(customer_id: int) -> str:
    """The profile; `lots=all` also lists the lots of which nothing is left, `show` keeps one kind of activities."""
    who: Identity = identity(g.session, customer_id)
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
        purchases=purchases_of_year(g.session, customer_id, now),
        activities=shown,
        older=older,
        show=show,
        spent=spent,
    )


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
