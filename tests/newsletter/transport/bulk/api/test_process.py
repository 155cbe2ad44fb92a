"""The fake provider as a process of its own, as drills and benchmarks use it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from newsletter.transport.bulk import senders
from newsletter.transport.results.result import Outcome
from tests.fakes.providers.apis import APIS, mailer_url
from tests.newsletter.transport.bulk.api.conftest import Send
from tests.newsletter.transport.conftest import UseMailer
from tests.newsletter.transport.sample_messages import many


@pytest.mark.thorough(sample=2)
@pytest.mark.parametrize("name", sorted(APIS))
def test_it_keeps_a_ledger_of_what_it_took(
    name: str, tmp_path: Path, use_mailer: UseMailer, send: Send
) -> None:
    command = [
        sys.executable,
        "-m",
        "tests.fakes.providers",
        name,
        "--ledger",
        str(tmp_path / "ledger"),
        "--fault",
        "503:0.0",
    ]
    with subprocess.Popen(
        command, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            use_mailer(mailer_url(name, f"http://127.0.0.1:{process.stdout.readline().strip()}/"))
            results = send(many(5))
        finally:
            senders.close_all()
            process.terminate()

    assert {result.outcome for result in results.values()} == {Outcome.ACCEPTED}
    lines = [json.loads(line) for line in (tmp_path / "ledger").read_text().splitlines()]
    assert {line["ref"]: line["id"] for line in lines} == {
        f"r3f{key}": result.provider_message_id for key, result in results.items()
    }
