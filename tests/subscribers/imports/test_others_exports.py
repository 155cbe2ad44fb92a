"""Sheets in the shape in which other systems export their lists.

Headers, order of columns, quoting and words are those of each system; the people are ours.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from newsletter.core.addresses import address_digest
from subscribers.imports.reading.encoding import ImportProblem
from subscribers.labels.find import labels_of
from subscribers.models import ConsentRecord, Subscriber, Topic
from subscribers.states import SuppressionReason
from tests.subscribers.imports.sheets import followers, has_opted_out, take, why

pytestmark = pytest.mark.django_db


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """A sheet of one system, and what becomes of each of its people.

    Attributes:
        in_: whoever is subscribed → their labels.
        out: whoever has unsubscribed.
        stopped: address → the suppression that it has.
        refused: how many rows subscribe nobody and stop nobody.
    """

    text: str
    in_: dict[str, list[str]] = field(default_factory=dict)
    out: set[str] = field(default_factory=set)
    stopped: dict[str, str] = field(default_factory=dict)
    refused: int = 0


EXPORTS = {
    "mailchimp": Export(
        text="Email Address,First Name,Last Name,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,"
        "CONFIRM_IP,TIMEZONE,CC,LAST_CHANGED,LEID,EUID,NOTES,TAGS,UNSUB_TIME\n"
        'zoe@example.org,Zoe,Zed,2,,,"2020-02-03 04:05:06",192.0.2.1,,RO,"2021-01-01 00:00:00",'
        '1,a,,"""Speakers"",""Balkans""",\n'
        "yan@example.org,Yan,Yu,1,,,,,,,,2,b,,,2022-05-04 10:00:00\n",
        in_={"zoe@example.org": ["Balkans", "Speakers"]},
        out={"yan@example.org"},
    ),
    "brevo": Export(
        text="CONTACT ID;EMAIL;LASTNAME;FIRSTNAME;SMS;EMAIL_BLACKLISTED;SMS_BLACKLISTED;"
        "ADDED_TIME;MODIFIED_TIME\n"
        "1;zoe@example.org;Zed;Zoe;;No;Yes;13-04-2022 09:30;14-04-2022 10:00\n"
        "2;yan@example.org;Yu;Yan;;Yes;No;14-04-2022 09:30;14-04-2022 10:00\n",
        in_={"zoe@example.org": []},
        stopped={"yan@example.org": SuppressionReason.UNSUBSCRIBED_ALL},
    ),
    "listmonk": Export(
        text="uuid,email,name,attributes,status,created_at,updated_at\n"
        '1,zoe@example.org,Zoe Zed,"{""city"": ""Iași""}",enabled,'
        "2024-01-02 15:04:05.999999 +0000 UTC,2024-01-02 15:04:05.999999 +0000 UTC\n"
        "2,yan@example.org,Yan Yu,{},blocklisted,2024-01-02 15:04:05 +0000 UTC,\n"
        "3,vic@example.org,Vic,{},disabled,2024-01-02 15:04:05 +0200 CEST,\n",
        in_={"zoe@example.org": []},
        stopped={"yan@example.org": SuppressionReason.UNSUBSCRIBED_ALL},
        refused=1,
    ),
    "ghost": Export(
        text="id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,"
        "created_at,deleted_at,labels,tiers\n"
        'm1,zoe@example.org,Zoe Zed,"Speaks, often",true,false,,2024-01-15T10:00:00.000Z,,'
        '"speakers, from-balkans",Gold\n'
        "m2,yan@example.org,Yan,,false,false,,2024-01-15T10:00:00.000Z,,,\n",
        in_={"zoe@example.org": ["from-balkans", "speakers"]},
        out={"yan@example.org"},
    ),
    "keila": Export(
        text="Email,First name,Last name,Data,Status,External ID\n"
        'zoe@example.org,Zoe,Zed,"{""tags"":[""speakers""]}",active,1\n'
        "yan@example.org,Yan,Yu,,unsubscribed,2\n"
        "vic@example.org,Vic,Vo,,unreachable,3\n",
        in_={"zoe@example.org": []},
        out={"yan@example.org"},
        stopped={"vic@example.org": SuppressionReason.SOFT_BOUNCES},
    ),
    "civicrm": Export(
        text="Contact ID,Contact Type,Display Name,Email,Do Not Email,Do Not Phone,"
        "No Bulk Emails (User Opt Out),Preferred Language,Contact Is Deceased,On Hold,Tag(s)\n"
        '1,Individual,Zoe Zed,zoe@example.org,0,1,0,en_US,0,No,"Donor,Press"\n'
        "2,Individual,Yan Yu,yan@example.org,0,0,1,fr_FR,0,No,\n"
        "3,Individual,Vic Vo,vic@example.org,0,0,0,fr_FR,1,No,\n"
        "4,Individual,Uma Um,uma@example.org,0,0,0,fr_FR,0,On Hold Bounce,\n",
        in_={"zoe@example.org": ["Donor", "Press"]},
        out={"yan@example.org"},
        stopped={
            "vic@example.org": SuppressionReason.UNSUBSCRIBED_ALL,
            "uma@example.org": SuppressionReason.SOFT_BOUNCES,
        },
    ),
    "mailerlite": Export(
        text="Email,Name,Last name,Country,Subscribed,Unsubscribed,Status\n"
        "zoe@example.org,Zoe,Zed,Romania,2024-03-05 10:00:00,,active\n"
        "yan@example.org,Yan,Yu,France,2024-03-06 10:00:00,2024-05-06 10:00:00,unsubscribed\n"
        "vic@example.org,Vic,Vo,France,2024-03-06 10:00:00,,junk\n"
        "uma@example.org,Uma,Um,France,2024-03-06 10:00:00,,unconfirmed\n",
        in_={"zoe@example.org": []},
        out={"yan@example.org"},
        stopped={"vic@example.org": SuppressionReason.COMPLAINT},
        refused=1,
    ),
    "mautic": Export(
        text="email,firstname,lastname,company,country,preferred_locale,dnc_email,tags\n"
        "zoe@example.org,Zoe,Zed,Senate,Romania,ro,,press\n"
        "yan@example.org,Yan,Yu,Senate,France,fr,1,\n",
        in_={"zoe@example.org": ["press"]},
        out={"yan@example.org"},
    ),
    "aweber": Export(
        text="Email,Name,Status,Date Added,Tags\n"
        'zoe@example.org,Zoe Zed,subscribed,2024-01-31 10:11,"[""press"", ""from, afar""]"\n'
        "yan@example.org,Yan Yu,unsubscribed,2024-01-30 10:11,[]\n",
        in_={"zoe@example.org": ["afar", "from", "press"]},
        out={"yan@example.org"},
    ),
    "nationbuilder": Export(
        text="first_name,last_name,email,email_opt_in,do_not_contact,is_deceased,email1_is_bad,"
        "tag_list,unsubscribed_at,created_at\n"
        'Zoe,Zed,zoe@example.org,true,false,false,false,"press, vip",,2024-01-02\n'
        "Yan,Yu,yan@example.org,true,false,true,false,,,2024-01-02\n"
        "Vic,Vo,vic@example.org,true,false,false,true,,,2024-01-02\n"
        "Uma,Um,uma@example.org,false,false,false,false,,,2024-01-02\n",
        in_={"zoe@example.org": ["press", "vip"]},
        stopped={
            "yan@example.org": SuppressionReason.UNSUBSCRIBED_ALL,
            "vic@example.org": SuppressionReason.SOFT_BOUNCES,
        },
        refused=1,
    ),
    "google groups": Export(
        text="Email address,Nickname,Email status,Email preference,Posting permissions,Join year\n"
        "zoe@example.org,Zoe,deliverable,all email,allowed,2020\n"
        "yan@example.org,Yan,deliverable,no email,allowed,2020\n"
        "vic@example.org,Vic,bouncing,all email,not allowed,2020\n",
        in_={"zoe@example.org": []},
        out={"yan@example.org"},
        stopped={"vic@example.org": SuppressionReason.SOFT_BOUNCES},
    ),
    "a word that nobody knows": Export(
        text="email,status,tags\nzoe@example.org,sunsetted,press\nyan@example.org,active,press\n",
        in_={"yan@example.org": ["press"]},
        refused=1,
    ),
}


@pytest.mark.parametrize("system", EXPORTS)
def test_an_export_subscribes_those_alone_who_were_subscribed(system: str, topic: Topic) -> None:
    export = EXPORTS[system]
    report = take(export.text, topic)
    assert followers(topic) == set(export.in_)
    for email, names in export.in_.items():
        person = Subscriber.objects.get(email=email)
        assert [each.name for each in labels_of(person.pk)] == names
    assert {email for email in export.out if has_opted_out(email, topic)} == export.out
    assert {email: why(email) for email in export.stopped} == {
        email: {reason} for email, reason in export.stopped.items()
    }
    assert report.refused_count == export.refused


@pytest.mark.parametrize(
    ("system", "given_at"),
    [
        ("brevo", datetime(2022, 4, 13, 9, 30, tzinfo=UTC)),
        ("listmonk", datetime(2024, 1, 2, 15, 4, 5, 999999, tzinfo=UTC)),
        ("ghost", datetime(2024, 1, 15, 10, 0, tzinfo=UTC)),
        ("aweber", datetime(2024, 1, 31, 10, 11, tzinfo=UTC)),
    ],
)
def test_the_day_on_which_somebody_joined_is_the_day_of_their_consent(
    system: str, given_at: datetime, topic: Topic
) -> None:
    take(EXPORTS[system].text, topic)
    assert ConsentRecord.objects.get(digest=address_digest("zoe@example.org")).given_at == given_at


@pytest.mark.parametrize(
    "text",
    [
        # CleverReach: who never confirmed has no time there.
        "email;registered;activated;deactivated\n"
        "zoe@example.org;2024-01-02 10:00:00;2024-01-02 11:00:00;\n"
        "yan@example.org;2024-01-02 10:00:00;;\n",
        # phpList
        "email,confirmed,blacklisted,disabled\nzoe@example.org,1,0,0\nyan@example.org,1,0,1\n",
    ],
    ids=["activated", "disabled"],
)
def test_a_column_that_means_different_things_in_two_systems_is_asked_about(
    text: str, topic: Topic
) -> None:
    with pytest.raises(ImportProblem, match="may say who must not get email"):
        take(text, topic)
    assert not Subscriber.objects.exists()


@pytest.mark.parametrize(
    "tags", ["unsubscribed", "press, do not contact", '"[""Hard bounce""]"', "désabonné"]
)
def test_a_tag_that_says_that_somebody_left_subscribes_nobody(tags: str, topic: Topic) -> None:
    cell = tags if tags.startswith('"') else f'"{tags}"'
    report = take(f"email,tags\nzoe@example.org,press\nyan@example.org,{cell}\n", topic)
    assert followers(topic) == {"zoe@example.org"}
    assert report.refused_count == 1


def test_a_cell_of_brackets_is_a_bad_label_and_no_end_of_the_import(topic: Topic) -> None:
    report = take(f"email,tags\nzoe@example.org,press\nyan@example.org,{'[' * 99_000}\n", topic)
    assert followers(topic) == {"zoe@example.org"}
    assert report.refused_count == 1


def test_the_day_of_joining_counts_before_that_of_the_row_in_each_language(topic: Topic) -> None:
    take(
        "Created at,Correo electrónico,Fecha de inscripción\n"
        "2024-05-06,zoe@example.org,2024-01-02\n",
        topic,
    )
    given_at = ConsentRecord.objects.get(digest=address_digest("zoe@example.org")).given_at
    assert given_at is not None
    assert given_at.date().isoformat() == "2024-01-02"
