"""Conditions on what campaigns did: one file each, holding `CONDITION`, registered with the segmenter when loaded.

`counted` is what those on messages share.
"""

from campaigns.conditions import campaign_entered, messages_clicked, messages_opened, messages_sent, reachable
from segmenter.conditions import register

ORDER = (
    reachable.CONDITION,
    messages_sent.CONDITION,
    messages_opened.CONDITION,
    messages_clicked.CONDITION,
    campaign_entered.CONDITION,
)

register(*ORDER)
