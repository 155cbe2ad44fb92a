"""A process that is killed in the middle of a batch: what its journal leaves in doubt is at most one message a connection."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from newsletter.transport.bulk.journal import read
from newsletter.transport.results.of_error import Verdict
from tests.fakes import scripted_smtp
from tests.fakes.scripted_smtp import ScriptedSmtp
from tests.newsletter.transport.bulk.smtp.conftest import KINDS

CONNECTIONS = 4
CARRYING = """
import sys, time, django
from pathlib import Path
django.setup()
from newsletter.standstill import elapsed
from newsletter.transport import ways
from newsletter.transport.hand_over import HandOver
from newsletter.transport.journal import Journal
from tests.newsletter.transport.letters import many
journal = Journal(Path(sys.argv[1]), "claim", {"mailer": "smtp"})
hand_over = HandOver(journal, mailer="smtp", closes_at=elapsed() + 60, is_stopping=lambda: False)
ways.way_out("bulk").carry(many(20000), hand_over)
"""


@pytest.mark.parametrize("kind", KINDS)
def test_at_most_one_message_a_connection_is_in_doubt(kind: str, tmp_path: Path) -> None:
    with scripted_smtp.running(ScriptedSmtp(offers=KINDS[kind])) as server:
        url = f"smtp+plain://127.0.0.1:{server.port}?connections={CONNECTIONS}"
        environment = {**os.environ, "BULK_MAILER_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": "."}
        with subprocess.Popen([sys.executable, "-c", CARRYING, str(tmp_path)], env=environment) as process:
            while len(server.accepted) < 200 and process.poll() is None:
                time.sleep(0.001)
            process.kill()
        assert process.returncode < 0, "it was killed, and had not ended by itself"
    record = read(tmp_path / "claim.journal")

    known = {key for key, outcome in record.outcomes.items() if outcome.verdict is Verdict.ACCEPTED}
    taken = [int(recipient.partition("@")[0]) for recipient in server.recipients]
    assert len(record.in_doubt) <= CONNECTIONS
    assert known <= set(taken) <= known | record.in_doubt
    assert len(taken) == len(set(taken))
