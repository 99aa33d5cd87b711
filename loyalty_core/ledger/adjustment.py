"""Corrects balances by hand, up or down, with a reason and the name of who does it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext
from loyalty_core.ledger.accrual import Recipient, grant_to_many
from loyalty_core.ledger.lifetime import Lifetime
from loyalty_core.ledger.rows import REASON_LENGTH_MAX, check_movement, hash_of
from loyalty_core.ledger.taking import take_from_many

AUTHOR_LENGTH_MAX = 200
FOREVER = Lifetime()


@dataclass(frozen=True)
class Adjusted:
    """How many were corrected now and before; `short` are those who hold less than was to be taken: nothing was."""

    new: int
    repeated: int
    short: list[int] = field(default_factory=list)


def adjust_many(
    session: Session,
    recipients: Sequence[Recipient],
    *,
    amount: int,
    reason: str,
    author: str,
    lifetime: Lifetime = FOREVER,
    bonus_type_id: int | None = None,
    legal_entity_id: int | None = None,
    source: str,
    at: datetime,
    outlet_ids: Collection[int] = (),
) -> Adjusted:
    """Give each recipient `amount` (minor units), or take it where it is below 0, in a handful of statements.

    What is given is a lot with this lifetime, valid at `outlet_ids` or everywhere, and pays a debt first. What is taken
    comes from what is active, nearest burning first, then from what awaits activation, wherever it is valid; there is
    never a debt: who holds less is left alone and named. A repeated key changes nothing. Raises Conflict where it came
    with another input, Refused where the amount is 0 or too large, or the reason or author is missing.
    """
    reason, author = reason.strip(), author.strip()[:AUTHOR_LENGTH_MAX]
    check_movement(abs(amount), *(recipient.key for recipient in recipients))
    if not 1 <= len(reason) <= REASON_LENGTH_MAX:
        raise Refused("reason", gettext("Write a reason of at most %(most)s characters", most=REASON_LENGTH_MAX))
    if not author:
        raise Refused("author", gettext("Say who makes the correction"))
    if amount < 0:
        taken = take_from_many(
            session,
            recipients,
            kind="adjust",
            amount=-amount,
            at=at,
            hash_for=lambda each: hash_of("adjust", amount=amount, by=[author, source, each.source_id, reason]),
            source=source,
            reason=reason,
            author=author,
        )
        return Adjusted(len(taken.new), len(recipients) - len(taken.new) - len(taken.short), taken.short)
    granted = grant_to_many(
        session,
        recipients,
        kind="adjust",
        amount=amount,
        lifetime=lifetime,
        bonus_type_id=bonus_type_id,
        legal_entity_id=legal_entity_id,
        source=source,
        at=at,
        reason=reason,
        author=author,
        outlet_ids=outlet_ids,
    )
    return Adjusted(granted.new, granted.repeated)
