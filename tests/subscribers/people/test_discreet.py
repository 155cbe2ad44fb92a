"""Discreet mode: switched by the person, recorded, journaled, and never lost."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from campaigns.reports.diagnostics.discreet import discreet
from campaigns.reports.diagnostics.finding import Level
from newsletter.models import Brand, TransactionalMessage
from newsletter.transport.config.mailer_settings import MailerSettings
from subscribers.models import AddressChange, ConsentRecord, Subscriber
from subscribers.opt_outs import journal
from subscribers.opt_outs.entry import ON, OVER, Entry, EntryKind, format_entry
from subscribers.people.change_address import change_address
from subscribers.people.discreet import NoNeutralSender, discreet_among, set_discreet
from subscribers.people.erase import erase
from subscribers.people.export import export_subscribers
from subscribers.people.held_data.collect import held_data
from subscribers.people.replay_opt_outs import replay
from subscribers.states import ConsentAction
from tests.discretion import NEUTRAL
from tests.subscribers.own_address import change_own_address

NOW = timezone.now().replace(microsecond=0)


@pytest.fixture(autouse=True)
def neutral(settings: Settings, brand: Brand) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "localhost", NEUTRAL["neutral_domain"]]
    Brand.objects.update(**NEUTRAL)


def noted() -> list[tuple[str, str]]:
    return [
        (entry.digest, entry.which)
        for path in journal.journals()
        for entry in journal.entries_of(path)
        if entry and entry.what is EntryKind.DISCREET
    ]


def last_actions(subscriber: Subscriber) -> list[str]:
    records = ConsentRecord.objects.filter(digest=subscriber.digest).order_by("pk")
    return list(records.values_list("action", flat=True))


def test_it_is_switched_on_and_off_once_each(ada: Subscriber) -> None:
    assert set_discreet(ada.pk, on=True)
    assert not set_discreet(ada.pk, on=True)
    assert discreet_among([ada.digest])

    assert set_discreet(ada.pk, on=False)
    assert not set_discreet(ada.pk, on=False)
    assert not discreet_among([ada.digest])
    assert noted() == [(ada.digest, ON), (ada.digest, OVER)]
    assert last_actions(ada)[-2:] == [ConsentAction.DISCREET, ConsentAction.NOT_DISCREET]


def test_without_a_neutral_sender_it_can_be_switched_off_alone(ada: Subscriber) -> None:
    set_discreet(ada.pk, on=True)
    Brand.objects.update(neutral_domain="")
    assert set_discreet(ada.pk, on=False)
    with pytest.raises(NoNeutralSender):
        set_discreet(ada.pk, on=True)
    ada.refresh_from_db()
    assert ada.discreet_since is None
    assert noted() == [(ada.digest, ON), (ada.digest, OVER)]


def test_of_nobody_nothing_is_written() -> None:
    assert not set_discreet(2**31, on=True)
    assert noted() == []


def test_a_change_of_address_keeps_it_and_neither_address_gets_a_telling_email(
    ada: Subscriber,
) -> None:
    set_discreet(ada.pk, on=True)
    asked = AddressChange.objects.create(subscriber=ada, email="ada@example.com", digest="f" * 64)
    assert discreet_among(["f" * 64]), "the address that is asked"
    change_address(ada.pk, to="ada@example.com", asked=asked.pk)

    ada.refresh_from_db()
    assert ada.discreet_since is not None
    told = TransactionalMessage.objects.get(kind="address_changed")
    assert (told.to, told.is_discreet) == ("ada@example.nz", True)


def write(folder: Path, *entries: Entry) -> list[Path]:
    path = folder / "host.log"
    path.write_text("".join(f"\n{format_entry(entry)}\n" for entry in entries))
    return [path]


def entry(digest: str, which: str, *, hours_ago: int) -> Entry:
    return Entry(EntryKind.DISCREET, NOW - timedelta(hours=hours_ago), digest, which)


@pytest.fixture
def since_a_year(ada: Subscriber) -> Subscriber:
    Subscriber.objects.update(created_at=NOW - timedelta(days=365))
    return ada


def test_a_restored_database_learns_of_it_and_a_second_time_changes_nothing(
    since_a_year: Subscriber, tmp_path: Path
) -> None:
    ada = since_a_year
    paths = write(tmp_path, entry(ada.digest, ON, hours_ago=2), entry("f" * 64, ON, hours_ago=1))

    done = replay(paths)

    assert (done.opt_outs, done.applied, done.unreadable) == (2, 1, 0)
    ada.refresh_from_db()
    assert ada.discreet_since == NOW - timedelta(hours=2)
    assert last_actions(ada)[-1] == ConsentAction.DISCREET
    assert replay(paths).applied == 0


@pytest.mark.parametrize(
    ("entries", "stands", "is_on"),
    [
        ([(ON, 3), (OVER, 2)], None, False),
        ([(OVER, 3), (ON, 2)], None, True),
        ([(OVER, 2)], 4, False),
        ([(OVER, 4)], 2, True),
        ([(ON, 9000)], None, False),
    ],
    ids=["ended", "on again", "ended since the backup", "on since then", "of somebody before"],
)
def test_the_newest_word_counts(
    since_a_year: Subscriber,
    tmp_path: Path,
    entries: list[tuple[str, int]],
    stands: int | None,
    is_on: bool,
) -> None:
    since = NOW - timedelta(hours=stands) if stands else None
    Subscriber.objects.update(discreet_since=since)
    lines = [entry(since_a_year.digest, which, hours_ago=ago) for which, ago in entries]

    replay(write(tmp_path, *lines))

    since_a_year.refresh_from_db()
    assert (since_a_year.discreet_since is not None) is is_on


def test_a_line_that_says_neither_is_not_understood(
    since_a_year: Subscriber, tmp_path: Path
) -> None:
    done = replay(write(tmp_path, entry(since_a_year.digest, "perhaps", hours_ago=1)))
    assert (done.applied, done.unreadable) == (0, 1)


def test_its_own_journal_brings_it_back_after_a_change_of_address(
    since_a_year: Subscriber, tmp_path: Path
) -> None:
    before = since_a_year.digest
    changed = change_own_address(since_a_year.pk, to="ada@example.com")
    set_discreet(changed.pk, on=True)
    assert set(noted()) == {(changed.digest, ON), (before, ON)}
    # The backup knows her by the earlier address.
    Subscriber.objects.update(email="ada@example.nz", digest=before, discreet_since=None)

    replay(journal.journals())

    since_a_year.refresh_from_db()
    assert since_a_year.discreet_since is not None


def test_it_stands_in_the_download_and_goes_with_an_erasure(ada: Subscriber) -> None:
    set_discreet(ada.pk, on=True)
    ada.refresh_from_db()
    [table] = [table for table in held_data(ada) if table.name == "subscriber"]
    assert "discreet_since" in {column for row in table.given() for column in row}

    erase(ada.pk)

    assert not discreet_among([ada.digest])
    assert TransactionalMessage.objects.get(kind="erased").is_discreet


def test_doctor_says_what_is_missing(ada: Subscriber) -> None:
    assert [level for level, *_ in discreet()] == [Level.FINE]
    set_discreet(ada.pk, on=True)
    Brand.objects.update(neutral_domain="unanswered.example.net")

    [(level, words, *_)] = discreet()

    assert level is Level.MEND
    assert "unanswered.example.net" in words
    Subscriber.objects.update(discreet_since=None)
    assert [level for level, *_ in discreet()] == [Level.LOOK]
    Brand.objects.update(neutral_domain="", neutral_sender_email="")
    assert list(discreet()) == []


def test_doctor_says_what_a_mail_server_adds_to_discreet_email(
    ada: Subscriber, settings: Settings
) -> None:
    set_discreet(ada.pk, on=True)

    def found(**options: str) -> list[Level]:
        mailer = MailerSettings("smtp", "", {"ehlo": "host7.example.com", **options}, "smtp")
        settings.MAILER_SETTINGS = {"bulk": mailer}
        return [level for level, *_ in discreet()][1:]

    assert found() == []
    assert found(ehlo="mail.lists.example.org") == [Level.LOOK]
    assert found(ehlo="taskforce7.example.com") == [Level.LOOK]
    assert found(neutral_dkim_domain="notes.example.net") == []
    assert found(neutral_dkim_domain="example.net") == []
    assert found(neutral_dkim_domain="elsewhere.example") == [Level.MEND]


def test_an_export_says_it(ada: Subscriber) -> None:
    set_discreet(ada.pk, on=True)
    file = io.StringIO()
    export_subscribers(file)
    header, row = file.getvalue().splitlines()
    assert "discreet_since" in header
    ada.refresh_from_db()
    assert ada.discreet_since is not None
    assert ada.discreet_since.isoformat(timespec="seconds") in row
