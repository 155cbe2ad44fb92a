"""A file whose name says that its people have left subscribes nobody until somebody decides."""

import pytest

from subscribers.imports.reading.encoding import ImportProblem
from subscribers.imports.reading.file_name import suspicious_name
from subscribers.imports.reading.rows_as import RowsAs
from subscribers.models import Subscriber, Topic
from tests.subscribers.imports.sheets import has_opted_out, take, why

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "rows_as"),
    [
        ("unsubscribed_segment_export_8893817261.csv", RowsAs.UNSUBSCRIBED),
        ("cleaned_members_export_15d17415eb.csv", RowsAs.HARD_BOUNCED),
        ("nonsubscribed_email_audience_export.csv", RowsAs.UNSUBSCRIBED),
        ("suppression_bounces.csv", RowsAs.HARD_BOUNCED),
        ("spam_reports.csv", RowsAs.COMPLAINED),
        ("opt-outs 2024.csv", RowsAs.UNSUBSCRIBED),
        ("désabonnés.csv", RowsAs.UNSUBSCRIBED),
        ("blacklist.csv", RowsAs.UNSUBSCRIBED),
    ],
)
def test_a_file_whose_name_says_opt_outs_subscribes_nobody_until_somebody_decides(
    topic: Topic, name: str, rows_as: RowsAs
) -> None:
    text = "Email Address,First Name\na@example.org,Ada\n"
    for dry_run in (True, False):
        with pytest.raises(ImportProblem, match=f"--as {rows_as.value}"):
            take(text, topic, name=name, dry_run=dry_run)
    assert not Subscriber.objects.exists()
    assert take(text, topic, name=name, rows_as=RowsAs.SUBSCRIBERS, dry_run=True).added == 1
    report = take(text, topic, name=name, rows_as=rows_as, consent="")
    assert (report.added, report.opt_outs) == (0, 1)
    assert has_opted_out("a@example.org", topic) or why("a@example.org")


@pytest.mark.parametrize(
    "name", ["", "members.csv", "subscribed_members_export_1.csv", "Forum 2024 optimists.csv"]
)
def test_other_names_say_nothing(name: str) -> None:
    assert suspicious_name(name) == ""
