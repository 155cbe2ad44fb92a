"""The journal of a claim, and the dispatch that is noted in it."""

import resource
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from newsletter.brand.sender_identity import SenderIdentity
from newsletter.core.standstill import elapsed
from newsletter.rendering.merge import Splice
from newsletter.transport.bulk.dispatch import Dispatch
from newsletter.transport.bulk.journal import Journal, JournalBroken, read
from newsletter.transport.message.recipients import Recipient, Template
from newsletter.transport.results.result import Outcome, Result

ACCEPTED = Result(Outcome.ACCEPTED)
REFUSED = Result(Outcome.REFUSED, reason="550 “no”, said <ada@example.nz>", mailer="smtp")
UNKNOWN = Result(Outcome.UNKNOWN, reason="no answer")
NOTHING = Splice.parse("")
TEMPLATE = Template(
    sender=SenderIdentity(sender="a@b.example", sender_name="", reply_to=""),
    subject=NOTHING,
    html=NOTHING,
    text=NOTHING,
    headers={},
)


def recipient(key: int) -> Recipient:
    return Recipient(
        key=key,
        ref=f"ref{key}",
        to="ada@example.nz",
        to_name="",
        template=TEMPLATE,
        values={},
        headers={},
    )


def dispatch(journal: Journal, *, closes_in: float = 60, pause: float = 0.0) -> Dispatch:
    return Dispatch(
        journal,
        mailer="smtp",
        closes_at=elapsed() + closes_in,
        is_stopping=lambda: False,
        pause=pause,
    )


@contextmanager
def full_disk(size: int) -> Iterator[None]:
    """No file of this process grows beyond `size` bytes."""
    former = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, former[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, former)
        signal.signal(signal.SIGXFSZ, ignored)


def test_a_journal_says_what_ended_and_what_is_in_doubt(tmp_path: Path) -> None:
    journal = Journal(tmp_path, "t", {"mailer": "smtp", "campaign": 7})
    journal.note(begun=[1, 2, 3])
    journal.note(ended=[(1, ACCEPTED), (2, REFUSED)], begun=[4])

    record = read(journal.path)

    assert record.facts["campaign"] == 7
    assert record.results == {1: Result(Outcome.ACCEPTED, mailer="smtp"), 2: REFUSED}
    assert record.in_doubt == {3, 4}
    assert record.is_complete
    journal.close()


def test_a_torn_last_line_began_nothing(tmp_path: Path) -> None:
    journal = Journal(tmp_path, "t", {})
    journal.note(begun=[1])
    journal.close()
    with journal.path.open("a") as file:
        file.write("b 2")

    assert read(journal.path).in_doubt == {1}


