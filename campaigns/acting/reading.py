"""What was done to a selection, with how far each run is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.acting.rows import SelectionAction
from campaigns.runtime.reading import runs_of


@dataclass(frozen=True)
class Done:
    """An action and its run: `run` is as the list of runs tells it, `title` what was done in a few words."""

    action: SelectionAction
    title: str
    run: dict[str, Any]


def actions_on(session: Session, selection_id: int) -> list[Done]:
    """What was done to a selection, newest first, in a fixed number of statements."""
    done = select(SelectionAction).where(SelectionAction.selection_id == selection_id)
    return _with_runs(session, session.scalars(done.order_by(SelectionAction.id.desc())).all())


def done(session: Session, action: SelectionAction) -> Done:
    """One action with its run."""
    return _with_runs(session, [action])[0]


def _with_runs(session: Session, actions: Sequence[SelectionAction]) -> list[Done]:
    runs = {run["id"]: run for run in runs_of(session, [each.run_id for each in actions if each.run_id is not None])}
    return [Done(each, runs[each.run_id]["campaign"]["name"], runs[each.run_id]) for each in actions if each.run_id]
