"""Messages: the list, one as it was sent, and what can be done about one that went wrong."""

from flask import flash, g, redirect, render_template, request
from werkzeug.wrappers import Response

from campaigns.editing import find
from campaigns.messages import reading, remedies
from loyalty_core.i18n import gettext
from web.pages.arguments import number
from web.pages.blueprint import pages
from web.pages.paging import first
from web.session import moment

ROWS = 50


@pages.get("/messages")
def messages() -> str:
    """Newest first, of a campaign, a run, a customer or a state where the address names one."""
    campaign_id, run_id, customer_id = (number(name) for name in ("campaign", "run", "customer"))
    status = request.args.get("status")
    status = status if status in (*reading.STATUSES, *reading.ANSWERS) else None
    found = reading.messages(
        g.session,
        run_id=run_id,
        campaign_id=campaign_id,
        customer_id=customer_id,
        status=status,
        before=number("after"),
        limit=ROWS + 1,
    )
    page = first(found, ROWS, found[ROWS - 1].id if len(found) > ROWS else None)
    campaign = find(g.session, campaign_id) if campaign_id is not None else None
    return render_template(
        "messages.html",
        page=page,
        status=status,
        troubles=reading.troubles(g.session),
        campaign=campaign,
        run_id=run_id,
        customer_id=customer_id,
    )


@pages.get("/messages/<id:message_id>")
def message(message_id: int) -> str:
    """One message, as it was sent."""
    return render_template("message.html", message=reading.message(g.session, message_id))


@pages.post("/messages/<id:message_id>/repetition")
def send_again(message_id: int) -> Response:
    """Queue it anew; the customer may get it twice where it had left after all."""
    remedies.send_again(g.session, message_id)
    flash(gettext("The message is queued again"))
    return redirect(f"/messages/{message_id}")


@pages.post("/messages/<id:message_id>/confirmation")
def mark_sent(message_id: int) -> Response:
    """Settle a message in doubt: it did leave."""
    remedies.mark_sent(g.session, message_id, moment())
    flash(gettext("The message counts as sent"))
    return redirect(f"/messages/{message_id}")
