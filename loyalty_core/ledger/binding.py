"""Bonuses that are valid only at chosen outlets: the sets of outlets that lots are bound to.

Lots of one set share its row, so that who is bound to nothing costs nothing. The database holds the promises (see the
migration `bound_bonuses`): a set that a lot is bound to never changes, and bound bonuses are redeemed only where they
are valid.
"""

from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from hashlib import blake2b

from sqlalchemy import ColumnElement, Select, or_, select, true
from sqlalchemy.orm import Session

from loyalty_core.database import id_set, insert_into, insert_rows
from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext, ngettext
from loyalty_core.ledger.rows import Lot, OutletSet, OutletSetMember
from loyalty_core.organisation import Outlet

OUTLETS_MAX = 1_000
# So many are named, more are counted.
NAMED_MAX = 3


def outlet_set_of(session: Session, outlets: Collection[int]) -> int | None:
    """The id of the set of these outlets, which is made where there is none yet; None for no outlets: valid everywhere.

    Refused where there is no such outlet, or there are too many.
    """
    chosen = sorted(set(outlets))
    if not chosen:
        return None
    fingerprint = blake2b(",".join(map(str, chosen)).encode(), digest_size=16).hexdigest()
    known = select(OutletSet.id).where(OutletSet.fingerprint == fingerprint)
    found: int | None = session.scalar(known)
    if found is not None:
        return found
    check_outlets(session, chosen)
    new = insert_into(session, OutletSet).values(fingerprint=fingerprint).on_conflict_do_nothing()
    made: int | None = session.scalar(new.returning(OutletSet.id))
    if made is None:
        # Somebody else made it meanwhile, whole: the insert waited for them.
        return session.scalars(known).one()
    insert_rows(session, OutletSetMember, [{"outlet_set_id": made, "outlet_id": outlet} for outlet in chosen])
    return made


def check_outlets(session: Session, outlets: Collection[int]) -> None:
    """Raise Refused where bonuses cannot be bound to these outlets: one is not there, or there are too many."""
    if not outlets:
        return
    if len(outlets) > OUTLETS_MAX:
        raise Refused("outlets", gettext("Choose at most %(most)s outlets", most=OUTLETS_MAX))
    there = set(session.scalars(select(Outlet.id).where(Outlet.id.in_(id_set(session, outlets)))))
    for outlet in outlets:
        if outlet not in there:
            raise Refused("outlets", gettext("There is no outlet %(id)s", id=outlet))


def sets_with(outlet_id: int) -> Select[int]:
    """The ids of the sets that an outlet is in."""
    return select(OutletSetMember.outlet_set_id).where(OutletSetMember.outlet_id == outlet_id)


def valid_at(outlet_id: int | None) -> ColumnElement[bool]:
    """Of a lot: it is valid at this outlet, or, where none is named, everywhere."""
    free = Lot.outlet_set_id.is_(None)
    return free if outlet_id is None else or_(free, Lot.outlet_set_id.in_(sets_with(outlet_id)))


def valid_at_one_of(session: Session, outlets: Collection[int]) -> ColumnElement[bool]:
    """Of a lot: it is valid at one of these outlets at least; of no outlets: wherever it is valid."""
    if not outlets:
        return true()
    chosen = OutletSetMember.outlet_id.in_(id_set(session, outlets))
    sets = select(OutletSetMember.outlet_set_id).where(chosen)
    return or_(Lot.outlet_set_id.is_(None), Lot.outlet_set_id.in_(sets))


class Place:
    """Where bonuses are spent: at an outlet, or (None) at no one that is known. Asks the database at most once."""

    def __init__(self, session: Session, outlet_id: int | None) -> None:
        self._session, self._outlet_id = session, outlet_id

    def takes(self, outlet_set_id: int | None) -> bool:
        """Whether bonuses that are bound to this set (None: to nothing) can be spent here."""
        return outlet_set_id is None or outlet_set_id in self._sets

    @cached_property
    def _sets(self) -> frozenset[int]:
        if self._outlet_id is None:
            return frozenset()
        return frozenset(self._session.scalars(sets_with(self._outlet_id)))


def only_at(names: Sequence[str]) -> str:
    """Where alone bonuses are valid, in words, by the names of some outlets: "only at Downtown and Harbour"."""
    if len(names) > NAMED_MAX:
        return ngettext("only at %(num)s outlet", "only at %(num)s outlets", len(names))
    *others, last = names
    if not others:
        return gettext("only at %(outlet)s", outlet=last)
    return gettext("only at %(outlets)s and %(last)s", outlets=", ".join(others), last=last)


def outlets_of(session: Session, outlet_sets: Iterable[int | None]) -> dict[int, list[Outlet]]:
    """The outlets of each of these sets by name; no statement where there is no set."""
    wanted = {each for each in outlet_sets if each is not None}
    found: dict[int, list[Outlet]] = {each: [] for each in wanted}
    if wanted:
        members = (
            select(OutletSetMember.outlet_set_id, Outlet)
            .join(Outlet, Outlet.id == OutletSetMember.outlet_id)
            .where(OutletSetMember.outlet_set_id.in_(id_set(session, wanted)))
            .order_by(Outlet.name, Outlet.id)
        )
        for outlet_set_id, outlet in session.execute(members):
            found[outlet_set_id].append(outlet)
    return found
