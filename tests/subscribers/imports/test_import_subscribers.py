"""The import: who is added, refused or never revived, and what is kept as evidence."""

import io
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from newsletter.core.addresses import address_digest
from newsletter.models import TransactionalMessage
from subscribers.imports.import_subscribers import import_subscribers
from subscribers.imports.reading.dates import DateOrder
from subscribers.imports.reading.encoding import ImportProblem
from subscribers.imports.report import ImportReport
from subscribers.models import (
    ConsentRecord,
    ImportBatch,
    Subscriber,
    Subscription,
    Suppression,
    Topic,
)
from subscribers.people.erase import erase
from subscribers.states import (
    SCOPE_OF_REASON,
    ConsentAction,
    ConsentMethod,
    SubscriptionStatus,
    SuppressionReason,
)
from tests.conftest import MakeSubscriber
from tests.locks import until_somebody_waits

PAYLOADS = Path(__file__).parents[2] / "payloads"
CONSENT = "Google form 'Join our Mailing List'"


def take(text: str | bytes, topic: Topic, **options: Any) -> ImportReport:
    data = text if isinstance(text, bytes) else text.encode()
    return import_subscribers(io.BytesIO(data), topic=topic, consent=CONSENT, **options)


def status_of(email: str, topic: Topic) -> str:
    return Subscription.objects.get(subscriber__digest=address_digest(email), topic=topic).status


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    assert report.rows == report.added + report.unchanged + report.opted_out + report.refused_count
    return report.added, report.unchanged, report.opted_out, report.refused_count


# --- The shapes of real exports ---------------------------------------------


def test_a_google_forms_export_is_taken_over(topic: Topic) -> None:
    report = import_subscribers(PAYLOADS / "google_forms_export.csv", topic=topic, consent=CONSENT)
    assert counts(report) == (5, 1, 0, 2)
    assert [refusal["row"] for refusal in report.refused] == [8, 9]
    assert "No consent" in report.refused[1]["reason"]
    assert report.mapping["Full Name"] == "full_name"
    assert report.ignored_headers == ["How did you hear of the taskforce?"]
    fatmata = Subscriber.objects.get(email="fatmata.kamara@example.sl")
    assert (fatmata.full_name, fatmata.given_name, fatmata.country, fatmata.institution) == (
        "Fatmata Kamara", "Fatmata", "SL", "Parliament of Sierra Leone",
    )  # fmt: skip
    record = ConsentRecord.objects.get(digest=fatmata.digest)
    assert record.given_at == datetime(2024, 1, 31, 11, 5, 22, tzinfo=UTC)
    assert record.words == f"{CONSENT}\nI agree to receive news of the taskforce by e-mail.: Yes"
    assert record.details == {
        "batch": report.batch_id, "file": "google_forms_export.csv", "row": 2,
        "timestamp": "2024/01/31 1:05:22 PM GMT+2",
    }  # fmt: skip
    assert (record.action, record.method) == (ConsentAction.IMPORTED, ConsentMethod.IMPORT)


def test_a_sheet_with_user_names_is_taken_over(topic: Topic) -> None:
    report = import_subscribers(
        PAYLOADS / "google_sheets_username.csv", topic=topic, consent=CONSENT
    )
    assert counts(report) == (5, 0, 0, 0)
    assert report.date_order == DateOrder.MONTH_FIRST
    ioana, zeynep = (
        Subscriber.objects.get(email=email)
        for email in ("ioana.popescu@example.ro", "zeynep@example.com.tr")
    )
    assert (ioana.full_name, ioana.given_name, ioana.country) == ("Ioana Popescu", "Ioana", "RO")
    assert zeynep.institution == '=HYPERLINK("https://example.com")', (
        "what looks like a formula is data"
    )
    assert ConsentRecord.objects.get(digest=zeynep.digest).given_at == datetime(
        2024, 3, 4, 18, tzinfo=UTC
    )
    assert ConsentRecord.objects.get(digest=zeynep.digest).details["row"] == 6, (
        "the row of a spreadsheet, blank ones counted"
    )
    assert any("The Moon" in warning for warning in report.warnings)


def test_an_excel_file_needs_its_code_page_named(topic: Topic) -> None:
    path = PAYLOADS / "excel_semicolons.csv"
    with pytest.raises(ImportProblem, match=r"Line 3 is not UTF-8.*--encoding"):
        import_subscribers(path, topic=topic, consent=CONSENT)
    report = import_subscribers(path, topic=topic, consent=CONSENT, encoding="windows-1252")
    assert counts(report) == (2, 0, 0, 0)
    anna = Subscriber.objects.get(email="anna@example.de")
    assert (anna.full_name, anna.given_name, anna.country) == ("Müller, Anna", "Anna", "DE")


