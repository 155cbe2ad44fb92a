"""The export: complete, harmless in a spreadsheet, and readable by the import."""

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from subscribers.export_columns import COLUMNS
from subscribers.imports.import_subscribers import import_subscribers
from subscribers.models import Subscriber, Topic
from subscribers.people.export import export_subscribers
from subscribers.states import SubscriptionStatus
from tests.conftest import MakeSubscriber


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_all_are_exported_and_those_not_to_be_written_to_are_marked(
    ada: Subscriber, ben: Subscriber, cleo: Subscriber, dora: Subscriber
) -> None:
    out = io.StringIO(newline="")
    assert export_subscribers(out) == 4
    rows = {row["full_name"]: row for row in rows_of(out.getvalue())}
    assert {name: row["status"] for name, row in rows.items()} == {
        "Ada Lovelace": "confirmed", "Ben Okri": "pending", "Cleo Laine": "confirmed",
        "Dora Maar": "unsubscribed",
    }  # fmt: skip
    assert {name: row["suppressed"] for name, row in rows.items() if row["suppressed"]} == {
        "Cleo Laine": "hard_bounce"
    }
    assert rows["Ada Lovelace"]["country"] == "NZ"
    assert rows["Ada Lovelace"]["topic"] == "quarterly-meetings"


def test_a_pause_and_a_greeting_are_exported(ada: Subscriber) -> None:
    until = timezone.now() + timedelta(days=30)
    Subscriber.objects.update(paused_until=until, greeting="salutation", salutation="@Countess")
    out = io.StringIO(newline="")
    export_subscribers(out)
    [row] = rows_of(out.getvalue())
    assert row["paused_until"] == until.isoformat(timespec="seconds")
    assert (row["greeting"], row["salutation"]) == ("salutation", "'@Countess")


def test_topic_and_status_narrow_it(
    topic: Topic,
    other_topic: Topic,
    ada: Subscriber,
    ben: Subscriber,
    make_subscriber: MakeSubscriber,
) -> None:
    make_subscriber("eve@example.org", topic=other_topic)
    out = io.StringIO(newline="")
    export_subscribers(out, topic=topic, statuses=[SubscriptionStatus.CONFIRMED])
    assert [row["email"] for row in rows_of(out.getvalue())] == ["ada@example.nz"]


@pytest.mark.parametrize(
    "name", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("https://example.com")', '="a,b"']
)
def test_what_a_spreadsheet_would_run_is_text(
    topic: Topic, make_subscriber: MakeSubscriber, name: str
) -> None:
    make_subscriber("=cmd@example.org", topic=topic, full_name=name, institution=name)
    out = io.StringIO(newline="")
    export_subscribers(out)
    row = rows_of(out.getvalue())[0]
    assert (row["email"], row["full_name"], row["institution"]) == (
        "'=cmd@example.org",
        f"'{name}",
        f"'{name}",
    )


def test_what_was_exported_is_imported_as_it_was_and_opt_outs_stay_opt_outs(
    topic: Topic,
    other_topic: Topic,
    cleo: Subscriber,
    dora: Subscriber,
    ben: Subscriber,
    make_subscriber: MakeSubscriber,
) -> None:
    make_subscriber(
        "+eve@example.org",
        topic=topic,
        full_name="=Eve",
        institution="'quoted'",
        country="NZ",
        time_zone="Pacific/Auckland",
    )
    out = io.StringIO(newline="")
    export_subscribers(out)
    details = (
        "email",
        "full_name",
        "given_name",
        "institution",
        "country",
        "time_zone",
        "language",
    )
    before = Subscriber.objects.filter(email="+eve@example.org").values(*details).get()
    Subscriber.objects.all().delete()
    report = import_subscribers(
        io.BytesIO(out.getvalue().encode()), topic=other_topic, consent="Moved"
    )
    assert (report.added, report.opted_out, report.refused_count) == (1, 2, 1)
    assert Subscriber.objects.values(*details).get() == before
    assert report.ignored_headers == []


def test_an_empty_export_has_its_header(db: None) -> None:
    out = io.StringIO(newline="")
    assert export_subscribers(out) == 0
    assert out.getvalue().split() == [",".join(COLUMNS)]


def test_the_command_writes_to_stdout(ada: Subscriber) -> None:
    out = io.StringIO(newline="")
    call_command(
        "export_subscribers", "--topic", "quarterly-meetings", "--status", "confirmed", stdout=out
    )
    assert [row["email"] for row in rows_of(out.getvalue())] == ["ada@example.nz"]


def test_a_file_is_written_whole_and_for_its_owner_alone(ada: Subscriber, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("old")
    out = io.StringIO()
    call_command("export_subscribers", "--output", str(path), stdout=out)
    assert path.read_bytes().startswith(b"\xef\xbb\xbfemail,")
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["people.csv"]
    assert "1 rows" not in out.getvalue()
    assert f"1 row written to {path}" in out.getvalue()


def test_a_file_that_can_not_be_written_is_an_error(ada: Subscriber, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="can't be written"):
        call_command("export_subscribers", "--output", str(tmp_path / "missing" / "people.csv"))
    with pytest.raises(CommandError, match="can't be written"):
        call_command("export_subscribers", "--output", str(tmp_path))
    assert not list(tmp_path.iterdir())


def test_an_unknown_topic_is_named_beside_the_known_ones(topic: Topic, other_topic: Topic) -> None:
    with pytest.raises(
        CommandError, match=r"no topic 'nonsense'\. Topics: forums, quarterly-meetings\."
    ):
        call_command("export_subscribers", "--topic", "nonsense")


def test_a_need_to_know_topic_is_exported_by_name_alone_and_named_as_what_it_is(
    ada: Subscriber, make_subscriber: MakeSubscriber, tmp_path: Path
) -> None:
    inner = Topic.objects.create(
        slug="inner", name="Inner circle", is_public=False, is_restricted=True
    )
    make_subscriber("greta@example.net", topic=inner)
    out, told = io.StringIO(newline=""), io.StringIO()
    call_command("export_subscribers", stdout=out, stderr=told)
    assert [row["email"] for row in rows_of(out.getvalue())] == [ada.email]
    assert "Left out: inner (need-to-know)." in told.getvalue()
    path = tmp_path / "inner.csv"
    out = io.StringIO()
    call_command("export_subscribers", "--topic", "inner", "--output", str(path), stdout=out)
    assert "greta@example.net" in path.read_text(encoding="utf-8-sig")
    assert "(need-to-know)" in out.getvalue()
    with pytest.raises(CommandError, match=r"inner \(need-to-know\)"):
        call_command("export_subscribers", "--topic", "nonsense")
