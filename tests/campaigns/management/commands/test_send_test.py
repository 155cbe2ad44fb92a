"""The command `send_test`: real mail servers on loopback."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from newsletter.core.addresses import address_digest
from newsletter.models import AuditEntry, Brand, TransactionalMessage
from newsletter.transport.providers.mailer_urls import parse_mailer_url
from subscribers.states import SuppressionReason
from subscribers.suppression.registry import suppress
from tests.fakes import smtp_sink
from tests.fakes.smtp_sink import SmtpSink

pytestmark = pytest.mark.django_db


def use(settings: Settings, **urls: str) -> None:
    mailers = {alias: parse_mailer_url(url) for alias, url in urls.items()}
    settings.MAILER_SETTINGS = mailers
    settings.BULK_MAILERS = [alias for alias in mailers if alias != "transactional"]
    settings.MAILERS = {
        alias: {"BACKEND": mailer.backend, "OPTIONS": dict(mailer.options)}
        for alias, mailer in {"default": mailers["transactional"], **mailers}.items()
    }


def said(*arguments: str) -> str:
    out = StringIO()
    call_command("send_test", *arguments, stdout=out)
    return out.getvalue()


def test_each_mailer_of_the_stream_sends_one_at_once(settings: Settings, brand: Brand) -> None:
    with smtp_sink.running(SmtpSink()) as single, smtp_sink.running(SmtpSink()) as bulk:
        use(
            settings,
            transactional=f"smtp+plain://127.0.0.1:{single.port}",
            bulk=f"smtp+plain://127.0.0.1:{bulk.port}?name=first",
            bulk2=f"smtp+plain://127.0.0.1:{bulk.port}?name=second",
        )
        told = said("sam@example.org")
        assert (len(single.received), len(bulk.received)) == (1, 0)
        assert "took it" in told
        assert "look into the mailbox" in told
        told = said("sam@example.org", "--stream", "bulk")
    assert (len(single.received), len(bulk.received)) == (1, 2)
    assert "first took it" in told
    assert "second took it" in told
    assert not TransactionalMessage.objects.exists()
    entries = AuditEntry.objects.filter(object_label="send_test")
    assert entries.count() == 2
    assert "sam@" not in str(list(entries.values()))


def test_a_mailer_that_is_away_is_told_and_the_next_is_tried(
    settings: Settings, brand: Brand
) -> None:
    with smtp_sink.running(SmtpSink()) as gone:
        pass
    with smtp_sink.running(SmtpSink()) as sink:
        use(
            settings,
            transactional="inbox://",
            bulk=f"smtp+plain://127.0.0.1:{gone.port}?name=first",
            bulk2=f"smtp+plain://127.0.0.1:{sink.port}?name=second",
        )
        out = StringIO()
        with pytest.raises(CommandError, match="Not every mailer took it") as failed:
            call_command("send_test", "sam@example.org", "--stream", "bulk", stdout=out)
    assert failed.value.returncode == 1
    assert "first (later): " in out.getvalue()
    assert "second took it" in out.getvalue()
    assert len(sink.received) == 1


@pytest.mark.parametrize(
    ("reason", "stream"),
    [
        (SuppressionReason.STAFF, "transactional"),
        (SuppressionReason.HARD_BOUNCE, "bulk"),
    ],
)
def test_nothing_goes_to_a_suppressed_address(
    settings: Settings, brand: Brand, reason: SuppressionReason, stream: str
) -> None:
    suppress(address_digest("sam@example.org"), reason=reason)
    with smtp_sink.running(SmtpSink()) as sink:
        url = f"smtp+plain://127.0.0.1:{sink.port}"
        use(settings, transactional=url, bulk=url)
        with pytest.raises(CommandError, match="is suppressed") as failed:
            said("sam@example.org", "--stream", stream)
    assert failed.value.returncode == 2
    assert sink.received == []


def test_what_is_no_address_is_told(settings: Settings, brand: Brand) -> None:
    use(settings, transactional="inbox://", bulk="inbox://")
    with pytest.raises(CommandError, match="sam: ") as failed:
        said("sam")
    assert failed.value.returncode == 2