@pytest.mark.thorough(sample=14)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_delimiters_and_ends_of_line_are_found_out(
    topic: Topic, encoding: str, delimiter: str, end: str
) -> None:
    rows = [
        ["Email", "Name", 'Which organization, "body"; or\nparliament?'],
        ["a@example.org", "Zoë Ștefan", "A, B; C\tD"],
    ]
    text = (
        end.join(
            delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows
        )
        + end
    )
    report = take(text.encode(encoding), topic)
    assert counts(report) == (1, 0, 0, 0)
    person = Subscriber.objects.get()
    assert (person.email, person.full_name, person.institution) == (
        "a@example.org",
        "Zoë Ștefan",
        "A, B; C D",
    )


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("Олена Шевченко", None), ("李小明", ""), ("محمد علی", None), ("Nguyễn Thị Minh", None),
        ("김민준", ""), ("Ada", ""),
        ("DUPONT Marie", ""), ("Popescu, Ioana", "Ioana"), ("Ada Lovelace", "Ada"),
        ("Ana & Bo Lee", ""),
    ],
)  # fmt: skip
def test_names_of_any_script_are_kept_and_addressed_with_care(
    topic: Topic, name: str, given: str | None
) -> None:
    take(f'Email,Name\na@example.org,"{name}"\n', topic)
    person = Subscriber.objects.get()
    assert person.full_name == name
    assert given is None or person.given_name == given


def test_a_hungarian_is_not_addressed_by_the_family_name(topic: Topic) -> None:
    take("Email,Name,Country\na@example.hu,Nagy Eszter,Hungary\n", topic)
    assert Subscriber.objects.get().given_name == ""


# --- Rows that are refused --------------------------------------------------


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",Ada", "no email address"),
        ("ada,Ada", "@-sign"),
        ("ada@example.org,Ada,x,surplus", "4 cells"),
        ('ada@example.org,"Ada\nBcc: b@example.org"', "control character"),
        ('ada@example.org,"Ada\x07"', "control character"),
        (f"ada@example.org,{'A' * 201}", "more than 200"),
        (f"{'a' * 250}@example.org,Ada", "254"),
        ("a@example.org; b@example.org,Ada", "invalid characters"),
    ],
)
def test_a_bad_row_is_refused_with_its_number_and_the_rest_is_taken(
    topic: Topic, row: str, reason: str
) -> None:
    report = take(
        f"Email,Name,Country\nfirst@example.org,One\n{row}\nlast@example.org,Two\n", topic
    )
    assert counts(report) == (2, 0, 0, 1)
    assert report.refused[0]["row"] == 3
    assert reason in report.refused[0]["reason"]
    assert ImportBatch.objects.get().refused == report.refused


def test_no_more_than_a_thousand_refusals_are_kept_but_all_are_counted(topic: Topic) -> None:
    report = take("Email\nok@example.org\n" + "bad\n" * 1_500, topic)
    assert (report.refused_count, len(report.refused)) == (1_500, 1_000)


def test_a_file_without_a_single_good_row_leaves_nothing_behind(topic: Topic) -> None:
    report = take("Email\nbad\nworse\n", topic)
    assert (report.batch_id, report.refused_count) == (None, 2)
    assert not ImportBatch.objects.exists()


@pytest.mark.parametrize("answer", ["", "No", "no, thanks", "FALSE", "0", "I do not agree", "Nein"])
def test_a_row_that_shows_no_consent_is_refused(topic: Topic, answer: str) -> None:
    report = take(
        f'Email,I agree to be written to\na@example.org,"{answer}"\nb@example.org,Yes\n', topic
    )
    assert counts(report) == (1, 0, 0, 1)


def test_each_of_two_questions_of_consent_must_be_answered(topic: Topic) -> None:
    report = take(
        "Email,I agree to A,I agree to B,I agree to "
        "A\na@example.org,Yes,,\nb@example.org,,Yes,Yes\n",
        topic,
    )
    assert [refusal["row"] for refusal in report.refused] == [2]


def test_a_row_that_had_left_another_list_subscribes_nobody(topic: Topic) -> None:
    report = take(
        "Email,Status,Suppressed\na@example.org,Unsubscribed,\nb@example.org,confirmed,complaint\nc@example.org,subscribed,\n",
        topic,
    )
    assert counts(report) == (1, 0, 2, 0)


# --- An opt-out outlives an import ------------------------------------------


def test_who_has_left_is_not_revived_and_not_touched(topic: Topic, dora: Subscriber) -> None:
    report = take("Email,Name,Country\nDORA@example.com,Somebody Else,UK\n", topic)
    assert counts(report) == (0, 0, 1, 0)
    dora.refresh_from_db()
    assert (dora.full_name, dora.country.code) == ("Dora Maar", "")
    assert status_of("dora@example.com", topic) == SubscriptionStatus.UNSUBSCRIBED
    assert not ConsentRecord.objects.exists()


