"""Compare the ledger with one that is partitioned by campaign: `python -m benchmarks.partitions`.

Two copies of the table of deliveries, without foreign keys, hold the same rows: one as it is, one
partitioned by list of campaigns. Each statement is one of the engine's, without what it joins.
Buffers are those that it looked at, which no other program on the machine changes.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable
from typing import Any

import psycopg

from benchmarks.context import Context
from scripts import services

type Connection = psycopg.Connection[tuple[Any, ...]]

TABLES = ("plain", "parted")
_COLUMNS = "id, campaign_id, subscriber_id, language, status, mailer, claim_token, lease_until, reason, provider_message_id, bounce_class, attempt, settled_at"  # noqa: E501 - a list
_PARTED = """
    CREATE TABLE parted (LIKE campaigns_delivery INCLUDING DEFAULTS INCLUDING CONSTRAINTS)
        PARTITION BY LIST (campaign_id);
    ALTER TABLE parted ADD PRIMARY KEY (id, campaign_id);
    CREATE UNIQUE INDEX ON parted (subscriber_id, campaign_id);
    CREATE INDEX ON parted (campaign_id, id);
    CREATE INDEX ON parted (campaign_id, id) WHERE status = 'planned';
    CREATE INDEX ON parted (claim_token) WHERE claim_token IS NOT NULL;
    CREATE INDEX ON parted (campaign_id) WHERE unsubscribed_at IS NOT NULL;
    CREATE INDEX ON parted (campaign_id) WHERE agreed_at IS NOT NULL;
"""
_FILL = f"""
    INSERT INTO {{table}} ({_COLUMNS})
    SELECT %(first)s + n, %(campaign)s, 1 + (n * 7919) %% %(people)s, 'en', %(status)s, 'smtp',
        NULL, NULL, '', '', '', 1, now()
    FROM generate_series(1, %(people)s) n
"""
_STATEMENTS = {
    "claim 500: the rows": "SELECT id, attempt FROM {table} WHERE campaign_id = {last} "
    "AND status = 'planned' AND id > {middle} ORDER BY id LIMIT 500 FOR UPDATE SKIP LOCKED",
    "claim 500: the change": "UPDATE {table} SET status = 'claimed', attempt = attempt + 1, "
    "claim_token = '00000000-0000-0000-0000-000000000001', lease_until = now() "
    "WHERE campaign_id = {last} AND status = 'planned' "
    "AND id IN (SELECT generate_series({middle} + 1, {middle} + 500))",
    "lost claims: leases that ran out": "SELECT campaign_id, mailer FROM {table} "
    "WHERE claim_token IS NOT NULL AND status = 'claimed' AND lease_until < now() LIMIT 100",
    "report of a provider: 20 by id": "SELECT * FROM {table} WHERE id IN ({twenty})",
    "erasure: all of one person": "SELECT id FROM {table} WHERE subscriber_id = 4711",
    "a claim’s rows by its token": "SELECT id FROM {table} "
    "WHERE claim_token = '00000000-0000-0000-0000-000000000001'",
}


def main() -> None:
    """Fill both tables, and print what each statement costs in either."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.partitions", description=__doc__)
    parser.add_argument("--campaigns", type=int, default=50)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=15)
    arguments = parser.parse_args()
    with (
        Context() as context,
        services.scratch_database(f"{context.server}_parts", template=context.database_url) as url,
        psycopg.connect(url, autocommit=True) as connection,
    ):
        found = _compared(connection, arguments)
    print(json.dumps(found, indent=1, ensure_ascii=False))


def _compared(connection: Connection, arguments: argparse.Namespace) -> dict[str, object]:
    campaigns, people = arguments.campaigns, arguments.people
    _execute(connection, "CREATE TABLE plain (LIKE campaigns_delivery INCLUDING ALL)")
    _execute(connection, _PARTED)
    for campaign in range(1, campaigns + 1):
        _execute(
            connection,
            f"CREATE TABLE parted_{campaign} PARTITION OF parted FOR VALUES IN ({campaign})",
        )
    found: dict[str, object] = {"rows": campaigns * people, "campaigns": campaigns}
    for table in TABLES:
        found[f"{table}: seconds to freeze the last {people:,}"] = round(
            [_filled(connection, table, each, campaigns, people) for each in range(campaigns)][-1],
            2,
        )
        began = time.monotonic()
        _execute(connection, f"VACUUM ANALYZE {table}")
        found[f"{table}: seconds of VACUUM ANALYZE"] = round(time.monotonic() - began, 2)
        found[f"{table}: MB"] = _size(connection, table, campaigns)
    last = (campaigns - 1) * people
    places = {
        "last": campaigns,
        "middle": last + people // 2,
        "twenty": ", ".join(str(1 + n * campaigns * people // 21) for n in range(1, 21)),
    }
    for name, statement in _STATEMENTS.items():
        found[name] = {
            table: _explained(connection, statement.format(table=table, **places), arguments.times)
            for table in TABLES
        }
    return found


def _filled(connection: Connection, table: str, place: int, campaigns: int, people: int) -> float:
    values = {
        "first": place * people,
        "campaign": place + 1,
        "people": people,
        "status": "planned" if place + 1 == campaigns else "accepted",
    }
    return _seconds(lambda: connection.execute(_FILL.format(table=table).encode(), values))


def _explained(connection: Connection, statement: str, times: int) -> dict[str, float]:
    """Return medians of a statement, each time undone."""
    plans = []
    for _ in range(times):
        with connection.transaction(force_rollback=True):
            [(found,)] = connection.execute(
                f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}".encode()
            ).fetchall()
            plans.append(found[0])
    return {
        "ms": round(statistics.median(each["Execution Time"] for each in plans), 2),
        "planning ms": round(statistics.median(each["Planning Time"] for each in plans), 2),
        "buffers": statistics.median(
            each["Plan"]["Shared Hit Blocks"] + each["Plan"]["Shared Read Blocks"] for each in plans
        ),
    }


def _size(connection: Connection, table: str, campaigns: int) -> int:
    names = [table] if table == "plain" else [f"parted_{n}" for n in range(1, campaigns + 1)]
    total = 0
    for name in names:
        [(size,)] = connection.execute("SELECT pg_total_relation_size(%s)", [name]).fetchall()
        total += size
    return total // 1024**2


def _execute(connection: Connection, statement: str) -> None:
    connection.execute(statement.encode())


def _seconds(action: Callable[[], object]) -> float:
    began = time.monotonic()
    action()
    return time.monotonic() - began


if __name__ == "__main__":
    main()
