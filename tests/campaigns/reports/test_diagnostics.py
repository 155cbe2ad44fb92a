"""`doctor` finds what stands still, blames who is to blame, and says the same as long as nothing changes."""

import contextlib
import os
import socket
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from campaigns.models import Campaign, Delivery
from campaigns.reports.diagnostics.diagnose import Level, diagnose
from campaigns.reports.diagnostics.mail import FAILURES_OF_A_WHILE
from campaigns.states import CampaignStatus
from newsletter.core.network import PROXY_ENTRANCE
from newsletter.models import Brand, MailerHealth, TransactionalMessage
from newsletter.states import MessageStatus
from newsletter.transport.config.mailbox_url import parse_mailbox_url
from newsletter.transport.connections import reach
from newsletter.transport.pacing.circuit_breaker import PROBE
from newsletter.transport.providers.mailer_url import parse_mailer_url
from subscribers.models import Subscriber, Topic

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=timezone.get_fixed_timezone(0))
REASON = "421 4.3.2 try later"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.VAR_DIR, settings.REDIS_URL = tmp_path, ""
    (tmp_path / "queue").mkdir()
    return tmp_path


def ago(**period: float) -> datetime:
    return NOW - timedelta(**period)


def to_mend(check: str, *, now: datetime = NOW) -> str:
    return " ".join(
        finding.message
        for finding in diagnose(now=now)
        if (finding.check, finding.level) == (check, Level.MEND)
    )


def seen(*checks: str, now: datetime) -> set[tuple[str, Level]]:
    """What these checks found, leaving out the moments that they name."""
    return {
        (finding.check, finding.level)
        for finding in diagnose(now=now)
        if finding.check in checks and finding.level is not Level.FINE
    }


# --- Single messages that can't leave -----------------------------------------------------------


def a_message(*, written: datetime, **columns: object) -> TransactionalMessage:
    message = TransactionalMessage.objects.create(kind="confirmation", digest="0" * 64, **columns)
    TransactionalMessage.objects.filter(pk=message.pk).update(created_at=written)
    return message


@pytest.mark.parametrize(
    "next_try",
    [timedelta(hours=-0.01), timedelta(seconds=1), timedelta(minutes=9), timedelta(hours=2)],
)
def test_a_message_that_was_tried_in_vain_is_found_whenever_it_is_tried_next(
    next_try: timedelta,
) -> None:
    a_message(written=ago(hours=3), retry_at=NOW + next_try, reason=REASON, attempt=9)
    assert REASON in to_mend("messages")
    assert to_mend("clock") == ""


def test_it_is_found_while_it_is_being_tried_too() -> None:
    a_message(
        written=ago(hours=3),
        status=MessageStatus.CLAIMED,
        claim_token="00000000-0000-4000-8000-000000000000",
        lease_until=NOW + timedelta(minutes=1),
        reason=REASON,
    )
    assert REASON in to_mend("messages")
    assert to_mend("clock") == ""


def test_one_that_nobody_tries_any_more_shows_dead_workers() -> None:
    a_message(written=ago(hours=3), retry_at=ago(minutes=10), reason=REASON, attempt=3)
    assert "single message has been waiting" in to_mend("clock")
    assert to_mend("messages") == ""


def test_a_message_that_is_new_is_no_fault() -> None:
    a_message(
        written=ago(seconds=30), retry_at=NOW + timedelta(seconds=10), reason=REASON, attempt=1
    )
    assert seen("messages", "clock", now=NOW) == set()


def test_a_message_that_was_sent_again_counts_from_then() -> None:
    a_message(written=ago(days=1), sent_again_at=ago(seconds=30))
    assert seen("messages", "clock", now=NOW) == set()


def test_a_long_queue_that_moves_is_not_blamed_on_the_workers() -> None:
    a_message(written=ago(minutes=10))
    a_message(written=ago(minutes=11), status=MessageStatus.ACCEPTED, settled_at=ago(seconds=5))
    assert seen("messages", "clock", now=NOW) == {("messages", Level.LOOK)}


# --- Mailers that rest --------------------------------------------------------------------------


@pytest.fixture
def waiting(topic: Topic, ada: Subscriber) -> Campaign:
    """A campaign that can't go on: its mailer was tried, as always, not long ago."""
    campaign = Campaign.objects.create(
        name="A campaign", topic=topic, status=CampaignStatus.SENDING, launched_at=ago(hours=1)
    )
    Delivery.objects.create(
        campaign=campaign, subscriber=ada, language="en", retry_at=ago(minutes=30)
    )
    return campaign


def trouble(*, rests_until: datetime, failures: int = 9, is_misconfigured: bool = False) -> None:
    MailerHealth.objects.update_or_create(
        mailer="inbox",
        defaults={
            "rests_until": rests_until,
            "failures": failures,
            "is_misconfigured": is_misconfigured,
            "reason": REASON,
            "changed_at": NOW,
        },
    )


