"""Staff write topics, whose URL names stand in links."""

import re

from django.contrib.auth.models import User
from django.test import Client

from newsletter.models import Brand
from staff.roles import ADMINISTRATOR, LIST_MANAGER
from subscribers.models import Subscriber, Topic, TopicInvitation
from tests.staff_members import browser_of, staff_member


def test_a_topics_slug_is_chosen_once(sams: Client) -> None:
    add = "/staff/subscribers/topic/add/"
    fields = {"name": "Policy", "slug": "policy", "description": "", "position": "0"}
    assert sams.post(add, {**fields, "slug": "Not A Slug"}).status_code == 200
    assert sams.post(add, fields).status_code == 302
    topic = Topic.objects.get()
    sams.post(
        f"/staff/subscribers/topic/{topic.pk}/change/",
        {**fields, "name": "Policy updates", "slug": "other"},
    )
    topic.refresh_from_db()
    assert (topic.name, topic.slug) == ("Policy updates", "policy")
    assert (
        sams.post(f"/staff/subscribers/topic/{topic.pk}/delete/", {"post": "yes"}).status_code
        == 403
    )


def test_who_makes_a_topic_need_to_know_goes_on_seeing_it_and_nobody_else_does(
    sams: Client, sam: User
) -> None:
    fields = {"name": "Inner circle", "slug": "inner", "position": "0", "is_restricted": "on"}
    page = sams.post("/staff/subscribers/topic/add/", fields, follow=True).content.decode()
    topic = Topic.objects.get()
    assert topic.slug.startswith("inner-")
    assert f"This topic’s URL name is {topic.slug}." in page
    assert "Inner circle" in page
    max_ = browser_of(User.objects.create_superuser("max"))
    assert "Inner circle" not in max_.get("/staff/subscribers/topic/").content.decode()
    assert max_.get(f"/staff/subscribers/topic/{topic.pk}/change/").status_code == 302
    again = max_.post("/staff/subscribers/topic/add/", {**fields, "is_restricted": ""})
    assert again.status_code == 302, "the URL name that Sam chose is free"


def test_a_topic_is_public_or_need_to_know(sams: Client, topic: Topic) -> None:
    fields = {
        "name": "Inner circle", "slug": "inner", "position": "0", "is_restricted": "on",
        "is_public": "on",
    }  # fmt: skip
    for address in ("add", f"{topic.pk}/change"):
        answer = sams.post(f"/staff/subscribers/topic/{address}/", fields)
        marked = answer.context["adminform"].form.errors
        assert marked == {
            "is_restricted": ["A need-to-know topic can’t be public. Clear one of the two boxes."]
        }
    assert not Topic.objects.filter(is_restricted=True).exists()


def test_an_unlisted_topic_is_nothing_else(sams: Client, topic: Topic) -> None:
    fields = {"name": "Circle", "slug": "circle", "position": "0", "is_unlisted": "on"}
    for other in ("is_public", "is_restricted"):
        answer = sams.post("/staff/subscribers/topic/add/", {**fields, other: "on"})
        assert "is_unlisted" in answer.context["adminform"].form.errors
    assert sams.post("/staff/subscribers/topic/add/", fields).status_code == 302
    page = sams.get("/staff/subscribers/topic/").content.decode()
    assert "Unlisted" in page
    made = Topic.objects.get(slug="circle")
    own = sams.get(f"/staff/subscribers/topic/{made.pk}/change/").content.decode()
    assert "/subscribe/?topic=circle" in own


def test_somebody_is_invited_and_the_answer_is_the_same_for_all(
    sams: Client, topic: Topic, brand: Brand, cleo: Subscriber
) -> None:
    page = f"/staff/subscribers/topic/{topic.pk}/invite/"
    answers = [
        sams.post(page, {"email": email, "language": "en"}, follow=True).content.decode()
        for email in ("eve@example.org", cleo.email)
    ]
    told = [re.findall(r"If this address can receive our email[^<]*", each) for each in answers]
    assert told[0] == told[1] != []
    mailed = TopicInvitation.objects.filter(is_mailed=True)
    assert [each.email for each in mailed] == ["eve@example.org"]
    for wrong in ({"email": "no", "language": "en"}, {"email": "a@example.org", "language": "xx"}):
        assert sams.post(page, wrong).status_code == 422


def test_the_list_of_invitations_has_each_address_that_one_has_entered_and_no_other(
    sams: Client,
    topic: Topic,
    brand: Brand,
    ada: Subscriber,
    cleo: Subscriber,
    dora: Subscriber,
) -> None:
    page = f"/staff/subscribers/topic/{topic.pk}/invite/"
    entered = [ada.email, cleo.email, dora.email, "eve@example.org"]
    for email in entered:
        sams.post(page, {"email": email, "language": "en"})
    rows = re.findall(r"<tr><th scope=\"row\">.*?</tr>", sams.get(page).content.decode(), re.S)
    assert [re.findall(r">([^<>]+@[^<>]+)</th>", row) for row in rows] == [
        [email] for email in reversed(entered)
    ]
    shown = {re.sub(r">[^<>]+@[^<>]+</th>|\d+ \w+ \d+, \d\d:\d\d", "", row) for row in rows}
    assert len(shown) == 1, "nothing but the address tells one from another"
    assert TopicInvitation.objects.filter(is_mailed=True).count() == 1
    colleague = browser_of(staff_member("mia", LIST_MANAGER))
    assert "eve@example.org" not in colleague.get(page).content.decode()


def test_who_may_not_edit_people_invites_nobody(topic: Topic) -> None:
    administrator = browser_of(staff_member("max", ADMINISTRATOR))
    page = administrator.get(f"/staff/subscribers/topic/{topic.pk}/change/").content.decode()
    assert "Invite somebody" not in page
    address = f"/staff/subscribers/topic/{topic.pk}/invite/"
    assert administrator.get(address).status_code == 403
    assert administrator.post(address, {"email": "a@example.org"}).status_code == 403


def test_limits_of_a_topic_are_shares_and_looser_ones_than_the_providers_are_warned_of(
    sams: Client, topic: Topic
) -> None:
    url = f"/staff/subscribers/topic/{topic.pk}/change/"
    fields = {"name": topic.name, "position": "0"}
    html = sams.get(url).content.decode()
    assert "Leave it empty for 0.1 %." in html
    for wrong in ("0", "-1", "101", "much", "0.001"):
        answer = sams.post(url, {**fields, "guard_complaints": wrong})
        assert answer.status_code == 200, wrong
        assert wrong in answer.content.decode(), "what was typed is kept"
    html = sams.post(
        url, {**fields, "guard_complaints": "0.30", "guard_bounces": "10"}, follow=True
    ).content.decode()
    assert "treat senders worse. They may" not in html
    html = sams.post(url, {**fields, "guard_complaints": "0.5"}, follow=True).content.decode()
    assert "The limit of emails reported as spam is above 0.3 %" in html
    topic.refresh_from_db()
    assert (str(topic.guard_complaints), topic.guard_bounces) == ("0.50", None)
