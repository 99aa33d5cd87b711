"""Segments: conditions, saved trees of them, their preview, and who is in them."""

from collections.abc import Sequence
from typing import Any

from flask import Response, g
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from campaigns.campaigns import Campaign, CampaignVersion
from campaigns.runtime.rows import Run
from loyalty_core.promotions.changes import promotions_for_segment
from segmenter import segments
from segmenter.conditions import describe_conditions
from segmenter.estimate import estimate
from segmenter.explanation import Explanation, explain
from segmenter.nesting import asks_for
from segmenter.preview import Preview, preview, rows, size
from segmenter.rfm.settings import users_of as rfm_inside
from segmenter.segments import Segment, beneath_tree
from segmenter.sentences import sentence
from segmenter.trees import LIMITS, check
from web.api.blueprint import Blueprint
from web.api.collections import PageArguments, page, page_of
from web.api.segment_schemas import (
    ConditionsSchema,
    ExplanationArguments,
    ExplanationSchema,
    MemberSchema,
    NewSegmentSchema,
    PreviewSchema,
    QuestionSchema,
    SegmentChangeSchema,
    SegmentsArguments,
    SegmentSchema,
    SegmentSummarySchema,
    TreeSchema,
)
from web.counts import the_caller_waits
from web.session import moment, only_reads

blueprint = Blueprint("Segments", __name__, description="Conditions, saved trees of them, and who is in them.")


@blueprint.get("/conditions")
@blueprint.response(200, ConditionsSchema)
def list_conditions() -> dict[str, Any]:
    """What can be asked of a customer"""
    return {"items": describe_conditions(g.session), "limits": LIMITS}


@blueprint.get("/segments")
@blueprint.arguments(SegmentsArguments, location="query")
@blueprint.response(200, page_of(SegmentSummarySchema))
def list_segments(arguments: dict[str, Any]) -> dict[str, Any]:
    """The segments, by name"""
    (after,) = arguments.get("after", ("",))
    found = segments.segments(g.session, arguments["q"], after=after, limit=arguments["limit"] + 1)
    return page(found, arguments["limit"], lambda segment: (segment.name,))


@blueprint.post("/segments")
@blueprint.arguments(NewSegmentSchema)
@blueprint.response(201, SegmentSchema)
def create_segment(data: dict[str, Any]) -> dict[str, Any]:
    """Save a segment"""
    return _whole(segments.create(g.session, data["name"], data["tree"], moment()))


@blueprint.post("/segments/preview")
@blueprint.arguments(TreeSchema)
@blueprint.response(200, PreviewSchema)
@only_reads
def preview_segment(data: dict[str, Any]) -> Preview:
    """Count a tree without saving it: in all, line by line, and the first customers

    The count is given up when the caller closes the connection, or asks for more than two at once.
    """
    with beneath_tree(), the_caller_waits("count"):
        return preview(g.session, data["tree"], moment())


@blueprint.post("/segments/estimate")
@blueprint.arguments(TreeSchema)
@blueprint.response(200, PreviewSchema)
@only_reads
def estimate_segment(data: dict[str, Any]) -> Preview:
    """Estimate the count of a tree from a sample, for as long as the exact one takes"""
    with beneath_tree(), the_caller_waits("estimate"):
        return estimate(g.session, data["tree"], moment())


@blueprint.post("/segments/explanation")
@blueprint.arguments(QuestionSchema)
@blueprint.response(200, ExplanationSchema)
@only_reads
def explain_tree(data: dict[str, Any]) -> Explanation:
    """Why a customer meets a tree that need not be saved, or does not: by leaf and by group, with the actual values"""
    with beneath_tree():
        return explain(g.session, data["tree"], data["customer"], moment())


@blueprint.get("/segments/<id:segment_id>")
@blueprint.response(200, SegmentSchema)
def get_segment(segment_id: int) -> dict[str, Any]:
    """A segment, in words too, and how many are in it now"""
    return _whole(segments.segment(g.session, segment_id))


@blueprint.put("/segments/<id:segment_id>")
@blueprint.arguments(SegmentChangeSchema)
@blueprint.response(200, SegmentSchema)
def put_segment(data: dict[str, Any], segment_id: int) -> dict[str, Any]:
    """Change a segment; chains that use it follow"""
    return _whole(segments.change(g.session, segment_id, moment(), **data))


@blueprint.delete("/segments/<id:segment_id>")
@blueprint.response(204)
def delete_segment(segment_id: int) -> Response:
    """Delete a segment that no chain and no promotion uses"""
    segments.delete(g.session, segment_id, users_of)
    return Response(status=204)


@blueprint.get("/segments/<id:segment_id>/customers")
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, page_of(MemberSchema))
def list_segment_customers(arguments: dict[str, Any], segment_id: int) -> dict[str, Any]:
    """Who is in a segment now"""
    tree = segments.segment(g.session, segment_id).tree
    (after,) = arguments.get("after", (0,))
    found = rows(g.session, tree, moment(), after=after, limit=arguments["limit"] + 1)
    return page(found, arguments["limit"], lambda member: (member.id,))


@blueprint.get("/segments/<id:segment_id>/explanation")
@blueprint.arguments(ExplanationArguments, location="query")
@blueprint.response(200, ExplanationSchema)
def explain_segment(arguments: dict[str, Any], segment_id: int) -> Explanation:
    """Why a customer is in a segment or out of it: by leaf and by group, with the actual values"""
    tree = segments.segment(g.session, segment_id).tree
    return explain(g.session, tree, arguments["customer"], moment())


def _whole(segment: Segment) -> dict[str, Any]:
    return {
        "id": segment.id,
        "name": segment.name,
        "tree": segment.tree,
        "updated_at": segment.updated_at,
        "sentence": sentence(g.session, segment.tree),
        "count": size(g.session, segment.tree, moment()),
    }


def users_of(session: Session, segment_id: int) -> Sequence[str]:
    """What names this segment: campaigns, and promotions."""
    return [
        *campaigns_with(session, segment_id),
        *promotions_for_segment(session, segment_id),
        *rfm_inside(session, segment_id),
    ]


def campaigns_with(session: Session, segment_id: int) -> Sequence[str]:
    """The campaigns that name this segment in their draft, newest version, or a version with a run going on."""
    newest = select(func.max(CampaignVersion.id)).group_by(CampaignVersion.campaign_id)
    going_on = select(Run.version_id).where(Run.status == "going_on")
    published = (
        select(Campaign.name, CampaignVersion.graph)
        .join(Campaign, Campaign.id == CampaignVersion.campaign_id)
        .where(or_(CampaignVersion.id.in_(newest), CampaignVersion.id.in_(going_on)))
    )
    graphs = [*session.execute(select(Campaign.name, Campaign.graph)), *session.execute(published)]
    return sorted({name for name, graph in graphs if _names(graph, segment_id)})


def _names(graph: dict[str, Any], segment_id: int) -> bool:
    return any(_asks(node.get("settings", {}), segment_id) for node in graph["nodes"])


def _asks(settings: dict[str, Any], segment_id: int) -> bool:
    tree = settings.get("tree")
    return settings.get("segment") == segment_id or (not check(tree) and asks_for(tree, segment_id))