def test_a_mailer_that_fails_again_and_again_is_found_at_every_moment_of_its_rests(
    waiting: Campaign,
) -> None:
    """It rests; its rest is over, and nobody has looked yet; it is being tried; it rests again.

    Each try is a claim.
    """
    found = []
    for rests_until, last_claim in [
        (NOW + timedelta(minutes=10), ago(minutes=5)),
        (NOW + timedelta(seconds=1), ago(minutes=15)),
        (NOW - timedelta(seconds=4), ago(minutes=15)),
        (NOW + PROBE, NOW),
        (NOW + timedelta(minutes=15), ago(seconds=1)),
    ]:
        trouble(rests_until=rests_until)
        Campaign.objects.update(last_claim_at=last_claim)
        found.append(seen("mailers", "clock", now=NOW))
    assert found == [{("mailers", Level.LOOK), ("mailers", Level.MEND)}] * 5


def test_a_mailer_that_has_just_failed_once_is_worth_a_look_alone(waiting: Campaign) -> None:
    trouble(rests_until=NOW + timedelta(seconds=15), failures=FAILURES_OF_A_WHILE - 1)
    Campaign.objects.update(last_claim_at=NOW)
    assert seen("mailers", "clock", now=NOW) == {("mailers", Level.LOOK)}


def test_workers_that_don_t_try_a_mailer_whose_rest_is_over_are_to_blame(waiting: Campaign) -> None:
    trouble(rests_until=ago(minutes=10))
    Campaign.objects.update(last_claim_at=ago(minutes=30))
    assert "has made no progress" in to_mend("clock")


@pytest.mark.parametrize("since", [timedelta(minutes=-5), timedelta(minutes=5), timedelta(days=3)])
def test_a_mailer_that_refuses_us_is_told_until_it_has_taken_something(since: timedelta) -> None:
    """Its campaign is paused, so nobody tries it; waiting mends no wrong key."""
    trouble(rests_until=NOW - since, is_misconfigured=True)
    assert REASON in to_mend("mailers")


# --- Servers that don't answer ------------------------------------------------------------------


