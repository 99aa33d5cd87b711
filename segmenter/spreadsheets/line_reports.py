"""What became of the lines of a file that names customers, written as CSV for a spreadsheet."""

import csv
from collections.abc import Iterable
from io import StringIO

from loyalty_core.i18n import gettext as _
from segmenter.spreadsheets.matching import Outcome
from segmenter.spreadsheets.safe_cells import safe


def report_table(told: Iterable[Outcome]) -> bytes:
    """The lines that add nobody to a list, with the reasons: line, cell, outcome, reason."""
    words = {"double": _("double"), "not_found": _("not found")}
    table = StringIO()
    writer = csv.writer(table)
    writer.writerow((_("line"), _("cell"), _("outcome"), _("reason")))
    for each in told:
        if each.kind != "found":
            writer.writerow((each.line, safe(each.cell), words[each.kind], each.reason))
    # A spreadsheet takes a table for UTF-8 by its first bytes.
    return table.getvalue().encode("utf-8-sig")
