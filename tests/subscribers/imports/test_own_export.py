"""Our own export comes back by import as it was, names that look like formulas included."""

import csv
import io
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from newsletter.core.addresses import address_digest
from subscribers.export_columns import COLUMNS
from subscribers.imports.import_subscribers import import_subscribers
from subscribers.imports.reading.encoding import ImportProblem
from subscribers.imports.report import ImportReport
from subscribers.imports.row_outcomes import RowOutcome, RowOutcomes, all_rows
from subscribers.models import ConsentRecord, Subscriber, Subscription, Suppression, Topic
from subscribers.people.export import export_subscribers
from subscribers.states import (
    ConsentAction,
    ConsentMethod,
    SubscriptionStatus,
    SuppressionReason,
)
from subscribers.suppression.registry import suppress
from tests.conftest import MakeSubscriber
from tests.subscribers.imports.sheets import followers, has_opted_out, take, why

DETAILS = (
    "email", "digest", "domain", "full_name", "given_name", "institution", "country", "language",
    "time_zone", "greeting", "salutation", "paused_until",
)  # fmt: skip
HOSTILE = [
    "=cmd|' /C calc'!A0",
    "'=1+1",
    "''@SUM(A1)",
    "+49 (Ada)",
    "-",
    "@ada",
    "'t Hooft",
    'She said "no"; a,b|c',
    "N/A",
    "null",
    "عبد الله بن محمد",
    "王小明",
    "Ștefan Țepeș",
    "👩‍⚖️ Ada",
    "DUPONT Marie",
    "x" * 200,
]


def exported(topic: Topic | None = None) -> str:
    out = io.StringIO(newline="")
    export_subscribers(out, topic=topic)
    return out.getvalue()


def back(text: str, topic: Topic) -> ImportReport:
    return import_subscribers(
        io.BytesIO(text.encode()), topic=topic, consent="Moved", file_name="subscribers.csv"
    )


def outcomes_of(text: str, topic: Topic, path: Path) -> dict[int, tuple[RowOutcome, str]]:
    """Import a text, and return what is told of each row and why."""
    with RowOutcomes(path) as outcomes:
        import_subscribers(
            io.BytesIO(text.encode()),
            topic=topic,
            consent="Moved",
            file_name="subscribers.csv",
            outcomes=outcomes,
        )
    return {row.number: (row.outcome, row.reason) for row in all_rows(path)}


def leave_by_import(address: str, topic: Topic) -> None:
    assert take(f"email,status\n{address},unsubscribed\n", topic).opt_outs == 1


def people() -> list[dict[str, object]]:
    return [dict(row) for row in Subscriber.objects.order_by("email").values(*DETAILS)]


def pause(subscriber: Subscriber, until: datetime) -> None:
    Subscriber.objects.filter(pk=subscriber.pk).update(paused_until=until)


def lose_everything() -> None:
    Subscription.objects.all().delete()
    Subscriber.objects.all().delete()
    ConsentRecord.objects.all().delete()
    Suppression.objects.all().delete()


def test_every_detail_comes_back(topic: Topic, make_subscriber: MakeSubscriber) -> None:
    until = timezone.now().replace(microsecond=0) + timedelta(days=40)
    for number, name in enumerate(HOSTILE):
        make_subscriber(
            f"person{number}@example.org",
            topic=topic,
            full_name=name,
            institution=name,
            given_name="" if number % 2 else "Ada",
            greeting="salutation",
            salutation=name[:100],
        )
    cmd = make_subscriber(
        "'=cmd@example.org",
        topic=topic,
        language="sw",
        country="NZ",
        time_zone="Pacific/Auckland",
        greeting="no_name",
    )
    pause(cmd, until)
    make_subscriber("gone@example.org", topic=topic, country="QZ")
    before, file = people(), exported()
    assert "sw" not in settings.CONTENT_LANGUAGES
    lose_everything()

    report = back(file, topic)

    assert (report.added, report.refused_count, report.warnings) == (len(before), 0, [])
    assert report.ignored_headers == []
    assert people() == before
    assert [row[:9] for row in _cells(exported())] == [row[:9] for row in _cells(file)]


