"""Lists of customers from files: a file is kept and reported on, and saved as a list once the report satisfies."""

from array import array
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from loyalty_core.errors import Conflict, NotFound, Refused
from loyalty_core.i18n import gettext as _
from segmenter.lists import create_list
from segmenter.rows import NAME_MAX, CustomerList, ListFile
from segmenter.spreadsheets.columns import Columns, recognise
from segmenter.spreadsheets.files import read_lines
from segmenter.spreadsheets.limits import COLUMNS_MAX
from segmenter.spreadsheets.matching import Outcome, outcomes

KEPT = timedelta(days=7)


class Named(NamedTuple):
    """Whom a column of a file names: their ids."""

    file_id: int
    column: int
    customers: Sequence[int]


def read_file(session: Session, name: str, content: bytes, now: datetime) -> ListFile:
    """A file that is not kept yet, with the column that names customers. Refused, at `file`: it cannot be read."""
    lines = sum(1 for _line in read_lines(content))
    if not lines:
        raise Refused("file", _("The file is empty"))
    found = recognise(session, read_lines(content))
    shown = "".join(sign for sign in name if sign.isprintable()).strip()[-NAME_MAX:]
    return ListFile(name=shown or _("File"), content=content, column=found.chosen, head=found.head, created_at=now)


def keep_file(session: Session, file: ListFile, now: datetime) -> None:
    """Keep a file that was read for seven days.

    Older files are deleted: who is named in them is nobody’s business any more.
    """
    session.execute(delete(ListFile).where(ListFile.created_at < now - KEPT))
    session.add(file)
    session.flush()


def list_file(session: Session, file_id: int, *, lock: bool = False) -> ListFile:
    """The file, or NotFound; with `lock` nobody else makes a list of it meanwhile."""
    found = session.get(ListFile, file_id, with_for_update=lock or None)
    if found is None:
        raise NotFound("file", _("There is no file %(id)s; files are kept for seven days", id=file_id))
    return found


def columns_of(session: Session, file: ListFile) -> Columns:
    """The columns of a file; the chosen one is the one that was recognised, or taken since."""
    return recognise(session, read_lines(file.content))._replace(chosen=file.column)


def take_column(file: ListFile, column: int) -> None:
    """Look for customers in another column (0 is the first). Conflict once a list has been made of the file."""
    if not 0 <= column < COLUMNS_MAX:
        raise Refused("column", _("Choose a column of the file"))
    if file.list_id is not None and column != file.column:
        raise Conflict("column", _("A list has been made of this file already"))
    file.column = column


def outcomes_of(session: Session, file: ListFile, column: int | None = None) -> Iterator[Outcome]:
    """What becomes of each line below the head, now, by the file's column, or by another one."""
    lines = (line for line in read_lines(file.content) if line[0] != file.head)
    return outcomes(session, lines, file.column if column is None else column)


def named_by(session: Session, file_id: int) -> Named:
    """Whom a file names now: what takes long of making a list, done before anything is written.

    NotFound; Refused: nobody. Conflict: a list was made of it.
    """
    file = list_file(session, file_id)
    _check_no_list(file)
    told = outcomes_of(session, file)
    named = array("q", (each.customer_id for each in told if each.kind == "found" and each.customer_id))
    if not named:
        raise Refused("file", _("Nobody is found by this column: choose another one"))
    return Named(file_id, file.column, named)


def save_as_list(session: Session, named: Named, name: str, now: datetime) -> CustomerList:
    """Make a list of them. Conflict: the name is taken, a list was made of the file, or its column is another now."""
    file = list_file(session, named.file_id, lock=True)
    _check_no_list(file)
    if file.column != named.column:
        raise Conflict("file", _("Somebody has chosen another column meanwhile: look at whom it names"))
    made = create_list(session, name, named.customers, now)
    file.list_id = made.id
    session.flush()
    return made


def _check_no_list(file: ListFile) -> None:
    if file.list_id is not None:
        raise Conflict("file", _("A list has been made of this file already"))


def files_of(session: Session, list_id: int) -> Sequence[ListFile]:
    """The file that a list was made of, as long as it is kept; none, or one."""
    return session.scalars(select(ListFile).where(ListFile.list_id == list_id)).all()
