"""Makes one customer of two who are one person: nothing that was either's is lost, and one of the numbers goes on."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import String, cast, delete, exists, func, literal, select, update
from sqlalchemy.orm import Session, aliased

from loyalty_core.customers.attributes import AttributeValue
from loyalty_core.customers.blocks import Block
from loyalty_core.customers.merged import AUTHOR_MAX, CustomerMerge
from loyalty_core.customers.merged_bonuses import move_bonuses
from loyalty_core.customers.rows import Consent, Customer, CustomerTag, Identity
from loyalty_core.customers.totals import refresh_totals
from loyalty_core.database import Base, insert_into, table_of
from loyalty_core.errors import Conflict, NotFound, Refused
from loyalty_core.events import Event, record
from loyalty_core.i18n import gettext as _
from loyalty_core.programmes.inviters import move_invitations
from loyalty_core.promotions.promo_codes import PromoCodeUse
from loyalty_core.promotions.rows import LinePromotion
from loyalty_core.till.purchases import Purchase, PurchaseLine, PurchaseReturn, ReturnLine

# What is known of a person: the kept customer's where there is something, else the other's.
_PERSONAL = ("birth_date", "birth_day", "sex", "outlet_id")
_TERMS = ("programme_id", "customer_group_id")
# When somebody joined: the earlier moment.
_MOMENTS = ("registered_at", "activated_at")


def merge(session: Session, kept_id: int, gone_id: int, now: datetime, author: str) -> CustomerMerge:
    """Give the customer `kept_id` all that `gone_id` has, and tell it to the chains (`customer.merged`).

    Bonuses and debts, purchases and returns, marks, tags, events: all move. Of personal data the kept one's holds, and
    the other's fills what is blank; they are members, and activated, since the earlier of both moments. A refusal of
    either, and a block of either, holds. Of the other only the number is left, which leads to the kept one. The same
    merge again changes nothing.
    NotFound where there is no such customer, Refused where the two are one, Conflict where one of them has been merged
    with somebody else already.
    """
    if kept_id == gone_id:
        raise Refused("customer", _("Choose another customer: this is the same one"))
    if not author.strip():
        raise Refused("author", _("Say who makes the merge"))
    people = _locked(session, kept_id, gone_id)
    if people[gone_id].merged_into_id == kept_id:
        return session.get_one(CustomerMerge, gone_id)
    for each in people.values():
        if each.merged_into_id is not None:
            raise Conflict(
                "customer",
                _(
                    "Customer %(gone)s is customer %(kept)s by now: take that one",
                    gone=each.id,
                    kept=each.merged_into_id,
                ),
            )
    moved = move_bonuses(session, kept_id, gone_id, now, author.strip()[:AUTHOR_MAX])
    _move_purchases(session, kept_id, gone_id)
    _move_marks(session, kept_id, gone_id)
    _join_consents(session, kept_id, gone_id)
    # A person who is blocked stays so, whichever card they go on with.
    for table in (CustomerTag, AttributeValue, Block):
        _join(session, table, kept_id, gone_id)
    _change(session, Event, {"customer_id": kept_id}, customer_id=gone_id)
    move_invitations(session, kept_id, gone_id)
    _fill_in(session, people[kept_id], people[gone_id])
    _change(session, Customer, {"merged_into_id": kept_id}, merged_into_id=gone_id)
    refresh_totals(session, [kept_id, gone_id])
    done = CustomerMerge(
        gone_id=gone_id, kept_id=kept_id, at=now, author=author.strip()[:AUTHOR_MAX], **moved._asdict()
    )
    session.add(done)
    record(session, "customer.merged", kept_id, now, merged_id=gone_id)
    session.flush()
    return done


def _locked(session: Session, *ids: int) -> Mapping[int, Any]:
    """The two rows as they are now. Whoever grants something to either of them meanwhile waits until this is over."""
    names = ("id", "merged_into_id", "external_id", "first_name", "last_name", *_PERSONAL, *_TERMS, *_MOMENTS)
    columns = [getattr(Customer, name) for name in names]
    rows = select(*columns).where(Customer.id.in_(ids)).order_by(Customer.id).with_for_update()
    found = {row.id: row for row in session.execute(rows)}
    for each in ids:
        if each not in found:
            raise NotFound("customer", _("There is no customer %(id)s.", id=each))
    return found


def _move_purchases(session: Session, kept_id: int, gone_id: int) -> None:
    """Receipts and returns; a number that both have gets the other customer's behind it."""
    theirs = aliased(Purchase)
    both = exists().where(theirs.customer_id == kept_id, theirs.external_id == Purchase.external_id)
    numbered = func.substr(Purchase.external_id, 1, 80) + literal(" / ") + cast(literal(gone_id), String)
    again = update(Purchase).where(Purchase.customer_id == gone_id, both)
    session.execute(again.values(external_id=numbered), execution_options={"synchronize_session": False})
    for table in (Purchase, PurchaseLine, PurchaseReturn, ReturnLine, PromoCodeUse, LinePromotion):
        _change(session, table, {"customer_id": kept_id}, customer_id=gone_id)


