"""A process that is killed in the middle of a batch.

Its journal leaves at most one message a connection in doubt.
"""

import os
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

CONNECTIONS = 4
CARRYING = """
import sys, time, django
from pathlib import Path
django.setup()
from newsletter.core.standstill import elapsed
from newsletter.transport.bulk import senders
from newsletter.transport.bulk.dispatch import Dispatch
from newsletter.transport.bulk.journal import Journal
from tests.newsletter.transport.sample_messages import many
journal = Journal(Path(sys.argv[1]), "claim", {"mailer": "smtp"})
dispatch = Dispatch(journal, mailer="smtp", closes_at=elapsed() + 60, is_stopping=lambda: False)
senders.sender_for("bulk").send(many(20000), dispatch)
"""


@pytest.mark.thorough(sample=1)
@pytest.mark.parametrize("kind", KINDS)
def test_at_most_one_message_a_connection_is_in_doubt(kind: str, tmp_path: Path) -> None:
    with scripted_smtp.running(ScriptedSmtp(offers=KINDS[kind])) as server:
        url = f"smtp+plain://127.0.0.1:{server.port}?connections={CONNECTIONS}"
        environment = {
            **os.environ,
            "BULK_MAILER_URL": url,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PYTHONPATH": ".",
        }
        with subprocess.Popen(
            [sys.executable, "-c", CARRYING, str(tmp_path)], env=environment
        ) as process:
            while len(server.accepted) < 200 and process.poll() is None:
                time.sleep(0.001)
            process.kill()
        assert process.returncode < 0, "it was killed, and had not ended by itself"
    record = read(tmp_path / "claim.journal")

    known = {key for key, result in record.results.items() if result.outcome is Outcome.ACCEPTED}
    taken = [int(recipient.partition("@")[0]) for recipient in server.recipients]
    assert len(record.in_doubt) <= CONNECTIONS
    assert known <= set(taken) <= known | record.in_doubt
    assert len(taken) == len(set(taken))
