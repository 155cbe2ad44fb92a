"""Guesses at one account from many networks, by the page, as a proxy of ours passes them on.

2,000 from 100 networks, because each takes milliseconds; `test_password_limits.py` has 10,000 from
500, without the page. The hasher is quick, or the guesses that are let through would take minutes,
and it counts.
"""

from collections import Counter
from urllib.parse import urlencode

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.models import User
from django.http.response import HttpResponseBase
from django.test import Client
from pytest_django.fixtures import Settings
from redis import Redis

from newsletter.core.requests.proxy_entrance import PROXY_ENTRANCE
from newsletter.core.requests.rate_limits import storage
from newsletter.models import AuditEntry, Brand
from staff.sign_in.password_limits import PER_NAME, PER_NAME_AND_NETWORK_UNDER_ATTACK

LOGIN = "/staff/login/"
GUESSES, NETWORKS = 2_000, 100
PASSWORD = "correct horse battery staple"
TRIES = PER_NAME.amount + NETWORKS * PER_NAME_AND_NETWORK_UNDER_ATTACK[0].amount
"""At most so many of the guesses meet the password."""


class CountingHasher(MD5PasswordHasher):
    """A hasher that counts how often it was asked."""

    algorithm = "counted"
    asked = 0

    def encode(self, password: str, salt: str) -> str:
        type(self).asked += 1
        return super().encode(password, salt)


def enter(client: Client, password: str, *, network: int) -> HttpResponseBase:
    """Post the form from a network, whose proxy names the client."""
    return client.post(
        LOGIN,
        urlencode({"username": "sam", "password": password}),
        content_type="application/x-www-form-urlencoded",
        REMOTE_ADDR="127.0.0.1",
        SERVER_NAME=PROXY_ENTRANCE,
        headers={
            "Host": "localhost",
            "X-Forwarded-For": f"203.{network // 250}.{network % 250}.{network % 7 + 1}",
        },
    )


def counts_kept(settings: Settings) -> list[bool]:
    """Return for each key of the limits whether it will be forgotten by itself."""
    if not settings.REDIS_URL:
        return [True] * len(storage(""))  # type: ignore[arg-type] # test_own_storage.py: it forgets
    with Redis.from_url(settings.REDIS_URL) as redis:
        return [redis.ttl(key) > 0 for key in redis.scan_iter("LIMITS:*")]


@pytest.mark.thorough
def test_guesses_from_everywhere_get_few_tries_and_leave_the_owner_a_way_in(
    settings: Settings, brand: Brand
) -> None:
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    sam = User.objects.create_superuser("sam", password=PASSWORD)
    office, stranger = Client(), Client()
    assert enter(office, PASSWORD, network=3).status_code == 302
    office.post("/staff/logout/")
    entries, hashed = AuditEntry.objects.count(), CountingHasher.asked

    answers = Counter(
        enter(stranger, f"guess {number}", network=number % NETWORKS).status_code
        for number in range(GUESSES)
    )

    assert answers.keys() == {200, 429}
    assert NETWORKS < answers[200] <= TRIES
    assert CountingHasher.asked - hashed == answers[200]
    told = Counter(AuditEntry.objects.order_by("pk").values_list("action", flat=True)[entries:])
    assert told == {"account.sign_in_failed": answers[200], "account.sign_in_slowed": NETWORKS}
    kept = counts_kept(settings)
    assert all(kept)
    assert len(kept) <= 5 * NETWORKS + 1, "as many as networks, and not as guesses"

    assert enter(stranger, PASSWORD, network=3).status_code == 429
    assert enter(office, PASSWORD, network=3).status_code == 302, "a device that is known"
    assert enter(Client(), PASSWORD, network=NETWORKS + 1).status_code == 302, "another network"
    sam.refresh_from_db()
    assert sam.is_active
