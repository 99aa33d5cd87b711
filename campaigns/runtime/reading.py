"""What people and programs read of runs: the list, one run with the counts of its steps, and who went which way."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from campaigns.campaigns import Campaign, CampaignVersion
from campaigns.checking import summaries
from campaigns.graph import read_graph
from campaigns.runtime.rows import Batch, Enrollment, NodeCount, Run, RunEntering
from loyalty_core.customers.rows import Customer
from loyalty_core.database import id_set
from loyalty_core.errors import NotFound, Refused
from loyalty_core.i18n import gettext


def run_view(session: Session, run_id: int) -> dict[str, Any]:
    """One run, its totals and each step's counts: in = the sum of out + waiting + failed. Amounts in minor units."""
    row = session.execute(_runs().where(Run.id == run_id)).one_or_none()
    if row is None:
        raise NotFound("run", gettext("There is no run %(id)s", id=run_id))
    run, campaign, version = row
    graph = read_graph(version.graph)
    nodes = node_counts(session, [run.id])[run.id]
    for node in graph.nodes:
        nodes.setdefault(node, _empty())
    expected = _expected(session, [run.id]).get(run.id)
    return _summary(run, campaign, version, nodes, expected) | {
        "nodes": nodes,
        "graph": version.graph,
        "summaries": summaries(session, graph),
        "batches_open": session.scalar(select(func.count()).where(Batch.run_id == run.id, Batch.status != "done")),
    }


def runs(
    session: Session, *, campaign_id: int | None = None, before: int | None = None, limit: int = 50
) -> list[dict[str, Any]]:
    """Runs, newest first, each with its totals; `before` is the id of the last one seen."""
    query = _runs().order_by(Run.id.desc()).limit(limit)
    if campaign_id is not None:
        query = query.where(Run.campaign_id == campaign_id)
    if before is not None:
        query = query.where(Run.id < before)
    return _summaries(session, query)


def runs_of(session: Session, run_ids: Sequence[int]) -> list[dict[str, Any]]:
    """These runs, each with its totals."""
    return _summaries(session, _runs().where(Run.id.in_(id_set(session, run_ids))))


def _summaries(session: Session, query: Select[Run, Campaign, CampaignVersion]) -> list[dict[str, Any]]:
    rows = session.execute(query).all()
    ids = [run.id for run, *_ in rows]
    counts, expected = node_counts(session, ids), _expected(session, ids)
    return [_summary(run, campaign, version, counts[run.id], expected.get(run.id)) for run, campaign, version in rows]


def _expected(session: Session, run_ids: Sequence[int]) -> dict[int, int]:
    """Of the runs that customers are still entering, how many they will be in all."""
    found = select(RunEntering.run_id, RunEntering.total).where(RunEntering.run_id.in_(run_ids))
    return dict(session.execute(found).all())


def _runs() -> Select[Run, Campaign, CampaignVersion]:
    return (
        select(Run, Campaign, CampaignVersion)
        .join(Campaign, Campaign.id == Run.campaign_id)
        .join(CampaignVersion, CampaignVersion.id == Run.version_id)
    )


def _summary(
    run: Run, campaign: Campaign, version: CampaignVersion, nodes: Mapping[str, Any], expected: int | None
) -> dict[str, Any]:
    # All come in where no line leads to; from the counts, for to count a million trips takes a second.
    targets = {line["target"] for line in version.graph["edges"]}
    entered = sum(counts["in"] for node, counts in nodes.items() if node not in targets)
    waiting, failed = (sum(counts[way] for counts in nodes.values()) for way in ("waiting", "failed"))
    paused = run.status == "going_on" and campaign.status == "paused"
    return {
        "id": run.id,
        "campaign": {"id": campaign.id, "name": campaign.name},
        "version": version.number,
        "occurrence": run.occurrence,
        "moment": run.moment,
        "by_hand": run.by_hand,
        "status": "stopped" if run.stopped_at else "paused" if paused else run.status,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "entered": entered,
        "expected": expected,
        "finished": entered - waiting - failed,
        "waiting": waiting,
        "failed": failed,
        "granted": sum(counts["granted"] for counts in nodes.values()),
    }


def _empty() -> dict[str, Any]:
    return {"in": 0, "out": {}, "waiting": 0, "failed": 0, "granted": 0}


