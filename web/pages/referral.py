"""Referral: the programme's form with what a friend's purchase of 1 000.00 would bring, and who invited a customer."""

from collections.abc import Mapping

from flask import flash, g, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from loyalty_core.customers.merged import check_customer
from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext as _
from loyalty_core.programmes.changes import programme
from loyalty_core.programmes.inviters import set_inviter
from loyalty_core.programmes.late_accrual import lifetime_of
from loyalty_core.programmes.referral import ReferralData, change_referral, check_referral, referral
from loyalty_core.programmes.referral_rewards import rewards
from loyalty_core.programmes.rows import Referral
from web.pages import typed
from web.pages.blueprint import pages
from web.pages.frame import zone
from web.pages.profile import profile_page
from web.pages.who import who
from web.session import moment, only_reads

EXAMPLE = 100_000
GIFTS = ("gift_inviter", "gift_invited")
LEVELS = (1, 2, 3)


@pages.get("/programmes/<id:programme_id>/referral")
def programme_referral(programme_id: int) -> str:
    """The form, as it was saved."""
    return _form(programme_id, _values(referral(g.session, programme_id)))


@pages.post("/programmes/<id:programme_id>/referral")
def save_referral(programme_id: int) -> Response | tuple[str, int]:
    """Keep what the form says for activations and purchases from now on."""
    try:
        change_referral(g.session, programme_id, _told(request.form))
    except Refused as refused:
        return _form(programme_id, request.form, refused), 400
    flash(_("What invitations bring is saved"))
    return redirect(f"/programmes/{programme_id}/referral")


@pages.post("/programmes/<id:programme_id>/referral/example")
@only_reads
def referral_example(programme_id: int) -> str:
    """What a friend who joins now and buys for 1 000.00 would bring, as a part of the form's page."""
    found = programme(g.session, programme_id)
    try:
        data = _told(request.form)
        check_referral(data)
    except Refused as refused:
        return render_template("referral_example.html", problem=refused.message)
    rules = Referral(**{name: getattr(data, name) for name in ReferralData.__dataclass_fields__})
    amounts = {reward.level: reward.amount for reward in rewards(rules, EXAMPLE)}
    lifetime = lifetime_of(found, zone())
    active_at = lifetime.active_at(moment())
    return render_template(
        "referral_example.html",
        data=data,
        sum=EXAMPLE,
        amounts=[amounts.get(level, 0) for level in LEVELS],
        active_at=active_at,
        expires_at=lifetime.expires_at(active_at, zone()),
    )


@pages.post("/customers/<id:customer_id>/inviter")
def choose_inviter(customer_id: int) -> Response | tuple[str, int]:
    """Say who invited a customer; an empty field: nobody did."""
    check_customer(g.session, customer_id)
    mark = request.form.get("inviter", "").strip()
    try:
        set_inviter(g.session, customer_id, who(g.session, mark, "inviter") if mark else None)
    except Refused as refused:
        return profile_page(customer_id, Refused("inviter", refused.message), "inviter"), 400
    flash(_("Who invited them is saved"))
    return redirect(f"/customers/{customer_id}")


def _told(form: MultiDict[str, str]) -> ReferralData:
    gifts = {name: form.get(name, "") for name in GIFTS}
    return ReferralData(
        **{name: typed.amount(name, text) if text.strip() else 0 for name, text in gifts.items()},
        **{f"rate_{level}": typed.percent(f"percent_{level}", form.get(f"percent_{level}", "")) for level in LEVELS},
    )


def _values(data: ReferralData) -> dict[str, str]:
    gifts = {name: typed.decimal(getattr(data, name)) if getattr(data, name) else "" for name in GIFTS}
    rates = {level: getattr(data, f"rate_{level}") for level in LEVELS}
    return gifts | {f"percent_{level}": typed.decimal(rate) if rate else "" for level, rate in rates.items()}


def _form(programme_id: int, values: Mapping[str, str], refused: Refused | None = None) -> str:
    found = programme(g.session, programme_id)
    return render_template("programme_referral.html", programme=found, values=values, refused=refused)
