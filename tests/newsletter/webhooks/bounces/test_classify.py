"""Classifying a bounce: the provider's class, the codes (RFC 3463) and the words together."""

import pytest

from newsletter.states import BounceClass
from newsletter.webhooks.bounces.classify import classify_bounce
from newsletter.webhooks.bounces.phrases import BounceReason, reasons_in


def weighed(*answers: str, reported: str | None = None) -> str:
    return classify_bounce(*answers, reported=BounceClass(reported) if reported else None)


@pytest.mark.parametrize(
    ("answers", "reported", "expected"),
    [
        (["5.1.1"], None, "hard"),
        (["550 5.1.1 <ada@example.nz>: Recipient address rejected"], None, "hard"),
        (["smtp; 550 #5.1.10 RESOLVER.ADR.RecipientNotFound"], None, "hard"),
        (["Sorry, no mailbox here by that name. (#5.1.1)"], None, "hard"),
        (["5.2.1"], None, "hard"),
        (["5.2.2"], "hard", "soft"),
        (["4.1.1"], "hard", "soft"),
        (["4.7.0 try again"], None, "block"),
        (["5.4.4"], None, "soft"),
        (["5.7.26 unauthenticated mail"], "hard", "block"),
        (["550 5.1.8 sender domain"], "hard", "block"),
        (["5.3.4"], None, "block"),
        (["5.6.0"], None, "block"),
        (["5.0.0"], None, "soft"),
        (["5.0.0"], "hard", "hard"),
        (["5.0.0", "550 5.1.1 unknown"], None, "hard"),
        (["5.2.0", "x"], "block", "block"),
        ([], None, "soft"),
        (["see 10.5.1.1 and 5.1.1.4 or version 15.1.1"], None, "soft"),
        (["2.0.0 OK then 5.1.1"], None, "hard"),
        (["5.1.1" + "0" * 5_000], None, "soft"),
    ],
)
def test_codes_count_where_nothing_contradicts_them(
    answers: list[str], reported: str | None, expected: str
) -> None:
    assert weighed(*answers, reported=reported) == expected


@pytest.mark.parametrize(
    ("answers", "reported"),
    [
        (["5.5.0", "550 5.5.0 Requested action not taken: mailbox unavailable"], "hard"),
        (["5.5.0"], "hard"),
        (["5.4.1", "550 5.4.1 Recipient address rejected: Access denied"], None),
        (["554 5.7.1 <ada@example.nz>: user does not exist"], None),
        (["5.4.310"], "hard"),
        (["5.4.310", "550 5.4.310 DNS domain example.nz does not exist"], None),
        (["5.4.4", "550 5.4.4 Invalid domain"], None),
        (["5.0.0", "550 User unknown"], None),
        (["550 User unknown"], None),
        (["550 5.1.1 User unknown"], "soft"),
        (["5.7.1", "550 5.1.1 <ada@example.nz>"], None),
    ],
    ids=str,
)
def test_two_that_agree_or_one_that_nothing_contradicts_make_a_hard_bounce(
    answers: list[str], reported: str | None
) -> None:
    assert weighed(*answers, reported=reported) == "hard"


@pytest.mark.parametrize(
    ("answers", "reported", "expected"),
    [
        (["5.1.1", "550 5.7.1 refused"], None, "block"),
        (["5.1.1", "452 4.2.2 later"], None, "soft"),
        (["5.1.1"], "soft", "soft"),
        (["5.7.1"], "hard", "block"),
        (["450 User unknown"], None, "soft"),
        (["User unknown"], "soft", "soft"),
    ],
    ids=str,
)
def test_one_witness_that_is_contradicted_makes_none(
    answers: list[str], reported: str | None, expected: str
) -> None:
    assert weighed(*answers, reported=reported) == expected


@pytest.mark.parametrize("code", ["5.1.1", "5.1.0", "5.1.2", "5.2.1", "5.0.0", ""])
@pytest.mark.parametrize("reported", ["hard", None])
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("your IP 203.0.113.5 is on our blocklist", "block"),
        ("User unknown; listed in bl.example.com", "block"),
        ("SPF check failed", "block"),
        ("DKIM signature missing", "block"),
        ("does not pass DMARC", "block"),
        ("Sender address rejected: user unknown", "block"),
        ("sender domain does not exist", "block"),
        ("no such user (in reply to MAIL FROM command)", "block"),
        ("Too many messages from you", "block"),
        ("has a poor reputation", "block"),
        ("message looks like spam", "block"),
        ("refused by local policy", "block"),
        ("receiving mail at a rate that prevents additional messages", "soft"),
        ("Mailbox is full", "soft"),
        ("over quota", "soft"),
        ("Boîte du destinataire pleine", "soft"),
        ("the group may not exist, or you may not have permission to post", "soft"),
    ],
)
def test_words_about_the_sender_or_the_moment_forbid_hard_whatever_else_is_said(
    code: str, reported: str | None, words: str, expected: str
) -> None:
    assert weighed(code, f"550 {code} {words}", reported=reported) == expected


def test_an_unknown_user_after_the_message_was_taken_may_be_a_filter_of_theirs() -> None:
    assert weighed("550 Unknown user ada@example.jp (in reply to end of DATA command)") == "soft"
    assert (
        weighed("550 5.1.1 Unknown user ada@example.jp (in reply to end of DATA command)") == "hard"
    )
    assert (
        weighed(
            "552 1 Requested mail action aborted, mailbox not found (in reply to end of DATA "
            "command)"
        )
        == "hard"
    )


@pytest.mark.parametrize(
    "words",
    [
        "User unknown",
        "unknown or illegal user: ada@example.nz",
        "No such user here",
        "The email account that you tried to reach does not exist",
        "Local mailbox ada@example.nz is unavailable: user not found",
        "This user doesn't have a yahoo.com account",
        "User ada (ada@example.nz) not listed in Domino Directory",
        "Unrouteable address",
        "Domain does not exist",
        "Host or domain name not found. Name service error for name=example.nz: Host not found",
        "Adresse d au moins un destinataire invalide",
        "L'utilisateur n'existe pas",
        "Empfänger unbekannt",
        "El usuario no existe",
        "Пользователь не найден",
        "ユーザー ada は Domino ディレクトリには見つかりません。",
        "host spamfilter.example.nz[192.0.2.1] said: User unknown, see "
        "https://example.nz/policy/blacklist",
    ],
)
def test_that_nobody_is_there_is_understood_in_the_words_of_many_systems(words: str) -> None:
    assert reasons_in(words) == {BounceReason.NO_MAILBOX}


@pytest.mark.parametrize(
    "words",
    [
        "The address may be misspelled or may not exist",
        "5.1.0 - Unknown address error",
        "my name was rejected: invalid domain name",
        "Host not found, try again",
        "delivered to the user",
        "",
    ],
)
def test_words_that_leave_it_open_say_nothing_of_a_mailbox(words: str) -> None:
    assert BounceReason.NO_MAILBOX not in reasons_in(words)


@pytest.mark.parametrize(
    "atom",
    [
        "-",
        "a",
        "a.",
        "a@",
        "a@b.",
        "\n",
        "user ",
        "user.",
        "unknown ",
        "- \n",
        "550-",
        "用户",
        "<!--",
        "='",
        "does not ",
    ],
)
def test_text_that_was_made_to_be_slow_is_read_to_its_end(atom: str) -> None:
    assert weighed(atom * 20_000) == "soft"
