"""Merging a customer with another one who is the same person: both side by side, then the question."""

from dataclasses import dataclass

from flask import flash, g, redirect, render_template, request
from flask_security import current_user
from werkzeug.wrappers import Response

from loyalty_core.customers.blocks import block_of
from loyalty_core.customers.merging import merge
from loyalty_core.customers.rows import CustomerTotals
from loyalty_core.errors import Conflict, Refused
from loyalty_core.i18n import gettext as _
from loyalty_core.ledger.balance import Balance, balance
from web.pages import typed
from web.pages.blueprint import pages
from web.pages.profile_reading import Profile, profile_of
from web.pages.who import who
from web.session import moment


@dataclass(frozen=True)
class Side:
    """One of the two, with what comes together."""

    who: Profile
    balance: Balance
    totals: CustomerTotals | None
    blocked: bool


@pages.get("/customers/<id:customer_id>/merge")
def find_other(customer_id: int) -> str | tuple[str, int]:
    """Asks for the other one by a mark, `who`, and shows both."""
    mark = request.args.get("who", "")
    if not mark:
        return _page(customer_id)
    try:
        return _page(customer_id, mark, who(g.session, mark))
    except Refused as refused:
        return _page(customer_id, mark, refused=refused), 400


@pages.post("/customers/<id:customer_id>/merge")
def merge_customers(customer_id: int) -> Response | tuple[str, int]:
    """Make one of the two."""
    profile_of(g.session, customer_id)
    mark = request.form.get("who", "")
    try:
        other = typed.whole("who", request.form.get("other", ""))
        if other is None:
            raise Refused("who", _("Find the other customer first"))
        merge(g.session, customer_id, other, moment(), current_user.name or current_user.email)
    except Refused as refused:
        return _page(customer_id, mark, refused=Refused("who", refused.message)), 400
    except Conflict as conflict:
        return _page(customer_id, mark, refused=Refused("who", conflict.message)), 409
    flash(_("The two are one customer now"))
    return redirect(f"/customers/{customer_id}")


def _page(customer_id: int, mark: str = "", other: int | None = None, refused: Refused | None = None) -> str:
    if other == customer_id:
        refused, other = Refused("who", _("This is the same customer: write a mark of the other one")), None
    sides = [_side(each) for each in (customer_id, other) if each is not None]
    return render_template("merge.html", kept=sides[0], gone=sides[1] if other else None, mark=mark, refused=refused)


def _side(customer_id: int) -> Side:
    return Side(
        profile_of(g.session, customer_id),
        balance(g.session, customer_id, moment()),
        g.session.get(CustomerTotals, customer_id),
        block_of(g.session, customer_id) is not None,
    )
