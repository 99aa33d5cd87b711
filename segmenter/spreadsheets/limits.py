"""What a spreadsheet may be at most: whatever is sent, reading it stays within some ten megabytes and seconds."""

from loyalty_core.errors import Refused
from loyalty_core.i18n import gettext as _

FILE_BYTES_MAX = 15 * 2**20
LINES_MAX = 200_000
ELEMENTS_MAX = 4_000_000  # of a workbook’s sheet: a cell is two
COLUMNS_MAX = 256
CELL_MAX = 32_767  # what Excel itself allows


def line_too_wide(line: int) -> Refused:
    """The refusal of a line with too many cells."""
    shown = {"line": line, "most": COLUMNS_MAX}
    return Refused(
        "file", _("Line %(line)s has more than %(most)s cells: leave the columns that name customers", **shown)
    )


def too_many_lines() -> Refused:
    """The refusal of a file with too many lines."""
    return Refused("file", _("The file has more than %(most)s lines: divide it", most=f"{LINES_MAX:,}"))


def cell_too_long(line: int) -> Refused:
    """The refusal of a line with too long a cell."""
    return Refused("file", _("Line %(line)s has a cell of more than %(most)s characters", line=line, most=CELL_MAX))
