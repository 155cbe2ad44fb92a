"""Many recipients a call: each gets their own email, and one harms nobody else."""

from collections import Counter

import pytest

from newsletter.rendering.merge import Splice, sentinel
from newsletter.transport.results.result import Outcome
from tests.fakes.providers.fake import INVALID, RETRY_AFTER, Fault, Provider
from tests.newsletter.transport.bulk.api.conftest import Send
from tests.newsletter.transport.bulk.api.test_sender import ASKS_FOR_PATIENCE, OUTCOMES
from tests.newsletter.transport.sample_messages import many, recipient, template

ALL = pytest.mark.parametrize("name", ["brevo", "mailgun", "mailjet"])
MARKS = [
    "%recipient.ref%",
    "{{ params.subject }}",
    "{% if x %}",
    "{# gone #}",
    "[[EMAIL_TO]]",
    '{{var:v0:""}}',
    "%unsubscribe_url%",
]
WORD_JOINER = "\u2060"


@pytest.fixture
def options(seconds: float) -> dict[str, object]:
    return {"timeout": seconds, "connections": 2, "batch": 50}


@ALL
def test_one_call_brings_each_an_email_of_their_own(
    name: str, provider: Provider, send: Send
) -> None:
    who = sentinel("full_name", "reader & friend")
    email = template(
        html=Splice.parse(
            f"<p>{who}, {sentinel('full_name', 'you')}</p><a "
            f"href='{sentinel('unsubscribe_url')}'>x</a>"
        ),
        text=Splice.parse(f"{who}: {sentinel('unsubscribe_url')}"),
    )
    url = "https://lists.example.org/u/{}?a=1&b=2"
    readers = [
        recipient(
            key=key,
            ref=f"r3f{key}",
            to=f"{key}@example.nz",
            to_name=full_name,
            template=email,
            values={
                "full_name": full_name,
                "given_name": given_name,
                "unsubscribe_url": url.format(key),
            },
            headers={"List-Unsubscribe": f"<{url.format(key)}>"},
        )
        for key, (full_name, given_name) in enumerate(
            [("Ada <b>", "Ada"), ("", ""), ('Żółć, "Ünal"', "Żółć")]
        )
    ]

    results = send(readers)

    assert len(provider.requests) == 1
    assert {result.outcome for result in results.values()} == {Outcome.ACCEPTED}
    by_ref = {mail.ref: mail for mail in provider.mails}
    assert {key: result.provider_message_id for key, result in results.items()} == {
        key: by_ref[f"r3f{key}"].id for key in range(3)
    }
    assert [mail.to for mail in provider.mails] == ["0@example.nz", "1@example.nz", "2@example.nz"]
    assert [mail.headers["List-Unsubscribe"] for mail in provider.mails] == [
        f"<{url.format(key)}>" for key in range(3)
    ]
    assert {mail.headers["List-Unsubscribe-Post"] for mail in provider.mails} == {
        "List-Unsubscribe=One-Click"
    }
    assert [mail.email() for mail in provider.mails] == [
        (
            f"You are invited, {given}",
            f"<p>{html}, {again}</p><a href='https://lists.example.org/u/{key}?a=1&amp;b=2'>x</a>",
            f"{text}: https://lists.example.org/u/{key}?a=1&b=2",
        )
        for key, (given, html, again, text) in enumerate(
            [
                ("Ada", "Ada &lt;b&gt;", "Ada &lt;b&gt;", "Ada <b>"),
                ("colleague", "reader &amp; friend", "you", "reader & friend"),
                ("Żółć", "Żółć, &quot;Ünal&quot;", "Żółć, &quot;Ünal&quot;", 'Żółć, "Ünal"'),
            ]
        )
    ]


@ALL
def test_each_is_addressed_by_name_and_alone(name: str, provider: Provider, send: Send) -> None:
    email, name_of_two = template(), 'Ada" <x@evil.example>, "Eve <eve@evil.example>'
    send(
        [
            recipient(to_name=name_of_two, template=email),
            recipient(key=2, ref="b", to="b@example.nz", template=email),
        ]
    )

    assert len(provider.requests) == 1
    assert [mail.to for mail in provider.mails] == ["ada@example.nz", "b@example.nz"]
    assert [mail.to_name for mail in provider.mails] == [name_of_two, "Ada Lovelace"]


@ALL
@pytest.mark.parametrize("mark", MARKS)
def test_neither_staff_text_nor_a_name_is_read_as_template(
    name: str, mark: str, provider: Provider, send: Send
) -> None:
    # The last mark is half a placeholder, which ours would complete.
    written = f"{mark} {mark[0]}{sentinel('given_name', mark)}{mark[-1]}"
    email = template(
        subject=Splice.parse(written),
        html=Splice.parse(f"<p>{written}</p>"),
        text=Splice.parse(written),
    )
    send(
        [
            recipient(key=1, ref="a", template=email, values={"given_name": mark}),
            recipient(key=2, ref="b", template=email, values={}),
        ]
    )

    for mail in provider.mails:
        subject, html, text = mail.email()
        shown = f"{mark} {mark[0]}{mark}{mark[-1]}"
        assert subject.replace(WORD_JOINER, "") == shown
        assert text.replace(WORD_JOINER, "") == shown
        for number in (35, 37, 91, 123):
            html = html.replace(f"&#{number};", chr(number))
        assert html.replace("&quot;", '"') == f"<p>{shown}</p>"


