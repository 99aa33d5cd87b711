"""What a person does with a customer's membership on their profile: activates and blocks it, says whose rules hold."""

from flask import flash, g, redirect, request
from werkzeug.wrappers import Response

from loyalty_core.customers.blocks import block
from loyalty_core.customers.groups import let_follow
from loyalty_core.customers.merged import check_customer
from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext as _
from loyalty_core.programmes.activation import activate
from web.pages import typed
from web.pages.blueprint import pages
from web.pages.profile import profile_page
from web.session import moment


@pages.post("/customers/<id:customer_id>/activation")
def activate_customer(customer_id: int) -> Response:
    """From now on they earn, spend and get discounts, and their welcome bonus is theirs."""
    activate(g.session, customer_id, moment())
    flash(_("The customer is activated"))
    return redirect(f"/customers/{customer_id}")


@pages.post("/customers/<id:customer_id>/blocking")
def block_customer(customer_id: int) -> Response | tuple[str, int]:
    """Let their card work no more, for a reason."""
    check_customer(g.session, customer_id)
    try:
        block(g.session, customer_id, request.form.get("block_reason", "").strip().replace("\0", ""), moment())
    except Refused as refused:
        return profile_page(customer_id, Refused("block_reason", refused.message), "block"), 400
    flash(_("The customer is blocked"))
    return redirect(f"/customers/{customer_id}")


@pages.post("/customers/<id:customer_id>/loyalty")
def choose_loyalty(customer_id: int) -> Response | tuple[str, int]:
    """Say whose rules hold: a group's, those of a programme of their own, or the default ones."""
    check_customer(g.session, customer_id)
    form = request.form
    try:
        whose = form.get("whose", "")
        if whose not in ("default", "group", "programme"):
            raise Refused("whose", _("Choose whose rules hold"))
        group_id = typed.whole("group", form.get("group", "")) if whose == "group" else None
        programme_id = typed.whole("programme", form.get("programme", "")) if whose == "programme" else None
        if whose != "default" and group_id is None and programme_id is None:
            raise Refused(whose, _("Choose one of the list"))
        let_follow(g.session, [customer_id], group_id=group_id, programme_id=programme_id)
    except Refused as refused:
        return profile_page(customer_id, refused, "loyalty"), 400
    flash(_("Whose rules hold is saved"))
    return redirect(f"/customers/{customer_id}")
