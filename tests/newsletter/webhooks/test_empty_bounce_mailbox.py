"""The bounce mailbox is emptied, and nothing in it is lost on the way."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from newsletter.models import ProviderEvent, ProviderReport
from newsletter.tasks import empty_mailbox as task
from newsletter.transport.config.mailbox_url import parse_mailbox_url
from newsletter.transport.connections.mailbox import LARGEST, MOST, MailboxTrouble, empty
from newsletter.webhooks.empty_bounce_mailbox import empty_mailbox
from newsletter.webhooks.process_reports import process_reports
from tests.fakes.mailbox import FakeMailbox, serving
from tests.newsletter.webhooks.bounces.test_mail import mail

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["imap", "pop3"])
def box(request: pytest.FixtureRequest, settings: Settings) -> Iterator[FakeMailbox]:
    with serving(FakeMailbox(protocol=request.param)) as box:
        settings.BOUNCE_MAILBOX = parse_mailbox_url(box.url)
        yield box


def test_mails_become_reports_and_are_deleted(box: FakeMailbox) -> None:
    box.put(mail("qmail"), mail("out_of_office"), mail("ordinary"))
    assert empty_mailbox() == 3
    assert box.mails == {}
    assert [report.provider for report in ProviderReport.objects.all()] == ["mailbox"] * 3
    processed = process_reports()
    assert (processed.events, processed.problems) == (2, 1)
    assert sorted(ProviderEvent.objects.values_list("kind", flat=True)) == [
        "autoresponded",
        "bounced",
    ]
    assert empty_mailbox() == 0


def test_without_a_mailbox_nothing_is_done(settings: Settings) -> None:
    settings.BOUNCE_MAILBOX = None
    assert empty_mailbox() == 0


@pytest.mark.thorough(sample=1)
def test_one_visit_takes_so_many_and_no_more(box: FakeMailbox) -> None:
    box.put(*(b"Subject: %d\r\n\r\nx" % number for number in range(MOST + 3)))
    assert empty_mailbox() == MOST
    assert len(box.mails) == 3
    assert empty_mailbox() == 3


def test_a_visit_whose_time_is_over_begins_no_other_mail(box: FakeMailbox) -> None:
    box.put(mail("qmail"), mail("qmail"), mail("qmail"))
    kept: list[bytes] = []
    assert empty(parse_mailbox_url(box.url), keep=kept.append, seconds=0) == 1
    assert (len(kept), len(box.mails)) == (1, 2)


def test_a_mail_is_bytes_and_stays_what_it_is(box: FakeMailbox) -> None:
    raw = b"Subject: x\r\n\r\n.a line with a dot\r\n..two\r\n\xff\xfe 8-bit\r\n"
    box.put(raw)
    empty_mailbox()
    assert bytes(ProviderReport.objects.get().raw) == raw


def test_of_a_mail_that_is_too_large_the_beginning_is_kept(box: FakeMailbox) -> None:
    box.put(b"Subject: large\r\n\r\n" + b"x" * 78 + (b"\r\n" + b"x" * 78) * (LARGEST // 79))
    assert empty_mailbox() == 1
    report = ProviderReport.objects.get()
    assert bytes(report.raw[:16]) == b"Subject: large\r\n"
    assert report.size <= LARGEST


@pytest.mark.thorough(sample=2)
@pytest.mark.parametrize("command", ["FETCH 2", "RETR 2"])
def test_a_connection_that_is_lost_loses_no_mail_and_doubles_none(
    command: str, box: FakeMailbox
) -> None:
    if command.startswith("FETCH") != (box.protocol == "imap"):
        command = "UID FETCH 2" if box.protocol == "imap" else "RETR 2"
    box.put(mail("qmail"), mail("out_of_office"))
    box.dies_at = command
    with pytest.raises(MailboxTrouble):
        empty_mailbox()
    box.dies_at = ""
    process_reports()
    empty_mailbox()
    process_reports()
    assert box.mails == {} or box.doomed
    assert ProviderEvent.objects.count() == 2


def test_trouble_is_logged_without_the_password(
    box: FakeMailbox, caplog: pytest.LogCaptureFixture
) -> None:
    box.password = "another"
    task()
    assert "can't be read" in caplog.text
    assert "secret" not in caplog.text


def test_a_folder_that_there_is_not_is_trouble(box: FakeMailbox) -> None:
    if box.protocol == "imap":
        box.folder = "Archive"
        with pytest.raises(MailboxTrouble):
            empty_mailbox()
