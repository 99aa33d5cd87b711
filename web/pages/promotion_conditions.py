"""Conditions in a promotion's form: one field with a tree as JSON, picked from a list where no script runs."""

import json
from contextlib import suppress
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext as _
from segmenter.rows import Segment
from segmenter.sentences import sentence

FIELD = "conditions"


class Choice(NamedTuple):
    """Conditions to choose: as the field sends them, what they are called, and whether they are told."""

    value: str
    title: str
    told: bool


def read_conditions(text: str) -> Any:
    """The tree that the field sends, not checked yet; None is everybody. Refused where it is no JSON."""
    if not text.strip():
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise Refused(FIELD, _("Draw the conditions anew: these cannot be read")) from None


def as_text(tree: Any) -> str:
    """A tree as the field sends it, the same for equal ones; nothing for everybody."""
    return "" if tree is None else json.dumps(tree, sort_keys=True)


def in_words(session: Session, text: str) -> str | None:
    """Whom the field means as a sentence, None where everybody."""
    try:
        tree = read_conditions(text)
        return None if tree is None else sentence(session, tree)
    except Refused:
        return _("customers who meet the conditions, once each of them has its value")


def choices(session: Session, text: str) -> list[Choice]:
    """What there is to choose without the builder: everybody, each saved segment, and what the field says already."""
    with suppress(Refused):
        text = as_text(read_conditions(text))
    rows = session.execute(select(Segment.id, Segment.name).order_by(func.lower(Segment.name), Segment.id))
    segments = {as_text(_of_segment(row.id)): row.name for row in rows}
    offered = {"": _("everybody")} | segments
    if text not in offered:
        offered[text] = in_words(session, text) or _("everybody")
    return [Choice(value, title, value == text) for value, title in offered.items()]


def _of_segment(segment_id: int) -> dict[str, Any]:
    return {"all": [{"condition": "segment", "op": "has", "value": [segment_id]}]}
