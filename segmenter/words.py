"""Names that sentences need and trees do not hold: the currency, and what the things are called that leaves mention."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from loyalty_core.organisation import organisation
from segmenter import emphasis

if TYPE_CHECKING:
    from segmenter.values import Value


@dataclass(frozen=True)
class Words:
    """The organisation's currency (ISO code) and, by the collection that they stand in, the names of things.

    Where they are `marked`, values stand out in what is made of them.
    """

    currency: str
    names: Mapping[str, Mapping[Any, str]]
    marked: bool = False

    @classmethod
    def of(cls, session: Session, mentioned: "Iterable[tuple[Value, Any]]") -> "Words":
        """Looks up the names of what these values refer to: one statement a collection."""
        wanted: dict[str, tuple[Value, set[Any]]] = {}
        for value, keys in mentioned:
            if value.source is not None and keys:
                wanted.setdefault(value.source, (value, set()))[1].update(keys)
        names = {source: value.named(session, keys) for source, (value, keys) in wanted.items()}
        return cls(organisation(session).currency, names)

    def name(self, source: str, key: Any) -> str | None:
        """The name in quotation marks; None where there is no such thing."""
        name = self.names.get(source, {}).get(key)
        return None if name is None else self.value(f"“{name}”")

    def value(self, text: str) -> str:
        """What a condition asks for, marked where it is to stand out."""
        return emphasis.value(text) if self.marked else text


def listed(names: Iterable[str], last: str) -> str:
    """ "A, B or C", where `last` is the word before the last."""
    *first, end = names
    return f"{', '.join(first)} {last} {end}" if first else end
