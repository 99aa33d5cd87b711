"""Where and when a condition on purchases looks: a window of time and, where it is limited to them, outlets."""

from dataclasses import dataclass
from typing import Any

from loyalty_core.i18n import gettext
from loyalty_core.i18n import lazy as _
from loyalty_core.organisation import Outlet
from segmenter.values import References
from segmenter.windows import Window
from segmenter.words import Words

OUTLETS = References(source="/outlets", name=Outlet.name, gone=_("an outlet that no longer exists"))


@dataclass(frozen=True)
class Scope:
    """A window (None: all time) and the outlets whose purchases count (none: all of them)."""

    window: Window | None = None
    outlets: tuple[int, ...] = ()

    def sentence(self, words: Words) -> str:
        """ "in the last 365 days at “Canal Street”"; empty for all time everywhere."""
        parts = [] if self.window is None else [self.window.sentence()]
        if self.outlets:
            parts.append(gettext("at %(outlets)s", outlets=OUTLETS.full(self.outlets, words)))
        return " ".join(parts)


def read_outlets(raw: Any) -> tuple[int, ...]:
    """An outlet's id or a list of them; Refused with the path beneath the leaf."""
    outlets: tuple[int, ...] = OUTLETS.one(raw, "outlets")
    return outlets


EVERYWHERE = Scope()
