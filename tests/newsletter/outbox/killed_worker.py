"""A worker that is killed (SIGKILL) at one moment of its turn, as a process of its own.

`python -m tests.newsletter.outbox.killed_worker MOMENT`, one of MOMENTS.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Never
from unittest.mock import patch

from tests.fakes.smtp_sink import SmtpSink

CLAIMED = "claimed"
THIRD_BEGUN = "third begun"
ALL_SENT = "all sent"
MOMENTS = (CLAIMED, THIRD_BEGUN, ALL_SENT)


def killed(moment: str, *, database: Mapping[str, Any], var_dir: Path, sink: SmtpSink) -> None:
    """Let a worker take its turn, and be killed at `moment`.

    Args:
        database: Django's settings of the tests' own database.
    """
    is_sqlite = database["ENGINE"].endswith("sqlite3")
    at = f"{database.get('USER')}:{database.get('PASSWORD')}@{database.get('HOST')}"
    url = (
        f"sqlite:////{str(database['NAME']).lstrip('/')}"
        if is_sqlite
        else f"postgresql://{at}:{database.get('PORT') or 5432}/{database['NAME']}"
    )
    done = subprocess.run(
        [sys.executable, "-m", "tests.newsletter.outbox.killed_worker", moment],
        env={
            **os.environ,
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "VAR_DIR": str(var_dir),
            "TRANSACTIONAL_MAILER_URL": f"smtp+plain://127.0.0.1:{sink.port}?timeout=5",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr


def die(*_: object, **__: object) -> Never:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("unreachable")


def main(moment: str) -> None:
    import django

    django.setup()
    from newsletter.outbox import deliver
    from newsletter.transport.bulk.journal import Journal

    note, begun = Journal.note, list[int]()

    def note_and_die(journal: Journal, **what: Any) -> None:
        note(journal, **what)
        begun.extend(what.get("begun", ()))
        if len(begun) == 3:
            die()

    patches: dict[str, Any] = {
        CLAIMED: patch.object(deliver, "dispatch_message", die),
        THIRD_BEGUN: patch.object(Journal, "note", note_and_die),
        ALL_SENT: patch.object(deliver, "settle_messages", die),
    }
    # However busy the machine is, all five belong to one batch.
    with patches[moment], patch.object(deliver, "CLAIM_OPEN", 60.0):
        deliver.take_turn()


if __name__ == "__main__":
    main(sys.argv[1])
