"""RFM: the maps with one cell opened, the segments with who moved, and asking for a calculation."""

import json
from urllib.parse import urlencode

from flask import abort, flash, g, redirect, render_template, request
from werkzeug.wrappers import Response

from loyalty_core.i18n import gettext as _
from loyalty_core.i18n import lazy
from segmenter.rfm.claims import next_due
from segmenter.rfm.claims import request as ask
from segmenter.rfm.members import holdings_of, tree_of
from segmenter.rfm.reading import MAPS, Group, SegmentShown, Standing, cells, draw, segments_shown, standing
from segmenter.rfm.rows import RfmCalculation, RfmSettings
from segmenter.rfm.settings import all_settings, begun, settings_of
from segmenter.segments import Segment
from segmenter.window_reading import read_window
from web.pages.blueprint import pages
from web.pages.rfm_map import SHADES, chosen, squares
from web.session import moment

AXES = {
    "r": (lazy("Recency of the last purchase"), lazy("long ago"), lazy("recently")),
    "f": (lazy("Frequency"), lazy("rarely"), lazy("bought most often")),
    "m": (lazy("Money"), lazy("little"), lazy("spent most")),
}


@pages.get("/rfm")
def rfm() -> str:
    """The map that the address names, shaded as it says, with one cell opened; before the first time, what RFM is."""
    stands = standing(g.session, which())
    every = all_settings(g.session)
    if stands.current is None:
        return render_template("rfm_empty.html", stands=stands, every=every)
    map_name = request.args.get("map", "") if request.args.get("map") in MAPS else "rf"
    shade = request.args.get("shade", "") if request.args.get("shade") in SHADES else "customers"
    found = cells(g.session, stands.current.id)
    everybody = Group()
    for each in found:
        everybody.add(each)
    drawn = draw(map_name, found)
    cell = chosen(drawn, request.args.get("cell", ""))
    shown = segments_shown(g.session, stands.current, found)
    cell_tree = tree_of(stands.settings, map_name, cell.x, cell.y)
    # Its customers are read when somebody asks for them: there may be a hundred thousand.
    square = (stands.current.id, map_name, cell.x, cell.y)
    held = holdings_of(g.session, *square, moment()) if "cell" in request.args and cell.customers else None
    return render_template(
        "rfm.html",
        stands=stands,
        every=every,
        held=held,
        map_name=map_name,
        shade=shade,
        rows=squares(drawn, map_name, shade),
        axes=[AXES[axis] for axis in MAPS[map_name]],
        cell=cell,
        like_it=sum(each.segment == cell.segment for each in drawn.values() if cell.segment is not None),
        everybody=everybody,
        segments=shown,
        moved=sum(each.came_in for each in shown),
        widest=max((max(each.came_in, each.left) for each in shown), default=0),
        cell_selection=cell_tree,
        cell_tree=segment_address(cell_tree),
        segment_trees={each.name: segment_address(_tree_of_segment(stands, each, shown), each.name) for each in shown},
        next_at=next_due(g.session, stands.current.started_at or stands.current.requested_at),
        **of_calculation(stands.current),
    )


@pages.post("/rfm/calculation")
def calculate_rfm() -> Response:
    """Ask for a calculation; one that is open already is the one."""
    ask(g.session, _chosen() or begun(g.session), moment())
    flash(_("RFM is being calculated. The numbers stay as they are until it is whole."))
    return redirect(rfm_address(which()))


def which() -> int | None:
    """The number of the calculation that the address names (`of`); None for the default one."""
    text = request.args.get("of", "")
    if text and not (text.isascii() and text.isdigit() and len(text) < 19):
        abort(404)
    return int(text) if text else None


def rfm_address(settings_id: int | None, path: str = "/rfm") -> str:
    """A page about one of the calculations."""
    return path if settings_id is None else f"{path}?of={settings_id}"


def _chosen() -> RfmSettings | None:
    number = which()
    return None if number is None else settings_of(g.session, number)


def of_calculation(calculation: RfmCalculation) -> dict[str, object]:
    """What a calculation was of, in words: its base and its period."""
    base = g.session.get(Segment, calculation.segment_id) if calculation.segment_id else None
    return {
        "base_name": base.name if base else None,
        "period": read_window(calculation.period).sentence() if calculation.period else _("of all time"),
    }


def segment_address(tree: dict[str, object], name: str = "") -> str:
    """The page of a new segment that has these conditions already."""
    told = {"tree": json.dumps(tree, separators=(",", ":")), "name": name}
    return "/segments/new?" + urlencode({key: value for key, value in told.items() if value})


def _tree_of_segment(stands: Standing, shown: SegmentShown, every: list[SegmentShown]) -> dict[str, object]:
    if shown.id is not None:
        return {"all": [{"condition": "rfm_segment", "op": "has", "value": [shown.id]}]}
    named = [each.id for each in every if each.id is not None]
    by = {} if stands.settings is None or stands.settings.is_default else {"by": stands.settings.id}
    scored = {"condition": "rfm_score", "of": "r", **by, "op": "ge", "value": 1}
    return {"all": [scored, {"none": [{"condition": "rfm_segment", "op": "has", "value": named}]}]}
