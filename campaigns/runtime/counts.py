"""The counts of each step of a run, kept in step with what happens to its enrollments."""

from collections import Counter
from collections.abc import Mapping

from sqlalchemy.orm import Session

from campaigns.runtime.rows import NodeCount
from loyalty_core.database import insert_into


class Counts:
    """Changes to a run's counts, gathered during a transaction and written once at its end."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()
        self._amounts: Counter[tuple[str, str]] = Counter()

    def add(self, node: str, way: str, count: int, amount: int = 0) -> None:
        """`count` more enrollments went this way (fewer, below zero); `amount` was granted to them, in minor units."""
        self._counts[node, way] += count
        self._amounts[node, way] += amount

    def write(self, session: Session, run_id: int) -> None:
        """Add the changes to the run's rows, in one order for all, so that no two writers wait in a circle."""
        rows: list[Mapping[str, object]] = [
            {"run_id": run_id, "node": node, "way": way, "count": count, "amount": self._amounts[node, way]}
            for (node, way), count in sorted(self._counts.items())
            if count or self._amounts[node, way]
        ]
        if not rows:
            return
        insert = insert_into(session, NodeCount).values(rows)
        session.execute(
            insert.on_conflict_do_update(
                index_elements=["run_id", "node", "way"],
                set_={
                    "count": NodeCount.count + insert.excluded.count,
                    "amount": NodeCount.amount + insert.excluded.amount,
                },
            )
        )
