"""Segments: conditions, saved trees of them, their preview, and who is in them."""

from datetime import date
from typing import Any

from flask import Response, g

from campaigns.messages.reach import questions
from campaigns.segment_uses import used_by
from loyalty_core.customers.merged import check_customer
from segmenter import segments
from segmenter.chosen import ids_of
from segmenter.compiler import customers
from segmenter.conditions import describe_conditions
from segmenter.estimate import estimate
from segmenter.explanation import Explanation, explain
from segmenter.freezing import freeze, kind_of
from segmenter.holdings import Holdings, estimate_holdings, holdings
from segmenter.preview import Preview, preview, rows, size
from segmenter.segment_membership import among_segments
from segmenter.segments import Segment, beneath_tree
from segmenter.sentences import sentence
from segmenter.sizes import history, record
from segmenter.trees import LIMITS
from web.api.blueprint import Blueprint
from web.api.collections import PageArguments, page, page_of
from web.api.segment_schemas import (
    ConditionsSchema,
    ExplanationArguments,
    ExplanationSchema,
    HoldingsSchema,
    InSegmentSchema,
    MemberSchema,
    NewSegmentSchema,
    PreviewSchema,
    QuestionSchema,
    SegmentChangeSchema,
    SegmentsArguments,
    SegmentSchema,
    SegmentSummarySchema,
    SizesSchema,
    TreeSchema,
)
from web.counts import the_caller_waits
from web.session import begin_writing, moment, only_reads, reads_first

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
@reads_first
def create_segment(data: dict[str, Any]) -> dict[str, Any]:
    """Save a segment"""
    count = _size(data["tree"])
    begin_writing()
    return _saved(segments.create(g.session, data["name"], data["tree"], moment()), count)


@blueprint.post("/segments/frozen")
@blueprint.arguments(NewSegmentSchema)
@blueprint.response(201, SegmentSchema)
@reads_first
def freeze_segment(data: dict[str, Any]) -> dict[str, Any]:
    """Keep who meets a tree now: a list of customers, and a segment of the same name that asks for it alone"""
    with beneath_tree():
        met = ids_of(g.session, customers(g.session, data["tree"], now=moment()))
    begin_writing()
    return _saved(freeze(g.session, data["name"], met, moment()), len(met))


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


@blueprint.post("/segments/holdings")
@blueprint.arguments(TreeSchema)
@blueprint.response(200, HoldingsSchema)
@only_reads
def ask_holdings(data: dict[str, Any]) -> Holdings:
    """What the customers of a tree hold: bonuses that they can spend now, and addresses at which messages reach them

    The question is given up as a preview is.
    """
    with beneath_tree(), the_caller_waits("holdings"):
        return holdings(g.session, data["tree"], moment(), questions())


@blueprint.post("/segments/holdings/estimate")
@blueprint.arguments(TreeSchema)
@blueprint.response(200, HoldingsSchema)
@only_reads
def ask_estimated_holdings(data: dict[str, Any]) -> Holdings:
    """Estimate what they hold from a sample, for as long as the exact answer takes"""
    with beneath_tree(), the_caller_waits("estimated holdings"):
        return estimate_holdings(g.session, data["tree"], moment(), questions())


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
    """A segment, in words too, how many are in it now, and what uses it"""
    found = segments.segment(g.session, segment_id)
    return _whole(found, size(g.session, found.tree, moment()))


@blueprint.put("/segments/<id:segment_id>")
@blueprint.arguments(SegmentChangeSchema)
@blueprint.response(200, SegmentSchema)
@reads_first
def put_segment(data: dict[str, Any], segment_id: int) -> dict[str, Any]:
    """Change a segment; chains that use it follow"""
    tree = segments.segment(g.session, segment_id).tree
    count = _size(data.get("tree", tree))
    begin_writing()
    return _saved(segments.change(g.session, segment_id, moment(), **data), count)


@blueprint.delete("/segments/<id:segment_id>")
@blueprint.response(204)
def delete_segment(segment_id: int) -> Response:
    """Delete a segment that nothing uses"""
    segments.delete(g.session, segment_id, used_by)
    return Response(status=204)


@blueprint.post("/segments/<id:segment_id>/copy")
@blueprint.response(201, SegmentSchema)
@reads_first
def copy_segment(segment_id: int) -> dict[str, Any]:
    """Save its conditions once more, as “Copy of …”"""
    count = _size(segments.segment(g.session, segment_id).tree)
    begin_writing()
    return _saved(segments.copy(g.session, segment_id, moment()), count)


@blueprint.get("/segments/<id:segment_id>/sizes")
@blueprint.response(200, SizesSchema)
def list_segment_sizes(segment_id: int) -> dict[str, Any]:
    """How many were in it, day by day, oldest first: counted each day and when it is saved, kept for 400 days"""
    segments.segment(g.session, segment_id)
    return {"items": history(g.session, [segment_id], date.min)[segment_id]}


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


@blueprint.get("/customers/<id:customer_id>/segments")
@blueprint.arguments(SegmentsArguments, location="query")
@blueprint.response(200, page_of(InSegmentSchema))
def list_customer_segments(arguments: dict[str, Any], customer_id: int) -> dict[str, Any]:
    """The segments by name, and whether a customer is in each now"""
    check_customer(g.session, customer_id)
    (after,) = arguments.get("after", ("",))
    found = segments.segments(g.session, arguments["q"], after=after, limit=arguments["limit"] + 1)
    inside = among_segments(g.session, found, customer_id, moment())
    told = [{"id": each.id, "name": each.name, "inside": inside[each.id]} for each in found]
    return page(told, arguments["limit"], lambda each: (each["name"],))


def _size(tree: Any) -> int:
    with beneath_tree():
        return size(g.session, tree, moment())


def _saved(segment: Segment, count: int) -> dict[str, Any]:
    record(g.session, segment.id, count, moment())
    return _whole(segment, count)


def _whole(segment: Segment, count: int) -> dict[str, Any]:
    return {
        "id": segment.id,
        "name": segment.name,
        "kind": kind_of(segment.tree),
        "tree": segment.tree,
        "updated_at": segment.updated_at,
        "sentence": sentence(g.session, segment.tree),
        "count": count,
        "used_by": segments.uses(g.session, segment.id, used_by),
    }
