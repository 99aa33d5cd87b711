"""The list of campaigns, and what can be done with one from there."""

from datetime import timedelta

from flask import flash, g, redirect, render_template, request
from sqlalchemy import exists, select
from werkzeug.wrappers import Response

from campaigns import editing
from campaigns.campaigns import Campaign, CampaignVersion
from loyalty_core.errors import Conflict
from loyalty_core.i18n import gettext
from web.pages import arguments
from web.pages.blueprint import pages
from web.pages.campaign_list import STATES, TOTALS, campaign_rows
from web.pages.recipes import RECIPES, draw
from web.session import moment

PERIODS = (7, 30, 90, 365)


@pages.get("/campaigns")
def campaigns() -> str:
    """All campaigns, or those of a state that the words fit; with none at all, the page that teaches."""
    words, state = arguments.words(), request.args.get("state", "")
    days = request.args.get("days", 30, type=int)
    days = days if days in PERIODS else 30
    everything = campaign_rows(g.session, moment(), moment() - timedelta(days=days))
    if not everything:
        return render_template("campaigns_empty.html", recipes=RECIPES)
    fitting = [row for row in everything if row.fits(words)]
    shown = [row for row in fitting if state in ("", row.campaign.status)]
    return render_template(
        "campaigns.html",
        rows=shown,
        counts={each: sum(row.campaign.status == each for row in fitting) for each in STATES},
        all=len(fitting),
        sums={name: sum(row.totals[name] for row in shown if row.totals) for name in TOTALS},
        words=words,
        state=state,
        days=days,
        periods=PERIODS,
        recipes=RECIPES,
    )


@pages.post("/campaigns")
def create_campaign() -> Response:
    """A new campaign: with the trigger "Purchase made" on it, or drawn by a recipe."""
    recipe = request.form.get("recipe")
    if recipe:
        campaign = draw(g.session, recipe, moment())
    else:
        name = request.form.get("name", "").strip() or _free_name(gettext("New campaign"))
        campaign = editing.create(g.session, name, moment())
    return redirect(f"/campaigns/{campaign.id}")


@pages.post("/campaigns/<id:campaign_id>/name")
def rename_campaign(campaign_id: int) -> Response:
    """Another name; Refused tells what a name must be."""
    campaign = editing.find(g.session, campaign_id, lock=True)
    editing.change(g.session, campaign_id, campaign.revision, moment(), name=request.form.get("name", ""))
    return redirect("/campaigns")


@pages.post("/campaigns/<id:campaign_id>/copies")
def copy_campaign(campaign_id: int) -> Response:
    """A draft with the same chain."""
    campaign = editing.find(g.session, campaign_id)
    name = _free_name(gettext("%(name)s, copy", name=campaign.name[:180]))
    copy = editing.create(g.session, name, moment(), campaign.graph, campaign.settings)
    flash(gettext("“%(name)s” is a draft", name=copy.name))
    return redirect(f"/campaigns/{copy.id}")


@pages.post("/campaigns/<id:campaign_id>/deletion")
def delete_campaign(campaign_id: int) -> Response:
    """Delete a draft that was never published; others keep their history."""
    campaign = editing.find(g.session, campaign_id, lock=True)
    if g.session.scalar(select(exists().where(CampaignVersion.campaign_id == campaign_id))):
        raise Conflict("campaign", gettext("“%(name)s” was published: it keeps its history", name=campaign.name))
    g.session.delete(campaign)
    flash(gettext("“%(name)s” is deleted", name=campaign.name))
    return redirect("/campaigns")


def _free_name(name: str) -> str:
    taken = set(g.session.scalars(select(Campaign.name).where(Campaign.name.startswith(name, autoescape=True))))
    numbered = (name if number == 1 else f"{name} {number}" for number in range(1, len(taken) + 2))
    return next(each for each in numbered if each not in taken)
