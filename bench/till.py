"""How long a till waits at a steady rate: for a price and for a sale, beside a call that only lets its key in.

The web processes run as `catena up` starts them, on the demo's data with a programme of tiers; then also with cashier
hints and promotions. Requests leave at fixed moments, whether or not earlier ones are answered, and a wait is counted
from the moment at which its request was due: a server that falls behind cannot hide it.
"""

import http.client
import json
import random
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path
from queue import SimpleQueue
from typing import Any, NamedTuple

import click
from sqlalchemy import select

from loyalty_core import sample
from loyalty_core.customers.rows import Customer
from loyalty_core.database import Database
from loyalty_core.programmes.changes import ProgrammeData, TierData, create_programme
from loyalty_core.promotions.changes import PromotionData, create_promotion
from loyalty_core.till.cashier_hints import HintData, create_hint
from loyalty_core.till.purchases import Product, PurchaseLine
from tests.support.postgresql import Databases, PostgreSQL
from web.cli import installation
from web.cli.schema import migrate
from web.conditions import check_conditions
from web.processes import ports, programs
from web.processes.supervisor import Supervisor
from web.security import create_api_key, create_user

SEED = 20261225
SENDERS = 24
WARM_UP_S = 4
# A server that keeps up lets a key in faster than this, half of the times.
BUSY_S = 0.1
# What the product promises: at the 99th percentile, so many times the call that does nothing.
MOST = {"price": 4.0, "settle": 8.0}
KINDS = ("nothing", "price", "settle")


class Asked(NamedTuple):
    """A request, and when it is due (seconds of the monotonic clock)."""

    due: float
    kind: str
    body: bytes | None


@dataclass
class Round:
    """What came of one round: waits in seconds by kind, and answers that were no success."""

    waits: dict[str, list[float]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    failed: list[str] = field(default_factory=list)


class Shop:
    """Baskets of the demo's goods for its customers; `key` lets the till in."""

    def __init__(self, database: Database) -> None:
        self._dice = random.Random(SEED)
        now = datetime.now(UTC)
        sample.load(database, now)
        with database.begin() as session:
            user = create_user(session, "bench@example.test", "not for people", "Bench", now)
            self.key = create_api_key(session, user, "bench", now)
            tiers = [TierData(0, 200, 0), TierData(100_000, 300, 0), TierData(300_000, 500, 0)]
            create_programme(session, ProgrammeData(name="Bench", kind="bonus", tiers=tiers, is_default=True))
            self._customers = session.scalars(
                select(Customer.external_id).where(Customer.external_id.is_not(None))
            ).all()
            prices = select(Product.sku, PurchaseLine.price).join(PurchaseLine, PurchaseLine.product_id == Product.id)
            self._goods = session.execute(prices.limit(2_000)).all()
        self._number = 0

    def basket(self, kind: str) -> bytes:
        """A basket of one to five lines, as JSON; of a sale, with its number and moment."""
        lines = [
            {"sku": sku, "quantity": self._dice.randint(1, 3), "price": f"{price // 100}.{price % 100:02}"}
            for sku, price in self._dice.sample(self._goods, self._dice.randint(1, 5))
        ]
        told: dict[str, Any] = {"customer": {"external_id": self._dice.choice(self._customers)}, "lines": lines}
        if kind == "settle":
            self._number += 1
            told |= {"external_id": f"bench/{self._number}", "at": datetime.now(UTC).isoformat()}
        return json.dumps(told).encode()


def enrich(database: Database) -> None:
    """Switch a cashier hint and two promotions on."""
    start = datetime.now(UTC) - timedelta(days=365)
    with database.begin() as session:
        create_hint(session, HintData(name="The usual", starts_at=start))
        create_promotion(session, PromotionData(name="A tenth more", bonus_rate=1_000), check_conditions)
        many = PromotionData(name="Big baskets", least_sum=5_000, discount_rate=500)
        create_promotion(session, many, check_conditions)


def play(port: int, shop: Shop, rate: int, seconds: int) -> Round:
    """Send so many requests a second, of each kind in turn; the first seconds warm the server up and do not count."""
    done, queue = Round(), SimpleQueue[Asked | None]()
    begin = time.monotonic() + 0.5
    counted_from = begin + WARM_UP_S
    senders = [threading.Thread(target=_send, args=(port, shop.key, queue, done, counted_from)) for _ in range(SENDERS)]
    for sender in senders:
        sender.start()
    for asked in _schedule(shop, begin, rate, (WARM_UP_S + seconds) * rate):
        time.sleep(max(0.0, asked.due - time.monotonic()))
        queue.put(asked)
    for _sender in senders:
        queue.put(None)
    for sender in senders:
        sender.join()
    return done


def _schedule(shop: Shop, begin: float, rate: int, count: int) -> Iterator[Asked]:
    for place, kind in enumerate(islice(cycle(KINDS), count)):
        yield Asked(begin + place / rate, kind, None if kind == "nothing" else shop.basket(kind))


def _send(port: int, key: str, queue: "SimpleQueue[Asked | None]", done: Round, counted_from: float) -> None:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    while asked := queue.get():
        method, path = ("GET", "/till/ping") if asked.body is None else ("POST", f"/till/{asked.kind}")
        try:
            status = _answered(connection, method, f"/api/v1{path}", asked.body, headers)
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            done.failed.append(f"{asked.kind}: {error!r}")
            continue
        if status >= 300:
            done.failed.append(f"{asked.kind}: {status}")
        elif asked.due >= counted_from:
            done.waits[asked.kind].append(time.monotonic() - asked.due)
    connection.close()


def _answered(
    connection: http.client.HTTPConnection, method: str, path: str, body: bytes | None, headers: dict[str, str]
) -> int:
    """The status of the answer. A kept connection may have been closed meanwhile: then once more, as tills do."""
    for last in (False, True):
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            connection.close()
            if last:
                raise
    raise AssertionError("unreachable")


def told(name: str, done: Round) -> bool:
    """Print a row a kind; answers whether the promises hold."""
    floor = percentile(done.waits["nothing"], 99)
    if percentile(done.waits["nothing"], 50) > BUSY_S:
        # Then all kinds wait in the same line, and every ratio is 1.
        click.echo(f"{name:28}this machine cannot answer that many requests now: the ratios below say nothing")
        done.failed.append("the server fell behind")
    kept = not done.failed
    for kind in KINDS:
        waits = done.waits[kind]
        half, most = percentile(waits, 50), percentile(waits, 99)
        ratio = most / floor
        limit = MOST.get(kind)
        holds = limit is None or ratio <= limit
        kept = kept and holds
        promise = "" if limit is None else f"at most {limit:g}×: {'holds' if holds else 'does not hold'}"
        row = f"{name:28}{kind:9}{len(waits):7,}{half * 1000:10.1f}{most * 1000:10.1f}{ratio:8.1f}×  {promise}"
        click.echo(row.rstrip())
    for reason in sorted(set(done.failed))[:5]:
        click.echo(f"{name:28}{done.failed.count(reason)} times {reason}")
    return kept


def percentile(waits: list[float], percent: int) -> float:
    """The smallest wait that so many percent of all do not exceed; endless where there are none."""
    ordered = sorted(waits)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)] if ordered else float("inf")


