"""What the loyalty core asks about trees of conditions, answered for the moment of this request."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from segmenter import segment_membership
from segmenter.named_things import check_named
from segmenter.segments import beneath
from segmenter.trees import read
from web.session import moment


def meeting(session: Session, trees: Sequence[Any], customer_id: int) -> Sequence[bool]:
    """Whether a customer meets each of these trees now."""
    return segment_membership.meeting(session, trees, customer_id, moment())


def check_conditions(session: Session, tree: Any) -> None:
    """Raise Refused at the place ("conditions.all.0.value") of what is wrong in a tree, or names what is not there."""
    with beneath("conditions"):
        check_named(session, read(tree))
