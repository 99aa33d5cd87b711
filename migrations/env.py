"""Runs migrations on the database that the settings name."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy.dialects.postgresql import JSONB

# ruff: noqa: F401 (models are imported so that their tables are known)
import campaigns.acting.rows
import campaigns.campaigns
import campaigns.messages.rows
import campaigns.messages.sms
import campaigns.notices.rows
import campaigns.runtime.rows
import loyalty_core.customers.attributes
import loyalty_core.customers.blocks
import loyalty_core.customers.rows
import loyalty_core.events
import loyalty_core.ledger.bonus_types
import loyalty_core.ledger.debts
import loyalty_core.ledger.rows
import loyalty_core.organisation
import loyalty_core.own_events
import loyalty_core.programmes.joining
import loyalty_core.promotions.promo_codes
import loyalty_core.promotions.rows
import loyalty_core.till.cashier_hints
import loyalty_core.till.purchases
import segmenter.rfm.rows
import segmenter.rows
import segmenter.selections.rows
import web.accounts
import web.api.idempotency
from loyalty_core.database import Base, Moment, connect
from loyalty_core.settings import Settings


def render_item(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Write our column types by the names that `script.py.mako` imports."""
    if kind != "type":
        return False
    if isinstance(item, Moment):
        return "Moment()"
    variants = getattr(item, "_variant_mapping", {})
    if "sqlite" in variants:
        return "BigId"
    return "Json" if isinstance(variants.get("postgresql"), JSONB) else False


url = context.config.get_main_option("sqlalchemy.url") or Settings.from_environment().database_url
engine = connect(url)
with engine.connect() as connection:
    context.configure(
        connection=connection, target_metadata=Base.metadata, render_as_batch=True, render_item=render_item
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
engine.dispose()
