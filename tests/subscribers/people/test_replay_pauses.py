"""A restored database learns of pauses from the journal: of each person, the newest word."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from newsletter.models import Brand
from subscribers.models import Subscriber
from subscribers.opt_outs.entry import OVER, Entry, EntryKind, format_entry
from subscribers.opt_outs.journal import journals
from subscribers.people.erase import erase
from subscribers.people.pause import pause, paused_until
from subscribers.people.replay_opt_outs import replay
from tests.subscribers.own_address import change_own_address

NOW = timezone.now().replace(microsecond=0)
IN_A_MONTH = NOW + timedelta(days=30)


@pytest.fixture(autouse=True)
def ada_since_a_year(ada: Subscriber) -> None:
    Subscriber.objects.update(created_at=NOW - timedelta(days=365))


def paused(digest: str, which: str = IN_A_MONTH.isoformat(), *, hours_ago: int = 1) -> Entry:
    return Entry(EntryKind.PAUSE, NOW - timedelta(hours=hours_ago), digest, which)


def write(folder: Path, *journals_of_hosts: list[Entry]) -> list[Path]:
    paths = [folder / f"host{number}.log" for number in range(len(journals_of_hosts))]
    for path, entries in zip(paths, journals_of_hosts, strict=True):
        path.write_text("".join(f"\n{format_entry(entry)}\n" for entry in entries))
    return paths


def test_a_pause_since_the_backup_stands_again_and_a_second_time_changes_nothing(
    ada: Subscriber, tmp_path: Path
) -> None:
    paths = write(tmp_path, [paused(ada.digest), paused("f" * 64)])
    done = replay(paths)
    assert (done.opt_outs, done.applied, done.unreadable) == (2, 1, 0)
    ada.refresh_from_db()
    assert (ada.paused_until, ada.paused_at) == (IN_A_MONTH, NOW - timedelta(hours=1))
    assert replay(paths).applied == 0


def test_the_newest_word_counts_whichever_host_has_it(ada: Subscriber, tmp_path: Path) -> None:
    later = (NOW + timedelta(days=60)).isoformat()
    newest = [paused(ada.digest, later, hours_ago=1)]
    older = [paused(ada.digest, OVER, hours_ago=2), paused(ada.digest, hours_ago=3)]
    replay(write(tmp_path, newest, older))
    ada.refresh_from_db()
    assert ada.paused_until == NOW + timedelta(days=60)


def test_a_pause_that_the_person_has_ended_is_not_brought_back_and_one_of_the_backup_ends(
    ada: Subscriber, tmp_path: Path
) -> None:
    paths = write(
        tmp_path, [paused(ada.digest, hours_ago=3)], [paused(ada.digest, OVER, hours_ago=1)]
    )
    assert replay(paths).applied == 0
    Subscriber.objects.update(paused_until=IN_A_MONTH, paused_at=NOW - timedelta(hours=3))
    assert replay(paths).applied == 1
    ada.refresh_from_db()
    assert (ada.paused_until, ada.paused_at) == (None, None)


def test_a_newer_word_in_the_database_stays(ada: Subscriber, tmp_path: Path) -> None:
    until = NOW + timedelta(days=90)
    Subscriber.objects.update(paused_until=until, paused_at=NOW)
    for which in (OVER, IN_A_MONTH.isoformat()):
        assert replay(write(tmp_path, [paused(ada.digest, which)])).applied == 0
    ada.refresh_from_db()
    assert ada.paused_until == until


def test_a_pause_that_is_over_by_now_is_none(ada: Subscriber, tmp_path: Path) -> None:
    yesterday = (NOW - timedelta(days=1)).isoformat()
    assert replay(write(tmp_path, [paused(ada.digest, yesterday, hours_ago=99)])).applied == 0
    ada.refresh_from_db()
    assert ada.paused_until is None


def test_somebody_who_signed_up_anew_after_an_erasure_is_another(
    ada: Subscriber, tmp_path: Path
) -> None:
    Subscriber.objects.update(created_at=NOW)
    assert replay(write(tmp_path, [paused(ada.digest)])).applied == 0


@pytest.mark.parametrize("which", ["tomorrow", "2027-03-15T00:00:00", "-", "99999999999"])
def test_a_line_that_says_no_time_is_counted_as_unreadable(
    ada: Subscriber, tmp_path: Path, which: str
) -> None:
    done = replay(write(tmp_path, [paused(ada.digest, which)]))
    assert (done.applied, done.unreadable) == (0, 1)


@pytest.mark.django_db(transaction=True)
def test_an_older_backup_knows_the_person_by_the_address_before(
    brand: Brand, ada: Subscriber
) -> None:
    change_own_address(ada.pk, to="newton@example.org")
    day = (NOW + timedelta(days=30)).date()
    pause(ada.pk, until=day)
    Subscriber.objects.update(digest=ada.digest, email=ada.email, paused_until=None, paused_at=None)

    replay(journals())

    assert paused_until(Subscriber.objects.get()) == day


def test_somebody_who_was_erased_stays_so(ada: Subscriber, tmp_path: Path) -> None:
    erase(ada.pk)
    assert replay(write(tmp_path, [paused(ada.digest)])).applied == 0
    assert not Subscriber.objects.exists()
