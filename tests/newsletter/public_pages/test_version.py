"""Whatever public pages show, each change of it makes a new version."""

from datetime import datetime

import pytest
from django.db import connection, transaction

from campaigns.models import Campaign
from newsletter.models import Brand, PublicChange
from newsletter.public_pages.version import public_version
from subscribers.models import Topic
from subscribers.states import ArchiveAccess


def test_each_way_to_write_makes_a_new_version(brand: Brand) -> None:
    seen = [public_version()]

    brand.save()
    seen.append(public_version())
    Brand.objects.update(tagline="Another")
    seen.append(public_version())
    Topic.objects.create(slug="forums", name="Forums")
    seen.append(public_version())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE subscribers_topic SET name = 'By hand'")
    seen.append(public_version())
    Topic.objects.all().delete()
    seen.append(public_version())

    assert None not in seen
    assert len(set(seen)) == len(seen)


def test_what_no_page_shows_changes_no_version(brand: Brand, topic: Topic) -> None:
    version = public_version()

    assert Topic.objects.count() == 1

    assert public_version() == version


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite's triggers name no columns")
def test_the_claims_of_workers_change_no_version(topic: Topic) -> None:
    Campaign.objects.create(name="x", topic=topic)
    version = public_version()

    Campaign.objects.update(pause_reason="x", last_claim_at=None, candidates=5)
    assert public_version() == version

    Campaign.objects.update(archive_access=ArchiveAccess.NONE)
    assert public_version() != version


def test_a_change_that_was_rolled_back_is_no_version_that_comes_again(brand: Brand) -> None:
    during = []
    for tagline in ("One", "Two"):
        with transaction.atomic():
            Brand.objects.update(tagline=tagline)
            during.append(public_version())
            transaction.set_rollback(True)

    assert during[0] != during[1]
    assert public_version() not in during


def test_a_change_that_is_seen_late_makes_a_new_version(brand: Brand) -> None:
    """A transaction may take its number early, and commit after one with a greater number."""
    early = PublicChange.objects.latest("pk").pk + 1
    newest = PublicChange.objects.create(pk=early + 1, nonce="a", at=_now())
    version = public_version()

    PublicChange.objects.create(pk=early, nonce="b", at=_now())

    assert PublicChange.objects.latest("pk") == newest
    assert public_version() != version


def test_before_anything_was_noted_there_is_no_version(db: None) -> None:
    PublicChange.objects.all().delete()

    assert public_version() is None


def _now() -> datetime:
    return PublicChange.objects.latest("pk").at
