"""What a person does with a customer's membership on their profile: activates it."""

from flask import flash, g, redirect
from werkzeug.wrappers import Response

from loyalty_core.activation import activate
from loyalty_core.i18n import gettext as _
from web.pages.blueprint import pages
from web.session import moment


@pages.post("/customers/<id:customer_id>/activation")
def activate_customer(customer_id: int) -> Response:
    """From now on they earn, spend and get discounts, and their welcome bonus is theirs."""
    activate(g.session, customer_id, moment())
    flash(_("The customer is activated"))
    return redirect(f"/customers/{customer_id}")
