"""A site whose Redis hangs: its pages go on, and pay for that once."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.env import BASE_DIR
from tests.fakes.silent_redis import silent_redis

PROGRAM = """
import json, sys
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0, interactive=False)
call_command("bootstrap", "--demo", stdout=sys.stderr)
from django.contrib.auth.models import User
from django.test import Client
from campaigns.models import Campaign
from campaigns.states import CampaignStatus
from subscribers.models import Topic
topic = Topic.objects.first().slug
staff = User.objects.get(username="staff")
campaign = Campaign.objects.first()
sent = Campaign.objects.filter(status=CampaignStatus.SENT).first()

def a_hundred(what):
    return sorted({what(number) for number in range(100)})

reader, editor = Client(SERVER_NAME="localhost"), Client(SERVER_NAME="localhost")
editor.force_login(staff)

def resume(number):
    from campaigns.sending.pause_cancel_undo import wake_workers
    wake_workers(campaign.pk)
    return 0

print(json.dumps({
    "home": a_hundred(lambda number: reader.get("/").status_code),
    "archive": a_hundred(lambda number: reader.get(f"/archive/{sent.slug}/").status_code),
    "readyz": a_hundred(lambda number: reader.get("/readyz").status_code),
    "form": a_hundred(lambda number: reader.get("/subscribe/").status_code),
    "sign-up": a_hundred(lambda number: reader.post(
        "/subscribe/", {"email": f"ada{number}@d{number}.example", "topics": topic}
    ).status_code),
    "preferences": a_hundred(lambda number: reader.post(
        "/preferences/", {"email": f"ada{number}@d{number}.example"}
    ).status_code),
    "sign-in": a_hundred(lambda number: reader.post(
        "/staff/login/", {"username": f"u{number}", "password": "x"}
    ).status_code),
    "staff": a_hundred(lambda number: editor.get("/staff/").status_code),
    "waking workers": a_hundred(resume),
}))
"""


@pytest.mark.thorough
def test_however_much_is_asked_of_a_site_its_silent_redis_is_asked_once(tmp_path: Path) -> None:
    with silent_redis() as silent:
        environment = {
            **os.environ,
            "VAR_DIR": str(tmp_path),
            "DATABASE_URL": "",
            "REDIS_URL": silent.url,
            "DJANGO_SETTINGS_MODULE": "tests.fakes.short_redis_waits",
        }
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            cwd=BASE_DIR,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]

        assert json.loads(done.stdout) == {
            "home": [200],
            "archive": [200],
            "readyz": [200],
            "form": [200],
            # Past the limit of a network, which the process counts by itself, comes proof of work.
            "sign-up": [302, 429],
            "preferences": [302],
            # Whoever guesses on must wait, which the process counts by itself, too.
            "sign-in": [200, 429],
            "staff": [200],
            "waking workers": [0],
        }
        assert silent.visits == 1
