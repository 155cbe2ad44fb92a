"""Checks of the database and the queue."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from campaigns.reports.diagnostics.finding import Level
from tests.campaigns.reports.diagnostics.findings import found, to_mend
from tests.fakes.own_redis import OwnRedis, own_redis

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings: Settings) -> Iterator[OwnRedis]:
    with own_redis() as started:
        settings.REDIS_URL = started.url
        yield started


def test_a_folder_that_can_t_be_written_is_named(settings: Settings, folder: Path) -> None:
    settings.VAR_DIR = folder / "gone"
    assert "can't be written" in to_mend("queue")


def test_a_redis_that_is_away_is_named(settings: Settings) -> None:
    settings.REDIS_URL = "redis://:hunter2secret@127.0.0.1:1/0"
    assert "does not answer" in to_mend("queue")
    assert "hunter2secret" not in str(found("queue"))


def test_a_redis_that_takes_work_is_fine_and_keeps_nothing_of_the_check(server: OwnRedis) -> None:
    assert [finding.level for finding in found("queue")] == [Level.FINE]
    with server.client() as client:
        assert all(0 < client.ttl(key) <= 10 for key in client.scan_iter())


def test_a_redis_whose_memory_is_full_is_named(server: OwnRedis) -> None:
    with server.client() as client:
        client.config_set("maxmemory", 1)
    assert "accepts no work: its memory is full" in to_mend("queue")


def test_a_replica_is_named(server: OwnRedis) -> None:
    with server.client() as client:
        client.replicaof("127.0.0.1", 1)
    assert "accepts no work: it is a replica" in to_mend("queue")


def test_a_redis_that_can_t_save_its_data_is_named(server: OwnRedis) -> None:
    with server.client() as client:
        client.config_set("save", "3600 1")
        shutil.rmtree(server.folder)  # a disk without room would say the same, to root, too
        client.bgsave()
        while client.info("persistence")["rdb_last_bgsave_status"] != "err":
            pass
        assert "accepts no work: it can't save its data to disk" in to_mend("queue")
        server.folder.mkdir()


def test_a_redis_with_too_few_replicas_is_quoted(server: OwnRedis) -> None:
    with server.client() as client:
        client.config_set("min-replicas-to-write", 1)
    assert "accepts no work: NOREPLICAS" in to_mend("queue")


def test_a_user_who_may_not_store_this_key_finds_nothing(
    server: OwnRedis, settings: Settings
) -> None:
    with server.client() as client:
        client.acl_setuser("convene", enabled=True, nopass=True, keys=["bulk"], commands=["+@all"])
    settings.REDIS_URL = server.url.replace("//", "//convene:x@")
    assert [finding.level for finding in found("queue")] == [Level.FINE]
