"""Topics are chosen at sign-up: at least one, and none for which one has to apply."""

import re

import pytest
from django.test import Client

from newsletter.core.addresses import address_digest
from newsletter.models import Brand
from subscribers.consent.submissions import store_sign_up
from subscribers.consent.subscribe import SignUp, subscribe
from subscribers.consent.urls_in_mail import confirm_url, manage_url
from subscribers.models import ConsentRecord, FormSubmission, Subscriber, Subscription, Topic
from subscribers.states import ConsentMethod, SubscriptionStatus
from tests.conftest import MakeSubscriber
from tests.subscribers.views.conftest import Mailed

EVE = "eve@example.org"
SIGN_UP = ["/subscribe/", "/subscribe/embed/", "/subscribe", "/subscribe/embed"]


@pytest.fixture
def moderated(db: None) -> Topic:
    return Topic.objects.create(
        slug="legislators", name="Legislators only", is_moderated=True, position=2
    )


def path_of(url: str) -> str:
    return "/" + url.split("/", 3)[3]


def boxes_in(page: str) -> dict[str, bool]:
    """Return the topics that a page lets one tick, and whether they are ticked."""
    return {
        tag: bool(ticked)
        for tag, ticked in re.findall(
            r'<input type="checkbox" name="topics" value="([^"]*)"([^>]*checked)?', page
        )
    }


def sign_up(*topics: Topic, email: str = EVE) -> SignUp:
    return SignUp(email=email, topics=topics, words="Yes.", method=ConsentMethod.FORM)


class TestAtLeastOne:
    @pytest.mark.parametrize("where", SIGN_UP)
    @pytest.mark.parametrize(
        "topics", [[], [""], ["", ""]], ids=["none", "an empty one", "empty ones"]
    )
    def test_a_sign_up_that_names_no_topic_is_asked_for_one_and_keeps_what_was_typed(
        self,
        client: Client,
        brand: Brand,
        topic: Topic,
        other_topic: Topic,
        where: str,
        topics: list[str],
    ) -> None:
        response = client.post(
            where, {"email": EVE, "name": "Eve Adams", "country": "NZ", "topics": topics}
        )
        page = response.content.decode()
        assert response.status_code == 422
        assert not FormSubmission.objects.exists()
        assert f'value="{EVE}"' in page
        assert 'value="Eve Adams"' in page
        assert '<option value="NZ" selected' in page
        fieldset = re.search(r"<fieldset[^>]*id_topics_helptext.*?</fieldset>", page, re.DOTALL)
        assert fieldset is not None
        assert "Choose at least one topic." in fieldset[0]
        assert 'href="#id_topics"' in page
        assert 'id="id_topics"' in fieldset[0]

    def test_where_there_is_one_topic_a_form_must_still_name_it_and_the_page_that_comes_back_does(
        self, client: Client, brand: Brand, topic: Topic
    ) -> None:
        response = client.post("/subscribe/", {"email": EVE})
        page = response.content.decode()
        assert response.status_code == 422
        assert not FormSubmission.objects.exists()
        assert "Quarterly meetings" in page
        assert f'<input type="hidden" name="topics" value="{topic.slug}">' in page
        assert client.post("/subscribe/", {"email": EVE, "topics": topic.slug}).status_code == 302

    def test_a_form_of_one_field_on_another_site_names_its_topic_in_a_hidden_one(
        self, client: Client, brand: Brand, topic: Topic, other_topic: Topic, mailed: Mailed
    ) -> None:
        strict = Client(enforce_csrf_checks=True)
        answer = strict.post(
            "/subscribe", {"email": EVE, "topics": "forums"}, HTTP_ORIGIN="https://www.example.org"
        )
        assert answer.status_code == 302
        assert FormSubmission.objects.get().topics == [other_topic.pk]
        assert mailed(EVE) == ["confirmation"]

    def test_what_was_ticked_stays_ticked_when_something_else_is_wrong(
        self, client: Client, brand: Brand, topic: Topic, other_topic: Topic
    ) -> None:
        page = client.post(
            "/subscribe/", {"email": "no address", "topics": ["forums"]}
        ).content.decode()
        assert boxes_in(page) == {"quarterly-meetings": False, "forums": True}

    def test_nobody_agrees_to_what_they_did_not_choose(
        self, client: Client, brand: Brand, topic: Topic, other_topic: Topic
    ) -> None:
        client.post("/subscribe/", {"email": EVE, "topics": ["forums"]})
        assert FormSubmission.objects.get().words == (
            f"I agree to receive email from {brand.name} about the topics I chose. I can "
            f"unsubscribe at any time."
        )


