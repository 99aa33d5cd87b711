"""What was done to a selection, with how far each run is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.acting.rows import SelectionAction
from campaigns.nodes import NODE_TYPES
from campaigns.runtime.reading import runs_of
from loyalty_core.database import id_set


@dataclass(frozen=True)
class Done:
    """An action and its run: `run` is as the list of runs tells it, `title` what was done in a few words.

    `step` is what it is called on the palette, or the campaign that they entered.
    """

    action: SelectionAction
    title: str
    run: dict[str, Any]

    @property
    def step(self) -> str:
        """The action's own name, without those to whom it was done."""
        known = NODE_TYPES.get(self.action.action or "")
        return str(known.title) if known else self.title


def actions_on(session: Session, selection_id: int) -> list[Done]:
    """What was done to a selection, newest first, in a fixed number of statements."""
    return actions_on_each(session, [selection_id])[selection_id]


def actions_on_each(session: Session, selection_ids: Sequence[int]) -> dict[int, list[Done]]:
    """What was done to each of these selections, newest first, in as many statements as for one."""
    found: dict[int, list[Done]] = {each: [] for each in selection_ids}
    asked = select(SelectionAction).where(SelectionAction.selection_id.in_(id_set(session, selection_ids)))
    for each in _with_runs(session, session.scalars(asked.order_by(SelectionAction.id.desc())).all()):
        found[each.action.selection_id].append(each)
    return found


def done(session: Session, action: SelectionAction) -> Done:
    """One action with its run."""
    return _with_runs(session, [action])[0]


def _with_runs(session: Session, actions: Sequence[SelectionAction]) -> list[Done]:
    runs = {run["id"]: run for run in runs_of(session, [each.run_id for each in actions if each.run_id is not None])}
    return [Done(each, runs[each.run_id]["campaign"]["name"], runs[each.run_id]) for each in actions if each.run_id]
