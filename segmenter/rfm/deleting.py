"""Takes away a calculation that nobody asks for: settings, rules and results; scores go later, some at a time."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from loyalty_core.errors import Conflict
from loyalty_core.i18n import gettext
from segmenter.condition import Leaf
from segmenter.rfm.rows import RfmCalculation, RfmCell, RfmMovement, RfmSegment
from segmenter.rfm.settings import locked, rules_of
from segmenter.trees import leaves, read
from segmenter.uses import Trees, Use, kept_trees


def delete_settings(session: Session, settings_id: int, trees_above: Trees) -> None:
    """Delete settings that are not the default ones. Conflict names what asks for them; NotFound.

    Their scores, which may be a million rows, belong to no calculation then: `cleaning` deletes those.
    """
    # Locked, so that they do not become the default ones meanwhile.
    gone = locked(session, settings_id)
    if gone.is_default:
        raise Conflict(
            "settings", gettext("Conditions ask “%(name)s” where they name no other: it stays", name=gone.name)
        )
    using = users(session, settings_id, trees_above)
    if using:
        names = ", ".join(f"“{use.name}”" for use in using)
        message = gettext("“%(rfm)s” is used by %(names)s: take it out there first", rfm=gone.name, names=names)
        raise Conflict("settings", message)
    calculations = select(RfmCalculation.id).where(RfmCalculation.settings_id == settings_id)
    session.execute(delete(RfmCell).where(RfmCell.calculation_id.in_(calculations)))
    session.execute(delete(RfmMovement).where(RfmMovement.calculation_id.in_(calculations)))
    session.execute(delete(RfmCalculation).where(RfmCalculation.settings_id == settings_id))
    session.execute(delete(RfmSegment).where(RfmSegment.settings_id == settings_id))
    session.delete(gone)
    session.flush()


def users(session: Session, settings_id: int, trees_above: Trees) -> list[Use]:
    """What asks for these settings, by their scores or by a segment of their rules: segments, promotions, and what
    keeps trees above.
    """
    rules = {rule.id for rule in rules_of(session, settings_id)}

    def asks(leaf: Leaf) -> bool:
        if leaf.condition.key == "rfm_segment":
            return not rules.isdisjoint(leaf.value)
        return leaf.condition.key == "rfm_score" and leaf.by == (settings_id,)

    trees = [*kept_trees(session), *trees_above(session)]
    return list(dict.fromkeys(use for use, tree in trees if any(map(asks, leaves(read(tree))))))
