"""Whom a selection is to hold, in a form that a worker can read later."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from loyalty_core.customers.matching import found_by
from loyalty_core.customers.rows import Customer
from loyalty_core.i18n import gettext
from segmenter import compiler, lists
from segmenter.segments import beneath_tree, segment
from segmenter.selections.members import members, whole
from segmenter.sentences import sentence


@dataclass(frozen=True)
class Wanted:
    """Who meets a tree (JSON), is in a segment or on a list: those whom `words` find, or who are `waiting`, or all.

    `within` names the selection that a tree narrows.
    """

    by: Literal["tree", "segment", "list", "search"]
    tree: Any = None
    segment: int | None = None
    list: int | None = None
    words: str = ""
    waiting: bool = False
    within: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """As JSON keeps it; `Wanted(**kept)` reads it."""
        return asdict(self)

    def customers(self, session: Session, now: datetime) -> Select[Any]:
        """SELECT id of them. NotFound; Conflict; Refused names the place in the tree (`tree.all.0.value`)."""
        among: Select[Any] | None = None
        if self.by == "tree":
            with beneath_tree():
                return compiler.customers(session, self.tree, now=now, among=self._wider(session))
        if self.segment is not None:
            among = compiler.customers(session, segment(session, self.segment).tree, now=now)
        elif self.list is not None:
            lists.customer_list(session, self.list)
            among = lists.members(self.list)
        return select(Customer.id).where(*found_by(self.words, waiting=self.waiting, among=among))

    def origin(self, session: Session) -> str:
        """In words, what found them; errors as in `customers`."""
        if self.by == "tree":
            with beneath_tree():
                told = sentence(session, self.tree)
            if self.within is None:
                return told
            wider = whole(session, self.within).origin
            return gettext("%(wider)s; of these: %(narrower)s", wider=wider, narrower=told)
        parts = []
        if self.segment is not None:
            parts.append(gettext("Segment “%(name)s”", name=segment(session, self.segment).name))
        if self.list is not None:
            parts.append(gettext("List “%(name)s”", name=lists.customer_list(session, self.list).name))
        if self.waiting:
            parts.append(gettext("waiting for activation"))
        if self.words:
            parts.append(gettext("found by “%(words)s”", words=self.words))
        named = ", ".join(parts) or gettext("all customers")
        return named[:1].upper() + named[1:]

    def _wider(self, session: Session) -> Select[Any] | None:
        return None if self.within is None else members(whole(session, self.within).id)
