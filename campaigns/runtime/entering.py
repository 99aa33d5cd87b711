"""Lets the ticked customers of a selection enter a campaign behind its trigger, under its re-entry rule.

Thousands enter at once, the others by workers, piece by piece. Each piece and the place behind it are one commit: a
worker that dies lets nobody in twice. The ticks are to stay as they are until all have entered.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, Select, cast, literal, null, select
from sqlalchemy.orm import Session

from campaigns.campaign_settings import enters_once
from campaigns.campaigns import Campaign, CampaignVersion
from campaigns.editing import find
from campaigns.graph import read_graph
from campaigns.publication import newest_version
from campaigns.runtime.intake import enroll, open_run
from campaigns.runtime.rows import Enrollment, Run, RunEntering
from campaigns.runtime.starting import barred
from loyalty_core.customers.rows import Customer
from loyalty_core.database import Database, id_set
from loyalty_core.errors import Conflict
from loyalty_core.i18n import gettext
from loyalty_core.organisation import organisation
from segmenter.selections.members import figures, ticked
from segmenter.selections.rows import SelectionMember

PIECE = 5_000


def enter(session: Session, campaign_id: int, selection_id: int, name: str, now: datetime, batch_size: int) -> Run:
    """Take those who are ticked now into a run of their own: the first of them at once.

    `name` tells this entering from others of the campaign. All enter the version that is live now. NotFound; Conflict
    where the campaign is not live.
    """
    campaign = find(session, campaign_id, lock=True)
    version = newest_version(session, campaign_id)
    if version is None or campaign.status != "live":
        raise Conflict("campaign", gettext("Publish or resume the campaign first: it is not live"))
    wall = now.astimezone(ZoneInfo(organisation(session).zone))
    run, _ = open_run(session, version, f"{wall:%Y-%m-%dT%H:%M} {name}", now, now, by_hand=True)
    entry_key = "once" if enters_once(version.settings) else name
    total = figures(session, selection_id).ticked
    entering = RunEntering(run_id=run.id, selection_id=selection_id, entry_key=entry_key, total=total, after=0)
    session.add(entering)
    session.flush()
    _take_piece(session, run, entering, now, batch_size)
    return run


def any_open(session: Session) -> bool:
    """Whether somebody is still to enter a run of a campaign that is not paused."""
    return session.scalar(_open().limit(1)) is not None


def enter_next(database: Database, now: datetime, batch_size: int) -> bool:
    """Take in the next piece of those who are still to enter; False where there is none."""
    with database.begin() as session:
        run_id = session.scalar(_open().order_by(RunEntering.run_id).limit(1))
        if run_id is None:
            return False
        run = session.get_one(Run, run_id)
        # Whoever takes in holds the campaign's row.
        find(session, run.campaign_id, lock=True)
        session.refresh(run)
        # Asked again, now that no other worker can take them in.
        entering = session.get(RunEntering, run_id, populate_existing=True)
        if entering is not None:
            _take_piece(session, run, entering, now, batch_size)
    return True


def is_entering(session: Session, selection_id: int) -> bool:
    """Whether customers of a selection are still to enter a run."""
    found = select(RunEntering.run_id).where(RunEntering.selection_id == selection_id)
    return session.scalar(found.limit(1)) is not None


def may_enter(campaign_id: int, settings: Mapping[str, Any], customers: Select[Any], now: datetime) -> Select[Any]:
    """Of these customers, those whom the campaign's re-entry rule lets in."""
    kept_out = barred(campaign_id, settings, now)
    return customers if kept_out is None else customers.where(customers.selected_columns[0].not_in(kept_out))


def _open() -> Select[int]:
    """SELECT id of the runs into which somebody can enter now."""
    joined = select(RunEntering.run_id).join(Run, Run.id == RunEntering.run_id)
    return joined.join(Campaign, Campaign.id == Run.campaign_id).where(Campaign.status != "paused")


def _take_piece(session: Session, run: Run, entering: RunEntering, now: datetime, batch_size: int) -> None:
    here = ticked(entering.selection_id).where(SelectionMember.customer_id > entering.after)
    ids = session.scalars(here.order_by(SelectionMember.customer_id).limit(PIECE)).all()
    version = session.get_one(CampaignVersion, run.version_id)
    (trigger,) = read_graph(version.graph).triggers
    those = id_set(session, ids)
    whose = select(Customer.id).where(Customer.id.in_(those))
    kept_out = barred(run.campaign_id, version.settings, now)
    if kept_out is not None:
        # Only of the piece: the campaign may have taken in millions.
        whose = whose.where(Customer.id.not_in(kept_out.where(Enrollment.customer_id.in_(those))))
    entry = whose.subquery("whose")
    enroll(
        session,
        run,
        trigger.id,
        select(entry.c[0], literal(entering.entry_key), cast(null(), BigInteger)),
        now,
        batch_size,
    )
    if len(ids) < PIECE:
        session.delete(entering)
    else:
        entering.after = ids[-1]
    session.flush()
