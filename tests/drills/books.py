"""The deliveries of a history, read from the database while its processes run."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

COUNTS = "SELECT campaign_id, status, COUNT(*) FROM campaigns_delivery GROUP BY campaign_id, status"
TALLIES = "SELECT campaign_id, status, number FROM campaigns_deliverytally WHERE number <> 0"
CAMPAIGNS = "SELECT id, status, candidates, pause_reason FROM campaigns_campaign"
TOKENS = "SELECT DISTINCT claim_token FROM campaigns_delivery WHERE status = 'claimed'"
REPEATABLE = """
    SELECT COUNT(*) FROM campaigns_delivery
    WHERE status = 'uncertain' AND same_key_until IS NOT NULL AND retry_at IS NOT NULL
        AND attempt < 8
        AND campaign_id IN (SELECT id FROM campaigns_campaign WHERE status IN ('sending', 'sent'))
"""
UNREAD = """
    SELECT (SELECT COUNT(*) FROM newsletter_providerreport WHERE problem = '')
        + (SELECT COUNT(*) FROM newsletter_providerevent WHERE interpreted_at IS NULL)
"""
MESSAGES = "SELECT status, COUNT(*) FROM newsletter_transactionalmessage GROUP BY status"
MISSING = (psycopg.OperationalError, sqlite3.OperationalError)
"""Errors of a database that is down, or busy."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state of the ledger at one moment.

    Args:
        counts, tallies: by campaign and state; those of 0 are left out.
        campaigns: state, candidates and the reason of a pause, by id.
        claims: the tokens of the claims that hold rows.
        repeatable: deliveries in doubt that the mailer will be asked about again.
        unread: what providers have reported and nobody has processed yet.
        messages: single messages, by state.
    """

    counts: Mapping[tuple[int, str], int]
    tallies: Mapping[tuple[int, str], int]
    campaigns: Mapping[int, tuple[str, int, str]]
    claims: frozenset[str]
    repeatable: int
    unread: int
    messages: Mapping[str, int]

    def __str__(self) -> str:
        return (
            f"campaigns {dict(self.campaigns)}, deliveries {dict(self.counts)}, single messages "
            f"{dict(self.messages)}, {self.repeatable} to be repeated, {self.unread} unread"
        )

    def number(self, *states: str) -> int:
        """Return how many deliveries are in any of these states."""
        return sum(number for (_, status), number in self.counts.items() if status in states)

    @property
    def is_over(self) -> bool:
        """Return whether nothing is left to do, for campaigns and for single messages."""
        ended = all(status in ("sent", "cancelled") for status, _, _ in self.campaigns.values())
        return (
            ended
            and not self.unread
            and not self.number("planned", "claimed")
            and not {"queued", "claimed"} & set(self.messages)
        )

    def faults(self) -> list[str]:
        """Return where the numbers don't add up."""
        found = []
        for campaign, (status, candidates, _) in self.campaigns.items():
            counted = sum(number for (owner, _), number in self.counts.items() if owner == campaign)
            if counted != candidates:
                found.append(
                    f"campaign {campaign} ({status}) has {candidates} candidates and {counted} "
                    f"deliveries"
                )
        if self.counts != self.tallies:
            found.append(f"the tallies say {self.tallies}, the rows {self.counts}")
        return found


class Books:
    """The database of a history, which may be down at times."""

    def __init__(self, *, url: str = "", file: Path | None = None) -> None:
        self._url, self._file = url, file
        self._server: psycopg.Connection[Any] | None = None

    def snapshot(self) -> Snapshot:
        """Read everything in one transaction.

        Raises:
            MISSING: the database is down, or busy.
        """
        return self._on_server() if self._url else self._in_file()

    def _on_server(self) -> Snapshot:
        try:
            if self._server is None:
                self._server = psycopg.connect(self._url, connect_timeout=2, autocommit=True)
                self._server.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            with self._server.transaction():
                return _read(
                    lambda query: (
                        self._server.execute(query.encode()).fetchall() if self._server else []
                    )
                )
        except psycopg.OperationalError:
            self._server = None
            raise

    def _in_file(self) -> Snapshot:
        with closing(
            sqlite3.connect(
                f"file:{self._file}?mode=ro", uri=True, timeout=30, isolation_level=None
            )
        ) as connection:
            connection.execute("BEGIN")
            return _read(lambda query: connection.execute(query).fetchall())


def _read(ask: Any) -> Snapshot:
    return Snapshot(
        counts={(campaign, status): number for campaign, status, number in ask(COUNTS)},
        tallies={(campaign, status): number for campaign, status, number in ask(TALLIES)},
        campaigns={
            campaign: (status, candidates, reason)
            for campaign, status, candidates, reason in ask(CAMPAIGNS)
        },
        claims=frozenset(str(token).replace("-", "") for (token,) in ask(TOKENS)),
        repeatable=int(ask(REPEATABLE)[0][0]),
        unread=int(ask(UNREAD)[0][0]),
        messages=dict(ask(MESSAGES)),
    )
