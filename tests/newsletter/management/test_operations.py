"""Small commands of whoever operates an installation."""

import json
import subprocess
import sys
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone
from pytest_django.fixtures import Settings

from config.env import BASE_DIR
from config.environment.signing_keys import parse_own_keys
from newsletter.core.code_version import code_version
from newsletter.core.tokens import Purpose, make_token, read_token
from newsletter.models import AuditEntry, MailerHealth
from newsletter.transport.pacing.choose_mailer import resting_mailers
from tests.staff_members import run_by


def test_version_is_convene_s_and_not_django_s() -> None:
    told = subprocess.run(
        [sys.executable, "manage.py", "version"],
        cwd=BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout == f"{code_version()}\n"
    out = StringIO()
    call_command("version", "--json", stdout=out)
    assert json.loads(out.getvalue())["commit"] == code_version().commit


@pytest.mark.django_db
def test_mailers_that_rest_are_tried_at_once_and_the_operator_is_named(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_by(monkeypatch, "sam")
    now = timezone.now()
    MailerHealth.objects.create(
        mailer=settings.MAILER_SETTINGS["bulk"].name,
        rests_until=now + timedelta(minutes=10),
        is_misconfigured=True,
        reason="HTTP 401: bad key",
        changed_at=now,
    )
    out = StringIO()
    call_command("retry_mailers", stdout=out)
    assert "HTTP 401: bad key" in out.getvalue()
    assert not resting_mailers()
    entry = AuditEntry.objects.get(action="mailer.retried")
    assert entry.object_label == settings.MAILER_SETTINGS["bulk"].name
    assert entry.actor_name == "sam (command line)"

    out = StringIO()
    call_command("retry_mailers", stdout=out)
    assert out.getvalue() == "No mailer is resting.\n"
    assert AuditEntry.objects.filter(action="mailer.retried").count() == 1


@pytest.mark.django_db
def test_a_new_key_signs_and_all_former_ones_verify(settings: Settings) -> None:
    before = settings.LINK_KEYS
    token = make_token(Purpose.UNSUBSCRIBE, 7)
    out, err = StringIO(), StringIO()
    call_command("rotate_link_keys", stdout=out, stderr=err)

    settings.LINK_KEYS = parse_own_keys(out.getvalue().strip())

    assert settings.LINK_KEYS[1:] == before
    assert len(settings.LINK_KEYS[0]) >= 48
    assert read_token(token, Purpose.UNSUBSCRIBE)
    assert make_token(Purpose.UNSUBSCRIBE, 7) != token
    assert "restart their processes" in err.getvalue()
    written = "".join(str(each.details) for each in AuditEntry.objects.all())
    assert not any(key in written for key in settings.LINK_KEYS)
