"""What a person downloads holds every table with personal data, and nothing of anybody else."""

import json
import re
from collections.abc import Iterator

import pytest
from django.utils import timezone, translation

from campaigns.models import CalendarMail, Campaign, Delivery, Event, ProofRecipient, Rsvp
from newsletter.audit.record import record
from newsletter.core.tokens import Purpose, make_expiring_token
from newsletter.models import (
    Brand,
    InboxMessage,
    ProviderEvent,
    TransactionalMessage,
    WrittenAddress,
)
from newsletter.states import MESSAGE_KINDS
from subscribers.audit_actions import SubscriberAction
from subscribers.countries import country_name
from subscribers.models import (
    AddressChange,
    Application,
    ApplicationNote,
    ApplicationQuestion,
    ConsentRecord,
    CustomField,
    CustomFieldValue,
    FormSubmission,
    ImportBatch,
    ImportFill,
    ImportQuestion,
    Label,
    SoftBounces,
    Subscriber,
    SubscriberLabel,
    SubscriberNote,
    Suppression,
    Topic,
    TopicInvitation,
)
from subscribers.people.held_data.collect import held_data
from subscribers.people.held_data.files import as_html, as_json
from subscribers.people.held_data.labels import LABELS
from subscribers.people.held_data.values import VALUES
from subscribers.states import ConsentAction, ConsentMethod, SubmissionKind
from tests.architecture.test_retention import WITH_PERSONAL_DATA
from tests.subscribers.own_address import change_own_address

NOT_OF_SUBSCRIBERS = {
    "ProviderReport": "a place in a queue; its addresses can't be looked for until it is read",
    "ImportBatch": "its refused rows are numbers and reasons, which lead to nobody",
    "TopicGrant": "about staff",
    "StaffSession": "about staff",
    "PasswordRequest": "about staff",
    "SecondFactorDue": "about staff",
}
"""Tables with personal data of which a subscriber gets nothing → why."""


