"""What the steps of runs are called, for lists that name them."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.campaigns import CampaignVersion
from campaigns.nodes import NODE_TYPES
from campaigns.runtime.rows import Run
from loyalty_core.database import id_set


class StepTitles:
    """The titles of the steps of some runs, by the version that each run travels along."""

    def __init__(self, session: Session, runs: Collection[int]) -> None:
        graphs = select(Run.id, CampaignVersion.graph).join(CampaignVersion, CampaignVersion.id == Run.version_id)
        self._types = {
            (run_id, node["id"]): node["type"]
            for run_id, graph in session.execute(graphs.where(Run.id.in_(id_set(session, runs))))
            for node in graph["nodes"]
        }

    def of(self, run_id: int, node: str) -> str:
        """The title of the step's type; the step's id where its type is not installed any more."""
        found = NODE_TYPES.get(self._types.get((run_id, node), ""))
        return str(found.title) if found else node
