"""The classes of bounces, measured on mails that were labelled before `classify` was written."""

import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from newsletter.states import ProviderEventKind
from newsletter.transport.providers.parts.untrusted_input import Malformed
from newsletter.webhooks.bounces.mail import parse_bounce_mail
from newsletter.webhooks.parsed_event import ParsedEvent
from tests.bounce_corpus import EVERYBODY, MEANINGS, Sample, downloaded, own, samples

RELIABILITY = Path(__file__).resolve().parents[4] / "docs" / "reliability.md"
SILENCING = ("hard", "complaint")
"""Results that end mail to an address at once."""
BY_WEIGHT = ("none", "autoreply", "delivered", "deferred", "soft", "block", "complaint", "hard")
_BY_KIND = {
    ProviderEventKind.DEFERRED: "deferred",
    ProviderEventKind.DELIVERED: "delivered",
    ProviderEventKind.COMPLAINED: "complaint",
    ProviderEventKind.AUTORESPONDED: "autoreply",
}


@dataclass(frozen=True, slots=True)
class Judged:
    """One labelled sample, and the result of the classifier."""

    sample: Sample
    result: str


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
    judged = [Judged(sample, _result(sample)) for sample in samples()]
    wrongly = [
        one for one in judged if one.result in SILENCING and one.result != one.sample.meaning
    ]
    hard = [one for one in judged if one.sample.meaning == "hard"]
    missed = [one for one in hard if one.result != "hard"]
    complaints = [one for one in judged if one.sample.meaning == "complaint" != one.result]
    others = [
        f"{one.sample}: {one.sample.meaning}, taken for {one.result}"
        for one in judged
        if one.result != one.sample.meaning
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
    rows = table([Judged(sample, _result(sample)) for sample in samples()])
    assert "\n".join(rows) in RELIABILITY.read_text(encoding="utf-8")


def table(judged: Iterable[Judged]) -> list[str]:
    """Return labels (rows) by results (columns), in Markdown."""
    numbers = Counter((one.sample.meaning, one.result) for one in judged)
    rows = [
        "| meant \\ taken for | " + " | ".join(MEANINGS) + " |",
        "|---|" + "---|" * len(MEANINGS),
    ]
    for meant in MEANINGS:
        cells = [str(numbers[meant, found] or "") for found in MEANINGS]
        rows.append(f"| **{meant}** | " + " | ".join(cells) + " |")
    return rows


def _result(sample: Sample) -> str:
    """Return the result for the sample's recipient; the worst where it is about everybody."""
    try:
        found = parse_bounce_mail(sample.raw)
    except Malformed:
        return "none"
    meant = [one for one in found if sample.recipient in (EVERYBODY, one.recipient.lower())]
    results = sorted((_of(one) for one in meant), key=BY_WEIGHT.index) or ["none"]
    return results[0] if sample.meaning == "hard" else results[-1]


def _of(event: ParsedEvent) -> str:
    if event.kind is ProviderEventKind.BOUNCED:
        return str(event.bounce_class)
    return _BY_KIND.get(event.kind, "none")