def rows_everywhere(person: Subscriber, campaign: Campaign, event: Event, mark: str) -> None:
    """Give a person a row in every table, each with `mark` in it where it has a text."""
    now, topic = timezone.now(), campaign.topic
    token = make_expiring_token(Purpose.ERASE, person.pk)
    ConsentRecord.objects.create(
        digest=person.digest,
        topic=topic,
        action=ConsentAction.CONFIRMED,
        method=ConsentMethod.FORM,
        former_words=f"words {mark}",
        staff=f"colleague of {mark}",
        given_at=now,
    )
    Suppression.objects.create(
        digest=person.digest, reason="staff", scope="all", note=f"sam.staff: asked {mark}"
    )
    batch = ImportBatch.objects.create(topic=topic, file_name=f"list of {mark}.csv")
    ImportFill.objects.create(
        batch=batch, subscriber=person, full_name=f"Filled {mark}", filled_at=now
    )
    label = Label.objects.create(name=f"Friends of {mark}", key=f"friends of {mark}")
    SubscriberLabel.objects.create(subscriber=person, label=label, added_at=now)
    SubscriberNote.objects.create(
        subscriber=person, text=f"Met {mark}.", written_by="sam.staff", written_at=now
    )
    field, _ = CustomField.objects.get_or_create(key="seat", name="Seat", kind="text")
    CustomFieldValue.objects.create(subscriber=person, field=field, value=f"A {mark}", set_at=now)
    ImportQuestion.objects.create(digest=person.digest, topic=topic, batch=batch, created_at=now)
    SoftBounces.objects.create(digest=person.digest, number=1, first_at=now, last_at=now)
    AddressChange.objects.create(
        subscriber=person, email=f"new.{mark}@example.org", digest=f"{mark:0>64}"
    )
    FormSubmission.objects.create(
        kind=SubmissionKind.SIGN_UP,
        email=person.email,
        digest=person.digest,
        method=ConsentMethod.FORM,
        details={"full_name": f"typed {mark}"},
    )
    application = Application.objects.create(
        subscription=person.subscriptions.get(),
        full_name=f"Applicant {mark}",
        institution=f"Chamber {mark}",
        country="SI",
        office="Member",
        reason=f"reason {mark}",
        verification="Our website.",
        language="en",
        sent_at=now,
        decided_by=f"colleague of {mark}",
    )
    ApplicationQuestion.objects.create(
        application=application, text=f"Since when, {mark}?", asked_by="sam.staff"
    )
    ApplicationNote.objects.create(
        application=application, text=f"Called {mark}.", written_by="sam.staff"
    )
    TopicInvitation.objects.create(
        topic=topic, email=person.email, digest=person.digest, language="en", invited_by="sam.staff"
    )
    TransactionalMessage.objects.create(
        kind="erase_link",
        to=person.email,
        digest=person.digest,
        subject=f"subject {mark}",
        text=f"Open http://localhost:8000/preferences/erase/{token}/ or https://example.org/Abc",
    )
    WrittenAddress.objects.create(digest=person.digest)
    ProviderEvent.objects.create(
        provider="mailgun",
        fingerprint=mark,
        raw=f'{{"recipient": "{mark}"}}'.encode(),
        digest=person.digest,
    )
    InboxMessage.objects.create(
        stream="bulk",
        sender="us@example.org",
        recipient=person.email,
        subject=f"copy {mark}",
        raw=b"x",
        size=1,
    )
    record(SubscriberAction.UNSUBSCRIBED, person, label=f"Subscriber {person.pk}")
    Delivery.objects.create(
        campaign=campaign, subscriber=person, language="en", provider_message_id=f"id {mark}"
    )
    Rsvp.objects.create(event=event, subscriber=person, answer="yes", answered_at=now)
    ProofRecipient.objects.create(
        topic=topic,
        email=person.email,
        digest=person.digest,
        full_name=f"Tester {mark}",
        added_by="sam.staff",
    )
    CalendarMail.objects.create(
        event=event,
        subscriber=person,
        kind="counter",
        text=f"An hour later, please {mark}",
        fingerprint=f"{mark}",
        received_at=now,
    )


@pytest.fixture(autouse=True)
def world(
    draft: Campaign, event: Event, ada: Subscriber, ben: Subscriber, cleo: Subscriber
) -> None:
    rows_everywhere(ada, draft, event, "adas")
    rows_everywhere(ben, draft, event, "bens")


def texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for each in value.values():
                yield from texts(each)
        case list():
            for each in value:
                yield from texts(each)


def test_every_table_with_personal_data_is_in_it(ada: Subscriber) -> None:
    given = {table.model.__name__ for table in held_data(ada)}
    wanted = {model.__name__ for model in WITH_PERSONAL_DATA}
    assert wanted - given - NOT_OF_SUBSCRIBERS.keys() == set(), (
        "these tables hold personal data: give their rows in held_data, or say why not here"
    )
    assert not given & NOT_OF_SUBSCRIBERS.keys()
    assert wanted >= NOT_OF_SUBSCRIBERS.keys() - {"TopicGrant", "SecondFactorDue", "StaffSession"}


def test_the_persons_row_of_every_table_is_found_and_nobody_elses(
    ada: Subscriber, ben: Subscriber
) -> None:
    for person, other in ((ada, "bens"), (ben, "adas")):
        content = json.loads(as_json(person))
        empty = [name for name, rows in content["tables"].items() if not rows]
        assert empty == [], "give each person a row of every table above"
        found = list(texts(content))
        assert not [text for text in found if other in text]
    assert "ben@" not in as_html(ada)


def test_whoever_has_no_row_but_their_own_gets_that(cleo: Subscriber) -> None:
    tables = json.loads(as_json(cleo))["tables"]
    assert {name for name, rows in tables.items() if rows} == {
        "subscriber",
        "subscriptions",
        "suppressions",
    }
    assert tables["subscriber"][0]["email"] == "cleo@example.com"


