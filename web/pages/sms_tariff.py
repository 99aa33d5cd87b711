"""What an SMS costs: the settings of the organisation that say so."""

from flask import flash, g, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from campaigns.messages.sms import SmsTariff, cost, set_sms_tariff, sms_tariff
from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext as _
from web.api.fields import written
from web.pages import typed
from web.pages.blueprint import pages
from web.session import only_reads

EXAMPLES = (1, 70, 71, 140, 141)


@pages.route("/settings/sms", methods=["GET", "POST"])
def sms_settings() -> str | Response | tuple[str, int]:
    """The form; messages that were sent keep their price."""
    if request.method == "GET":
        now = sms_tariff(g.session)
        return _form(MultiDict({"part_price": written(now.part_price), "counting": now.counting}))
    try:
        set_sms_tariff(g.session, _price(), request.form.get("counting", ""))
    except Refused as refused:
        return _form(request.form, refused), 400
    flash(_("The price of an SMS is saved"))
    return redirect("/settings/sms")


@pages.post("/settings/sms/example")
@only_reads
def sms_example() -> str:
    """What texts of some lengths would cost, and the one that is typed."""
    try:
        price = _price()
    except Refused as refused:
        return render_template("sms_example.html", problem=refused.message)
    tariff = SmsTariff(part_price=price, counting=request.form.get("counting", "encoding"))
    rows = [
        (length, cost("a" * length, tariff), cost("\N{CYRILLIC SMALL LETTER A}" * length, tariff))
        for length in EXAMPLES
    ]
    return render_template("sms_example.html", rows=rows)


def _price() -> int:
    return typed.amount("part_price", request.form.get("part_price", ""))


def _form(values: "MultiDict[str, str]", refused: Refused | None = None) -> str:
    return render_template("sms_tariff.html", values=values, refused=refused)
