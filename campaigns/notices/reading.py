"""Notices as a form shows them: what was set up, and what has become of its chain."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaigns.campaigns import Campaign
from campaigns.messages.rows import Message
from campaigns.notices.chains import differs
from campaigns.notices.kinds import GROUP, PROGRAMME, NoticeData
from campaigns.notices.owners import Owner
from campaigns.notices.rows import Notice
from campaigns.runtime.rows import Run
from loyalty_core.database import id_set
from loyalty_core.programmes.rows import CustomerGroup, Programme


@dataclass(frozen=True)
class NoticeView:
    """A notice and its chain: how many of its messages were sent, wait, or did not arrive (refused, no address)."""

    data: NoticeData
    campaign_id: int
    campaign: str
    status: str
    changed_by_hand: bool
    sent: int
    waiting: int
    not_sent: int


def notices(session: Session, owner: Owner) -> list[NoticeView]:
    """The owner's notices in the order in which they were set up, in two statements."""
    wanted = select(Notice, Campaign).join(Campaign, Campaign.id == Notice.campaign_id).where(owner.mine())
    rows = session.execute(wanted.order_by(Notice.id)).all()
    counts = _counts(session, [campaign.id for _notice, campaign in rows])
    return [_view(notice, campaign, counts.get(campaign.id, {})) for notice, campaign in rows]


def origins(session: Session) -> dict[int, Owner]:
    """By campaign, whose form it comes from."""
    rows = (
        select(Notice.campaign_id, Programme.id, Programme.name, CustomerGroup.id, CustomerGroup.name)
        .outerjoin(Programme, Programme.id == Notice.programme_id)
        .outerjoin(CustomerGroup, CustomerGroup.id == Notice.customer_group_id)
    )
    return {
        campaign: Owner(PROGRAMME, programme, name) if programme else Owner(GROUP, group, group_name)
        for campaign, programme, name, group, group_name in session.execute(rows)
    }


def _counts(session: Session, campaigns: Collection[int]) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    rows = (
        select(Run.campaign_id, Message.status, func.count())
        .join(Message, Message.run_id == Run.id)
        .where(Run.campaign_id.in_(id_set(session, campaigns)))
        .group_by(Run.campaign_id, Message.status)
    )
    for campaign, status, count in session.execute(rows):
        found.setdefault(campaign, {})[status] = count
    return found


def _view(notice: Notice, campaign: Campaign, counts: dict[str, int]) -> NoticeView:
    return NoticeView(
        data=NoticeData.of(notice.kind, notice.settings, notice.id),
        campaign_id=campaign.id,
        campaign=campaign.name,
        status=campaign.status,
        changed_by_hand=differs(notice.graph, campaign.graph),
        sent=counts.get("sent", 0),
        waiting=counts.get("queued", 0) + counts.get("sending", 0),
        not_sent=sum(counts.get(status, 0) for status in ("failed", "dropped", "in_doubt")),
    )
