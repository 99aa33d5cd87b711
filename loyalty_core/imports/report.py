"""What an import did, and line by line what it refused and why."""

import csv
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from loyalty_core.i18n import gettext as _
from loyalty_core.i18n import ngettext


class Note(NamedTuple):
    """What is to be said of one line of the file; the first line, the head, is 1."""

    line: int
    text: str


@dataclass
class Report:
    """Lines read = imported + unchanged + refused; `remarks` are on imported lines not taken to the letter."""

    read: int = 0
    imported: int = 0
    unchanged: int = 0
    refused: list[Note] = field(default_factory=list)
    remarks: list[Note] = field(default_factory=list)
    ignored_columns: list[str] = field(default_factory=list)
    customers: int = 0
    purchases: int = 0
    returns: int = 0

    def refuse(self, line: int, reason: str) -> None:
        """This line was not imported."""
        self.refused.append(Note(line, reason))

    def remark(self, line: int, text: str) -> None:
        """This line was imported, but not just as it is written."""
        self.remarks.append(Note(line, text))

    def close(self) -> None:
        """Put the lines in order; of a line that was refused after all, only the reason is told."""
        self.refused.sort()
        lines = {note.line for note in self.refused}
        self.remarks = sorted(note for note in self.remarks if note.line not in lines)

    def sentences(self) -> list[str]:
        """The report in a few lines, for the screen."""
        told = [
            _("%(number)s lines read", number=f"{self.read:,}"),
            _("%(number)s imported", number=f"{self.imported:,}"),
            _("%(number)s were here already", number=f"{self.unchanged:,}"),
            _("%(number)s refused", number=f"{len(self.refused):,}"),
        ]
        sentences = [", ".join(told)]
        created = [
            text
            for count, text in (
                (self.customers, ngettext("%(num)s customer", "%(num)s customers", self.customers)),
                (self.purchases, ngettext("%(num)s purchase", "%(num)s purchases", self.purchases)),
                (self.returns, ngettext("%(num)s return", "%(num)s returns", self.returns)),
            )
            if count
        ]
        if created:
            sentences.append(_("New: %(things)s", things=", ".join(created)))
        if self.ignored_columns:
            sentences.append(_("Columns without a meaning here: %(names)s", names=", ".join(self.ignored_columns)))
        if self.remarks:
            sentences.append(
                ngettext(
                    "There is a remark on %(num)s line",
                    "There are remarks on %(num)s lines",
                    len(self.remarks),
                )
            )
        return sentences

    def write(self, path: Path) -> None:
        """Write every refused or remarked line with its reason as CSV: line, outcome, reason."""
        notes = [(note.line, "refused", note.text) for note in self.refused]
        notes += [(note.line, "remark", note.text) for note in self.remarks]
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("line", "outcome", "reason"))
            writer.writerows(sorted(notes))
