"""Sign-ups: how many forms are taken in a second, and how many confirmations leave behind them.

Ten kept connections post valid forms for distinct addresses, each from a network of its own, as a
trusted proxy names it. Limits are on. A form counts once it is in the database. Then the workers of
the Procfile are started, and the confirmations go to smtp-sink until none waits.
"""

import re
import socket
import statistics
import time

from benchmarks import sink
from benchmarks.bare_client import form, get, send
from benchmarks.context import Context
from benchmarks.installation import Installation
from benchmarks.machine import load
from benchmarks.processes import cpu_seconds, family
from benchmarks.rows import Row, Wrong, middle, not_measured, row
from benchmarks.web_server import web

CONNECTIONS = 10
WARMING, SIGN_UPS, ROUNDS = 200, 1_600, 5
"""Of a round: together fewer than the 2,000 an hour past which proof of work is asked for. After
each round an hour passes, as far as the limits know.
"""
CONFIRMATIONS = 1_600
TO_REACH, P95_MS, CONFIRMED_A_SECOND = 1_100, 15.0, 200
LISTMONK = "listmonk 6.2: 1,065/s with a mail each, p95 15.8 ms"
"""Measured on two quiet cores, with its own PostgreSQL."""
HOST = "lists.example.org"
TYPING = 2.5
"""Seconds for which the form is open: a form that comes sooner looks like a machine's."""
PATIENCE = 120
_STAMP = re.compile(rb'name="stamp" value="([^"]+)"')
_WAITING = (
    "SELECT (SELECT count(*) FROM subscribers_formsubmission), "
    "(SELECT count(*) FROM newsletter_transactionalmessage WHERE status IN ('queued', 'claimed')), "
    "(SELECT count(*) FROM newsletter_transactionalmessage WHERE status = 'accepted')"
)


def measure(context: Context) -> list[Row]:
    """Post sign-ups, and let workers ask their owners."""
    with context.installation(0, TRUSTED_PROXIES="127.0.0.1/32") as one:
        rows = [_sign_ups(one, SIGN_UPS, rounds=context.rounds(ROUNDS))]
    if not sink.is_installed():
        what = "smtp-sink (Debian's package postfix) is not installed"
        return [*rows, not_measured("confirmations", what, to_reach=f"{CONFIRMED_A_SECOND}/s")]
    with sink.running() as mail_server:
        mailer = f"smtp+plain://127.0.0.1:{mail_server.port}"
        variables = {"TRUSTED_PROXIES": "127.0.0.1/32", "TRANSACTIONAL_MAILER_URL": mailer}
        with context.installation(0, **variables) as one:
            return [*rows, _confirmations(one, mail_server, CONFIRMATIONS)]


def _sign_ups(one: Installation, number: int, *, rounds: int) -> Row:
    before = load()
    rates, p95s = list[float](), list[float]()
    with web(one) as (pid, port):
        watched = {"web": pid, **one.servers()}
        requests = _forms(one, port, rounds * (number + WARMING))
        spent = dict.fromkeys(watched, 0.0)
        for place in range(rounds):
            ours = requests[place * (number + WARMING) :][: number + WARMING]
            one.redis.flushdb()
            send(port, ours[:WARMING], connections=CONNECTIONS, status=302)
            began = {name: cpu_seconds(family(its)) for name, its in watched.items()}
            seconds, latencies = send(port, ours[WARMING:], connections=CONNECTIONS, status=302)
            for name, its in watched.items():
                spent[name] += cpu_seconds(family(its)) - began[name]
            rates.append(number / seconds)
            p95s.append(statistics.quantiles(latencies, n=20)[18] * 1000)
    (stored,) = one.row("SELECT count(DISTINCT email) FROM subscribers_formsubmission")
    if stored != len(requests):
        raise Wrong(f"{stored} of {len(requests)} forms are in the database")
    rate, p95, number = middle(rates), middle(p95s), number * rounds
    cpu = ", ".join(f"{name} {value / number * 1000:.2f}" for name, value in spent.items())
    return row(
        f"{number:,} sign-ups, 10 connections, limits on ({LISTMONK})",
        f"{rate:,.0f}/s, p95 {p95:.1f} ms; ms of CPU: {cpu}",
        to_reach=f"{TO_REACH:,}/s, p95 {P95_MS:.0f} ms",
        met=rate >= TO_REACH and p95 < P95_MS,
        sign_ups_a_second=[round(value) for value in rates],
        p95_ms=round(p95, 1),
        cpu_seconds={name: round(value, 2) for name, value in spent.items()},
        load=before,
    )


def _confirmations(one: Installation, mail_server: sink.Sink, number: int) -> Row:
    before = load()
    with web(one) as (_, port):
        send(port, _forms(one, port, number), connections=CONNECTIONS, status=302)
    sent_before = mail_server.messages
    with one.processes() as pids:
        watched = {**pids, **one.servers()}
        spent = {name: -cpu_seconds(family(pid)) for name, pid in watched.items()}
        began = time.monotonic()
        while True:
            forms, waiting, accepted = one.row(_WAITING)
            seconds = time.monotonic() - began
            if accepted >= number and not forms and not waiting:
                break
            if seconds > PATIENCE:
                raise Wrong(f"{forms} forms and {waiting} messages wait; the log: {one.log()}")
            time.sleep(0.1)
        for name, pid in watched.items():
            spent[name] += cpu_seconds(family(pid))
    if mail_server.messages - sent_before < number:
        raise Wrong(f"smtp-sink has {mail_server.messages - sent_before} of {number} messages")
    rate = number / seconds
    cpu = ", ".join(f"{name} {value / number * 1000:.2f}" for name, value in spent.items())
    return row(
        f"{number:,} confirmations, from stored forms to the mail server",
        f"{rate:,.0f}/s; ms of CPU: {cpu}",
        to_reach=f"{CONFIRMED_A_SECOND}/s",
        met=rate >= CONFIRMED_A_SECOND,
        confirmations_a_second=round(rate),
        cpu_seconds={name: round(value, 2) for name, value in spent.items()},
        load=before,
    )


def _forms(one: Installation, port: int, number: int) -> list[bytes]:
    """Return so many filled-in forms, as of people who have had the page open for a while."""
    (topic,) = one.row(
        "SELECT slug FROM subscribers_topic WHERE is_public ORDER BY position, name LIMIT 1"
    )
    stamp = _stamp(port)
    time.sleep(TYPING)
    return [
        form(
            "/subscribe/",
            {
                "email": f"person{place}@domain{place % 5_000}-example.org",
                "topics": topic,
                "name": "Ada Lovelace",
                "country": "NZ",
                "language": "en",
                "time_zone": "Pacific/Auckland",
                "stamp": stamp,
                "website": "",
            },
            headers={
                "Host": HOST,
                "X-Forwarded-For": f"10.{place // 250}.{place % 250}.7",
                "X-Forwarded-Proto": "https",
            },
        )
        for place in range(number)
    ]


def _stamp(port: int) -> str:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(get("/subscribe/", headers={"Host": HOST, "Connection": "close"}))
        page = b"".join(iter(lambda: connection.recv(65_536), b""))
    found = _STAMP.search(page)
    if found is None:
        raise Wrong("the sign-up page has no stamp")
    return found[1].decode()
