"""A process that is stopped while the server answers, and goes on when it is late.

The replies in its sockets count.
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from newsletter.transport.bulk.journal import read
from newsletter.transport.results.result import Outcome
from tests.fakes import scripted_smtp
from tests.fakes.scripted_smtp import ScriptedSmtp
from tests.newsletter.transport.bulk.smtp.conftest import KINDS

TIMEOUT = 0.5
MESSAGES = 12
CARRYING = """
import json, sys, django
from pathlib import Path
django.setup()
from newsletter.core.standstill import elapsed
from newsletter.transport.bulk import senders
from newsletter.transport.bulk.dispatch import Dispatch
from newsletter.transport.bulk.journal import Journal
from tests.newsletter.transport.sample_messages import many
journal = Journal(Path(sys.argv[1]), "claim", {"mailer": "smtp"})
dispatch = Dispatch(journal, mailer="smtp", closes_at=elapsed() + 60, is_stopping=lambda: False)
senders.sender_for("bulk").send(many(int(sys.argv[2])), dispatch)
print(json.dumps(sorted(result.outcome for result in dispatch.results.values())))
"""


@pytest.mark.thorough(sample=1)
@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_that_came_while_the_process_stood_still_counts(
    kind: str, tmp_path: Path
) -> None:
    # Answers that drip, so that the process waits for one whenever it is stopped.
    server = ScriptedSmtp(offers=KINDS[kind], bytes_at_a_time=10, pause=0.02)
    with scripted_smtp.running(server):
        url = f"smtp+plain://127.0.0.1:{server.port}?connections=2&timeout={TIMEOUT}"
        environment = {
            **os.environ,
            "BULK_MAILER_URL": url,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PYTHONPATH": ".",
        }
        command = [sys.executable, "-c", CARRYING, str(tmp_path), str(MESSAGES)]
        with subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, text=True
        ) as process:
            while len(server.accepted) < 2 and process.poll() is None:
                time.sleep(0.001)
            process.send_signal(signal.SIGSTOP)
            time.sleep(2 * TIMEOUT)
            process.send_signal(signal.SIGCONT)
            told, _ = process.communicate(timeout=60)

    assert json.loads(told) == [Outcome.ACCEPTED] * MESSAGES
    assert len(server.recipients) == len(set(server.recipients)) == MESSAGES
    assert read(tmp_path / "claim.journal").in_doubt == set()
