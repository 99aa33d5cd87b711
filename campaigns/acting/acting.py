"""Acts on a selection: once for each token, in the runtime, to those who are ticked at that moment.

An action of the palette becomes a chain of its own (the selection's customers → the action), which runs once: so what
holds for every run holds for it, whatever dies in between.
"""

from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from campaigns import editing, publication
from campaigns.acting.asked import Asked, check_action, draw, live_version, step_of
from campaigns.acting.cost import check_somebody
from campaigns.acting.rows import TOKEN_MAX, SelectionAction
from campaigns.runtime.entering import enter, is_entering
from loyalty_core.database import insert_into
from loyalty_core.errors import Conflict, Refused
from loyalty_core.i18n import gettext
from segmenter.selections.members import figures, whole
from segmenter.selections.rows import Selection


def act(
    session: Session, selection_id: int, asked: Asked, token: str, now: datetime, by: str, batch_size: int
) -> tuple[SelectionAction, bool]:
    """Begin what is asked; also says whether this token had begun it before, when nothing more happens.

    NotFound; Refused or NotReady at the place of what is wrong, before anything is done; Conflict where the token came
    with something else.
    """
    found = whole(session, selection_id)
    if not 1 <= len(token) <= TOKEN_MAX:
        raise Refused("token", gettext("Write a token of 1 to %(most)s characters", most=TOKEN_MAX))
    # The row comes first: of two at once, the second waits here for the first.
    kept = {"action": asked.action, "settings": dict(asked.settings or {})}
    row = {"selection_id": selection_id, "token": token, "asked_by": by, "asked_at": now, **kept}
    fresh = insert_into(session, SelectionAction).values(row).on_conflict_do_nothing(index_elements=["token"])
    action_id = session.scalar(fresh.returning(SelectionAction.id))
    if action_id is None:
        return _again(session, selection_id, asked, token), True
    check_somebody(figures(session, selection_id).ticked)
    if asked.campaign_id is None:
        campaign_id = _chain(session, found, asked, now, by)
    else:
        campaign_id = live_version(session, asked.campaign_id).campaign_id
    run = enter(session, campaign_id, selection_id, f"selection:{action_id}", now, batch_size)
    begun = session.get_one(SelectionAction, action_id)
    begun.campaign_id, begun.run_id = campaign_id, run.id
    session.flush()
    return begun, False


def check_settled(session: Session, selection_id: int) -> None:
    """Conflict while customers of a selection are still to enter a run: until then the ticks stay as they are."""
    if is_entering(session, selection_id):
        told = gettext("An action is still taking these customers in: wait until all are in, or stop its run")
        raise Conflict("selection", told)


def acted_on() -> Select[int]:
    """SELECT id of the selections to which something was done."""
    return select(SelectionAction.selection_id)


def _again(session: Session, selection_id: int, asked: Asked, token: str) -> SelectionAction:
    earlier = session.scalars(select(SelectionAction).where(SelectionAction.token == token)).one()
    same = (earlier.selection_id, earlier.action, earlier.settings) == (
        selection_id,
        asked.action,
        dict(asked.settings or {}),
    )
    if not same or asked.campaign_id not in (None, earlier.campaign_id):
        raise Conflict("token", gettext("This token was used for another action: take a new one"))
    return earlier


def _chain(session: Session, found: Selection, asked: Asked, now: datetime, by: str) -> int:
    check_action(session, found.id, asked, now)
    name = gettext("%(action)s: %(origin)s", action=step_of(asked).title, origin=found.origin)
    if len(name) > editing.NAME_MAX:
        name = f"{name[: editing.NAME_MAX - 1]}…"
    campaign = editing.create(session, name, now, draw(found.id, asked))
    campaign.one_off = True
    publication.publish(session, campaign.id, now, by)
    return campaign.id
