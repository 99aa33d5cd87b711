"""Lets chosen customers enter a campaign behind its trigger, all at once, under its re-entry rule."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, Select, cast, literal, null, select
from sqlalchemy.orm import Session

from campaigns.campaign_settings import enters_once
from campaigns.editing import find
from campaigns.graph import read_graph
from campaigns.publication import newest_version
from campaigns.runtime.intake import enroll, open_run
from campaigns.runtime.rows import Run
from campaigns.runtime.starting import barred
from loyalty_core.errors import Conflict
from loyalty_core.i18n import gettext
from loyalty_core.organisation import organisation


def enter(
    session: Session, campaign_id: int, customers: Select[Any], name: str, now: datetime, batch_size: int
) -> tuple[Run, int]:
    """Take these customers (a SELECT of ids) into a run of their own; the run, and how many may enter.

    `name` tells this entering from others of the campaign: the same one again adds nobody. NotFound; Conflict where
    the campaign is not live.
    """
    campaign = find(session, campaign_id, lock=True)
    version = newest_version(session, campaign_id)
    if version is None or campaign.status != "live":
        raise Conflict("campaign", gettext("Publish or resume the campaign first: it is not live"))
    (trigger,) = read_graph(version.graph).triggers
    wall = now.astimezone(ZoneInfo(organisation(session).zone))
    run, _ = open_run(session, version, f"{wall:%Y-%m-%dT%H:%M} {name}", now, now, by_hand=True)
    whose = may_enter(campaign_id, version.settings, customers, now).subquery("whose")
    entry_key = "once" if enters_once(version.settings) else name
    entering = select(whose.c[0], literal(entry_key), cast(null(), BigInteger))
    return run, enroll(session, run, trigger.id, entering, now, batch_size)


def may_enter(campaign_id: int, settings: Mapping[str, Any], customers: Select[Any], now: datetime) -> Select[Any]:
    """Of these customers, those whom the campaign's re-entry rule lets in."""
    kept_out = barred(campaign_id, settings, now)
    return customers if kept_out is None else customers.where(customers.selected_columns[0].not_in(kept_out))