@pytest.mark.thorough(sample=6)
@pytest.mark.usefixtures("impatient")
@ALL
@pytest.mark.parametrize("fault", OUTCOMES, ids=str)
def test_what_a_provider_does_to_a_call_holds_for_each_of_it(
    name: str, fault: Fault, provider: Provider, send: Send
) -> None:
    outcome, taken = OUTCOMES[fault]
    provider.faults = [fault]

    results = send(many(3))

    assert [result.outcome for result in results.values()] == [outcome] * 3
    assert {result.mailer_wide for result in results.values()} == {outcome is Outcome.LATER}
    assert {result.retry_after for result in results.values()} == {
        RETRY_AFTER if fault in ASKS_FOR_PATIENCE else None
    }
    assert len(provider.requests) == 1
    assert len(provider.mails) == 3 * taken


@ALL
@pytest.mark.parametrize(
    "bad", [{0}, {6}, {0, 6, 12}, set(range(13))], ids=["first", "middle", "three", "all"]
)
def test_a_bad_address_harms_nobody_in_the_same_call(
    name: str, bad: set[int], provider: Provider, send: Send
) -> None:
    email = template()
    results = send(
        [
            recipient(
                key=key,
                ref=f"r3f{key}",
                to=f"{INVALID if key in bad else 'reader'}{key}@example.nz",
                template=email,
            )
            for key in range(13)
        ]
    )

    assert {key for key, result in results.items() if result.outcome is Outcome.REFUSED} == bad
    assert {key for key, result in results.items() if result.outcome is Outcome.ACCEPTED} == set(
        range(13)
    ) - bad
    assert Counter(mail.ref for mail in provider.mails) == Counter(
        f"r3f{key}" for key in range(13) if key not in bad
    )
    assert not any("@example.nz" in result.reason for result in results.values())


# Mailjet sorts the recipients of a call by itself, and needs no halves.
@pytest.mark.parametrize("name", ["brevo", "mailgun"])
def test_a_doubt_among_the_halves_is_of_that_half_alone(
    name: str, provider: Provider, send: Send
) -> None:
    provider.faults = [None, Fault.RESET_AFTER]
    email = template()
    results = send(
        [
            recipient(
                key=key,
                ref=f"r3f{key}",
                to=f"{INVALID if key == 3 else 'reader'}{key}@example.nz",
                template=email,
            )
            for key in range(4)
        ]
    )

    assert [results[key].outcome for key in range(4)] == [
        Outcome.UNKNOWN,
        Outcome.UNKNOWN,
        Outcome.LATER,
        Outcome.LATER,
    ]
    assert {mail.ref for mail in provider.mails} == {"r3f0", "r3f1"}


@ALL
def test_who_can_not_be_written_to_is_left_out_of_the_call(
    name: str, provider: Provider, send: Send
) -> None:
    email = template()
    results = send(
        [
            recipient(key=1, to_name="Ada\nBcc: x@example.com", template=email),
            recipient(key=2, values={"given_name": "A" * 1000}, template=email),
            recipient(key=3, to="a@example.nz, b@example.nz", template=email),
            recipient(key=4, to="d@example.nz", template=email),
        ]
    )

    assert {
        key: result.outcome
        for key, result in results.items()
        if result.outcome is not Outcome.REFUSED
    } == {4: Outcome.ACCEPTED}
    assert [mail.to for mail in provider.mails] == ["d@example.nz"]


@ALL
def test_a_call_has_one_language_and_no_more_than_its_share(
    name: str, provider: Provider, send: Send
) -> None:
    english, french = template(), template(subject=Splice.parse("Vous êtes invités"))
    results = send(
        [
            recipient(
                key=key, ref=f"r{key}", to=f"{key}@example.nz", template=(english, french)[key % 2]
            )
            for key in range(120)
        ]
    )

    assert Counter(result.outcome for result in results.values()) == {Outcome.ACCEPTED: 120}
    assert len(provider.requests) == 4
    subjects = {mail.ref: mail.email()[0] for mail in provider.mails}
    assert {subjects[f"r{key}"] for key in range(0, 120, 2)} == {"You are invited, Ada"}
    assert {subjects[f"r{key}"] for key in range(1, 120, 2)} == {"Vous êtes invités"}


@ALL
def test_a_rate_does_not_break_a_call_up(name: str, provider: Provider, send: Send) -> None:
    results = send(many(30), pause=0.005)

    assert len(results) == 30
    assert len(provider.requests) == 1