def _cells(file: str) -> list[list[str]]:
    return sorted(csv.reader(io.StringIO(file, newline="")))


def test_every_column_of_the_export_is_read(topic: Topic, make_subscriber: MakeSubscriber) -> None:
    make_subscriber("ada@example.org", topic=topic)
    report = back(exported(), topic)
    assert set(report.mapping) == set(COLUMNS)


def test_an_export_from_before_institutions_had_their_name_is_read(
    topic: Topic, make_subscriber: MakeSubscriber
) -> None:
    make_subscriber("ada@example.org", topic=topic, institution="National Assembly")
    older = exported().replace("institution", "organisation")
    lose_everything()
    back(older, topic)
    assert people()[0]["institution"] == "National Assembly"


def test_opt_outs_come_back_with_their_time(
    topic: Topic, dora: Subscriber, make_subscriber: MakeSubscriber
) -> None:
    left = timezone.now().replace(microsecond=0) - timedelta(days=400)
    Subscription.objects.filter(subscriber=dora).update(changed_at=left)
    make_subscriber("dead@example.org", topic=topic)
    suppress(address_digest("dead@example.org"), reason=SuppressionReason.HARD_BOUNCE)
    file = exported()
    lose_everything()
    report = back(file, topic)
    assert (report.added, report.opt_outs) == (0, 2)
    assert why("dead@example.org") == {"hard_bounce"}
    record = ConsentRecord.objects.get(digest=address_digest("dora@example.com"))
    assert (record.action, record.given_at) == (ConsentAction.UNSUBSCRIBED, left)
    assert back(file, topic).added == 0


def test_who_came_back_after_the_export_stays(topic: Topic, dora: Subscriber) -> None:
    """They left, an export was made, and they have confirmed anew since."""
    file = exported()
    Subscription.objects.filter(subscriber=dora).update(
        status=SubscriptionStatus.CONFIRMED, changed_at=timezone.now()
    )
    ConsentRecord.objects.create(
        digest=dora.digest,
        topic=topic,
        action=ConsentAction.CONFIRMED,
        method=ConsentMethod.FORM,
        given_at=timezone.now(),
    )
    report = back(file, topic)
    assert report.opt_outs == 0
    assert followers(topic) == {"dora@example.com"}


def test_a_person_in_discreet_mode_is_never_subscribed_without_it(
    topic: Topic, make_subscriber: MakeSubscriber
) -> None:
    ada = make_subscriber("ada@example.org", topic=topic)
    Subscriber.objects.update(discreet_since=timezone.now())
    file = exported()
    assert back(file, topic).added == 0
    ada.refresh_from_db()
    assert ada.discreet_since is not None
    lose_everything()
    assert back(file, topic).added == 0
    assert not Subscriber.objects.exists()


def test_a_row_of_somebody_in_discreet_mode_is_told_as_that_of_whoever_has_left(
    topic: Topic, make_subscriber: MakeSubscriber, dora: Subscriber, tmp_path: Path
) -> None:
    make_subscriber("ada@example.org", topic=topic)
    Subscriber.objects.filter(email="ada@example.org").update(discreet_since=timezone.now())
    head, *rows = exported().splitlines(keepends=True)
    ada = next(row for row in rows if row.startswith("ada@"))
    bare = ada.replace(ada.strip().split(",")[head.strip().split(",").index("discreet_since")], "")
    lose_everything()
    leave_by_import("left@example.org", topic)
    left = bare.replace("ada@example.org", "left@example.org")

    told = outcomes_of("".join([head, ada, left, bare]), topic, tmp_path / "first")
    assert told == {2: (RowOutcome.LEFT, ""), 3: (RowOutcome.LEFT, ""), 4: (RowOutcome.LEFT, "")}
    assert not Subscriber.objects.filter(email="ada@example.org").exists()
    assert not ConsentRecord.objects.filter(digest=address_digest("ada@example.org")).exists()

    # Neither the file's first nor its last word on them brings them without it.
    told = outcomes_of("".join([head, bare, ada]), topic, tmp_path / "second")
    assert {outcome for outcome, _ in told.values()} == {RowOutcome.LEFT}


