"""Campaigns: drafts, their problems, publication, pause, and starting by hand."""

from typing import Any

from flask import Response, current_app, g

from campaigns import editing, publication
from campaigns.checking import check, examples, summaries
from campaigns.editing import Stale
from campaigns.graph import read_graph
from campaigns.problems import NotReady
from campaigns.runtime.review import review
from campaigns.runtime.starting import start_by_hand
from web.api.blueprint import Blueprint
from web.api.campaign_schemas import (
    CampaignArguments,
    CampaignChangeSchema,
    CampaignDraftSchema,
    CampaignSchema,
    CampaignSummarySchema,
    CheckedSchema,
    CheckSchema,
    NewVersionSchema,
    NotReadySchema,
    PublicationSchema,
    ReviewSchema,
    StaleSchema,
    StartedRunSchema,
    StartSchema,
)
from web.api.campaign_views import campaign_page, whole
from web.api.collections import page_of
from web.api.errors import Place, answer
from web.session import moment, only_reads

blueprint = Blueprint("Campaigns", __name__, description="Chains: drafts, publication, pause, start.")


@blueprint.errorhandler(Stale)
def answer_stale(error: Stale) -> Response:
    """409 with the campaign as it is now, so that an editor can offer both."""
    current = CampaignSchema().dump(whole(g.session, error.current, moment()))
    return answer(409, [Place(error.where, error.message)], current=current)


@blueprint.errorhandler(NotReady)
def answer_not_ready(error: NotReady) -> Response:
    """400 with every problem that keeps the chain from being published."""
    places = [Place(problem.where, problem.message) for problem in error.problems]
    return answer(400, places, problems=[problem.as_dict() for problem in error.problems])


@blueprint.get("/campaigns")
@blueprint.arguments(CampaignArguments, location="query")
@blueprint.response(200, page_of(CampaignSummarySchema))
def list_campaigns(arguments: dict[str, Any]) -> dict[str, Any]:
    """The campaigns, newest first"""
    return campaign_page(g.session, arguments)


@blueprint.post("/campaigns")
@blueprint.arguments(CampaignDraftSchema)
@blueprint.response(201, CampaignSchema)
def create_campaign(data: dict[str, Any]) -> dict[str, Any]:
    """Make a draft

    Without a graph it has a trigger `purchase_made` on it. Problems do not keep it from being saved.
    """
    return whole(g.session, editing.create(g.session, now=moment(), **data), moment())


@blueprint.post("/campaigns/check")
@blueprint.arguments(CheckSchema)
@blueprint.response(200, CheckedSchema)
@only_reads
def check_campaign(data: dict[str, Any]) -> dict[str, Any]:
    """Check a chain without saving it: problems, one line a step, and what would happen with these values"""
    graph = read_graph(data["graph"])
    return {
        "problems": check(g.session, graph, data["settings"], moment()),
        "summaries": summaries(g.session, graph),
        "examples": examples(g.session, graph, moment()),
    }


@blueprint.get("/campaigns/<id:campaign_id>")
@blueprint.response(200, CampaignSchema)
def get_campaign(campaign_id: int) -> dict[str, Any]:
    """A campaign with its draft and the draft's problems"""
    return whole(g.session, editing.find(g.session, campaign_id), moment())


@blueprint.put("/campaigns/<id:campaign_id>")
@blueprint.arguments(CampaignChangeSchema)
@blueprint.response(200, CampaignSchema)
@blueprint.alt_response(409, schema=StaleSchema)
def put_campaign(data: dict[str, Any], campaign_id: int) -> dict[str, Any]:
    """Change the draft

    Names the revision that it changes; 409 with the campaign as it is now (`current`) when that is stale.
    """
    return whole(g.session, editing.change(g.session, campaign_id, now=moment(), **data), moment())


@blueprint.get("/campaigns/<id:campaign_id>/review")
@blueprint.response(200, ReviewSchema)
def review_campaign(campaign_id: int) -> dict[str, Any]:
    """What publishing would mean, before it is done"""
    # It runs the chain and rolls back, which a session for reading cannot do.
    with current_app.extensions["database"].session(writing=True) as session:
        return review(session, campaign_id, moment())


@blueprint.post("/campaigns/<id:campaign_id>/publication")
@blueprint.arguments(PublicationSchema)
@blueprint.response(200, NewVersionSchema)
@blueprint.alt_response(400, schema=NotReadySchema)
def publish_campaign(data: dict[str, Any], campaign_id: int) -> dict[str, int]:
    """Publish the draft as a new version; 400 with its problems where it has any"""
    version = publication.publish(g.session, campaign_id, moment(), g.caller.name, data["note"])
    return {"version": version.number}


@blueprint.post("/campaigns/<id:campaign_id>/pause")
@blueprint.response(200, CampaignSchema)
def pause_campaign(campaign_id: int) -> dict[str, Any]:
    """Take nobody in and move nobody on; those inside keep their places"""
    return whole(g.session, publication.pause(g.session, campaign_id, moment()), moment())


@blueprint.delete("/campaigns/<id:campaign_id>/pause")
@blueprint.response(200, CampaignSchema)
def resume_campaign(campaign_id: int) -> dict[str, Any]:
    """Go on after a pause"""
    return whole(g.session, publication.resume(g.session, campaign_id, moment()), moment())


@blueprint.post("/campaigns/<id:campaign_id>/runs")
@blueprint.arguments(StartSchema)
@blueprint.response(201, StartedRunSchema)
@blueprint.alt_response(200, schema=StartedRunSchema, description="It had been started already", success=True)
def start_run(data: dict[str, Any], campaign_id: int) -> tuple[dict[str, Any], int]:
    """Start by hand, for now or for a given moment; what has been started already is not started again"""
    batch_size = current_app.extensions["catena_settings"].batch_size
    run, already_started = start_by_hand(g.session, campaign_id, moment(), batch_size, at=data["at"])
    answer = {"id": run.id, "status": run.status, "already_started": already_started}
    return answer, 200 if already_started else 201
