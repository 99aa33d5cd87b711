"""What the steps that put tags on and take them off share: whose the tag is, and what is wrong with it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaigns.node_types import Step, Whom
from campaigns.problems import Problem
from loyalty_core.customers.rows import CustomerTag, Tag
from loyalty_core.i18n import gettext


class TagStep(Step):
    """A step whose setting `tag` names a tag."""

    group = "actions"

    def problems(self, session: Session, node: str, settings: dict[str, Any], now: datetime) -> Iterable[Problem]:
        if session.get(Tag, settings["tag"]) is None:
            yield Problem.of_field(node, "tag", gettext("Choose a tag: this one is gone"))

    def summary(self, session: Session, settings: dict[str, Any]) -> str:
        found = session.get(Tag, settings["tag"])
        return f"“{found.name}”" if found else gettext("A tag that is gone")

    def wearing(self, session: Session, settings: dict[str, Any], whom: Whom) -> int:
        """How many of these customers wear the tag now."""
        worn = select(func.count()).where(
            CustomerTag.tag_id == settings["tag"], CustomerTag.customer_id.in_(whom.customers)
        )
        return session.scalar(worn) or 0
