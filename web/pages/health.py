"""Whether this process answers and reaches its database, for load balancers and `catena up`."""

from flask import Blueprint, g
from sqlalchemy import text

health = Blueprint("health", __name__)


@health.get("/healthz")
def healthz() -> tuple[dict[str, str], int]:
    """200 when the database answers; a database that does not is a 503."""
    g.session.execute(text("SELECT 1"))
    return {"status": "ok"}, 200
