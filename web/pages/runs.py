"""The list of runs, and one run: totals, the chain with its numbers, and the customers behind each number."""

from typing import Any

from flask import current_app, flash, g, redirect, render_template, request
from werkzeug.wrappers import Response

from campaigns import publication
from campaigns.campaigns import Campaign
from campaigns.editing import find
from campaigns.graph import read_graph
from campaigns.messages import openings
from campaigns.messages import reading as messages
from campaigns.messages.tracked_letters import never_tracked, trackers
from campaigns.runtime import reading
from campaigns.runtime.retrying import retry_failed
from campaigns.runtime.rows import Run
from campaigns.runtime.stopping import stop_run
from loyalty_core.errors import NotFound
from loyalty_core.i18n import gettext, ngettext
from web import formats
from web.pages import typed
from web.pages.arguments import number
from web.pages.blueprint import pages
from web.pages.paging import first
from web.session import moment

ROWS = 50
CUSTOMERS = 25


@pages.get("/runs")
def runs() -> str:
    """Newest first, of all campaigns or of one."""
    campaign_id = number("campaign")
    campaign: Campaign | None = find(g.session, campaign_id) if campaign_id is not None else None
    found = reading.runs(g.session, campaign_id=campaign_id, before=number("after"), limit=ROWS + 1)
    page = first(found, ROWS, found[ROWS - 1]["id"] if len(found) > ROWS else None)
    return render_template("runs.html", page=page, campaign=campaign)


@pages.get("/runs/<id:run_id>")
def run(run_id: int) -> str:
    """One run; with `node` and `way` also the customers who went that way."""
    return render_template("run.html", **_about(run_id), people=_people(run_id))


@pages.get("/runs/<id:run_id>/numbers")
def run_numbers(run_id: int) -> str:
    """The parts of the page that change while the run is going on."""
    return render_template("run_numbers.html", **_about(run_id))


def _about(run_id: int) -> dict[str, Any]:
    view = reading.run_view(g.session, run_id)
    nodes = read_graph(view["graph"]).nodes
    return {
        "run": view,
        "nodes": nodes,
        "failures": reading.failures(g.session, run_id) if view["failed"] else [],
        "letters": messages.counts(g.session, run_id),
        "opened": openings.counts(g.session, run_id),
        "is_tracking": run_id in trackers(g.session, current_app.extensions["catena_settings"], [run_id]),
        "is_never_tracking": run_id in never_tracked(g.session, [run_id]),
    }


def _people(run_id: int) -> dict[str, Any] | None:
    node, way = request.args.get("node"), request.args.get("way", "in")
    if not node:
        return None
    after = number("after") or 0
    found = reading.run_customers(g.session, run_id, node, way, after=after, limit=CUSTOMERS + 1)
    page = first(found, CUSTOMERS, found[CUSTOMERS - 1]["id"] if len(found) > CUSTOMERS else None)
    return {"node": node, "way": way, "page": page, "after": after}


@pages.post("/runs/<id:run_id>/stop")
def stop(run_id: int) -> Response:
    """Stop the run for good; its campaign stays live."""
    stop_run(g.session, run_id, moment())
    flash(gettext("The run is stopped"))
    return redirect(f"/runs/{run_id}")


@pages.post("/runs/<id:run_id>/retries")
def retry_run(run_id: int) -> Response:
    """Let those who failed, at a `node` or at any step, try again; back to the `selection` that it was asked from."""
    batch_size = current_app.extensions["catena_settings"].batch_size
    again = retry_failed(g.session, run_id, request.form.get("node") or None, moment(), batch_size)
    flash(ngettext("%(n)s customer tries again", "%(n)s customers try again", again, n=formats.number(again)))
    selection_id = typed.whole("selection", request.form.get("selection", ""))
    return redirect(f"/runs/{run_id}" if selection_id is None else f"/selections/{selection_id}#done")


@pages.post("/runs/<id:run_id>/pause")
def pause_run(run_id: int) -> Response:
    """Pause the run's campaign: those inside keep their places."""
    publication.pause(g.session, _campaign_of(run_id), moment())
    return redirect(f"/runs/{run_id}")


@pages.post("/runs/<id:run_id>/resumption")
def resume_run(run_id: int) -> Response:
    """Let the run's campaign go on."""
    publication.resume(g.session, _campaign_of(run_id), moment())
    return redirect(f"/runs/{run_id}")


def _campaign_of(run_id: int) -> int:
    found = g.session.get(Run, run_id)
    if found is None:
        raise NotFound("run", gettext("There is no run %(id)s", id=run_id))
    return int(found.campaign_id)