@pytest.mark.parametrize(
    "damage",
    [
        lambda whole: b"",
        lambda whole: b"\0" * len(whole),
        lambda whole: whole.replace(b"a 1", b"\0\0\0"),
        lambda whole: whole.replace(b"boot", b"b\0\0t"),
        lambda whole: b"7\n" + whole.partition(b"\n")[2],
    ],
    ids=["nothing left", "zeros alone", "zeros in its middle", "zeros in its head", "another head"],
)
def test_a_damaged_journal_proves_nothing_that_it_does_not_say(
    tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    with Journal(tmp_path, "t", {}) as journal:
        journal.note(begun=[1])
        journal.note(ended=[(1, ACCEPTED)], begun=[2])
        journal.path.write_bytes(damage(journal.path.read_bytes()))

    assert not read(journal.path).is_complete


def test_two_journals_of_one_claim_are_refused(tmp_path: Path) -> None:
    with Journal(tmp_path, "t", {}), pytest.raises(JournalBroken):
        Journal(tmp_path, "t", {})


def test_a_folder_that_cannot_be_made_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(JournalBroken):
        Journal(tmp_path / "file" / "claims", "t", {})


def test_a_full_disk_lets_nothing_begin_and_forgets_nothing_that_ended(tmp_path: Path) -> None:
    journal = Journal(tmp_path, "t", {"mailer": "smtp"})
    going = dispatch(journal)
    assert going.note(begun=[recipient(1)])
    with full_disk(journal.path.stat().st_size + 3):
        assert not going.note(ended=[(recipient(1), ACCEPTED)], begun=[recipient(2)])

    assert going.request_slot() is None
    assert going.trouble
    assert going.result_on_mailer is None, "the mailer is not to blame"
    assert going.close() == {1: Result(Outcome.ACCEPTED, mailer="smtp")}
    # Room again: what was torn must not be written on.
    assert not going.note(begun=[recipient(3)])
    assert read(journal.path).in_doubt == {1}
    journal.close()


def test_after_two_doubts_nothing_more_begins(tmp_path: Path) -> None:
    with Journal(tmp_path, "t", {}) as journal:
        going = dispatch(journal)
        going.note(begun=[recipient(1), recipient(2)])
        going.note(ended=[(recipient(1), UNKNOWN)])
        assert going.request_slot() == 0.0
        going.note(ended=[(recipient(2), UNKNOWN)])
        assert going.request_slot() is None
        assert not going.note(begun=[recipient(3)])
        assert going.result_on_mailer is not None


def test_reasons_name_no_recipient(tmp_path: Path) -> None:
    with Journal(tmp_path, "t", {}) as journal:
        going = dispatch(journal)
        going.note(begun=[recipient(1)])
        going.note(ended=[(recipient(1), REFUSED)])

        assert going.results[1].reason == "550 “no”, said <<recipient>>"
        assert "ada@" not in journal.path.read_text()


def test_what_is_said_of_the_mailer_names_no_recipient(tmp_path: Path) -> None:
    with Journal(tmp_path, "t", {}) as journal:
        going = dispatch(journal)
        going.note(
            ended=[
                (
                    recipient(1),
                    Result(
                        Outcome.MISCONFIGURED,
                        reason="550 5.7.1 <Ada@example.nz>: relay access denied",
                    ),
                )
            ]
        )

        assert going.result_on_mailer is not None
        assert going.result_on_mailer.reason == "550 5.7.1 <<recipient>>: relay access denied"


def test_what_no_database_takes_is_not_kept(tmp_path: Path) -> None:
    with Journal(tmp_path, "t", {}) as journal:
        going = dispatch(journal)
        going.note(
            ended=[
                (
                    recipient(1),
                    Result(Outcome.LATER, reason="nul \0, half \ud83d", mailer_wide=True),
                ),
                (recipient(2), Result(Outcome.ACCEPTED, provider_message_id="a\0b\udc00")),
            ]
        )

        assert going.results[1].reason == "nul \ufffd, half \ufffd"
        assert going.results[2].provider_message_id == "a\ufffdb\ufffd"
        assert going.result_on_mailer == going.results[1]


def test_the_end_of_a_lease_lets_nothing_begin(tmp_path: Path) -> None:
    with Journal(tmp_path, "t", {}) as journal:
        assert dispatch(journal, closes_in=-1).request_slot() is None
        assert dispatch(journal, closes_in=60, pause=120).request_slot() == 0.0


def test_slots_are_as_far_apart_as_the_rate_says(tmp_path: Path) -> None:
    with Journal(tmp_path, "t", {}) as journal:
        going = dispatch(journal, pause=30)
        assert going.request_slot() == 0.0
        later = going.request_slot()
        assert later is not None
        assert 29 < later <= 30


def test_what_was_begun_and_did_not_end_is_in_doubt_when_it_is_interrupted(tmp_path: Path) -> None:
    with Journal(tmp_path, "t", {}) as journal:
        going = dispatch(journal)
        going.note(begun=[recipient(1), recipient(2)])
        going.note(ended=[(recipient(1), ACCEPTED)])

        assert {key: result.outcome for key, result in going.close().items()} == {
            1: Outcome.ACCEPTED,
            2: Outcome.UNKNOWN,
        }


def test_after_its_claim_was_settled_nothing_begins_and_nothing_is_said(tmp_path: Path) -> None:
    with Journal(tmp_path, "t", {}) as journal:
        going = dispatch(journal)
        going.note(begun=[recipient(1)])
        going.close()

        assert going.request_slot() is None
        assert not going.note(ended=[(recipient(1), ACCEPTED)], begun=[recipient(2)])
        assert read(journal.path).in_doubt == {1}
        assert {result.outcome for result in going.close().values()} == {Outcome.UNKNOWN}


def test_a_mailer_that_knows_the_keys_of_repetitions_needs_no_rest(tmp_path: Path) -> None:
    with Journal(tmp_path, "t", {}) as journal:
        going = dispatch(journal)
        for key in range(5):
            assert going.note(begun=[recipient(key)])
            going.note(
                ended=[
                    (
                        recipient(key),
                        Result(Outcome.UNKNOWN, reason="key used already", key_is_known=True),
                    )
                ]
            )

        assert going.result_on_mailer is None
        assert read(journal.path).results[4].key_is_known
