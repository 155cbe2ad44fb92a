"""A database that lacks what it once held sends nothing; a new one is not held."""

import fcntl
import os
import resource
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from pytest_django.fixtures import Settings
from redis import Redis

from newsletter.epoch import hold as hold_module
from newsletter.epoch import memory
from newsletter.epoch.advance import advance, advance_unless_held
from newsletter.epoch.hold import Hold, Why, held
from newsletter.epoch.release import release
from newsletter.epoch.skip_ids import SKIPPED, ids_to_skip
from newsletter.models import DatabaseHistory, Epoch, TransactionalMessage
from newsletter.outbox.deliver import deliver, deliver_due
from newsletter.outbox.queue import queue_message
from newsletter.rendering.rendered import Rendered
from newsletter.retention.forget import EPOCHS_KEPT, forget_epochs

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]


@pytest.fixture(autouse=True)
def ask_redis_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hold_module, "OTHERS_EVERY", 0.0)


def step() -> None:
    """Claim something, or leave."""
    with transaction.atomic():
        advance(now=timezone.now())


def restore_older(steps: int) -> None:
    """Restore a database without the last steps."""
    Epoch.objects.filter(pk__in=Epoch.objects.order_by("-pk").values("pk")[:steps]).delete()


def why() -> Why | None:
    found = held()
    return found.why if found else None


def message() -> TransactionalMessage:
    return queue_message(
        "welcome", to="ada@example.nz", rendered=Rendered("Welcome", "<p>Welcome</p>", "Welcome")
    )


def forget_this_host(settings: Settings) -> None:
    (settings.VAR_DIR / "epoch.json").unlink()


def forget_redis(settings: Settings) -> None:
    if settings.REDIS_URL:
        with Redis.from_url(settings.REDIS_URL) as redis:
            for key in redis.scan_iter("epoch:*"):
                redis.delete(key)


@contextmanager
def full_disk(room: int) -> Iterator[None]:
    """Let this process write nothing beyond the first bytes of any file."""
    former = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, former[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, former)


def test_a_new_installation_is_not_held_nor_one_that_goes_on() -> None:
    assert held() is None
    for _ in range(3):
        step()
        assert held() is None


def test_a_database_that_lacks_what_this_host_has_seen_is_held_and_says_both_times() -> None:
    assert held() is None
    step()
    kept = Epoch.objects.get()
    step()
    lost = Epoch.objects.order_by("-pk")[0]
    assert held() is None
    restore_older(1)

    found = held()

    assert found == Hold(Why.OLDER, found.since, lost.at, kept.at) if found else False
    assert "after_restore" in str(found)


def test_it_stays_held_however_many_leave_meanwhile() -> None:
    """Opt-outs advance the epoch of the restored database, also beyond what is remembered."""
    held()
    for _ in range(3):
        step()
    restore_older(2)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence('newsletter_epoch', 'id'), (SELECT max(id) "
                "FROM newsletter_epoch))"
            )
        else:
            cursor.execute(
                "UPDATE sqlite_sequence SET seq = (SELECT max(id) FROM newsletter_epoch) WHERE "
                "name = 'newsletter_epoch'"
            )

    for _ in range(5):
        step()

    assert why() is Why.OLDER


def test_a_dump_whose_sequence_is_ahead_of_its_rows_is_held() -> None:
    """pg_dump reads sequences outside its snapshot, so the next number may be ahead."""
    held()
    for _ in range(3):
        step()
    restore_older(2)

    step()

    assert why() is Why.OLDER


def test_a_host_without_memory_holds_a_database_that_has_been_in_use(settings: Settings) -> None:
    held()
    step()
    forget_this_host(settings)
    forget_redis(settings)

    assert why() is Why.UNKNOWN
    step()
    assert why() is Why.UNKNOWN


