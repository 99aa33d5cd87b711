"""Selections: customers frozen when they were found, to be ticked, narrowed and acted on."""

from typing import Any

from flask import Response, current_app, g

from campaigns.acting.acting import act, check_settled
from campaigns.acting.asked import Asked
from campaigns.acting.cost import Cost
from campaigns.acting.cost import cost as cost_of
from campaigns.acting.reading import Done, actions_on, actions_on_each, done
from campaigns.problems import NotReady
from loyalty_core.customers.identities import find_customers
from loyalty_core.errors import NotFound, Refused
from loyalty_core.i18n import ngettext
from segmenter.selections import members, opening
from segmenter.selections.filling import cancel, filling
from segmenter.selections.listing import selections
from segmenter.selections.rows import Selection, SelectionFilling
from segmenter.selections.wanted import Wanted
from web.api.blueprint import Blueprint
from web.api.collections import PageArguments, page, page_of
from web.api.errors import Place, answer
from web.api.selection_schemas import (
    ActionsSchema,
    AskedSchema,
    BegunActionSchema,
    CostSchema,
    ListedSelectionSchema,
    NarrowingSchema,
    NewActionSchema,
    NewSelectionSchema,
    OpenedSelectionSchema,
    SelectionMemberSchema,
    SelectionSizesSchema,
    TicksSchema,
)
from web.counts import the_caller_waits
from web.session import begin_writing, moment, only_reads, reads_first

blueprint = Blueprint("Selections", __name__, description="Customers as they were found, to tick and to act on.")


@blueprint.errorhandler(NotReady)
def answer_not_ready(error: NotReady) -> Response:
    """400 with every setting that keeps the action from being done."""
    return answer(400, [Place(problem.where, problem.message) for problem in error.problems])


@blueprint.get("/selections")
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, page_of(ListedSelectionSchema))
def list_selections(arguments: dict[str, Any]) -> dict[str, Any]:
    """Earlier selections, newest first, with what was done to each"""
    (before,) = arguments.get("after", (None,))
    found = selections(g.session, before=before, limit=arguments["limit"] + 1)
    whole = page(found, arguments["limit"], lambda each: (each.selection.id,))
    done = actions_on_each(g.session, [each.selection.id for each in whole["items"]])
    items = [
        _about(each.selection, each.filling)
        | each.figures._asdict()
        | {"actions": [_done(action) for action in done[each.selection.id]]}
        for each in whole["items"]
    ]
    return whole | {"items": items}


@blueprint.post("/selections")
@blueprint.arguments(NewSelectionSchema)
@blueprint.response(201, OpenedSelectionSchema)
@reads_first
def open_selection(data: dict[str, Any]) -> dict[str, Any]:
    """Freeze who meets a tree now, who is in a segment, or who is named; all are ticked

    A large one is `filling` for some seconds: ask again until it is `open`.
    """
    if "customers" in data:
        found = set(find_customers(g.session, data["customers"]))
        origin = ngettext("%(num)s customer who was named", "%(num)s customers who were named", len(found))
        begin_writing()
        return _whole(opening.open_selection(g.session, found, origin, moment(), g.caller.name))
    wanted = Wanted("tree", tree=data["tree"]) if "tree" in data else Wanted("segment", segment=data["segment"])
    try:
        return _open(wanted)
    except NotFound as missing:
        raise Refused("segment", missing.message) from None


@blueprint.get("/selections/<id:selection_id>")
@blueprint.response(200, OpenedSelectionSchema)
def get_selection(selection_id: int) -> dict[str, Any]:
    """A selection and its sizes"""
    return _whole(members.selection(g.session, selection_id))


@blueprint.post("/selections/<id:selection_id>/cancellation")
@blueprint.response(204)
def cancel_selection(selection_id: int) -> None:
    """Open a selection no further that is still `filling`, or has `failed`: it is gone"""
    cancel(g.session, selection_id)


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
    _settled(selection_id)
    members.tick(g.session, selection_id, data.get("customers"), data["ticked"])
    return members.figures(g.session, selection_id)


@blueprint.delete("/selections/<id:selection_id>/customers/<id:customer_id>")
@blueprint.response(200, SelectionSizesSchema)
def drop_member(selection_id: int, customer_id: int) -> members.Figures:
    """Take a customer out of the selection"""
    _settled(selection_id)
    members.drop(g.session, selection_id, customer_id)
    return members.figures(g.session, selection_id)


@blueprint.post("/selections/<id:selection_id>/narrowings")
@blueprint.arguments(NarrowingSchema)
@blueprint.response(201, OpenedSelectionSchema)
@reads_first
def narrow_selection(data: dict[str, Any], selection_id: int) -> dict[str, Any]:
    """A new selection of those who also meet a tree; ticks come along"""
    members.whole(g.session, selection_id)
    return _open(Wanted("tree", tree=data["tree"], within=selection_id))


@blueprint.post("/selections/<id:selection_id>/cost")
@blueprint.arguments(AskedSchema)
@blueprint.response(200, CostSchema)
@only_reads
def preview_action(data: dict[str, Any], selection_id: int) -> Cost:
    """What an action would come to, without doing it"""
    with the_caller_waits("cost"):
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


def _open(wanted: Wanted) -> dict[str, Any]:
    few = opening.look_for(current_app.extensions["database"], g.session, wanted, moment())
    begin_writing()
    return _whole(opening.open_wanted(g.session, wanted, few, moment(), g.caller.name))


def _settled(selection_id: int) -> None:
    """Nothing may be changed in a selection while it is filled, or while its customers enter a run."""
    members.whole(g.session, selection_id)
    check_settled(g.session, selection_id)


def _whole(found: Selection) -> dict[str, Any]:
    return _about(found, filling(g.session, found.id)) | members.figures(g.session, found.id)._asdict()


def _about(found: Selection, still: SelectionFilling | None) -> dict[str, Any]:
    state = "open" if still is None else "filling" if still.status == "waiting" else "failed"
    about = {name: getattr(found, name) for name in ("id", "origin", "created_at", "created_by")}
    return about | {"state": state, "expected": still and still.total, "error": still and still.error}


def _asked(data: dict[str, Any]) -> Asked:
    return Asked(data.get("action"), data["settings"], data.get("campaign"))


def _done(each: Done) -> dict[str, Any]:
    about = {name: getattr(each.action, name) for name in ("id", "action", "settings", "asked_by", "asked_at")}
    of_run = {
        name: each.run[name] for name in ("status", "expected", "entered", "finished", "waiting", "failed", "granted")
    }
    return about | of_run | {"title": each.title, "campaign": each.action.campaign_id, "run": each.action.run_id}
