"""Checks of keys, brand, and a proxy that is not trusted."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from campaigns.reports.diagnostics.finding import Level
from campaigns.reports.diagnostics.installation import digest_key_fingerprint
from newsletter.audit.record import record
from newsletter.audit_actions import CommandAction
from newsletter.core.requests.client_address import PROXY_ENTRANCE
from newsletter.models import AuditEntry, Brand
from staff.roles import ADMINISTRATOR, AUTHOR
from subscribers.models import Subscriber, Topic
from subscribers.need_to_know.grants import grant, revoke
from tests.campaigns.reports.diagnostics.findings import NOW, found, seen, to_mend
from tests.staff_members import staff_member

pytestmark = pytest.mark.django_db


def test_an_incomplete_brand_is_named(brand: Brand) -> None:
    Brand.objects.update(postal_address=" ")
    assert "postal address" in to_mend("brand")


def test_a_changed_digest_key_is_found(ada: Subscriber, settings: Settings) -> None:
    assert to_mend("keys") == ""
    before = digest_key_fingerprint()
    settings.LINK_KEYS = ["another-key-that-is-long-enough-to-be-taken"]
    assert digest_key_fingerprint() != before
    assert "opt-outs would not be found" in to_mend("keys")


def test_a_key_put_in_front_changes_no_digest(ada: Subscriber, settings: Settings) -> None:
    before = digest_key_fingerprint()
    settings.LINK_KEYS = ["a-newer-key-that-is-long-enough-to-be-taken", *settings.LINK_KEYS]
    assert digest_key_fingerprint() == before
    assert to_mend("keys") == ""


def test_somebody_must_be_able_to_manage_accounts() -> None:
    staff_member("abe", AUTHOR)
    assert "There is no administrator for /staff/." in to_mend("staff")
    staff_member("iris", ADMINISTRATOR)
    assert to_mend("staff") == ""


def test_accounts_that_no_role_describes_are_named() -> None:
    staff_member("iris", ADMINISTRATOR)
    assert [finding.level for finding in found("staff")] == [Level.FINE]
    for number in range(6):
        staff_member(f"idle-{number}")
    User.objects.create_superuser("root")
    gone = User.objects.create_superuser("gone")
    User.objects.filter(pk=gone.pk).update(is_active=False)

    _, everything, nothing = found("staff")

    assert everything.level is nothing.level is Level.LOOK
    assert "as createsuperuser made them: root." in everything.message
    assert "they have no role: idle-0, idle-1, idle-2, idle-3, idle-4 and more." in nothing.message


@pytest.fixture
def site(settings: Settings, brand: Brand, topic: Topic, sam: User) -> str:
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://lists.example.org", ["lists.example.org"]
    return "lists.example.org"


def sign_up(
    topic: Topic, *, server: str = "127.0.0.1", peer: str = "127.0.0.1", **headers: str
) -> None:
    said = {"email": "visitor@example.org", "topics": [topic.slug]}
    Client().post(
        "/subscribe/",
        said,
        REMOTE_ADDR=peer,
        SERVER_NAME=server,
        headers={"Host": "lists.example.org", **headers},
    )


def test_a_proxy_that_isn_t_believed_is_named_until_one_is(site: str, topic: Topic) -> None:
    sign_up(topic)
    assert "share one limit" in to_mend("proxy", now=NOW)
    sign_up(topic, server=PROXY_ENTRANCE, **{"X-Forwarded-For": "203.0.113.9"})
    assert to_mend("proxy", now=NOW) == ""


def test_so_is_one_that_staff_sign_in_through(site: str) -> None:
    Client().post(
        "/staff/login/",
        {"username": "sam", "password": "wrong"},
        REMOTE_ADDR="127.0.0.1",
        headers={"Host": site},
    )
    assert "share one limit" in to_mend("proxy", now=NOW)


def test_a_trusted_proxy_that_doesn_t_say_who_its_client_is_is_named(
    site: str, topic: Topic
) -> None:
    sign_up(topic, server=PROXY_ENTRANCE)
    assert "share one limit" in to_mend("proxy", now=NOW)


def test_in_a_private_network_it_may_be_a_visitor_who_writes_such_headers(
    site: str, topic: Topic
) -> None:
    sign_up(topic, peer="10.0.0.3")
    assert seen("proxy", now=NOW) == set()
    sign_up(topic, peer="10.0.0.3", **{"X-Forwarded-For": "203.0.113.9"})
    assert seen("proxy", now=NOW) == {("proxy", Level.LOOK)}


def test_visitors_who_come_without_a_proxy_are_no_fault(site: str, topic: Topic) -> None:
    sign_up(topic, peer="8.8.4.4", **{"X-Forwarded-For": "203.0.113.9", "Via": "1.1 their-own"})
    assert seen("proxy", now=NOW) == set()


def test_a_full_disk_and_odd_headers_fail_no_sign_up(
    site: str, topic: Topic, settings: Settings, folder: Path
) -> None:
    settings.VAR_DIR = folder / "gone"
    settings.ALLOWED_HOSTS = ["*"]
    sign_up(topic, Via="1.1 proxy")
    sign_up(topic, Host="[::1")
    assert to_mend("proxy", now=NOW) == ""


def test_an_altered_audit_log_is_named_with_its_places() -> None:
    entries = [record(CommandAction.RAN, label=f"command {number}") for number in range(6)]
    assert to_mend("audit") == ""

    AuditEntry.objects.filter(pk__gte=entries[1].pk).update(actor_name="somebody else")

    named = [finding.message for finding in found("audit")]
    assert f"entry {entries[1].pk} (not sealed yet): it was altered" in named[0]
    assert named[-1] == "The audit log has more problems. Run: manage.py verify_audit"
    assert len(named) == 4


def test_need_to_know_topics_that_nobody_sees_are_counted_and_not_named() -> None:
    inner = Topic.objects.create(
        slug="inner-circle", name="Wolpertingers", is_public=False, is_restricted=True
    )
    iris = staff_member("iris", ADMINISTRATOR)
    given = grant(inner, iris, until=timezone.now() + timedelta(days=3), by="iris")
    assert not found("need-to-know")
    revoke(given.pk, though_last=True)
    [finding] = found("need-to-know")
    assert finding.level is Level.LOOK
    assert finding.message.startswith("Nobody sees 1 need-to-know topic,")
    assert inner.slug not in finding.message
    assert inner.name not in finding.message
