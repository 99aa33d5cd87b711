"""What pages and programs read of RFM: how things stand, maps of cells, segments and who moved between them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from loyalty_core.errors import NotFound
from loyalty_core.i18n import gettext
from segmenter.rfm.rows import RfmCalculation, RfmCell, RfmMovement, RfmSettings
from segmenter.rfm.settings import rules_of, settings_of

MAPS = {"rf": ("r", "f"), "rm": ("r", "m"), "fm": ("f", "m")}


@dataclass(frozen=True)
class Standing:
    """Some settings, the calculation that counts, the one that is being done, and the newest if it failed."""

    settings: RfmSettings | None = None
    current: RfmCalculation | None = None
    previous: RfmCalculation | None = None
    open: RfmCalculation | None = None
    failed: RfmCalculation | None = None


@dataclass
class Group:
    """Customers who have something in common, summed up from cells; amounts in minor units, ranges inclusive."""

    customers: int = 0
    purchases: int = 0
    amount: int = 0
    days: tuple[int, int] | None = None
    purchases_each: tuple[int, int] | None = None
    amount_each: tuple[int, int] | None = None
    by_segment: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, cell: RfmCell) -> None:
        """Take a cell in."""
        self.customers += cell.customers
        self.purchases += cell.purchases
        self.amount += cell.amount
        self.days = _wider(self.days, cell.days_least, cell.days_most)
        self.purchases_each = _wider(self.purchases_each, cell.purchases_least, cell.purchases_most)
        self.amount_each = _wider(self.amount_each, cell.amount_least, cell.amount_most)
        self.by_segment[cell.segment] += cell.customers

    @property
    def average_receipt(self) -> int | None:
        """Rounded half up; None of nobody."""
        return (2 * self.amount + self.purchases) // (2 * self.purchases) if self.purchases else None

    @property
    def segment(self) -> str | None:
        """The segment that most of them are in, of equal ones the first by name; None of nobody."""
        return min(self.by_segment, key=lambda name: (-self.by_segment[name], name)) if self.by_segment else None


@dataclass
class MapCell(Group):
    """One square of a map: the scores along its two axes."""

    x: int = 0
    y: int = 0


@dataclass
class SegmentShown(Group):
    """A segment; how many came in and left since the calculation before, and from and to where most of them did.

    `id` is None where no rule of today has made it: "" is who fits no rule. None among names: had no scores.
    """

    id: int | None = None
    name: str = ""
    description: str = ""
    came_in: int = 0
    left: int = 0
    mostly_from: tuple[str | None, int] | None = None
    mostly_to: tuple[str | None, int] | None = None


def standing(session: Session, settings_id: int | None = None) -> Standing:
    """How RFM stands by these settings, or the default ones; in two statements. NotFound: there are none such."""
    settings = settings_of(session, settings_id)
    if settings is None:
        return Standing()
    wanted = select(RfmCalculation).where(RfmCalculation.settings_id == settings.id).order_by(RfmCalculation.id)
    found = list(session.scalars(wanted))
    by_status = {each.status: each for each in found}
    newest = found[-1] if found else None
    return Standing(
        settings,
        by_status.get("current"),
        by_status.get("previous"),
        by_status.get("waiting") or by_status.get("going_on"),
        newest if newest and newest.status == "failed" else None,
    )


def calculation(session: Session, calculation_id: int) -> RfmCalculation:
    """One calculation, or NotFound; those before the previous one are not kept."""
    found = session.get(RfmCalculation, calculation_id)
    if found is None:
        raise NotFound("calculation", gettext("There is no RFM calculation %(id)s", id=calculation_id))
    return found


def cells(session: Session, calculation_id: int) -> Sequence[RfmCell]:
    """The cells of a calculation."""
    return session.scalars(select(RfmCell).where(RfmCell.calculation_id == calculation_id)).all()


def draw(name: str, found: Iterable[RfmCell]) -> dict[tuple[int, int], MapCell]:
    """The 25 squares of a map (rf, rm, fm) by their scores along x and y."""
    along, up = MAPS[name]
    squares = {(x, y): MapCell(x=x, y=y) for x in range(1, 6) for y in range(1, 6)}
    for cell in found:
        squares[getattr(cell, along), getattr(cell, up)].add(cell)
    return squares


def segments_shown(session: Session, current: RfmCalculation, found: Iterable[RfmCell]) -> list[SegmentShown]:
    """The segments in the order of their rules, then those that only the calculation knows, then who fits none."""
    shown = {
        rule.name: SegmentShown(id=rule.id, name=rule.name, description=rule.description)
        for rule in rules_of(session, current.settings_id)
    }
    for cell in sorted(found, key=lambda cell: cell.segment == ""):
        shown.setdefault(cell.segment, SegmentShown(name=cell.segment)).add(cell)
    for row in session.scalars(select(RfmMovement).where(RfmMovement.calculation_id == current.id)):
        if row.came_from == row.went_to:
            continue
        if row.went_to in shown:
            into = shown[row.went_to]
            into.came_in += row.customers
            into.mostly_from = _more(into.mostly_from, row.came_from, row.customers)
        if row.came_from in shown:
            out_of = shown[row.came_from]
            out_of.left += row.customers
            out_of.mostly_to = _more(out_of.mostly_to, row.went_to, row.customers)
    return list(shown.values())


def _wider(known: tuple[int, int] | None, least: int, most: int) -> tuple[int, int]:
    return (least, most) if known is None else (min(known[0], least), max(known[1], most))


def _more(known: tuple[str | None, int] | None, name: str | None, customers: int) -> tuple[str | None, int]:
    return (name, customers) if known is None or customers > known[1] else known
