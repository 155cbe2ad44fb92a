from datetime import UTC, datetime, timedelta

import pytest
from pytest_django.fixtures import Settings

from newsletter.core.tokens import (
    EXPIRING,
    MAXIMUM_CONTEXT,
    MAXIMUM_SUBJECT,
    TOKEN_LENGTH,
    Purpose,
    ReadToken,
    make_expiring_token,
    make_token,
    read_token,
    was_made,
)
from tests.mutated_tokens import mutated


@pytest.mark.parametrize("subject", [0, 1, 2**32, MAXIMUM_SUBJECT])
def test_a_token_says_what_was_put_in_and_is_short(subject: int) -> None:
    token = make_token(Purpose.UNSUBSCRIBE, subject, MAXIMUM_CONTEXT)

    assert read_token(token, Purpose.UNSUBSCRIBE) == ReadToken(
        Purpose.UNSUBSCRIBE, subject, MAXIMUM_CONTEXT
    )
    assert len(token) == TOKEN_LENGTH


def test_a_token_opens_no_other_page() -> None:
    assert read_token(make_token(Purpose.UNSUBSCRIBE, 1), Purpose.PREFERENCES) is None


@pytest.mark.parametrize("token", ["", "x", "é" * 28, "A" * 28, "=" * 28, "A" * 5000, "AAAA\n" * 5])
def test_damaged_and_forged_tokens_say_nothing(token: str) -> None:
    assert read_token(token, Purpose.UNSUBSCRIBE) is None


def test_each_changed_character_breaks_the_token() -> None:
    token = make_token(Purpose.PREFERENCES, 7)
    for position, letter in enumerate(token):
        changed = token[:position] + ("A" if letter != "A" else "B") + token[position + 1 :]
        assert read_token(changed, Purpose.PREFERENCES) is None


def test_links_of_older_keys_go_on_working(settings: Settings) -> None:
    old = make_token(Purpose.CONFIRM, 5)
    settings.LINK_KEYS = ["a-new-key-in-front-of-the-old-one-000000", *settings.LINK_KEYS]

    assert read_token(old, Purpose.CONFIRM) == ReadToken(Purpose.CONFIRM, 5, 0)
    assert make_token(Purpose.CONFIRM, 5) != old


@pytest.mark.parametrize("purpose", sorted(EXPIRING))
def test_what_shows_changes_or_destroys_opens_for_an_hour(
    purpose: Purpose, settings: Settings
) -> None:
    made = datetime(2026, 11, 26, 12, 0, 0, 500_000, tzinfo=UTC)
    token = make_expiring_token(purpose, MAXIMUM_SUBJECT, now=made)
    assert len(token) == TOKEN_LENGTH
    link = read_token(token, purpose, now=made + timedelta(minutes=59))
    assert link is not None
    assert (link.subject, link.made_at) == (MAXIMUM_SUBJECT, made.replace(microsecond=0))
    assert read_token(token, purpose, now=made + settings.OWNER_LINK_LIFETIME) is None
    assert was_made(token, purpose)
    assert not any(
        was_made(token, other) or read_token(token, other, now=made)
        for other in Purpose
        if other != purpose
    )


def test_the_setting_says_how_long_it_opens(settings: Settings) -> None:
    settings.OWNER_LINK_LIFETIME = timedelta(minutes=5)
    made = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
    token = make_expiring_token(Purpose.MANAGE, 7, now=made)
    link = read_token(token, Purpose.MANAGE, now=made + timedelta(minutes=4))
    assert link is not None
    assert link.made_at == made
    assert read_token(token, Purpose.MANAGE, now=made + timedelta(minutes=5)) is None


def test_a_purpose_ends_or_holds_for_ever() -> None:
    """A token of a purpose that expires opens nothing if it was made without an end."""
    assert {Purpose.UNSUBSCRIBE, Purpose.NEVER_AGAIN, Purpose.CONFIRM}.isdisjoint(EXPIRING)
    assert not [purpose for purpose in EXPIRING if read_token(make_token(purpose, 7), purpose)]


def test_ten_thousand_mutated_tokens_open_nothing() -> None:
    for purpose in Purpose:
        token = make_expiring_token(purpose, 7) if purpose in EXPIRING else make_token(purpose, 7)
        assert read_token(token, purpose)
        wrong = mutated(token, 10_000 // len(Purpose) + 1, seed=purpose)
        assert not [each for each in wrong if read_token(each, purpose) or was_made(each, purpose)]
