"""What an action on a selection would come to, told before anybody is asked whether they are sure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaigns.acting.asked import Asked, check_action, live_version, step_of
from campaigns.node_types import Fact, Whom
from campaigns.problems import NotReady, Problem
from campaigns.runtime.entering import may_enter
from campaigns.wording import count
from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext
from segmenter.selections.members import figures, ticked, whole


@dataclass(frozen=True)
class Cost:
    """How many customers are ticked of how many; an example of one, and what it comes to for all.

    While there are `problems` of the settings, nothing can be said of either.
    """

    members: int
    ticked: int
    example: Sequence[Fact]
    facts: Sequence[Fact]
    problems: Sequence[Problem] = ()


def cost(session: Session, selection_id: int, asked: Asked, now: datetime) -> Cost:
    """What would happen now. NotFound; Refused where it is no action, or a campaign that takes nobody in."""
    whole(session, selection_id)
    sizes = figures(session, selection_id)
    whom = Whom(ticked(selection_id), sizes.ticked)
    if asked.campaign_id is not None:
        facts = _entering(session, asked.campaign_id, whom, now)
        return Cost(sizes.members, sizes.ticked, [], facts)
    step = step_of(asked)
    try:
        check_action(session, selection_id, asked, now)
    except NotReady as unready:
        return Cost(sizes.members, sizes.ticked, [], [], unready.problems)
    settings = step.load(asked.settings or {})
    example = list(step.example(session, settings, now))
    return Cost(sizes.members, sizes.ticked, example, list(step.cost(session, settings, whom)))


def check_somebody(ticked_now: int) -> None:
    """Refused where nobody is ticked: there is nothing to do."""
    if not ticked_now:
        raise Refused("selection", gettext("Tick at least one customer"))


def _entering(session: Session, campaign_id: int, whom: Whom, now: datetime) -> list[Fact]:
    version = live_version(session, campaign_id)
    may = may_enter(campaign_id, version.settings, whom.customers, now).subquery()
    entering = session.scalar(select(func.count()).select_from(may)) or 0
    return [
        Fact(gettext("Enter the campaign"), count(entering)),
        Fact(gettext("Kept out by its re-entry rule"), count(whom.count - entering)),
    ]