@pytest.mark.parametrize("reason", list(SuppressionReason))
def test_a_suppressed_address_is_not_imported_whatever_the_reason(
    topic: Topic, reason: SuppressionReason
) -> None:
    Suppression.objects.create(
        digest=address_digest("eve@example.org"), reason=reason, scope=SCOPE_OF_REASON[reason]
    )
    assert counts(take("Email\nEve@example.org\neve@example.org\nf@example.org\n", topic)) == (
        1,
        0,
        2,
        0,
    )
    assert not Subscriber.objects.filter(digest=address_digest("eve@example.org")).exists()


def test_a_lifted_suppression_stands_no_longer(topic: Topic) -> None:
    digest = address_digest("eve@example.org")
    Suppression.objects.create(
        digest=digest, reason=SuppressionReason.STAFF, scope="all", lifted_at=timezone.now()
    )
    assert counts(take("Email\neve@example.org\n", topic)) == (1, 0, 0, 0)


def test_the_declined_are_not_revived(topic: Topic, make_subscriber: MakeSubscriber) -> None:
    make_subscriber("eve@example.org", topic=topic, status=SubscriptionStatus.DECLINED)
    assert counts(take("Email\neve@example.org\n", topic)) == (0, 0, 1, 0)


def test_the_last_consent_record_holds_though_the_subscription_is_gone(
    topic: Topic, other_topic: Topic
) -> None:
    for number, action in enumerate(
        [ConsentAction.CONFIRMED, ConsentAction.UNSUBSCRIBED, ConsentAction.REQUESTED]
    ):
        ConsentRecord.objects.create(
            digest=address_digest("eve@example.org"), topic=topic, action=action,
            method=ConsentMethod.FORM,
            given_at=timezone.now() + timedelta(minutes=number),
        )  # fmt: skip
    assert counts(take("Email\neve@example.org\n", topic)) == (0, 0, 1, 0)
    assert counts(take("Email\neve@example.org\n", other_topic)) == (1, 0, 0, 0), (
        "the opt-out was of the other topic"
    )


def test_the_erased_are_not_revived(topic: Topic, ada: Subscriber) -> None:
    erase("ada@example.nz")
    assert counts(take("Email\nada@example.nz\n", topic)) == (0, 0, 1, 0)
    assert not Subscriber.objects.exists()


def test_who_has_not_confirmed_yet_is_left_to_answer(topic: Topic, ben: Subscriber) -> None:
    report = take("Email,Country\nben@example.com,UK\n", topic)
    assert counts(report) == (0, 1, 0, 0)
    assert status_of("ben@example.com", topic) == SubscriptionStatus.PENDING
    assert any("asked this person to confirm" in warning for warning in report.warnings)


# --- People whom we know ----------------------------------------------------


def test_what_is_known_is_kept_and_what_is_empty_is_filled(
    topic: Topic, other_topic: Topic, ada: Subscriber
) -> None:
    report = take(
        "Email,Name,Country,Organisation\nada@example.nz,Augusta King,UK,The Lords\n", other_topic
    )
    assert (counts(report), report.filled) == ((1, 0, 0, 0), 1)
    ada.refresh_from_db()
    assert (ada.full_name, ada.given_name, ada.country.code, ada.institution) == (
        "Ada Lovelace",
        "Ada",
        "NZ",
        "The Lords",
    )
    assert status_of("ada@example.nz", topic) == SubscriptionStatus.CONFIRMED


def test_a_given_name_of_another_name_is_not_filled_in(
    topic: Topic, other_topic: Topic, make_subscriber: MakeSubscriber
) -> None:
    person = make_subscriber("eve@example.org", topic=topic, full_name="E. Smith")
    take("Email,Name\neve@example.org,Eva Schmidt\n", other_topic)
    person.refresh_from_db()
    assert (person.full_name, person.given_name) == ("E. Smith", "")


def test_the_same_file_again_changes_nothing_and_says_so(topic: Topic) -> None:
    text = "Email,Name\na@example.org,Ada Lovelace\nb@example.org,\n"
    first = take(text, topic)
    before = list(Subscriber.objects.values().order_by("pk"))
    again = take(text, topic)
    assert counts(again) == (0, 2, 0, 0)
    assert list(Subscriber.objects.values().order_by("pk")) == before
    assert ConsentRecord.objects.count() == 2
    assert any(f"as import {first.batch_id}" in warning for warning in again.warnings)