def _move_marks(session: Session, kept_id: int, gone_id: int) -> None:
    """All marks; an address or phone beside one of the kept customer's is an additional one."""
    theirs = aliased(Identity)
    beside = exists().where(theirs.customer_id == kept_id, theirs.kind == Identity.kind)
    second = update(Identity).where(Identity.customer_id == gone_id, beside)
    session.execute(second.values(additional=True), execution_options={"synchronize_session": False})
    _change(session, Identity, {"customer_id": kept_id}, customer_id=gone_id)


def _join_consents(session: Session, kept_id: int, gone_id: int) -> None:
    """What either said of a channel; of two answers a refusal holds, else the kept customer's."""
    said = select(literal(kept_id), Consent.channel, Consent.granted, Consent.at).where(Consent.customer_id == gone_id)
    written = insert_into(session, Consent).from_select(["customer_id", "channel", "granted", "at"], said)
    refusal = written.excluded.granted.is_(False) & Consent.granted
    session.execute(
        written.on_conflict_do_update(
            index_elements=[Consent.customer_id, Consent.channel],
            set_={"granted": written.excluded.granted, "at": written.excluded.at},
            where=refusal,
        )
    )
    session.execute(delete(Consent).where(Consent.customer_id == gone_id))


def _join(session: Session, table: type[Base], kept_id: int, gone_id: int) -> None:
    """Move rows of which a customer has one of each; where both have one, the kept customer's holds."""
    columns = table_of(table).c
    rows = select(*(literal(kept_id) if each.name == "customer_id" else each for each in columns))
    moved = insert_into(session, table).from_select(columns.keys(), rows.where(columns.customer_id == gone_id))
    session.execute(moved.on_conflict_do_nothing())
    gone = delete(table).where(columns.customer_id == gone_id)
    session.execute(gone, execution_options={"synchronize_session": False})


def _fill_in(session: Session, kept: Any, gone: Any) -> None:
    """The other's row keeps its number in the CRM only where the kept one has another."""
    told: dict[str, Any] = {}
    for name in _MOMENTS:
        told[name] = min((at for at in (getattr(kept, name), getattr(gone, name)) if at), default=None)
    told |= {name: getattr(gone, name) for name in _PERSONAL if getattr(kept, name) is None}
    if not (kept.first_name or kept.last_name):
        told |= {"first_name": gone.first_name, "last_name": gone.last_name}
    if all(getattr(kept, name) is None for name in _TERMS):
        told |= {name: getattr(gone, name) for name in _TERMS}
    left: dict[str, Any] = {"merged_into_id": kept.id}
    if kept.external_id is None:
        told["external_id"], left["external_id"] = gone.external_id, None
    _change(session, Customer, left, id=gone.id)
    _change(session, Customer, told, id=kept.id)


def _change(session: Session, table: Any, values: Mapping[str, Any], **where: int) -> None:
    changed = update(table).where(*(getattr(table, name) == value for name, value in where.items())).values(**values)
    session.execute(changed, execution_options={"synchronize_session": False})
