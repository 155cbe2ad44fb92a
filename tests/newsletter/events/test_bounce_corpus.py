"""Mails that were labelled before the classifier was written."""

from tests.bounce_corpus import VERDICTS, downloaded, own, samples


def test_every_sample_is_labelled_with_a_reason() -> None:
    labels = samples()
    assert {one.name for one in labels} == {*downloaded(), *own()}
    assert len(downloaded()) == 117
    assert len(own()) >= 60
    assert {one.verdict for one in labels} == set(VERDICTS)
    assert all(one.reason for one in labels)
