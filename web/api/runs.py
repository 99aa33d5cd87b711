"""Runs: the counts of their steps, and who went which way."""

from typing import Any

from flask import current_app, g
from marshmallow import Schema, fields, validate

from campaigns.editing import find
from campaigns.messages import openings
from campaigns.runtime.reading import run_customers, run_view, runs
from campaigns.runtime.retrying import retry_failed
from campaigns.runtime.rows import Run
from campaigns.runtime.stopping import stop_run
from loyalty_core.errors import NotFound
from loyalty_core.i18n import gettext as _
from web.api.blueprint import Blueprint
from web.api.campaign_schemas import graph_field
from web.api.collections import NamedSchema, PageArguments, page, page_of
from web.api.fields import Amount, Id, Moment, Text
from web.session import moment

blueprint = Blueprint("Runs", __name__, description="What happened: one run for each occurrence of a trigger.")


class RunSummarySchema(Schema):
    """A run in a list; customers in all, at their end, on their way, and failed."""

    id = Id(required=True)
    campaign = fields.Nested(NamedSchema, required=True)
    version = fields.Integer(required=True)
    occurrence = fields.String(required=True, metadata={"example": "2026-11-21"})
    moment = Moment(required=True)
    by_hand = fields.Boolean(required=True)
    status = fields.String(required=True, metadata={"enum": ["going_on", "finished", "paused", "stopped", "failed"]})
    started_at = Moment(required=True)
    finished_at = Moment(required=True, allow_none=True)
    expected = fields.Integer(
        required=True, allow_none=True, metadata={"description": "How many of a selection enter in all, until all have"}
    )
    entered = fields.Integer(required=True)
    finished = fields.Integer(required=True)
    waiting = fields.Integer(required=True)
    failed = fields.Integer(required=True)
    granted = Amount(required=True)


class StepCountsSchema(Schema):
    """How many came to a step and where they are now: in = the sum of out + waiting + failed."""

    came_in = fields.Integer(required=True, data_key="in", attribute="in")
    out = fields.Dict(required=True, keys=fields.String(), values=fields.Integer())
    waiting = fields.Integer(required=True)
    failed = fields.Integer(required=True)
    granted = Amount(required=True)


class LettersSchema(Schema):
    """Letters of a run: those that left, and what came back of them, where that is counted."""

    sent = fields.Integer(required=True)
    opened = fields.Integer(required=True)
    clicked = fields.Integer(required=True, metadata={"description": "In which a link was followed"})


class RunSchema(RunSummarySchema):
    """A run with the counts of its steps and the chain that it travels along."""

    nodes = fields.Dict(required=True, keys=fields.String(), values=fields.Nested(StepCountsSchema))
    graph = graph_field(required=True)
    summaries = fields.Dict(required=True, keys=fields.String(), values=fields.String())
    letters = fields.Nested(LettersSchema, required=True)


class RunCustomerSchema(Schema):
    """A customer of a run; `id` is their trip's."""

    id = Id(required=True)
    customer = fields.Nested(NamedSchema, required=True)
    at = Moment(required=True)
    status = fields.String(required=True, metadata={"enum": ["travelling", "finished", "failed"]})
    reason = fields.String(required=True, allow_none=True)


class RetrySchema(Schema):
    """Whom to let try again: those who failed at a step; without one, all who failed."""

    node = Text(40)


class RetriedSchema(Schema):
    """How many try again."""

    retried = fields.Integer(required=True)


class RunsArguments(PageArguments):
    """Which page of the runs, newest first."""

    campaign = Id(strict=False)


class WayArguments(PageArguments):
    """Which page of those who went a way at a step."""

    node = fields.String(required=True, validate=validate.Length(1, 40))
    way = fields.String(
        required=True,
        validate=validate.Length(1, 60),
        metadata={"description": "in, waiting, failed, out, or out and a port: `out:yes`", "example": "out:yes"},
    )


@blueprint.get("/runs")
@blueprint.arguments(RunsArguments, location="query")
@blueprint.response(200, page_of(RunSummarySchema))
def list_runs(arguments: dict[str, Any]) -> dict[str, Any]:
    """The runs, newest first"""
    return _page(arguments, arguments.get("campaign"))


@blueprint.get("/campaigns/<id:campaign_id>/runs")
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, page_of(RunSummarySchema))
def list_runs_of_campaign(arguments: dict[str, Any], campaign_id: int) -> dict[str, Any]:
    """The runs of a campaign, newest first"""
    find(g.session, campaign_id)
    return _page(arguments, campaign_id)


def _page(arguments: dict[str, Any], campaign_id: int | None) -> dict[str, Any]:
    (before,) = arguments.get("after", (None,))
    found = runs(g.session, campaign_id=campaign_id, before=before, limit=arguments["limit"] + 1)
    return page(found, arguments["limit"], lambda run: (run["id"],))


@blueprint.get("/runs/<id:run_id>")
@blueprint.response(200, RunSchema)
def get_run(run_id: int) -> dict[str, Any]:
    """A run with the counts of its steps"""
    return _view(run_id)


@blueprint.post("/runs/<id:run_id>/stop")
@blueprint.response(200, RunSchema)
def post_stop(run_id: int) -> dict[str, Any]:
    """Stop a run for good: those inside leave, nobody enters any more, nothing more is sent"""
    stop_run(g.session, run_id, moment())
    return _view(run_id)


@blueprint.post("/runs/<id:run_id>/retries")
@blueprint.arguments(RetrySchema)
@blueprint.response(200, RetriedSchema)
def post_retry(data: dict[str, Any], run_id: int) -> dict[str, int]:
    """Let customers who failed go on from where they did; what they have passed is not done again"""
    batch_size = current_app.extensions["catena_settings"].batch_size
    return {"retried": retry_failed(g.session, run_id, data.get("node"), moment(), batch_size)}


def _view(run_id: int) -> dict[str, Any]:
    return run_view(g.session, run_id) | {"letters": openings.counts(g.session, run_id)}


@blueprint.get("/runs/<id:run_id>/customers")
@blueprint.arguments(WayArguments, location="query")
@blueprint.response(200, page_of(RunCustomerSchema))
def list_run_customers(arguments: dict[str, Any], run_id: int) -> dict[str, Any]:
    """Who went a way at a step"""
    if g.session.get(Run, run_id) is None:
        raise NotFound("run", _("There is no run %(id)s.", id=run_id))
    (after,) = arguments.get("after", (0,))
    limit = arguments["limit"]
    found = run_customers(g.session, run_id, arguments["node"], arguments["way"], after=after, limit=limit + 1)
    return page(found, limit, lambda trip: (trip["id"],))