def test_a_row_of_a_known_person_in_discreet_mode_is_told_as_of_anybody_known(
    topic: Topic, make_subscriber: MakeSubscriber, tmp_path: Path
) -> None:
    make_subscriber("ada@example.org", topic=topic)
    make_subscriber("eve@example.org", topic=topic)
    ada = Subscriber.objects.filter(email="ada@example.org")
    ada.update(discreet_since=timezone.now())
    before = ada.values().get()
    told = outcomes_of(exported(), topic, tmp_path / "rows")
    assert set(told.values()) == {(RowOutcome.KNOWN, "")}
    assert ada.values().get() == before


def test_of_several_topics_only_rows_of_the_chosen_one_subscribe(
    topic: Topic, other_topic: Topic, make_subscriber: MakeSubscriber
) -> None:
    make_subscriber("ada@example.org", topic=topic)
    make_subscriber("eve@example.org", topic=other_topic)
    file = exported()
    lose_everything()
    report = back(file, topic)
    assert (report.added, report.rows) == (1, 1)
    assert followers(topic) == {"ada@example.org"}
    assert report.warnings == [f"Rows of another topic, left out: {other_topic.slug} (1 row)"]
    assert back(file, other_topic).added == 1
    assert followers(other_topic) == {"eve@example.org"}


def test_a_list_of_several_topics_is_refused_for_one_that_it_does_not_name(
    topic: Topic, other_topic: Topic, make_subscriber: MakeSubscriber
) -> None:
    make_subscriber("ada@example.org", topic=topic)
    make_subscriber("eve@example.org", topic=other_topic)
    third = Topic.objects.create(name="Third", slug="third")
    with pytest.raises(ImportProblem, match="'third' isn't one of them"):
        back(exported(), third)


def test_a_pause_that_is_over_is_none_and_one_that_nobody_understands_subscribes_nobody(
    topic: Topic, make_subscriber: MakeSubscriber
) -> None:
    pause(make_subscriber("ada@example.org", topic=topic), timezone.now() - timedelta(days=1))
    file = exported()
    lose_everything()
    assert back(file, topic).added == 1
    assert Subscriber.objects.get().paused_until is None
    lose_everything()
    written = next(row[11] for row in csv.reader(io.StringIO(file)) if row[0] != "email")
    report = back(file.replace(written, "soon"), topic)
    assert (report.added, report.refused_count) == (0, 1)
    assert "until when this person has paused: 'soon'" in report.refused[0]["reason"]


def test_a_known_person_s_own_choices_are_not_changed_by_an_older_export(
    topic: Topic, make_subscriber: MakeSubscriber
) -> None:
    ada = make_subscriber("ada@example.org", topic=topic, greeting="no_name")
    pause(ada, timezone.now() + timedelta(days=40))
    file = exported()
    Subscriber.objects.update(paused_until=None, greeting="")
    back(file, topic)
    ada.refresh_from_db()
    assert (ada.paused_until, ada.greeting) == (None, "")


def test_columns_of_the_same_names_in_other_lists_are_not_read_as_ours(topic: Topic) -> None:
    report = take(
        "Email,Topic,Salutation,Greeting\nada@example.org,Freedom,Mrs,Hello\n"
        "eve@example.org,Rights,Mr,Hi\n",
        topic,
    )
    assert (report.added, report.refused_count) == (2, 0)
    assert set(Subscriber.objects.values_list("salutation", "greeting")) == {("", "")}


def test_a_restored_backup_learns_of_an_imported_pause(
    topic: Topic, make_subscriber: MakeSubscriber, django_capture_on_commit_callbacks: Any
) -> None:
    until = timezone.now().replace(microsecond=0) + timedelta(days=40)
    pause(make_subscriber("ada@example.org", topic=topic), until)
    file = exported()
    lose_everything()
    with django_capture_on_commit_callbacks(execute=True):
        back(file, topic)
    journals = (settings.VAR_DIR / "opt-outs").glob("*.log")
    lines = "".join(path.read_text() for path in journals)
    digest = address_digest("ada@example.org")
    assert f" {digest} {until.isoformat()} " in lines
    assert not has_opted_out("ada@example.org", topic)