@click.command()
@click.option("--rate", default=50, show_default=True, help="Requests a second, the three kinds in turn.")
@click.option("--seconds", default=30, show_default=True, help="How long each of the two rounds counts.")
@click.option("--processes", default=2, show_default=True, help="Web processes, as of `up`.")
@click.option("--postgresql", is_flag=True, help="On PostgreSQL instead of the embedded default.")
def command(rate: int, seconds: int, processes: int, postgresql: bool) -> None:
    """What a till waits for a price and for a sale, at the 99th percentile, as ratios."""
    with tempfile.TemporaryDirectory(prefix="catena-bench-") as folder:
        if postgresql:
            with PostgreSQL() as server:
                databases = Databases(server.url("postgres"))
                _measure(databases.url(databases.create()), Path(folder), rate, seconds, processes)
                databases.close()
        else:
            _measure(f"sqlite:///{folder}/catena.sqlite", Path(folder), rate, seconds, processes)


def _measure(url: str, folder: Path, rate: int, seconds: int, processes: int) -> None:
    migrate(url)
    database = Database(url)
    shop = Shop(database)
    port = ports.some_free()
    kept: list[bool] = []

    def measure() -> None:
        kind = "PostgreSQL" if url.startswith("postgresql") else "SQLite"
        click.echo(f"Till, {rate} requests a second, {kind}, {processes} web processes")
        click.echo(f"{'':28}{'':9}{'n':>7}{'p50, ms':>10}{'p99, ms':>10}{'p99':>9}")
        kept.append(told("tiers", play(port, shop, rate, seconds)))
        enrich(database)
        kept.append(told("tiers, hints, promotions", play(port, shop, rate, seconds)))
        # The supervisor stops what it has started as on any other end.
        signal.raise_signal(signal.SIGTERM)

    values = {"DATABASE_URL": url, "CATENA_DATA": str(folder), "SECRET_KEY": "bench only"}
    environment = installation.environment_of_processes(**values)
    stages = [[programs.web("127.0.0.1", port, processes)]]
    Supervisor(stages, environment, folder, _silent).run(when_ready=measure)
    database.dispose()
    if not all(kept):
        raise click.ClickException("not every promise holds in this run")


def _silent(_line: str) -> None:
    pass
