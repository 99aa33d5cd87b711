"""The usual segments, with which RFM begins: the ranges are those that the R package `rfm` names them by.

The last one holds whoever is left, so that everybody with scores is in one of them.
"""

from typing import NamedTuple

from babel.support import LazyProxy

from loyalty_core.i18n import lazy as _


class DefaultSegment(NamedTuple):
    """A name, what it means, and the inclusive ranges of R, F and M."""

    name: LazyProxy
    description: LazyProxy
    r: tuple[int, int]
    f: tuple[int, int]
    m: tuple[int, int]


DEFAULT_SEGMENTS = (
    DefaultSegment(_("Champions"), _("Bought lately, buy most often and spend most."), (5, 5), (5, 5), (5, 5)),
    DefaultSegment(_("Potential loyalists"), _("Come back lately, and more than a few times."), (3, 5), (3, 5), (2, 5)),
    DefaultSegment(_("Loyal customers"), _("Keep coming, with middling receipts."), (2, 4), (2, 4), (2, 4)),
    DefaultSegment(_("Promising"), _("Few purchases so far, but large ones."), (3, 4), (1, 3), (3, 5)),
    DefaultSegment(_("New customers"), _("Bought for the first times not long ago."), (4, 5), (1, 3), (1, 5)),
    DefaultSegment(
        _("Can’t lose them"), _("Used to buy often and for much; not for long now."), (1, 2), (3, 4), (4, 5)
    ),
    DefaultSegment(_("At risk"), _("Spent much, and have stayed away."), (1, 2), (2, 5), (4, 5)),
    DefaultSegment(
        _("Need attention"), _("Bought often once; a reminder may bring them back."), (1, 3), (3, 5), (3, 5)
    ),
    DefaultSegment(_("About to sleep"), _("Few purchases, and the last is a while ago."), (2, 3), (1, 3), (1, 4)),
    DefaultSegment(_("Lost"), _("Have not bought for longest."), (1, 1), (1, 5), (1, 5)),
    DefaultSegment(_("Others"), _("Scores that none of the rules above holds."), (1, 5), (1, 5), (1, 5)),
)
