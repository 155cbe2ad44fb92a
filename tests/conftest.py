"""The fixed cast of all tests, and settings that each test gets afresh.

Ada is confirmed, Ben is pending, Cleo is suppressed, Dora has unsubscribed, Sam is staff.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import hypothesis
import pytest
from allauth.account.internal.flows.login import record_authentication
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.core.signals import setting_changed
from django.http import HttpRequest
from django.test import Client, TransactionTestCase
from django.utils import timezone
from pytest_django.fixtures import Settings
from redis import Redis
from whitenoise.middleware import WhiteNoiseMiddleware

from config.environment.media_storage_url import media_folder
from newsletter.core.addresses import address_digest, domain_of
from newsletter.core.redis_circuit import circuit as redis_circuit
from newsletter.core.requests.rate_limits import storage as limits_storage
from newsletter.core.requests.single_use import own_names
from newsletter.core.requests.window_counts import own_windows
from newsletter.models import THE_BRAND, Brand
from newsletter.public_pages.kept_value import VALUES
from newsletter.public_pages.page_cache import PAGES
from newsletter.public_pages.page_for_one import PAGES_FOR_ONE
from subscribers.consent.attack import own_gathering, own_sums, own_writer
from subscribers.consent.seen_limits import own_seen
from subscribers.models import Subscriber, Subscription, Suppression, Topic
from subscribers.states import SubscriptionStatus, SuppressionReason, SuppressionScope
from subscribers.views.step_pages import own_pages
from tests.emptying import empty_all
from tests.metrics import TOKEN, Counted
from tests.samples import BRAND
from tests.staff_members import ALL_BUT_AUDITOR, browser_of, staff_member
from tests.static_files import add_files_once

# No test is about the speed of the machine that it runs on, which others may keep busy.
hypothesis.settings.register_profile(
    "tests",
    hypothesis.settings.default,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("tests")

TransactionTestCase._fixture_teardown = empty_all  # type: ignore[attr-defined] # private, and not typed
WhiteNoiseMiddleware.add_files_from_finders = add_files_once


class MakeSubscriber(Protocol):
    """The function that `make_subscriber` gives."""

    def __call__(
        self, email: str, *, topic: Topic, status: SubscriptionStatus = ..., **details: str
    ) -> Subscriber: ...


def forget_in_redis(url: str, *patterns: str) -> None:
    """Delete the keys that match."""
    with Redis.from_url(url) as redis:
        for pattern in patterns:
            for key in redis.scan_iter(pattern):
                redis.delete(key)


@pytest.fixture(autouse=True)
def real_mailers(settings: Settings) -> None:
    """Use the real mailers, which write to the development inbox.

    Django's test set-up would put a list in place of each.
    """
    settings.MAILERS = {
        alias: {"BACKEND": mailer.backend, "OPTIONS": dict(mailer.options)}
        for alias, mailer in {
            "default": settings.MAILER_SETTINGS["transactional"],
            **settings.MAILER_SETTINGS,
        }.items()
    }


@pytest.fixture(autouse=True)
def fresh_limits(settings: Settings) -> None:
    """Forget what earlier tests sent through the public forms, and which Redis was silent."""
    for remembered in (
        redis_circuit, own_windows, own_names, own_seen, own_gathering, own_sums, own_writer,
    ):  # fmt: skip
        remembered.cache_clear()
    for url in {"", settings.REDIS_URL}:
        limits_storage(url).reset()
    if settings.REDIS_URL:
        forget_in_redis(settings.REDIS_URL, "windows:*", "used:*", "attack:*")


@pytest.fixture(autouse=True)
def fresh_pages() -> Iterator[None]:
    """Forget the public pages that earlier tests made, and those made with other settings."""

    def forget(**_: object) -> None:
        PAGES.clear()
        PAGES_FOR_ONE.clear()
        VALUES.clear()
        own_pages.cache_clear()

    forget()
    setting_changed.connect(forget, weak=False)
    yield
    setting_changed.disconnect(forget)


@pytest.fixture(autouse=True)
def own_var_dir(settings: Settings, tmp_path: Path) -> None:
    """Forget what hosts remember of an earlier test's database."""
    settings.VAR_DIR = tmp_path
    settings.STORAGES = {**settings.STORAGES, "media": media_folder(tmp_path / "media")}
    if settings.REDIS_URL:
        forget_in_redis(settings.REDIS_URL, "epoch:*")


