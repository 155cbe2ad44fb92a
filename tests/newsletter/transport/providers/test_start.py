"""A start loads nothing that only one provider needs."""

import subprocess
import sys

import pytest

START = """
import django
django.setup()
import newsletter.transport.bulk.senders
import newsletter.tasks
import config.urls
import sys
"""
HEAVY = ("boto3", "botocore", "anymail.backends.amazon_ses", "anymail.webhooks.amazon_ses")


@pytest.mark.thorough
def test_a_start_without_amazon_ses_loads_nothing_of_it() -> None:
    code = f"{START}print([name for name in {HEAVY!r} if name in sys.modules])"

    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )

    assert run.stdout.strip() == "[]"


def test_settings_are_read_without_a_library_for_http() -> None:
    code = (
        "import sys; import newsletter.transport.providers.mailer_urls; "
        "print([name for name in ('django', 'requests', 'anymail', 'botocore', 'cryptography') "
        "if name in sys.modules])"
    )

    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )

    assert run.stdout.strip() == "[]"
