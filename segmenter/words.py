"""Names that sentences need and trees do not hold: the currency, and what tags are called."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from loyalty_core.customers import Tag
from loyalty_core.i18n import gettext
from loyalty_core.organisation import organisation


@dataclass(frozen=True)
class Words:
    """The organisation's currency (ISO code) and the names of the tags in hand."""

    currency: str
    tags: Mapping[int, str]

    @classmethod
    def of(cls, session: Session, tag_ids: Iterable[int]) -> "Words":
        """Looks the names up."""
        wanted = set(tag_ids)
        rows = session.execute(select(Tag.id, Tag.name).where(Tag.id.in_(wanted))) if wanted else ()
        return cls(organisation(session).currency, {row.id: row.name for row in rows})

    def tag(self, tag_id: int) -> str:
        """The tag's name in quotation marks."""
        name = self.tags.get(tag_id)
        return f"“{name}”" if name is not None else gettext("a tag that no longer exists")


def listed(names: Iterable[str], last: str) -> str:
    """ "A, B or C", where `last` is the word before the last."""
    *first, end = names
    return f"{', '.join(first)} {last} {end}" if first else end
