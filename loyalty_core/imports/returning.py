"""Takes the goods back that a file tells of, and says in the report which could not be matched."""

from decimal import Decimal

from sqlalchemy.orm import Session

from loyalty_core.i18n import gettext as _
from loyalty_core.imports.grouping import Receipt, moment_of, seen_at
from loyalty_core.imports.matching import Back, match_returns
from loyalty_core.imports.people import People
from loyalty_core.imports.report import Report
from loyalty_core.till.receipts import thousandths


def take_back(session: Session, returns: list[Receipt], people: People, report: Report) -> None:
    """Take back the goods of these returns, and move the bonuses that they had moved back with them."""
    ids = people.ids(session, seen_at(returns))
    lines = [(line, moment_of(several)) for several in returns for line in several]
    back = [
        Back(line.receipt, ids[line.customer], line.data.sku, at, thousandths("", line.data.quantity), line.returns)
        for line, at in lines
    ]
    taken = set()
    for (line, _at), wanted, matched in zip(lines, back, match_returns(session, back), strict=True):
        missing = wanted.quantity - matched.now - matched.earlier
        if missing == wanted.quantity:
            report.refuse(
                line.line,
                _(
                    "Customer %(customer)s bought no %(product)s before that could still come back",
                    customer=line.customer,
                    product=line.data.sku,
                ),
            )
            continue
        if matched.now:
            report.imported += 1
            taken.add((line.receipt, line.customer))
        else:
            report.unchanged += 1
        if missing:
            report.remark(
                line.line,
                _(
                    "%(missing)s of %(all)s pieces come from no earlier purchase: left out",
                    missing=f"{(Decimal(missing) / 1000).normalize():f}",
                    all=f"{line.data.quantity.normalize():f}",
                ),
            )
    report.returns += len(taken)
