"""Whom bounces silence, and whom they miss: measured on mails that were labelled before the
classifier was written."""

import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from newsletter.states import EventKind
from newsletter.transport.providers.untrusted_input import Malformed
from newsletter.webhooks.bounce_mail import parse_bounce_mail
from newsletter.webhooks.parsed_event import ParsedEvent
from tests.bounce_corpus import EVERYBODY, MEANINGS, Sample, downloaded, own, samples

RELIABILITY = Path(__file__).resolve().parents[3] / "docs" / "reliability.md"
SILENCING = ("hard", "complaint")
"""What ends mail to an address at once."""
BY_WEIGHT = ("none", "autoreply", "delivered", "deferred", "soft", "block", "complaint", "hard")
_VERDICTS = {
    EventKind.DEFERRED: "deferred",
    EventKind.DELIVERED: "delivered",
    EventKind.COMPLAINED: "complaint",
    EventKind.AUTORESPONDED: "autoreply",
}


@dataclass(frozen=True, slots=True)
class Judged:
    """One label, and what the classifier made of it."""

    sample: Sample
    verdict: str


def test_every_sample_is_labelled_with_a_reason() -> None:
    labels = samples()
    assert {one.name for one in labels} == {*downloaded(), *own()}
    assert len(downloaded()) == 117
    assert len(own()) >= 60
    assert {one.meaning for one in labels} == set(MEANINGS)
    assert all(one.reason for one in labels)


def test_nobody_is_silenced_wrongly_and_few_hard_bounces_are_missed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    judged = [Judged(sample, _verdict(sample)) for sample in samples()]
    wrongly = [
        one for one in judged if one.verdict in SILENCING and one.verdict != one.sample.meaning
    ]
    hard = [one for one in judged if one.sample.meaning == "hard"]
    missed = [one for one in hard if one.verdict != "hard"]
    complaints = [one for one in judged if one.sample.meaning == "complaint" != one.verdict]
    others = [
        f"{one.sample}: {one.sample.meaning}, taken for {one.verdict}"
        for one in judged
        if one.verdict != one.sample.meaning
    ]
    with capsys.disabled():
        sys.stdout.write(
            "\n".join(
                [
                    "",
                    *table(judged),
                    "",
                    f"Hard ones missed: {len(missed)} of {len(hard)}.",
                    *others,
                    "",
                ]
            )
        )
    assert [str(one.sample) for one in wrongly] == []
    assert [str(one.sample) for one in complaints] == []
    assert len(missed) < len(hard) * 0.1, [str(one.sample) for one in missed]


def test_the_table_in_the_documentation_is_what_the_classifier_does() -> None:
    rows = table([Judged(sample, _verdict(sample)) for sample in samples()])
    assert "\n".join(rows) in RELIABILITY.read_text(encoding="utf-8")


def table(judged: Iterable[Judged]) -> list[str]:
    """What was meant (rows) by what was understood (columns), in Markdown."""
    numbers = Counter((one.sample.meaning, one.verdict) for one in judged)
    rows = [
        "| meant \\ taken for | " + " | ".join(MEANINGS) + " |",
        "|---|" + "---|" * len(MEANINGS),
    ]
    for meant in MEANINGS:
        cells = [str(numbers[meant, found] or "") for found in MEANINGS]
        rows.append(f"| **{meant}** | " + " | ".join(cells) + " |")
    return rows


def _verdict(sample: Sample) -> str:
    """What is made of the sample for its recipient. Of all of whom it speaks, the one who is judged
    worst counts."""
    try:
        found = parse_bounce_mail(sample.raw)
    except Malformed:
        return "none"
    meant = [one for one in found if sample.recipient in (EVERYBODY, one.recipient.lower())]
    verdicts = sorted((_of(one) for one in meant), key=BY_WEIGHT.index) or ["none"]
    return verdicts[0] if sample.meaning == "hard" else verdicts[-1]


def _of(statement: ParsedEvent) -> str:
    if statement.kind is EventKind.BOUNCED:
        return str(statement.bounce_class)
    return _VERDICTS.get(statement.kind, "none")
