"""Problems of a chain: what keeps it from being published, told where they are and what to do."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Problem:
    """`where` is the path (`nodes.n2.settings.amount`).

    An `error` keeps the chain from being published, a `warning` does not.
    """

    where: str
    message: str
    node: str | None = None
    field: str | None = None
    severity: str = "error"

    @classmethod
    def of_field(cls, node: str, field: str, message: str) -> "Problem":
        """A problem of one setting of one step."""
        return cls(f"nodes.{node}.settings.{field}", message, node, field)

    @classmethod
    def of_node(cls, node: str, message: str, severity: str = "error") -> "Problem":
        """A problem of a step as a whole."""
        return cls(f"nodes.{node}", message, node, None, severity)

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values, for the API."""
        return asdict(self)


class NotReady(ValueError):
    """A chain with problems was to be published."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("; ".join(f"{problem.where}: {problem.message}" for problem in self.problems))
