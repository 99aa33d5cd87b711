"""Writes down what is sold."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from loyalty_core.database import insert_into, text_set
from loyalty_core.till.purchases import Product
from loyalty_core.till.receipts import Line


def product_ids(session: Session, lines: Sequence[Line]) -> dict[str, int]:
    """The products of these lines by code.

    New ones are written down; those without a name or category get what is told now.
    """
    told: dict[str, list[str]] = {}
    for line in lines:
        earlier = told.setdefault(line.sku, [line.name, line.category])
        earlier[0] = earlier[0] or line.name
        earlier[1] = earlier[1] or line.category
    wanted = select(Product.sku, Product.id, Product.name, Product.category).where(
        Product.sku.in_(text_set(session, list(told)))
    )
    known = {sku: (product_id, name, category) for sku, product_id, name, category in session.execute(wanted)}
    # In the order of their codes, so that two tills with the same new products never wait for one another in a ring.
    news = [
        {"sku": sku, "name": name, "category": category}
        for sku, (name, category) in sorted(told.items())
        if sku not in known or (name and not known[sku][1]) or (category and not known[sku][2])
    ]
    if not news:
        return {sku: product_id for sku, (product_id, _name, _category) in known.items()}
    upsert = insert_into(session, Product)
    kept = {
        name: func.coalesce(func.nullif(getattr(Product, name), ""), getattr(upsert.excluded, name))
        for name in ("name", "category")
    }
    session.execute(upsert.on_conflict_do_update(index_elements=[Product.sku], set_=kept), news)
    return {sku: product_id for sku, product_id, _name, _category in session.execute(wanted)}