class TestAModeratedTopicNeedsAnApplication:
    @pytest.mark.parametrize(
        "where", ["/subscribe/", "/subscribe/embed/", "/subscribe/?topic=legislators", "/"]
    )
    def test_it_has_no_box_to_tick(
        self, client: Client, brand: Brand, topic: Topic, moderated: Topic, where: str
    ) -> None:
        page = client.get(where).content.decode()
        assert "legislators" not in boxes_in(page)

    @pytest.mark.parametrize("where", SIGN_UP)
    def test_a_sign_up_that_names_it_is_answered_as_one_that_names_an_unknown_topic(
        self, client: Client, brand: Brand, topic: Topic, moderated: Topic, where: str
    ) -> None:
        answers = [
            client.post(where, {"email": EVE, "topics": [topic.slug, slug], "stamp": "x"})
            .content.decode()
            # The page has a link to the form of the one.
            .replace(f'topics" value="{slug}', "?")
            .replace(f"“{slug}”", "?")
            for slug in (moderated.slug, "no-such-topic")
        ]
        assert answers[0] == answers[1]
        assert not FormSubmission.objects.exists()

    def test_a_sign_up_that_was_stored_before_asks_for_the_others_alone(
        self, client: Client, brand: Brand, topic: Topic, moderated: Topic, mailed: Mailed
    ) -> None:
        store_sign_up(sign_up(topic, moderated))
        assert mailed(EVE) == ["confirmation"]
        assert list(Subscription.objects.values_list("topic__slug", flat=True)) == [topic.slug]

    def test_the_confirmation_offers_and_confirms_the_others_alone(
        self, client: Client, brand: Brand, topic: Topic, moderated: Topic
    ) -> None:
        subscribe(sign_up(topic, moderated))
        path = path_of(confirm_url(Subscriber.objects.get()))
        assert "Legislators only" not in client.get(path).content.decode()
        client.post(path, {"chosen": "1", "topics": [topic.slug, moderated.slug]})
        assert dict(Subscription.objects.values_list("topic__slug", "status")) == {
            topic.slug: "confirmed",
            moderated.slug: "pending",
        }

    @pytest.mark.parametrize(
        "fields", [{}, {"chosen": "1", "topics": ["legislators"]}], ids=["bare", "named"]
    )
    def test_where_nothing_else_was_asked_for_the_page_leads_to_the_form_and_nothing_changes(
        self, client: Client, brand: Brand, moderated: Topic, fields: dict[str, str]
    ) -> None:
        subscribe(sign_up(moderated))
        path = path_of(confirm_url(Subscriber.objects.get()))
        for response in (client.get(path), client.post(path, fields)):
            page = response.content.decode()
            assert response.status_code == 200
            assert "Legislators only" in page
            assert "An application is needed" in page
            assert "/join/?topic=legislators" in page
            assert "have left" not in page
        assert Subscription.objects.get().status == SubscriptionStatus.PENDING
        assert ConsentRecord.objects.filter(digest=address_digest(EVE)).count() == 1

    def test_the_preferences_lead_to_its_form_and_a_post_that_names_it_joins_nothing(
        self, client: Client, brand: Brand, ada: Subscriber, topic: Topic, moderated: Topic
    ) -> None:
        path = path_of(manage_url(ada))
        page = client.get(path).content.decode()
        assert moderated.slug not in boxes_in(page)
        assert f"/join/?topic={moderated.slug}" in page
        client.post(path, {"language": "en", "chosen": "1", "topics": [topic.slug, moderated.slug]})
        assert list(ada.subscriptions.values_list("topic__slug", "status")) == [
            (topic.slug, "confirmed")
        ]

    @pytest.mark.parametrize(
        "status", [SubscriptionStatus.CONFIRMED, SubscriptionStatus.AWAITING_REVIEW]
    )
    def test_people_who_follow_it_or_wait_see_it_and_can_leave(
        self,
        client: Client,
        brand: Brand,
        moderated: Topic,
        make_subscriber: MakeSubscriber,
        status: SubscriptionStatus,
    ) -> None:
        fay = make_subscriber("fay@example.org", topic=moderated, status=status)
        path = path_of(manage_url(fay))
        assert boxes_in(client.get(path).content.decode()) == {moderated.slug: True}
        client.post(path, {"language": "en", "chosen": "1", "topics": [moderated.slug]})
        assert fay.subscriptions.get().status == status
        client.post(path, {"language": "en", "chosen": "1"})
        assert fay.subscriptions.get().status == SubscriptionStatus.UNSUBSCRIBED

    @pytest.mark.parametrize(
        "status",
        [SubscriptionStatus.PENDING, SubscriptionStatus.DECLINED, SubscriptionStatus.UNSUBSCRIBED],
    )
    def test_what_a_page_does_not_show_it_does_not_change(
        self,
        client: Client,
        brand: Brand,
        ada: Subscriber,
        topic: Topic,
        moderated: Topic,
        status: SubscriptionStatus,
    ) -> None:
        Subscription.objects.create(
            subscriber=ada, topic=moderated, status=status, changed_at=ada.created_at
        )
        path = path_of(manage_url(ada))
        assert boxes_in(client.get(path).content.decode()) == {topic.slug: True}
        client.post(path, {"language": "en", "chosen": "1", "topics": [topic.slug]})
        assert ada.subscriptions.get(topic=moderated).status == status
        assert not ConsentRecord.objects.exists()

    def test_where_every_topic_is_moderated_there_is_nothing_to_subscribe_to_without_one(
        self, client: Client, brand: Brand, moderated: Topic
    ) -> None:
        assert "You apply to join our topics" in client.get("/subscribe/").content.decode()
        response = client.post("/subscribe/", {"email": EVE, "topics": moderated.slug})
        assert response.status_code == 422
        assert "You apply to join our topics" in response.content.decode()
