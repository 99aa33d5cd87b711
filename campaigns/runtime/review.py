"""What publishing a campaign would mean, before it is done: the chain is run for today and rolled back."""

from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import func, or_, select, union
from sqlalchemy.orm import Session

from campaigns.campaigns import Campaign, CampaignVersion
from campaigns.checking import check, starts
from campaigns.editing import find
from campaigns.graph import Graph, read_graph
from campaigns.messages.rows import Message
from campaigns.messages.sms import cost, sms_tariff
from campaigns.messages.texts import preview_text
from campaigns.node_types import ClockTrigger
from campaigns.publication import newest_version
from campaigns.runtime.flow import Chain, travel
from campaigns.runtime.intake import open_run
from campaigns.runtime.reading import node_counts
from campaigns.runtime.rows import Enrollment, Run
from campaigns.runtime.starting import take_in, whom
from campaigns.wording import bonuses, count, money
from loyalty_core.i18n import gettext

DAYS = 30


def review(session: Session, campaign_id: int, now: datetime) -> dict[str, Any]:
    """Problems; or, where nothing is in the way, what today's run would do and how many would enter in 30 days."""
    campaign = find(session, campaign_id)
    graph = read_graph(campaign.graph)
    problems = check(session, graph, campaign.settings, now)
    newest = newest_version(session, campaign_id)
    answer: dict[str, Any] = {
        "problems": [problem.as_dict() for problem in problems],
        "version": newest.number + 1 if newest else 1,
        "facts": [],
        "starts": None,
    }
    if any(problem.severity == "error" for problem in problems):
        return answer
    answer["starts"] = starts(session, graph)
    (trigger,) = graph.triggers
    if isinstance(trigger.type, ClockTrigger):
        answer["facts"] = _facts(session, campaign, graph, now)
    return answer


def _facts(session: Session, campaign: Campaign, graph: Graph, now: datetime) -> list[dict[str, str]]:
    (trigger,) = graph.triggers
    clock = trigger.type
    assert isinstance(clock, ClockTrigger)
    settings = clock.load(trigger.settings)
    coming = 0
    parts = sorted(clock.occurrences(session, settings, now, now + timedelta(days=DAYS)), key=lambda part: part.part)
    for _zone, days in groupby(parts, key=lambda part: part.part):
        # The same entry key on several days is one trip: UNION counts it once.
        entering = (whom(session, graph, trigger, part, now).subquery().c for part in days)
        trips = union(*(select(each[0], each[1]) for each in entering)).subquery()
        coming += session.scalar(select(func.count()).select_from(trips)) or 0
    entered, granted, messages, price = simulate(session, campaign, graph, now)
    facts = [(gettext("Customers who enter"), count(entered), count(coming))]
    if granted:
        facts.append((gettext("Bonuses granted"), bonuses(granted), "–"))
    if messages:
        facts.append((gettext("Messages, at most"), count(messages), "–"))
    if price:
        facts.append((gettext("Price of SMS, at most"), money(session, price), "–"))
    return [{"label": label, "today": today, "in_30_days": later, "hint": ""} for label, today, later in facts]


def simulate(session: Session, campaign: Campaign, graph: Graph, now: datetime) -> tuple[int, int, int, int]:
    """Run the draft by hand for `now` through the real flow and roll back.

    Gives how many entered, the bonuses granted in minor units, how many messages, and what they cost in minor units if
    all go by SMS that may. Who has entered already under the re-entry rule does not enter here either.
    """
    (trigger,) = graph.triggers
    assert isinstance(trigger.type, ClockTrigger)
    parts = trigger.type.by_hand(session, trigger.type.load(trigger.settings), now)
    with session.begin_nested() as everything:
        version = CampaignVersion(
            campaign_id=campaign.id, number=0, graph=campaign.graph, settings=campaign.settings, published_at=now
        )
        session.add(version)
        session.flush()
        run, _ = open_run(session, version, "simulation", now, now, by_hand=True)
        for part in parts:
            take_in(session, run, graph, campaign.settings, part, now, 10_000)
        travel(session, run, Chain(graph), _enrollments(session, run), now, {})
        counts = node_counts(session, [run.id])[run.id]
        messages = session.scalar(select(func.count()).where(Message.run_id == run.id)) or 0
        price = _price(session, graph, run)
        everything.rollback()
    entered = counts.get(trigger.id, {"in": 0})["in"]
    return entered, sum(node["granted"] for node in counts.values()), messages, price


def _price(session: Session, graph: Graph, run: Run) -> int:
    """What the run's messages cost that may go by SMS, each as long as its example."""
    by_sms = or_(Message.channel == "sms", Message.cascade.contains("sms"))
    asked = select(Message.node, func.count()).where(Message.run_id == run.id, by_sms).group_by(Message.node)
    tariff = sms_tariff(session)
    return sum(
        number * cost(preview_text(graph.nodes[node].settings["text"]), tariff).price
        for node, number in session.execute(asked)
    )


def _enrollments(session: Session, run: Run) -> dict[int, int]:
    mine = select(Enrollment.id, Enrollment.customer_id).where(Enrollment.run_id == run.id).order_by(Enrollment.id)
    return dict(session.execute(mine).all())
