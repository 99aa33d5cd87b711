"""Which RFM segment a customer is in: champions, at risk, lost, or whatever its rules name."""

from sqlalchemy import func

from loyalty_core.database import id_set
from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _
from segmenter.condition import Condition
from segmenter.rfm.current import segment_id
from segmenter.rfm.rows import RfmSegment
from segmenter.values import References

CONDITION = Condition(
    key="rfm_segment",
    group="purchases",
    title=_("RFM segment"),
    help=_("By the last RFM calculation, under the names and rules of the page RFM."),
    unknown=_("Who did not buy in its period, or whose scores no rule names, does not meet it."),
    value=References(source="/rfm/segments", name=RfmSegment.name, gone=_("an RFM segment that no longer exists")),
    meets=lambda leaf, facts: func.coalesce(segment_id().in_(id_set(facts.session, leaf.value)), False),
    actual=lambda leaf, facts: [segment_id()],
    reading=lambda values, _: None if values[0] is None else (values[0],),
    clause=lambda leaf, words, scope: gettext(
        "whose RFM segment is %(names)s", names=leaf.condition.value.full(leaf.value, words)
    ),
    short=lambda leaf, words: leaf.condition.value.brief(leaf.value, words),
)
