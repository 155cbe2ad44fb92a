import pytest

from campaigns.review.checks.lines import check_lines, columns, shown_on_phone
from campaigns.review.finding import Severity


def found(subject: str, preheader: str = "What it is about, in a few words") -> list[str]:
    return [f"{each.severity} {each.message}" for each in check_lines(subject, preheader, path="c")]


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("Meeting", 7),
        ("四半期会議", 10),
        ("اجتماع", 6),
        ("اجتماعٌ", 6),
        ("Conférence", 10),
        ("Confe\u0301rence", 10),
        ("🇺🇦", 2),
        ("Dear {given_name|colleague}", 14),
        ("{event_time}", 12),
    ],
)
def test_a_width_counts_what_is_seen(text: str, width: int) -> None:
    assert columns(text) == width


def test_a_subject_that_a_phone_shows_whole_is_fine() -> None:
    assert found("You are invited, {given_name|colleague}") == []
    assert found("四半期会議へのご招待：人身取引対策") == []


def test_a_long_subject_is_shown_as_a_phone_cuts_it() -> None:
    [finding] = found("Invitation: the quarterly meeting of the taskforce")

    assert finding.startswith(Severity.ADVICE)
    assert "“Invitation: the quarterly meeting of the…”" in finding


def test_wide_characters_are_cut_off_sooner() -> None:
    subject = "人身取引に関する議員タスクフォースの四半期会議へのご招待"

    assert len(subject) < 40
    assert [each.split()[0] for each in found(subject)] == [Severity.ADVICE]
    assert columns(shown_on_phone(subject, maximum=40)) <= 41


@pytest.mark.parametrize(
    ("subject", "part"),
    [
        ("Re: your answer", "looks like an answer"),
        ("FWD: programme", "looks like an answer"),
        ("Come now!!", "in a row"),
        ("х" * 71, "71 characters"),
        ("COME NOW", "capitals"),
    ],
)
def test_a_subject_that_annoys_is_a_warning(subject: str, part: str) -> None:
    [finding] = found(subject)

    assert finding.startswith(Severity.WARNING)
    assert part in finding


@pytest.mark.parametrize("subject", ["Report: what we did", "Restored rights", "NGO", "¿Qué? ¡Sí!"])
def test_an_ordinary_subject_is_fine(subject: str) -> None:
    assert found(subject) == []


@pytest.mark.parametrize(
    ("preheader", "part"),
    [
        ("", "no preview text"),
        ("Save the date", "repeats the subject"),
        ("Online", "very short"),
        ("word " * 30, "only the beginning"),
    ],
)
def test_preview_text_that_helps_nobody_is_told(preheader: str, part: str) -> None:
    [finding] = found("Save the date", preheader)

    assert part in finding
