"""A backup that is made in the middle of a campaign, and restored later.

In between, more is sent and people leave.
"""

import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from tests.drills.stage import Stage

_IN_FLIGHT = 3.0
"""Seconds after which a provider has logged what processes asked for before they were killed."""
_LOOKED_AT = 6.0
"""Seconds for which a restored installation, once it has started, must send nothing."""
_LEAVING = ("unsubscribe", "erase_somebody", "suppress_somebody", "unsubscribe")


def restored(stage: "Stage") -> Iterator[float]:
    """Back up, let more be sent and some leave, and restore, on the same machines or on empty ones.

    Then an operator runs the commands that end a restore. The dice decide whether they have the
    provider's log, and so can plan again what it doesn't name.
    """
    yield from _all_are_launched(stage)
    backup = stage.folder / "backup"
    yield from _back_up(stage, backup)
    yield stage.dice.uniform(0.5, 2)
    for deed in _LEAVING:
        yield from stage.somebody_leaves(deed, place=stage.dice.random())
    while stage.faults_running > 1:  # the others end before the machines do
        yield 0.2
    yield from stage.hand.ask("step_back")
    _stop(stage)
    yield _IN_FLIGHT
    journals = _saved_journals(stage)
    newest = _newest_step(stage)
    _put_back(stage, backup)
    is_anything_lost = _newest_step(stage) != newest
    is_empty_machine = stage.dice.random() < 0.5
    if is_empty_machine:
        _empty(stage)
    sent = len(stage.account.lines())
    for host in stage.hosts:
        for name in host.names:
            host.release(name)
    yield from stage.hand.ask("say_why_held")
    # Everybody may have had their email before the backup was made.
    must_be_held = is_empty_machine or is_anything_lost
    if bool(stage.hand.answer["held"]) != must_be_held:
        stage.broken(
            f"a restored database is {'not ' if must_be_held else ''}held on "
            f"{'an empty machine' if is_empty_machine else 'the same machine'}"
        )
    if not must_be_held:
        stage.restored_doubts = 0
        return
    yield stage.start_takes + _LOOKED_AT
    if len(stage.account.lines()) != sent:
        stage.broken(
            f"a restored database has sent {len(stage.account.lines()) - sent} messages before "
            f"anybody spoke"
        )
    has_log = stage.dice.random() < 0.5
    yield from stage.hand.ask(
        "speak_after_restore",
        journals=[str(path) for path in journals],
        provider_log=str(stage.account.path) if has_log else "",
        plan_again=has_log,
    )
    stage.restored_doubts = stage.hand.answer["uncertain"]
    stage.restored_messages = stage.hand.answer["messages"]
    for campaign in stage.campaigns:  # one may have been paused when the backup was made
        yield from stage.hand.ask("resume", campaign=campaign)


def _all_are_launched(stage: "Stage") -> Iterator[float]:
    while True:
        snapshot = stage.peek()
        if snapshot and all(
            status not in ("approved", "scheduled") for status, _, _ in snapshot.campaigns.values()
        ):
            return
        yield 0.1


def _back_up(stage: "Stage", backup: Path) -> Iterator[float]:
    if not stage.is_on_services:
        database = stage.hosts[0].folder / "var" / "convene.sqlite3"
        with (
            closing(sqlite3.connect(database, timeout=30)) as source,
            closing(sqlite3.connect(backup)) as target,
        ):
            source.backup(target)
        return
    while True:
        with subprocess.Popen(
            [
                stage.postgresql.programs / "pg_dump",
                "--format=custom",
                "--file",
                backup,
                stage.postgresql.url(),
            ],
            stderr=subprocess.DEVNULL,
        ) as dump:
            while dump.poll() is None:
                yield 0.1
        if not dump.returncode:  # otherwise the server was restarted meanwhile
            return
        yield 0.5


def _stop(stage: "Stage") -> None:
    for host in stage.hosts:
        for name in host.names:
            host.hold(name)
            stage.interruptions += len(host.children(name))
            host.kill(name)


def _saved_journals(stage: "Stage") -> list[Path]:
    """Copy the journals of opt-outs, as a backup elsewhere would hold them."""
    return [
        Path(shutil.copy(path, stage.folder / f"{host.name}-{path.name}"))
        for host in stage.hosts
        for path in (host.folder / "var" / "opt-outs").glob("*.log")
    ]


def _put_back(stage: "Stage", backup: Path) -> None:
    if not stage.is_on_services:
        database = stage.hosts[0].folder / "var" / "convene.sqlite3"
        for end in ("-wal", "-shm"):
            database.with_name(database.name + end).unlink(missing_ok=True)
        Path(shutil.copy(backup, database.with_name("coming"))).replace(database)
        return
    with psycopg.connect(stage.postgresql.url("postgres"), autocommit=True) as connection:
        connection.execute("DROP DATABASE convene WITH (FORCE)")
        connection.execute("CREATE DATABASE convene")
    subprocess.run(
        [stage.postgresql.programs / "pg_restore", "--dbname", stage.postgresql.url(), backup],
        check=True,
    )


def _newest_step(stage: "Stage") -> int:
    """Return the number of the newest step of the epoch; 0 where there is none."""
    query = "SELECT coalesce(max(id), 0) FROM newsletter_epoch"
    if stage.is_on_services:
        with psycopg.connect(stage.postgresql.url(), autocommit=True) as server:
            [(step,)] = server.execute(query).fetchall()
    else:
        path = stage.hosts[0].folder / "var" / "convene.sqlite3"
        with closing(sqlite3.connect(path, timeout=30)) as file:
            [(step,)] = file.execute(query).fetchall()
    return int(step)


def _empty(stage: "Stage") -> None:
    """Delete all that hosts and Redis remember, as on new machines."""
    for host in stage.hosts:
        for path in (host.folder / "var").iterdir():
            if path.name == "convene.sqlite3":
                continue
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
    if stage.is_on_services:
        with stage.redis.client() as client:
            client.flushall()