def test_one_address_twice_in_a_file_is_one_person(topic: Topic) -> None:
    assert counts(
        take("Email,Name\na@example.org,First\nA@EXAMPLE.ORG,Second\na@example.org,Third\n", topic)
    ) == (1, 2, 0, 0)
    assert Subscriber.objects.get().full_name == "First"
    assert ConsentRecord.objects.get().details["row"] == 2


def test_no_mail_is_sent(topic: Topic) -> None:
    take("Email\na@example.org\n", topic)
    assert not TransactionalMessage.objects.exists()


# --- Time -------------------------------------------------------------------


def test_a_date_that_could_be_two_is_reported_and_kept_as_text(topic: Topic) -> None:
    before = timezone.now()
    report = take("Email,Timestamp\na@example.org,3/4/2024 10:00\n", topic)
    record = ConsentRecord.objects.get()
    assert report.date_order == DateOrder.AMBIGUOUS
    assert record.given_at >= before
    assert record.details["timestamp"] == "3/4/2024 10:00"
    assert any("--dates" in warning for warning in report.warnings)


def test_the_operators_word_settles_the_order(topic: Topic) -> None:
    take("Email,Timestamp\na@example.org,3/4/2024 10:00\n", topic, date_order=DateOrder.DAY_FIRST)
    assert ConsentRecord.objects.get().given_at == datetime(2024, 4, 3, 10, tzinfo=UTC)


def test_nobody_consents_in_the_future(topic: Topic) -> None:
    report = take("Email,Timestamp\na@example.org,2199-01-01 10:00\n", topic)
    assert ConsentRecord.objects.get().given_at <= timezone.now()
    assert any("future" in warning for warning in report.warnings)


# --- All or nothing ---------------------------------------------------------


def test_a_dry_run_reports_the_same_and_changes_nothing(topic: Topic, ada: Subscriber) -> None:
    text = "Email,Organisation\na@example.org,\nada@example.nz,The Lords\nbad,\n"
    dry = take(text, topic, dry_run=True)
    assert (counts(dry), dry.filled, dry.batch_id) == ((1, 1, 0, 1), 1, None)
    assert (
        Subscriber.objects.count(),
        ImportBatch.objects.count(),
        ConsentRecord.objects.count(),
    ) == (1, 0, 0)
    real = take(text, topic)
    assert (counts(real), real.filled) == (counts(dry), dry.filled)


@pytest.mark.django_db(transaction=True)
def test_an_import_that_breaks_off_half_way_leaves_nothing(topic: Topic) -> None:
    def break_off(done: int, total: int) -> None:
        if done == total:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take("Email\na@example.org\nb@example.org\n", topic, progress=break_off)
    assert (
        Subscriber.objects.count(),
        Subscription.objects.count(),
        ImportBatch.objects.count(),
    ) == (0, 0, 0)
    assert counts(take("Email\na@example.org\nb@example.org\n", topic)) == (2, 0, 0, 0), (
        "and it can be done afterwards"
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    connection.vendor == "sqlite",
    reason="SQLite lets one transaction write at a time, so nobody can be faster",
)
def test_who_leaves_while_the_import_runs_is_not_revived(
    topic: Topic, make_subscriber: MakeSubscriber
) -> None:
    """As the rows are stored, Eve signs up and leaves, and Flo signs up and confirms."""
    pool = ThreadPoolExecutor(max_workers=1)
    others = list[Future[None]]()
    have_acted = Event()

    def meanwhile(done: int, total: int) -> None:
        if not others:
            others.append(pool.submit(sign_up))
            assert have_acted.wait(30)

    def sign_up() -> None:
        try:
            with transaction.atomic():
                make_subscriber(
                    "eve@example.org", topic=topic, status=SubscriptionStatus.UNSUBSCRIBED
                )
                make_subscriber("flo@example.org", topic=topic)
                have_acted.set()
                until_somebody_waits()  # which is the import, at Eve's address
        finally:
            connection.close()

    with pool:
        report = take(
            "Email\neve@example.org\nflo@example.org\ngus@example.org\n", topic, progress=meanwhile
        )
        others[0].result()
    assert counts(report) == (1, 1, 1, 0)
    assert status_of("eve@example.org", topic) == SubscriptionStatus.UNSUBSCRIBED
    assert ConsentRecord.objects.get().digest == address_digest("gus@example.org")


def test_progress_ends_at_the_end(topic: Topic) -> None:
    seen: list[tuple[int, int]] = []
    take(
        "Email\n" + "".join(f"p{number}@example.org\n" for number in range(5_000)),
        topic,
        progress=lambda *step: seen.append(step),
    )
    assert all(done <= total for done, total in seen)
    assert seen == sorted(seen)
    assert seen[-1][0] == seen[-1][1]
    assert Subscription.objects.count() == 5_000
