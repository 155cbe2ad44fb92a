"""The answers of each provider, and the results that they are sorted into."""

import socket
from datetime import timedelta
from email.utils import format_datetime

import pytest
from django.utils import timezone

from newsletter.transport.connections.transmit import dispatch_single
from newsletter.transport.results.result import Outcome
from tests.fakes.provider import Answer, Hang, Provider, Reset
from tests.newsletter.transport.conftest import MakeMessage, UseMailer
from tests.newsletter.transport.providers.conversation import ALL, BULK, POSTMARK_OK, URLS, sent


@ALL
def test_an_accepted_message_keeps_the_providers_id(
    name: str, provider: Provider, make_message: MakeMessage
) -> None:
    result = sent(provider, make_message())

    assert result.outcome is Outcome.ACCEPTED
    assert "id-1" in result.provider_message_id or result.provider_message_id == "4711"
    assert result.mailer == name


@pytest.mark.thorough(sample=5)
@ALL
@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (400, Outcome.REFUSED),
        (413, Outcome.REFUSED),
        (401, Outcome.MISCONFIGURED),
        (403, Outcome.MISCONFIGURED),
        (404, Outcome.MISCONFIGURED),
        (429, Outcome.LATER),
        (431, Outcome.REFUSED),
        # A gateway may say so after the provider took it.
        (408, Outcome.UNKNOWN),
        (425, Outcome.UNKNOWN),
        (499, Outcome.UNKNOWN),
        (418, Outcome.UNKNOWN),
        (503, Outcome.UNKNOWN),
        (500, Outcome.UNKNOWN),
        (502, Outcome.UNKNOWN),
        (504, Outcome.UNKNOWN),
    ],
)
def test_the_status_decides(
    name: str, provider: Provider, make_message: MakeMessage, status: int, outcome: Outcome
) -> None:
    result = sent(
        provider, make_message(), Answer(status, {"message": "no", "Message": "no", "ErrorCode": 9})
    )

    assert result.outcome is outcome
    assert len(provider.requests) == 1
    assert "secret" not in result.reason
    assert "token" not in result.reason


@pytest.mark.thorough(sample=6)
@ALL
@pytest.mark.parametrize("form", ["seconds", "date"])
def test_the_provider_says_when_to_come_back(
    name: str, form: str, provider: Provider, make_message: MakeMessage
) -> None:
    value = "120" if form == "seconds" else format_datetime(timezone.now() + timedelta(seconds=120))

    result = sent(provider, make_message(), Answer(429, {}, {"Retry-After": value}))

    assert result.outcome is Outcome.LATER
    assert result.retry_after == pytest.approx(120, abs=5)


@pytest.mark.thorough(sample=3)
@ALL
@pytest.mark.parametrize("answer", [Hang(), Reset()])
def test_no_answer_to_the_request_is_unknown_and_not_repeated(
    name: str, answer: Answer, provider: Provider, make_message: MakeMessage
) -> None:
    result = sent(provider, make_message(), answer)

    assert result.outcome is Outcome.UNKNOWN
    assert len(provider.requests) == 1
    assert sent(provider, make_message()).outcome is Outcome.ACCEPTED


@pytest.mark.thorough(sample=6)
@ALL
@pytest.mark.parametrize("body", [b"<html>gateway</html>", b"null", b"[]", b"{}", b"\xff\xfe"])
def test_an_answer_that_can_not_be_read_is_unknown(
    name: str, body: bytes, provider: Provider, make_message: MakeMessage
) -> None:
    result = sent(provider, make_message(), Answer(200, body))

    assert result.outcome is Outcome.UNKNOWN