@contextlib.contextmanager
def server(greeting: bytes) -> Iterator[int]:
    """One that says `greeting` to whoever connects, or nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def greet() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listening.accept()
                    kept.append(connection)
                    connection.sendall(greeting)

        kept: list[socket.socket] = []
        thread = threading.Thread(target=greet, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()
        for connection in kept:
            connection.close()


def smtp_at(port: int, settings: Settings) -> None:
    settings.MAILER_SETTINGS = dict.fromkeys(
        ("transactional", "bulk"), parse_mailer_url(f"smtp+plain://127.0.0.1:{port}")
    )


def nobody() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port


def test_a_mail_server_that_is_away_is_named(settings: Settings) -> None:
    smtp_at(port := nobody(), settings)
    assert to_mend("reach") == (
        f"The mail server 'smtp' at 127.0.0.1, port {port}, can't be reached: Connection refused."
    )


@pytest.mark.parametrize(
    ("greeting", "trouble"),
    [(b"220 here\r\n", ""), (b"SSH-2.0-OpenSSH\r\n", "it greets with 'SSH-2.0-OpenSSH'")],
)
def test_what_answers_must_be_a_mail_server(
    settings: Settings, greeting: bytes, trouble: str
) -> None:
    with server(greeting) as port:
        smtp_at(port, settings)
        assert to_mend("reach").endswith(f"{trouble}." if trouble else "")
        assert bool(to_mend("reach")) == bool(trouble)


def test_servers_that_hang_are_waited_for_together(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reach, "SECONDS", 0.5)
    with server(b"") as one, server(b"") as another:
        settings.MAILER_SETTINGS = {
            "transactional": parse_mailer_url(f"smtp+plain://127.0.0.1:{one}"),
            "bulk": parse_mailer_url(f"smtp+plain://127.0.0.1:{another}"),
        }
        began = monotonic()
        said = to_mend("reach")
    assert said.count("no answer") == 2
    assert monotonic() - began < 60, "it came to an end"


@pytest.mark.parametrize(
    ("url", "greeting"),
    [
        ("imap+plain://me:hush@127.0.0.1:{}/INBOX", b"* OK\r\n"),
        ("pop3+plain://me:hush@127.0.0.1:{}", b"+OK\r\n"),
    ],
)
def test_a_bounce_mailbox_that_is_away_is_named(
    settings: Settings, url: str, greeting: bytes
) -> None:
    settings.BOUNCE_MAILBOX = parse_mailbox_url(url.format(nobody()))
    assert to_mend("reach").startswith("The bounce mailbox at 127.0.0.1, port ")
    assert "hush" not in to_mend("reach")
    with server(greeting) as port:
        settings.BOUNCE_MAILBOX = parse_mailbox_url(url.format(port))
        assert to_mend("reach") == ""


# --- The disk -----------------------------------------------------------------------------------


def test_a_folder_that_can_t_be_written_to_is_named(settings: Settings, folder: Path) -> None:
    settings.VAR_DIR = folder / "gone"
    assert "can't be written to: No such file" in to_mend("files")


def test_a_disk_without_room_is_named(settings: Settings) -> None:
    assert to_mend("files") == ""
    settings.LEAST_FREE_BYTES = 1 << 62
    assert "is almost full" in to_mend("files")


def test_a_disk_without_inodes_is_named(settings: Settings, folder: Path) -> None:
    if not os.statvfs(folder).f_files:
        settings.VAR_DIR = Path("/dev/shm")
    settings.LEAST_FREE_FILES = 1 << 62
    assert "inodes left" in to_mend("files")


@pytest.mark.parametrize("mode", [0o755, 0o750, 0o701])
def test_a_folder_that_others_may_look_into_is_named(folder: Path, mode: int) -> None:
    folder.chmod(mode)
    assert (
        to_mend("files")
        == f"Other users of this machine can read {folder}. Run: chmod go= {folder}"
    )
    folder.chmod(0o700)
    assert to_mend("files") == ""


def test_the_look_leaves_no_file_behind(folder: Path) -> None:
    diagnose()
    assert not list(folder.rglob("doctor-*"))


# --- Settings that contradict each other --------------------------------------------------------


@pytest.mark.parametrize(
    ("hosts", "is_fine"),
    [
        (["lists.example.org"], True),
        ([".example.org"], True),
        (["*"], True),
        (["LISTS.example.org"], True),
        (["localhost"], False),
        (["example.org"], False),
    ],
)
def test_a_site_whose_own_host_is_not_answered_is_a_fault(
    settings: Settings, hosts: list[str], is_fine: bool
) -> None:
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://lists.example.org:8443", hosts
    assert ("ALLOWED_HOSTS" not in to_mend("mail")) == is_fine


# --- A proxy that isn't heard -------------------------------------------------------------------


@pytest.fixture
def site(settings: Settings, brand: Brand, topic: Topic, sam: User) -> str:
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://lists.example.org", ["lists.example.org"]
    return "lists.example.org"


def sign_up(
    topic: Topic, *, server: str = "127.0.0.1", peer: str = "127.0.0.1", **headers: str
) -> None:
    said = {"email": "reader@example.org", "topics": [topic.slug]}
    Client().post(
        "/subscribe/",
        said,
        REMOTE_ADDR=peer,
        SERVER_NAME=server,
        headers={"Host": "lists.example.org", **headers},
    )


def test_a_proxy_that_isn_t_believed_is_named_until_one_is(site: str, topic: Topic) -> None:
    sign_up(topic)
    assert "share one limit" in to_mend("proxy")
    sign_up(topic, server=PROXY_ENTRANCE, **{"X-Forwarded-For": "203.0.113.9"})
    assert to_mend("proxy") == ""


def test_so_is_one_that_staff_sign_in_through(site: str) -> None:
    Client().post(
        "/staff/login/",
        {"username": "sam", "password": "wrong"},
        REMOTE_ADDR="127.0.0.1",
        headers={"Host": site},
    )
    assert "share one limit" in to_mend("proxy")


def test_a_trusted_proxy_that_doesn_t_say_who_its_client_is_is_named(
    site: str, topic: Topic
) -> None:
    sign_up(topic, server=PROXY_ENTRANCE)
    assert "share one limit" in to_mend("proxy")


def test_in_a_private_network_it_may_be_a_reader_who_writes_such_headers(
    site: str, topic: Topic
) -> None:
    sign_up(topic, peer="10.0.0.3")
    assert seen("proxy", now=NOW) == set()
    sign_up(topic, peer="10.0.0.3", **{"X-Forwarded-For": "203.0.113.9"})
    assert seen("proxy", now=NOW) == {("proxy", Level.LOOK)}


def test_readers_who_come_without_a_proxy_are_no_fault(site: str, topic: Topic) -> None:
    sign_up(topic, peer="8.8.4.4", **{"X-Forwarded-For": "203.0.113.9", "Via": "1.1 their-own"})
    assert seen("proxy", now=NOW) == set()


def test_a_full_disk_and_odd_headers_fail_no_sign_up(
    site: str, topic: Topic, settings: Settings, folder: Path
) -> None:
    settings.VAR_DIR = folder / "gone"
    settings.ALLOWED_HOSTS = ["*"]
    sign_up(topic, Via="1.1 proxy")
    sign_up(topic, Host="[::1")
    assert to_mend("proxy") == ""