@pytest.fixture(autouse=True)
def quick_passwords(settings: Settings) -> None:
    """Hash passwords in no time: a good hash takes a third of a second, and most tests need one."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def signed_in_just_now() -> Iterator[None]:
    """Take a sign-in without the sign-in page, by `force_login`, for one by password."""

    def note(request: HttpRequest, user: User, **_: object) -> None:
        record_authentication(request, user, method="password")

    user_logged_in.connect(note, weak=False)
    yield
    user_logged_in.disconnect(note)


@pytest.fixture
def brand(db: None) -> Brand:
    return Brand.objects.create(pk=THE_BRAND, **BRAND)


@pytest.fixture
def topic(db: None) -> Topic:
    return Topic.objects.create(
        slug="quarterly-meetings",
        name="Quarterly meetings",
        description="Four virtual meetings a year.",
    )


@pytest.fixture
def other_topic(db: None) -> Topic:
    return Topic.objects.create(
        slug="forums", name="Forums", description="Forums held in parliaments.", position=1
    )


@pytest.fixture
def make_subscriber(db: None) -> MakeSubscriber:
    def make(
        email: str,
        *,
        topic: Topic,
        status: SubscriptionStatus = SubscriptionStatus.CONFIRMED,
        **details: str,
    ) -> Subscriber:
        subscriber = Subscriber.objects.create(
            email=email, digest=address_digest(email), domain=domain_of(email), **details
        )
        Subscription.objects.create(
            subscriber=subscriber, topic=topic, status=status, changed_at=timezone.now()
        )
        return subscriber

    return make


@pytest.fixture
def ada(make_subscriber: MakeSubscriber, topic: Topic) -> Subscriber:
    """A confirmed subscriber in New Zealand."""
    return make_subscriber(
        "ada@example.nz",
        topic=topic,
        full_name="Ada Lovelace",
        given_name="Ada",
        country="NZ",
        time_zone="Pacific/Auckland",
    )


@pytest.fixture
def ben(make_subscriber: MakeSubscriber, topic: Topic) -> Subscriber:
    """A pending subscriber, who has not confirmed yet."""
    return make_subscriber(
        "ben@example.com",
        topic=topic,
        status=SubscriptionStatus.PENDING,
        full_name="Ben Okri",
        given_name="Ben",
    )


@pytest.fixture
def cleo(make_subscriber: MakeSubscriber, topic: Topic) -> Subscriber:
    """A confirmed subscriber who is suppressed, because her mailbox is gone."""
    subscriber = make_subscriber(
        "cleo@example.com", topic=topic, full_name="Cleo Laine", given_name="Cleo"
    )
    Suppression.objects.create(
        digest=subscriber.digest, reason=SuppressionReason.HARD_BOUNCE, scope=SuppressionScope.ALL
    )
    return subscriber


@pytest.fixture
def dora(make_subscriber: MakeSubscriber, topic: Topic) -> Subscriber:
    """A subscriber who has unsubscribed."""
    return make_subscriber(
        "dora@example.com",
        topic=topic,
        status=SubscriptionStatus.UNSUBSCRIBED,
        full_name="Dora Maar",
        given_name="Dora",
    )


@pytest.fixture
def sam(db: None) -> User:
    """A staff member who may do everything but read the audit log."""
    return staff_member("sam", *ALL_BUT_AUDITOR)


@pytest.fixture
def sams(sam: User) -> Client:
    """Sam, signed in."""
    return browser_of(sam)


@pytest.fixture
def counted(settings: Settings) -> Counted:
    """Measure, and tell what is counted from here on."""
    settings.METRICS_TOKEN = TOKEN
    return Counted(settings.METRICS_FOLDER)
