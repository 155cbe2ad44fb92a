"""Moving from other systems as docs/how-to/ says, with the headings that their exports have.

The people are ours. Where a command stands on the page, it is the one that is run.
"""

import re
import shlex
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.core.management import CommandError, call_command

from config.env import BASE_DIR
from newsletter.core.addresses import address_digest
from subscribers.labels.find import labels_of
from subscribers.models import ConsentRecord, Subscriber, Topic
from subscribers.states import SuppressionReason
from tests.subscribers.imports.sheets import followers, has_opted_out, why

pytestmark = pytest.mark.django_db

HOW_TO = BASE_DIR / "docs" / "how-to"
MAILCHIMP = (
    '"Email Address","First Name","Last Name",MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,'
    "CONFIRM_IP,LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,LAST_CHANGED,LEID,EUID,NOTES,"
    "TAGS"
)
LEFT = MAILCHIMP.replace(",LEID", ",UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_REASON,LEID")
CLEANED = MAILCHIMP.replace(",LEID", ",CLEAN_TIME,CLEAN_CAMPAIGN_TITLE,LEID")
LISTMONK = "uuid,email,name,attributes,status,created_at,updated_at"


def commands_of(page: str) -> list[list[str]]:
    """Return the words of each import that a page shows, without what goes before it."""
    text = (HOW_TO / page).read_text(encoding="utf-8").replace("\\\n", " ")
    found = re.findall(r"deploy/manage (import_subscribers .+)", text)
    assert found
    return [shlex.split(line) for line in found]


def run(words: list[str], *, file: Path, dry_run: bool = False) -> None:
    """Run a command of a page with a file of ours in the place of the one that it names."""
    name, _, *rest = words
    rest = [word for word in rest if word != "--dry-run"]
    call_command(name, str(file), *rest, *(["--dry-run"] if dry_run else []))


@pytest.fixture
def newsletter() -> Topic:
    return Topic.objects.create(slug="newsletter", name="Newsletter")


@pytest.fixture
def audience(tmp_path: Path) -> Path:
    """A ZIP as Mailchimp makes one of an audience."""
    path = tmp_path / "audience_export.zip"
    moments = '"2024-03-14 09:12:31",192.0.2.1,"2024-03-14 09:14:00",192.0.2.1'
    where = '51.5,-0.1,0,0,Europe/London,GB,ENG,"2024-04-01 10:00:00"'
    with ZipFile(path, "w") as archive:
        archive.writestr(
            "subscribed_email_audience_export_0a1b2c.csv",
            f"{MAILCHIMP}\n"
            f'zoe@example.org,Zoe,Zed,4,{moments},{where},1,aa,,"""Speakers"",""Balkans"""\n'
            f"wim@example.org,Wim,Wo,2,{moments},{where},2,bb,called twice,\n",
        )
        archive.writestr(
            "unsubscribed_email_audience_export_0a1b2c.csv",
            f"{LEFT}\n"
            f'yan@example.org,Yan,Yu,1,{moments},{where},"2024-05-04 10:00:00",News,,3,cc,,\n',
        )
        archive.writestr(
            "cleaned_email_audience_export_0a1b2c.csv",
            f"{CLEANED}\n"
            f'vic@example.org,Vic,Vo,1,{moments},{where},"2024-05-04 10:00:00",News,4,dd,,\n',
        )
    return path


def test_mailchimps_archive_is_taken_over_as_the_page_says(
    audience: Path, newsletter: Topic
) -> None:
    (words,) = commands_of("move-from-mailchimp.md")
    run(words, file=audience, dry_run=True)
    assert followers(newsletter) == set()
    run(words, file=audience)
    assert followers(newsletter) == {"zoe@example.org", "wim@example.org"}
    zoe = Subscriber.objects.get(email="zoe@example.org")
    assert (zoe.full_name, [each.name for each in labels_of(zoe.pk)]) == (
        "Zoe Zed",
        ["Balkans", "Speakers"],
    )
    agreed = ConsentRecord.objects.get(digest=address_digest("zoe@example.org"))
    assert agreed.given_at == datetime(2024, 3, 14, 9, 12, 31, tzinfo=UTC)
    assert has_opted_out("yan@example.org", newsletter)
    assert why("vic@example.org") == {SuppressionReason.HARD_BOUNCE}


def test_listmonks_files_are_taken_over_as_the_page_says(tmp_path: Path, newsletter: Topic) -> None:
    moment = "2024-01-02 15:04:05.999999 +0000 UTC"
    left, stay = tmp_path / "unsubscribed.csv", tmp_path / "confirmed.csv"
    left.write_text(
        f"{LISTMONK}\n1,yan@example.org,Yan Yu,{{}},enabled,{moment},{moment}\n", encoding="utf-8"
    )
    stay.write_text(
        f"{LISTMONK}\n"
        f'2,zoe@example.org,Zoe Zed,"{{""city"": ""Iași""}}",enabled,{moment},{moment}\n'
        f"3,vic@example.org,Vic Vo,{{}},blocklisted,{moment},{moment}\n"
        f"4,uma@example.org,Uma Um,{{}},disabled,{moment},{moment}\n"
        f"1,yan@example.org,Yan Yu,{{}},enabled,{moment},{moment}\n",
        encoding="utf-8",
    )
    first, second = commands_of("move-from-listmonk.md")
    run(first, file=left)
    with pytest.raises(CommandError, match="Refused 1 of 4 rows"):
        run(second, file=stay)
    assert followers(newsletter) == {"zoe@example.org"}
    assert has_opted_out("yan@example.org", newsletter)
    assert why("vic@example.org") == {SuppressionReason.UNSUBSCRIBED_ALL}
    agreed = ConsentRecord.objects.get(digest=address_digest("zoe@example.org"))
    assert agreed.given_at == datetime(2024, 1, 2, 15, 4, 5, 999999, tzinfo=UTC)


def test_the_old_form_is_taken_over_as_the_page_says() -> None:
    topic = Topic.objects.create(slug="quarterly-meetings", name="Quarterly meetings")
    (words,) = commands_of("move-the-old-form.md")
    with pytest.raises(CommandError, match="Refused"):
        run(words, file=BASE_DIR / "docs" / "samples" / "old-form.csv")
    assert len(followers(topic)) == 17
