"""Whether the process of this container does its work: `deploy/container/healthy worker`.

Pages are asked for; of all others the heartbeat is looked for, which they write every ten seconds.
"""

import os
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import psycopg

from config.env import Environment, EnvironmentProblem, read_environment

PATIENCE = 10
"""Seconds for an answer."""
SILENCE = 60
"""Seconds without a heartbeat after which a process counts as gone."""
_BEATS = """
    SELECT COUNT(*) FROM newsletter_runningprocess
    WHERE host = %s AND kind = %s AND ended_at IS NULL
    AND seen_at > CLOCK_TIMESTAMP() - MAKE_INTERVAL(secs => %s)
"""


def main(words: Sequence[str]) -> int:
    """Return 0 where the process works, and 1 where it doesn't."""
    kind = words[0] if words else "web"
    try:
        environment = read_environment(os.environ)
        trouble = _of_pages(environment) if kind == "web" else _of_heartbeat(environment, kind)
    except (EnvironmentProblem, psycopg.Error, OSError) as problem:
        trouble = str(problem)
    if trouble:
        print(trouble, file=sys.stderr)
    return int(bool(trouble))


def _of_pages(environment: Environment) -> str:
    # The host's name is one that is answered.
    name = urlsplit(environment.site_url).hostname or "localhost"
    request = urllib.request.Request(
        f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/readyz", headers={"Host": name}
    )
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE):
            return ""
    except urllib.error.HTTPError as refused:
        return f"/readyz answers {refused.code}"


def _of_heartbeat(environment: Environment, kind: str) -> str:
    with psycopg.connect(**_parameters(environment.database)) as connection:
        row = connection.execute(_BEATS, [os.uname().nodename[:255], kind, SILENCE]).fetchone()
    return "" if row and row[0] else f"no heartbeat of a {kind} here for {SILENCE} s"


def _parameters(database: Mapping[str, Any]) -> dict[str, Any]:
    """Return what libpq calls the entries of Django's DATABASES."""
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host"}
    names |= {"PORT": "port"}
    given = {name: database[key] for key, name in names.items() if database[key]}
    parameters: dict[str, Any] = {"connect_timeout": PATIENCE, **given, **database["OPTIONS"]}
    return parameters


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