def node_counts(session: Session, run_ids: Sequence[int]) -> dict[int, dict[str, dict[str, Any]]]:
    """Each step's counts by run: `in`, `out` by port (`end`: trips that ended here), `waiting`, `failed`, `granted`."""
    found: dict[int, dict[str, dict[str, Any]]] = {run_id: {} for run_id in run_ids}
    for row in session.scalars(select(NodeCount).where(NodeCount.run_id.in_(run_ids))):
        node = found[row.run_id].setdefault(row.node, _empty())
        way, _, port = row.way.partition(":")
        if way == "out":
            node["out"][port] = row.count
            node["granted"] += row.amount
        else:
            node[way] = row.count
    return found


def run_customers(
    session: Session, run_id: int, node: str, way: str, *, after: int = 0, limit: int = 50
) -> list[dict[str, Any]]:
    """Who went a `way` (`in`, `waiting`, `failed`, `out`, `out:<port>`) at a step; `after`: the last one's id."""
    query = (
        select(Enrollment, Customer)
        .join(Customer, Customer.id == Enrollment.customer_id)
        .where(Enrollment.run_id == run_id, Enrollment.id > after, _went(session, run_id, node, way))
        .order_by(Enrollment.id)
        .limit(limit)
    )
    return [
        {
            "id": enrollment.id,
            "customer": {"id": customer.id, "name": f"{customer.first_name} {customer.last_name}".strip()},
            "at": enrollment.ended_at or enrollment.entered_at,
            "status": enrollment.status,
            "reason": enrollment.reason if enrollment.failed_at_node == node else None,
        }
        for enrollment, customer in session.execute(query)
    ]


def _went(session: Session, run_id: int, node: str, way: str) -> Any:
    kind, _, port = way.partition(":")
    if kind not in ("in", "waiting", "failed", "out") or (port and kind != "out"):
        raise Refused("way", gettext("A way is in, waiting, failed, out or out:<port>"))
    took = f" {node}:{port} " if port else f" {node}:"
    passed = Enrollment.trail.contains(took, autoescape=True)
    here = Enrollment.failed_at_node == node
    numbers = select(Batch.number).where(Batch.run_id == run_id, Batch.node == node, Batch.status != "done")
    standing = (Enrollment.status == "travelling") & Enrollment.batch_number.in_(numbers)
    match kind:
        case "failed":
            return here
        case "waiting":
            return standing
        case "out":
            return passed
    return or_(passed, here, standing)


def failures(session: Session, run_id: int) -> list[dict[str, Any]]:
    """Why customers of a run failed: step, reason and how many, most first."""
    query = (
        select(Enrollment.failed_at_node, Enrollment.reason, func.count())
        .where(Enrollment.run_id == run_id, Enrollment.status == "failed")
        .group_by(Enrollment.failed_at_node, Enrollment.reason)
        .order_by(func.count().desc())
    )
    return [{"node": node, "reason": reason, "count": count} for node, reason, count in session.execute(query)]


def latest_run(session: Session, campaign_id: int) -> int | None:
    """The id of the campaign's newest run."""
    return session.scalar(select(func.max(Run.id)).where(Run.campaign_id == campaign_id))


def totals_by_campaign(session: Session, since: datetime) -> dict[int, dict[str, int]]:
    """For each campaign, since a moment: entered, inside now, finished, failed, and bonuses granted in minor units."""
    found: dict[int, dict[str, int]] = {}
    statuses = (
        select(Enrollment.campaign_id, Enrollment.status, func.count())
        .where(Enrollment.entered_at >= since)
        .group_by(Enrollment.campaign_id, Enrollment.status)
    )
    for campaign_id, status, count in session.execute(statuses):
        totals = found.setdefault(campaign_id, dict.fromkeys(("entered", "inside", "finished", "failed", "granted"), 0))
        totals["entered"] += count
        totals["inside" if status == "travelling" else status] += count
    granted = (
        select(Run.campaign_id, func.sum(NodeCount.amount))
        .join(NodeCount, NodeCount.run_id == Run.id)
        .where(Run.started_at >= since)
        .group_by(Run.campaign_id)
    )
    for campaign_id, amount in session.execute(granted):
        if campaign_id in found:
            found[campaign_id]["granted"] = int(amount)
    return found
