"""Selections: customers frozen when they were found, to be ticked, narrowed and acted on."""

from typing import Any

from flask import Response, current_app, g

from campaigns.acting.acting import act
from campaigns.acting.asked import Asked
from campaigns.acting.cost import Cost
from campaigns.acting.cost import cost as cost_of
from campaigns.acting.reading import Done, actions_on, done
from campaigns.problems import NotReady
from loyalty_core.customers.identities import find_customers
from loyalty_core.errors import NotFound, Refused
from loyalty_core.i18n import ngettext
from segmenter.selections import members, opening
from segmenter.selections.rows import Selection
from web.api.blueprint import Blueprint
from web.api.collections import PageArguments, page, page_of
from web.api.errors import Place, answer
from web.api.selection_schemas import (
    ActionsSchema,
    AskedSchema,
    BegunActionSchema,
    CostSchema,
    NarrowingSchema,
    NewActionSchema,
    NewSelectionSchema,
    OpenedSelectionSchema,
    SelectionMemberSchema,
    SelectionSizesSchema,
    TicksSchema,
)
from web.session import moment, only_reads

blueprint = Blueprint("Selections", __name__, description="Customers as they were found, to tick and to act on.")


@blueprint.errorhandler(NotReady)
def answer_not_ready(error: NotReady) -> Response:
    """400 with every setting that keeps the action from being done."""
    return answer(400, [Place(problem.where, problem.message) for problem in error.problems])


@blueprint.post("/selections")
@blueprint.arguments(NewSelectionSchema)
@blueprint.response(201, OpenedSelectionSchema)
def open_selection(data: dict[str, Any]) -> dict[str, Any]:
    """Freeze who meets a tree now, who is in a segment, or who is named; all are ticked"""
    now, by = moment(), g.caller.name
    if "tree" in data:
        return _whole(opening.open_tree(g.session, data["tree"], now, by))
    if "segment" in data:
        try:
            return _whole(opening.open_segment(g.session, data["segment"], now, by))
        except NotFound as missing:
            raise Refused("segment", missing.message) from None
    found = set(find_customers(g.session, data["customers"]))
    origin = ngettext("%(num)s customer who was named", "%(num)s customers who were named", len(found))
    return _whole(opening.open_selection(g.session, found, origin, now, by))


@blueprint.get("/selections/<id:selection_id>")
@blueprint.response(200, OpenedSelectionSchema)
def get_selection(selection_id: int) -> dict[str, Any]:
    """A selection and its sizes"""
    return _whole(members.selection(g.session, selection_id))


@blueprint.get("/selections/<id:selection_id>/customers")
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, page_of(SelectionMemberSchema))
def list_members(arguments: dict[str, Any], selection_id: int) -> dict[str, Any]:
    """Who is in a selection, ticked or not"""
    members.selection(g.session, selection_id)
    (after,) = arguments.get("after", (0,))
    found = members.page(g.session, selection_id, after=after, limit=arguments["limit"] + 1)
    return page(found, arguments["limit"], lambda member: (member.id,))


@blueprint.put("/selections/<id:selection_id>/ticks")
@blueprint.arguments(TicksSchema)
@blueprint.response(200, SelectionSizesSchema)
def put_ticks(data: dict[str, Any], selection_id: int) -> members.Figures:
    """Tick or untick customers, or everybody; who is unticked stays, but nothing is done to them"""
    members.selection(g.session, selection_id)
    members.tick(g.session, selection_id, data.get("customers"), data["ticked"])
    return members.figures(g.session, selection_id)


@blueprint.delete("/selections/<id:selection_id>/customers/<id:customer_id>")
@blueprint.response(200, SelectionSizesSchema)
def drop_member(selection_id: int, customer_id: int) -> members.Figures:
    """Take a customer out of the selection"""
    members.selection(g.session, selection_id)
    members.drop(g.session, selection_id, customer_id)
    return members.figures(g.session, selection_id)


@blueprint.post("/selections/<id:selection_id>/narrowings")
@blueprint.arguments(NarrowingSchema)
@blueprint.response(201, OpenedSelectionSchema)
def narrow_selection(data: dict[str, Any], selection_id: int) -> dict[str, Any]:
    """A new selection of those who also meet a tree; ticks come along"""
    return _whole(opening.narrow(g.session, selection_id, data["tree"], moment(), g.caller.name))


@blueprint.post("/selections/<id:selection_id>/cost")
@blueprint.arguments(AskedSchema)
@blueprint.response(200, CostSchema)
@only_reads
def preview_action(data: dict[str, Any], selection_id: int) -> Cost:
    """What an action would come to, without doing it"""
    return cost_of(g.session, selection_id, _asked(data), moment())


@blueprint.post("/selections/<id:selection_id>/actions")
@blueprint.arguments(NewActionSchema)
@blueprint.response(201, BegunActionSchema)
@blueprint.alt_response(200, schema=BegunActionSchema, description="It had been begun already", success=True)
def begin_action(data: dict[str, Any], selection_id: int) -> tuple[dict[str, Any], int]:
    """Act on the ticked customers, as a run with progress; once for each token"""
    batch_size = current_app.extensions["catena_settings"].batch_size
    token = data.pop("token")
    begun, again = act(g.session, selection_id, _asked(data), token, moment(), g.caller.name, batch_size)
    return _done(done(g.session, begun)) | {"already_done": again}, 200 if again else 201


@blueprint.get("/selections/<id:selection_id>/actions")
@blueprint.response(200, ActionsSchema)
def list_actions(selection_id: int) -> dict[str, Any]:
    """What was done to a selection, newest first, and how far it is"""
    members.selection(g.session, selection_id)
    return {"items": [_done(each) for each in actions_on(g.session, selection_id)]}


def _whole(found: Selection) -> dict[str, Any]:
    about = {name: getattr(found, name) for name in ("id", "origin", "created_at", "created_by")}
    return about | members.figures(g.session, found.id)._asdict()


def _asked(data: dict[str, Any]) -> Asked:
    return Asked(data.get("action"), data["settings"], data.get("campaign"))


def _done(each: Done) -> dict[str, Any]:
    about = {name: getattr(each.action, name) for name in ("id", "action", "settings", "asked_by", "asked_at")}
    of_run = {name: each.run[name] for name in ("status", "entered", "finished", "waiting", "failed", "granted")}
    return about | of_run | {"title": each.title, "campaign": each.action.campaign_id, "run": each.action.run_id}
