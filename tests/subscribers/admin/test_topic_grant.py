"""Administrators grant need-to-know topics that they don't see themselves."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import User

from newsletter.models import AuditEntry
from staff.roles import ADMINISTRATOR, LIST_MANAGER
from subscribers.models import Topic, TopicGrant
from subscribers.need_to_know.grants import end_of, grant
from subscribers.need_to_know.hidden import hidden_topics, standing_grants
from tests.staff_members import browser_of, sign_in_long_ago, staff_member

GRANTS = "/staff/subscribers/topicgrant/"


@pytest.fixture
def restricted(db: None) -> Topic:
    return Topic.objects.create(
        slug="inner-circle-x7", name="Wolpertingers", is_public=False, is_restricted=True
    )


@pytest.fixture
def max_(db: None) -> User:
    return staff_member("max", ADMINISTRATOR)


@pytest.fixture
def lena(db: None) -> User:
    return staff_member("lena", LIST_MANAGER)


def days(number: int) -> date:
    return datetime.now(UTC).date() + timedelta(days=number)


def typed(account: User, topic: str = "inner-circle-x7", day: str = "") -> dict[str, str]:
    return {"account": str(account.pk), "topic_name": topic, "last_day": day or str(days(30))}


def test_an_administrator_grants_a_topic_by_its_url_name_and_sees_nothing_of_it(
    restricted: Topic, max_: User, lena: User
) -> None:
    client = browser_of(max_)
    page = client.post(f"{GRANTS}add/", typed(lena), follow=True).content.decode()
    assert "Grant saved." in page
    assert restricted.name not in page
    assert "lena" not in page.partition("<main")[2], "a list of grants would tell of the topic"
    given = TopicGrant.objects.get()
    assert (given.account, given.topic, given.granted_by) == (lena, restricted, "max")
    assert given.until == datetime.combine(days(31), datetime.min.time(), UTC)
    assert AuditEntry.objects.filter(action="grant.given", actor_name="max").count() == 1
    assert client.get(f"{GRANTS}{given.pk}/change/").status_code == 302


def test_granting_a_topic_asks_to_sign_in_again(restricted: Topic, max_: User) -> None:
    client = browser_of(max_)
    sign_in_long_ago(client)
    for answer in (client.get(f"{GRANTS}add/"), client.post(f"{GRANTS}add/", typed(max_))):
        assert answer["Location"].startswith("/staff/login/again/?next=")
    assert not TopicGrant.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"topic_name": " "}, "Enter the URL name of the topic."),
        ({"topic_name": "nonsense"}, "No need-to-know topic has this URL name, or"),
        ({"topic_name": "quarterly-meetings"}, "No need-to-know topic has this URL name, or"),
        ({"last_day": str(days(-2))}, "This date has passed."),
        ({"last_day": str(days(400))}, "A grant lasts a year at most."),
        ({"last_day": "9999-12-31"}, "A grant lasts a year at most."),
        ({"last_day": "soon"}, "Enter a date."),
        ({"account": ""}, "Select an account."),
    ],
)
def test_a_grant_that_can_not_be_given_is_explained(
    changes: dict[str, str], words: str, restricted: Topic, topic: Topic, max_: User, lena: User
) -> None:
    answer = browser_of(max_).post(f"{GRANTS}add/", {**typed(lena), **changes})
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not TopicGrant.objects.exists()


def test_whoever_is_granted_a_topic_sees_who_else_is_and_an_administrator_revokes_it(
    restricted: Topic, max_: User, lena: User
) -> None:
    client = browser_of(max_)
    for account in (max_, lena):
        client.post(f"{GRANTS}add/", typed(account))
    assert "lena" in client.get(GRANTS).content.decode()
    [given] = standing_grants(lena)
    page = client.get(f"{GRANTS}{given.pk}/change/").content.decode()
    assert "Revoke grant" in page
    again = f"{GRANTS}{given.pk}/revoke/"
    assert client.get(again)["Location"] == f"{GRANTS}{given.pk}/change/"
    assert "though_last" not in page
    assert "Revoked." in client.post(again, follow=True).content.decode()
    assert hidden_topics(User.objects.get(pk=lena.pk)) == {restricted.pk}
    assert "had ended already" in client.post(again, follow=True).content.decode()


def test_a_grant_is_neither_changed_nor_deleted_and_given_by_administrators_alone(
    restricted: Topic, max_: User, lena: User
) -> None:
    client = browser_of(max_)
    client.post(f"{GRANTS}add/", typed(max_))
    given = TopicGrant.objects.get()
    assert client.post(f"{GRANTS}{given.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.post(f"{GRANTS}{given.pk}/change/", typed(lena)).status_code == 403
    assert TopicGrant.objects.get().account == max_
    for address in (GRANTS, f"{GRANTS}add/", f"{GRANTS}{given.pk}/revoke/"):
        assert browser_of(lena).post(address, typed(lena)).status_code == 403


def test_a_topic_is_chosen_by_who_sees_it_and_typed_by_who_does_not(
    restricted: Topic, max_: User, lena: User
) -> None:
    form = browser_of(max_).get(f"{GRANTS}add/").content.decode()
    assert 'name="topic"' not in form
    assert restricted.name not in form
    chosen = {"topic": str(restricted.pk)}
    answer = browser_of(max_).post(f"{GRANTS}add/", {**typed(lena, topic=""), **chosen})
    assert answer.status_code == 200, "a number that was typed into the form grants nothing"
    grant(restricted, max_, until=end_of(days(30)), by="max")
    assert restricted.name in browser_of(max_).get(f"{GRANTS}add/").content.decode()
    neither = browser_of(max_).post(f"{GRANTS}add/", typed(lena, topic="")).content.decode()
    assert "Select a topic, or enter the URL name of another." in neither
    for topic_name, words in [(restricted.slug, "not both"), ("", "Grant saved.")]:
        page = browser_of(max_).post(
            f"{GRANTS}add/", {**typed(lena, topic=topic_name), **chosen}, follow=True
        )
        assert words in page.content.decode()
    assert standing_grants(lena).exists()


@pytest.mark.parametrize("day", ["2020-01-01", "9999-12-31"])
def test_a_url_name_is_looked_for_only_where_its_topic_would_be_granted(
    day: str, restricted: Topic, max_: User, lena: User
) -> None:
    answers = {
        str(
            browser_of(max_)
            .post(f"{GRANTS}add/", typed(lena, topic=topic_name, day=day))
            .context["adminform"]
            .form.errors
        )
        for topic_name in (restricted.slug, "nonsense")
    }
    assert len(answers) == 1


def test_the_page_of_the_last_grant_says_that_nobody_will_see_the_topic(
    restricted: Topic, max_: User
) -> None:
    given = grant(restricted, max_, until=end_of(days(30)), by="max")
    page = f"{GRANTS}{given.pk}/change/"
    assert "Nobody will see this topic then" in browser_of(max_).get(page).content.decode()
    again = f"{GRANTS}{given.pk}/revoke/"
    assert "Not revoked." in browser_of(max_).post(again, follow=True).content.decode()
    assert standing_grants(max_).exists()
    answer = browser_of(max_).post(again, {"though_last": "on"}, follow=True).content.decode()
    assert "Revoked." in answer
    assert not standing_grants(max_).exists()


def test_a_grant_is_shown_with_the_persons_name_its_last_day_and_how_it_ended(
    restricted: Topic, max_: User, lena: User
) -> None:
    User.objects.filter(pk=lena.pk).update(first_name="Lena", last_name="Voss")
    grant(restricted, max_, until=end_of(days(30)), by="max")
    first, second = (grant(restricted, lena, until=end_of(days(n)), by="max") for n in (3, 30))
    client = browser_of(max_)
    page = client.get(f"{GRANTS}{second.pk}/change/").content.decode()
    assert f"{restricted.name} is granted to Lena Voss (lena)" in page
    assert f"{days(30):%-d %b %Y}" in page
    assert "Replaced" in client.get(f"{GRANTS}{first.pk}/change/").content.decode()
    assert "Lena Voss (lena)" in client.get(f"{GRANTS}?q=voss").content.decode()


def test_no_field_is_called_optional_where_one_of_two_is_needed(
    restricted: Topic, max_: User
) -> None:
    grant(restricted, account=max_, until=end_of(days(30)), by="max")
    page = browser_of(max_).get(f"{GRANTS}add/").content.decode()
    assert "Select a topic" in page
    assert "st-optional" not in page.partition("<main")[2]


def test_a_grant_is_cut_short_only_by_who_sees_the_topic_and_nobody_learns_of_it_by_trying(
    restricted: Topic, max_: User, lena: User
) -> None:
    grant(restricted, lena, until=end_of(days(30)), by="lena")
    client = browser_of(max_)
    answers = [
        client.post(f"{GRANTS}add/", typed(lena, topic=topic_name, day=str(days(1))))
        for topic_name in (restricted.slug, "nonsense")
    ]
    shown = [str(answer.context["adminform"].form.errors) for answer in answers]
    assert shown[0] == shown[1]
    assert standing_grants(lena).get().last_day == days(30)
    grant(restricted, max_, until=end_of(days(30)), by="lena")
    page = client.post(f"{GRANTS}add/", typed(lena, day=str(days(1))), follow=True)
    assert "Grant saved." in page.content.decode()
    assert standing_grants(lena).get().last_day == days(1)


def test_the_last_grant_is_not_cut_short_by_the_form(restricted: Topic, max_: User) -> None:
    grant(restricted, max_, until=end_of(days(30)), by="max")
    page = browser_of(max_).post(f"{GRANTS}add/", typed(max_, day=str(days(1)))).content.decode()
    assert "end the last grant of the topic sooner" in page
    assert standing_grants(max_).get().last_day == days(30)
