"""What a return would move, before it is done: the return itself, taken back again."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import uuid4

from sqlalchemy.orm import Session

from loyalty_core.till.checkout import take_back
from loyalty_core.till.returned_bonuses import returned_bonuses
from loyalty_core.till.returns import ReturnedLine


class Foreseen(NamedTuple):
    """What a return would come to: the goods' `amount`, and bonuses given and taken back; minor units."""

    amount: int
    given_back: int
    taken_back: int
    debt: int

    @property
    def to_refund(self) -> int:
        """What money had paid."""
        return self.amount - self.given_back


def foresee_return(session: Session, purchase_id: int, lines: Sequence[ReturnedLine] | None, now: datetime) -> Foreseen:
    """What taking these lines (None: all that is left) back now would move; changes nothing. Refused as `take_back`.

    It needs a writing session: the return is done under a number of its own and rolled back.
    """
    with session.begin_nested() as attempt:
        returned = take_back(session, purchase_id, f"preview-{uuid4().hex}", now, lines, now)
        foreseen = Foreseen(returned.amount, *returned_bonuses(session, returned.id))
        attempt.rollback()
    return foreseen