def test_every_column_is_given_but_those_that_are_named_with_a_reason(ada: Subscriber) -> None:
    for table in held_data(ada):
        columns = {column.name for column in table.model._meta.concrete_fields}
        assert table.left_out.keys() <= columns, table.name
        assert all(table.left_out.values()), table.name
        for row in table.given():
            assert columns - table.left_out.keys() <= row.keys(), table.name


def test_labels_and_custom_fields_are_given_by_their_names(ada: Subscriber) -> None:
    file = as_html(ada)
    assert all(words in file for words in ("Friends of adas", "Seat", "A adas"))


def test_it_names_no_staff_and_holds_no_link_that_acts(ada: Subscriber, ben: Subscriber) -> None:
    for file in (as_json(ada), as_html(ada)):
        assert "colleague of" not in file
        assert "sam.staff" not in file
        assert "asked adas" in file, "what staff noted of the person is theirs"
        assert "/preferences/erase/…/" in file
        assert "https://example.org/Abc" in file
        assert make_expiring_token(Purpose.ERASE, ada.pk)[:14] not in file


def test_what_is_held_under_an_earlier_address_is_given_too(
    ada: Subscriber, brand: Brand, topic: Topic
) -> None:
    Suppression.objects.all().delete()
    change_own_address(ada.pk, to="ada.king@example.org")
    person = Subscriber.objects.get(pk=ada.pk)
    assert "words adas" in as_json(person)
    assert "subject adas" in as_json(person)


def test_markup_in_a_name_is_text_in_the_file_to_read(ada: Subscriber) -> None:
    Subscriber.objects.filter(pk=ada.pk).update(full_name="<script>alert(1)</script>")
    file = as_html(Subscriber.objects.get(pk=ada.pk))
    assert "<script" not in file
    assert "&lt;script&gt;" in file
    assert file.count("<h1>") == 1


def test_every_code_is_told_in_words_and_every_column_has_a_name(ada: Subscriber) -> None:
    """Words of models are for staff, in English: so nothing of them may reach the person."""
    without = [
        f"{table.name}.{column.name}: {value}"
        for table in held_data(ada)
        for column in table.columns()
        if column.choices and column.name not in ("country", "language")
        for value in dict(column.flatchoices)
        if value not in VALUES.get(f"{table.name}.{column.name}", {}) and value not in ("demo", "")
    ]
    kinds = [kind for kind in MESSAGE_KINDS if not kind.startswith("staff_")]
    without += [kind for kind in kinds if kind not in VALUES["single_emails.kind"]]
    assert without == []
    unnamed = [
        f"{table.name}.{column.name}"
        for table in held_data(ada)
        for column in table.columns()
        if column.name not in LABELS
    ]
    assert unnamed == []


@pytest.mark.parametrize("language", ["fr", "es", "ro", "uk", "ar"])
def test_the_file_to_read_says_nothing_in_english_but_what_was_written_in_it(
    ada: Subscriber, language: str
) -> None:
    Delivery.objects.update(bounce_class="soft")
    ProviderEvent.objects.update(kind="bounced")
    Subscriber.objects.filter(pk=ada.pk).update(country="UA")
    spoken = [*LABELS.values(), *(words for table in VALUES.values() for words in table.values())]
    with translation.override(language):
        file = as_html(Subscriber.objects.get(pk=ada.pk))
        told = {str(words) for words in spoken}
        assert country_name("UA") in file
    english = {str(words) for words in spoken} | {
        str(label)
        for table in held_data(ada)
        for column in table.columns()
        if column.choices and column.name != "country"
        for label in dict(column.flatchoices).values()
    }
    lines = {line.strip() for line in re.sub(r"<[^>]*>", "\n", file).splitlines()}
    assert lines & english - told == set()
