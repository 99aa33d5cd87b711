"""Carries the enrollments of a batch through the graph, as far as they can go, in one transaction."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from campaigns.campaigns import CampaignVersion
from campaigns.graph import Graph, Node, read_graph
from campaigns.node_types import Batch, Outcome, Step
from campaigns.runtime.counts import Counts
from campaigns.runtime.rows import Enrollment, Run
from loyalty_core.database import id_set, is_passing
from loyalty_core.errors import Conflict, NotFound, Refused


class StepFailed(RuntimeError):
    """A step raised an error; the whole batch's transaction is to be rolled back."""

    def __init__(self, node: str, cause: Exception) -> None:
        # What the floors below refuse is said for people already.
        told = isinstance(cause, Refused | NotFound | Conflict)
        # Of what the database refuses, its own words: not the statement, which holds values of customers.
        words = cause.orig if isinstance(cause, DBAPIError) else cause
        super().__init__(str(cause) if told else f"{type(cause).__name__}: {words}")
        self.node = node
        self.cause = cause


class Again(NamedTuple):
    """Enrollments that failed at a step and try it again: the step, and the trail of each until then."""

    node: str
    trails: Mapping[int, str]


class Chain:
    """A version's graph, in the order in which its steps act, with settings loaded: read once, used for every batch."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.order: list[tuple[Node, dict[str, Any]]] = [
            (node, node.type.load(node.settings)) for node in graph.in_order()
        ]
        self.lines: dict[tuple[str, str], list[str]] = defaultdict(list)
        for edge in graph.edges:
            self.lines[edge.source, edge.port].append(edge.target)


@lru_cache(maxsize=64)
def _chain(graph: str) -> Chain:
    return Chain(read_graph(json.loads(graph)))


def chain_of(session: Session, run_id: int) -> tuple[Run, Chain]:
    """The run and the chain that its people travel along."""
    run, version = session.execute(
        select(Run, CampaignVersion).join(CampaignVersion, CampaignVersion.id == Run.version_id).where(Run.id == run_id)
    ).one()
    return run, _chain(json.dumps(version.graph))


def travel(
    session: Session,
    run: Run,
    chain: Chain,
    enrollments: Mapping[int, int],
    now: datetime,
    doomed: Mapping[str, str],
    again: Again | None = None,
) -> None:
    """Move the enrollments (id → customer id) that stand at the trigger, or at a step `again`, to the ends of trips.

    Steps act in topological order, so a step that two branches lead to acts once for each enrollment, and one that
    their trail has passed acts no more. At a step that `doomed` names everybody fails, with the reason given there.
    Raises StepFailed, or the database's own error where the step is not to blame; the caller rolls back.
    """
    counts = Counts()
    standing: dict[str, set[int]] = defaultdict(set)
    trails = dict.fromkeys(enrollments, " ") if again is None else {each: again.trails[each] for each in enrollments}
    passed = set[tuple[str, int]]() if again is None else _walk(chain, trails, standing)
    failed: dict[int, tuple[str, str]] = {}
    if again is not None:
        counts.add(again.node, "waiting", -len(enrollments))
    for node, settings in chain.order:
        arrived: dict[int, int] = {}
        if isinstance(node.type, Step):
            coming = (
                each for each in sorted(standing[node.id]) if each not in failed and (node.id, each) not in passed
            )
            arrived = {each: enrollments[each] for each in coming}
            if not arrived:
                continue
            batch = Batch(session, run.id, run.campaign_id, node.id, arrived, now)
            outcome = _doom(arrived, doomed[node.id]) if node.id in doomed else _act(node.type, batch, settings)
            # Who tries a step again came in when they first did.
            counts.add(node.id, "in", 0 if again is not None and node.id == again.node else len(arrived))
        elif again is None:
            outcome = Outcome({"out": enrollments.keys()})
            counts.add(node.id, "waiting", -len(enrollments))
        else:
            continue
        for port in node.type.ports:
            went = outcome.ways.get(port.key, ())
            counts.add(node.id, f"out:{port.key}", len(went), outcome.granted.get(port.key, 0))
            _mark(trails, went, node.id, port.key)
            for target in chain.lines[node.id, port.key]:
                standing[target].update(went)
        # Who entered and left by no way has ended the trip here: the sum in = out + waiting + failed counts them.
        left = set(outcome.failed).union(*outcome.ways.values())
        ended = [enrollment for enrollment in arrived if enrollment not in left]
        counts.add(node.id, "out:end", len(ended))
        _mark(trails, ended, node.id, "end")
        counts.add(node.id, "failed", len(outcome.failed))
        failed |= {enrollment: (node.id, reason) for enrollment, reason in outcome.failed.items()}
    _end_trips(session, trails, failed, now)
    counts.write(session, run.id)


def _walk(chain: Chain, trails: Mapping[int, str], standing: dict[str, set[int]]) -> set[tuple[str, int]]:
    """Let each stand again where its trail leads to; which steps it has passed."""
    passed = set()
    for enrollment, trail in trails.items():
        for way in trail.split():
            node, _, port = way.rpartition(":")
            passed.add((node, enrollment))
            for target in chain.lines.get((node, port), ()):
                standing[target].add(enrollment)
    return passed


def _mark(trails: dict[int, str], went: Iterable[int], node: str, port: str) -> None:
    way = f"{node}:{port} "
    for enrollment in went:
        trails[enrollment] += way


def _act(step: Step, batch: Batch, settings: dict[str, Any]) -> Outcome:
    try:
        return step.run(batch, settings)
    except Exception as error:
        if is_passing(error):
            raise
        raise StepFailed(batch.node, error) from error


def _doom(arrived: Mapping[int, int], reason: str) -> Outcome:
    return Outcome({}, failed=dict.fromkeys(arrived, reason))


def _end_trips(
    session: Session, trails: Mapping[int, str], failed: Mapping[int, tuple[str, str]], now: datetime
) -> None:
    """Write how each trip ended: one statement for all that went the same ways."""
    arrived, stranded = defaultdict(list), defaultdict(list)
    for enrollment, trail in trails.items():
        if enrollment in failed:
            stranded[trail, *failed[enrollment]].append(enrollment)
        else:
            arrived[trail].append(enrollment)
    for trail, enrollments in arrived.items():
        _end(session, enrollments, status="finished", trail=trail, ended_at=now)
    for (trail, node, reason), enrollments in stranded.items():
        end = {"failed_at_node": node, "reason": reason[:1000]}
        _end(session, enrollments, status="failed", trail=trail, ended_at=now, **end)


def _end(session: Session, enrollments: Collection[int], **values: object) -> None:
    those = update(Enrollment).where(Enrollment.id.in_(id_set(session, enrollments)))
    session.execute(those.values(**values).execution_options(synchronize_session=False))