def test_a_copy_of_another_hosts_memory_vouches_for_nothing(
    settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """VAR_DIR restored from a backup together with the database."""
    held()
    step()
    copied = tmp_path_factory.mktemp("copied") / "var"
    shutil.copytree(settings.VAR_DIR, copied)
    settings.VAR_DIR = copied
    forget_redis(settings)

    assert why() is Why.UNKNOWN


def test_an_opt_out_does_not_make_a_copy_vouch(
    settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Opt-outs are taken before anybody has said a word about the restored database."""
    held()
    step()
    copied = tmp_path_factory.mktemp("copied") / "var"
    shutil.copytree(settings.VAR_DIR, copied)
    settings.VAR_DIR = copied
    # Set, so that a transaction leaves the judgement to whoever can ask; and nobody answers.
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    step()

    assert why() is Why.UNKNOWN


def test_a_damaged_memory_is_none(settings: Settings) -> None:
    held()
    step()
    forget_redis(settings)
    (settings.VAR_DIR / "epoch.json").write_bytes(b"\0" * 300)

    assert why() is Why.UNKNOWN


def test_another_database_is_not_taken_for_an_older_one(settings: Settings) -> None:
    held()
    step()
    Epoch.objects.all().delete()
    DatabaseHistory.objects.update(identity="another")

    assert held() is None
    step()
    assert held() is None


def test_what_no_transaction_has_committed_is_not_remembered() -> None:
    held()
    step()
    with transaction.atomic():
        advance(now=timezone.now())
        held()
        transaction.set_rollback(True)

    assert held() is None


def test_a_persons_word_during_which_the_database_fails_is_not_remembered_as_said() -> None:
    """Otherwise this database would be taken for an older one for good."""
    held()
    step()

    def fail_at_the_step(execute: Callable[..., object], sql: str, *arguments: object) -> object:
        if sql.startswith("INSERT INTO newsletter_epoch"):
            raise OperationalError("the database goes away")
        return execute(sql, *arguments)

    with connection.execute_wrapper(fail_at_the_step), pytest.raises(OperationalError):
        release(by="sam", now=timezone.now(), restored_at=None)

    assert held() is None


def test_steps_that_are_forgotten_are_not_missed() -> None:
    held()
    for _ in range(3):
        step()
    long_after = timezone.now() + EPOCHS_KEPT + timedelta(days=1)

    assert forget_epochs(now=long_after) == 2
    assert held() is None


def test_no_single_message_leaves_while_sending_is_held(brand: object) -> None:
    first, second = message(), message()
    assert deliver(first.pk) == "accepted"
    held()
    restore_older(1)

    assert deliver(second.pk) is None
    assert deliver_due() == 0

    second.refresh_from_db()
    assert (second.status, second.attempt) == ("queued", 0)


def test_ids_of_the_lost_time_are_not_given_again(brand: object) -> None:
    before = message()
    deliver(before.pk)
    held()
    restore_older(1)
    held()

    assert message().pk >= before.pk + ids_to_skip(before.pk)


def test_ids_stay_within_what_a_token_can_hold() -> None:
    """However often a host meets the database anew, such as one whose VAR_DIR is new each time."""
    last = 0
    for _ in range(10_000):
        last += ids_to_skip(last)

    assert last < 2**32 - 10**6


def test_a_full_disk_stops_neither_mail_nor_an_opt_out(settings: Settings, brand: object) -> None:
    held()
    settings.VAR_DIR = settings.VAR_DIR / "gone"

    assert held() is None
    step()


@pytest.mark.parametrize("room", [0, 1, 100], ids="{} bytes".format)
def test_a_memory_that_a_full_disk_cuts_short_is_still_the_one_of_before(room: int) -> None:
    held()
    step()
    known = memory.recall()
    assert known is not None

    with full_disk(room):
        memory.remember(replace(known.mark, epoch=known.mark.epoch + 1))

    assert memory.recall() == known
    assert held() is None
    step()
    newest = memory.recall()
    assert newest is not None
    assert newest.mark.epoch == Epoch.objects.order_by("-pk")[0].pk


def test_ids_are_left_out_once_however_often_a_host_looks_that_can_remember_nothing(
    settings: Settings, brand: object
) -> None:
    """A command run by another user, or a folder that is read only.

    The ids that each look skipped would soon be more than links can hold.
    """
    before = message()
    deliver(before.pk)
    forget_redis(settings)
    settings.VAR_DIR = settings.VAR_DIR / "gone"

    for _ in range(3):
        assert why() is Why.UNKNOWN

    assert message().pk < before.pk + 2 * SKIPPED


def test_a_memory_that_is_being_written_is_not_taken_for_a_copy(settings: Settings) -> None:
    """Between the record and its time the two don't fit.

    A process that reads then would hold sending, and skip ids.
    """
    held()
    step()
    path, found = settings.VAR_DIR / "epoch.json", list[memory.Memory | None]()
    written_at = path.stat().st_mtime
    with path.open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        os.utime(path, (written_at + 1, written_at + 1))
        reader = Thread(target=lambda: found.append(memory.recall()))
        reader.start()
        reader.join(0.5)
        os.utime(path, (written_at, written_at))
    reader.join()

    assert [one and one.is_own for one in found] == [True]


@pytest.fixture
def other_host(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The VAR_DIR of a host that has seen nothing yet."""
    if not settings.REDIS_URL:
        pytest.skip("hosts share Redis alone")
    return tmp_path_factory.mktemp("other")


def test_a_new_host_beside_one_that_is_alive_may_send(settings: Settings, other_host: Path) -> None:
    held()
    step()
    held()
    settings.VAR_DIR = other_host

    assert held() is None
    recalled = memory.recall()
    assert recalled is not None
    assert recalled.mark.epoch == Epoch.objects.get().pk


def test_a_redis_that_nobody_alive_has_spoken_to_vouches_for_nothing(
    settings: Settings, other_host: Path
) -> None:
    """It may have been restored with the database."""
    held()
    step()
    held()
    with Redis.from_url(settings.REDIS_URL) as redis:
        for key in redis.scan_iter("epoch:*:alive"):
            redis.delete(key)
    settings.VAR_DIR = other_host

    assert why() is Why.UNKNOWN


def test_what_redis_remembers_holds_a_host_that_has_seen_less(settings: Settings) -> None:
    held()
    step()
    older = memory.recall()
    step()
    held()
    assert older is not None
    restore_older(1)
    forget_this_host(settings)
    memory.adopt(older, instead_of=None)

    expected = Why.OLDER if settings.REDIS_URL else None
    assert why() is expected


def test_what_is_about_to_be_sent_is_known_to_all_hosts_at_once(settings: Settings) -> None:
    held()
    step()
    older = memory.recall()
    with transaction.atomic():
        assert advance_unless_held(now=timezone.now()) is None
    assert older is not None
    restore_older(1)
    forget_this_host(settings)
    memory.adopt(older, instead_of=None)

    expected = Why.OLDER if settings.REDIS_URL else None
    assert why() is expected


def test_a_redis_that_does_not_answer_is_done_without(settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    assert held() is None
    step()
    assert held() is None


def test_nobody_waits_for_the_step_of_another() -> None:
    """Two campaigns side by side lose no speed."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer")
    held()
    stepped, may_end = Event(), Event()

    def slowly() -> None:
        with transaction.atomic():
            advance(now=timezone.now())
            stepped.set()
            may_end.wait(30)
        connection.close()

    other = Thread(target=slowly)
    other.start()
    try:
        assert stepped.wait(30)
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '2s'")
            advance(now=timezone.now())
    finally:
        may_end.set()
        other.join()

    assert Epoch.objects.count() == 2
    assert held() is None