@ALL
def test_where_nobody_listens_it_is_tried_later(
    name: str, use_mailer: UseMailer, make_message: MakeMessage
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        use_mailer(URLS[name].format(url=f"http://127.0.0.1:{taken.getsockname()[1]}/"))

        result = dispatch_single(make_message(), stream=BULK)

    assert result.outcome is Outcome.LATER


@pytest.mark.thorough(sample=6)
@ALL
@pytest.mark.parametrize("status", [408, 425, 503])
def test_what_says_to_come_back_does_not_say_that_nothing_was_taken(
    name: str, status: int, provider: Provider, make_message: MakeMessage
) -> None:
    result = sent(
        provider, make_message(), Answer(status, {"message": "soon"}, {"Retry-After": "120"})
    )

    assert (result.outcome, result.retry_after) == (Outcome.UNKNOWN, 120)


@pytest.mark.parametrize("name", ["brevo"])
def test_a_provider_s_own_word_for_when_to_come_back_is_read(
    name: str, provider: Provider, make_message: MakeMessage
) -> None:
    result = sent(
        provider,
        make_message(),
        Answer(429, {"message": "too many"}, {"x-sib-ratelimit-reset": "7"}),
    )
    assert (result.outcome, result.retry_after) == (Outcome.LATER, 7)

    result = sent(
        provider, make_message(), Answer(500, {"message": "broken"}, {"x-sib-ratelimit-reset": "7"})
    )
    assert (result.outcome, result.retry_after) == (Outcome.UNKNOWN, None)


@pytest.mark.thorough(sample=3)
@pytest.mark.parametrize("name", ["ses"])
@pytest.mark.parametrize(
    ("status", "code", "outcome"),
    [
        (503, "ServiceUnavailable", Outcome.UNKNOWN),
        (400, "Throttling", Outcome.LATER),
        (400, "ThrottlingException", Outcome.LATER),
        (429, "TooManyRequestsException", Outcome.LATER),
        (500, "InternalFailure", Outcome.UNKNOWN),
        (408, "RequestTimeout", Outcome.UNKNOWN),
    ],
)
def test_amazon_s_codes_are_as_sure_as_its_documents(
    name: str,
    status: int,
    code: str,
    outcome: Outcome,
    provider: Provider,
    make_message: MakeMessage,
) -> None:
    assert (
        sent(
            provider, make_message(), Answer(status, {"message": "no"}, {"x-amzn-errortype": code})
        ).outcome
        is outcome
    )


@pytest.mark.parametrize("name", ["mailjet"])
@pytest.mark.parametrize(
    ("status", "outcome"),
    [(400, Outcome.REFUSED), (429, Outcome.LATER), (503, Outcome.UNKNOWN), (408, Outcome.UNKNOWN)],
)
def test_what_mailjet_says_of_one_message_inside_its_answer_is_judged_alike(
    name: str, status: int, outcome: Outcome, provider: Provider, make_message: MakeMessage
) -> None:
    problem = {"ErrorIdentifier": "x", "ErrorCode": "x", "StatusCode": status, "ErrorMessage": "no"}
    answer = Answer(200, {"Messages": [{"Status": "error", "Errors": [problem]}]})
    assert sent(provider, make_message(), answer).outcome is outcome


ABOUT_US = [
    (
        "postmark",
        Answer(
            422,
            {
                "ErrorCode": 400,
                "Message": "The 'From' address you supplied is not a Sender Signature.",
            },
        ),
    ),
    ("postmark", Answer(422, {"ErrorCode": 412, "Message": "Your account is pending approval."})),
    ("brevo", Answer(400, {"code": "not_enough_credits", "message": "Insufficient credits"})),
    (
        "resend",
        Answer(
            422,
            {"statusCode": 422, "name": "invalid_from_address", "message": "Invalid `from` field."},
        ),
    ),
    (
        "ses",
        Answer(
            400,
            {"message": "Email address is not verified."},
            {"x-amzn-errortype": "MessageRejected"},
        ),
    ),
    ("ses", Answer(400, {"message": "paused"}, {"x-amzn-errortype": "SendingPausedException"})),
    ("mailgun", Answer(200, b"Mailgun Magnificent API")),
    (
        "mailgun",
        Answer(
            400, {"message": "from parameter is not a valid address. please check documentation"}
        ),
    ),
]


@pytest.mark.parametrize(("name", "answer"), ABOUT_US)
def test_a_refusal_that_is_about_us_blames_no_subscriber(
    name: str, answer: Answer, provider: Provider, make_message: MakeMessage
) -> None:
    assert sent(provider, make_message(), answer).outcome is Outcome.MISCONFIGURED


REFUSED = [
    (
        "postmark",
        Answer(
            422,
            {
                "ErrorCode": 406,
                "Message": "Found inactive addresses: ada@example.nz. Inactive recipients are ones",
            },
        ),
    ),
    (
        "postmark",
        Answer(422, {"ErrorCode": 300, "Message": "Invalid 'To' address: 'ada@example.nz'."}),
    ),
    (
        "postmark",
        Answer(
            200,
            {
                **POSTMARK_OK,
                "Message": (
                    "Message OK, but will not deliver to these inactive addresses: "
                    "ada@example.nz. Inactive recipients are ones"
                ),
            },
        ),
    ),
    (
        "mailjet",
        Answer(
            400,
            {
                "Messages": [
                    {
                        "Status": "error",
                        "Errors": [{"ErrorCode": "mj-0013", "ErrorMessage": "not a valid email"}],
                    }
                ]
            },
        ),
    ),
    ("ses", Answer(400, {"message": "bad"}, {"x-amzn-errortype": "MessageRejected"})),
    (
        "mailgun",
        Answer(400, {"message": "to parameter is not a valid address. please check documentation"}),
    ),
]


@pytest.mark.parametrize(("name", "answer"), REFUSED)
def test_a_refused_recipient_is_read_from_the_answer(
    name: str, answer: Answer, provider: Provider, make_message: MakeMessage
) -> None:
    result = sent(provider, make_message(), answer)

    assert result.outcome is Outcome.REFUSED
    assert "ada@example.nz" not in result.reason


@pytest.mark.parametrize("name", ["mailjet"])
def test_a_sender_that_mailjet_does_not_know_is_our_configuration(
    name: str, provider: Provider, make_message: MakeMessage
) -> None:
    problem = {
        "ErrorCode": "send-0008",
        "StatusCode": 403,
        "ErrorMessage": '"news@lists.example.org" is not an authorized sender email',
    }
    result = sent(
        provider,
        make_message(),
        Answer(400, {"Messages": [{"Status": "error", "Errors": [problem]}]}),
    )

    assert result.outcome is Outcome.MISCONFIGURED
