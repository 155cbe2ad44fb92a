"""The application form, from the first look to the question of staff that it may lead to."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from newsletter.core.tokens import Purpose, make_token
from newsletter.models import Brand, TransactionalMessage
from subscribers.applications.apply import apply
from subscribers.applications.decide import accept
from subscribers.applications.questions import ask
from subscribers.consent.urls_in_mail import answer_url, confirm_url
from subscribers.models import (
    Application,
    ApplicationQuestion,
    Body,
    FormSubmission,
    MissionStatement,
    Subscriber,
    Subscription,
    Topic,
)
from subscribers.states import SubscriptionStatus
from tests.conftest import MakeSubscriber
from tests.subscribers.applications.applying import LEA, new_application
from tests.subscribers.applications.conftest import leas, legislators
from tests.subscribers.views.conftest import Mailed

__all__ = ["leas", "legislators"]  # fixtures of the applications, here too

TYPED = {
    "topic": "legislators",
    "name": "Lea Novak",
    "email": LEA,
    "institution": "National Assembly",
    "country": "SI",
    "office": "Member",
    "reason": "We are drafting a law.\r\n\r\nIt needs friends.",
    "verification": "https://parliament.example/members/novak",
}


def path_of(url: str) -> str:
    return "/" + url.split("/", 3)[3]


class TestTheForm:
    def test_without_a_moderated_topic_there_is_nothing_to_apply_for(
        self, client: Client, brand: Brand, topic: Topic
    ) -> None:
        page = client.get("/join/")
        assert page.status_code == 200
        assert "nothing to apply for" in page.content.decode()
        assert client.post("/join/", TYPED).status_code == 200
        assert not FormSubmission.objects.exists()

    def test_the_only_topic_has_its_form_at_once(self, client: Client, legislators: Topic) -> None:
        page = client.get("/join/").content.decode()
        assert "Apply to join “Legislators”" in page
        assert '<input type="hidden" name="topic" value="legislators">' in page

    def test_its_kept_page_is_of_now(
        self, client: Client, brand: Brand, legislators: Topic
    ) -> None:
        for address in ("/join/", "/join/?topic=legislators"):
            page = client.get(address).content.decode()
            assert "I have read the mission statement" not in page
            assert "Council of Examples" not in page
        mission = MissionStatement.objects.create(language="en", text="To end it.")
        Body.objects.create(code="XA", name="Council of Examples")
        Topic.objects.update(name="Lawmakers")
        Brand.objects.update(name="The New Taskforce")
        for address in ("/join/", "/join/?topic=legislators"):
            page = client.get(address).content.decode()
            assert "I have read the mission statement" in page
            assert "Council of Examples" in page
            assert "Apply to join “Lawmakers”" in page
            assert "I agree that The New Taskforce keeps" in page
        assert "To end it." in client.get("/mission/").content.decode()
        mission.delete()
        assert client.get("/mission/").status_code == 404
        assert "I have read the mission statement" not in client.get("/join/").content.decode()

    def test_each_page_has_a_stamp_of_its_own(self, client: Client, legislators: Topic) -> None:
        stamps = {
            re.findall(r'name="stamp" value="([^"]+)"', client.get("/join/").content.decode())[0]
            for _ in range(3)
        }
        assert len(stamps) == 3

    def test_of_several_one_chooses(self, client: Client, legislators: Topic) -> None:
        Topic.objects.create(slug="advisers", name="Advisers", is_moderated=True)
        page = client.get("/join/").content.decode()
        assert "/join/?topic=advisers" in page
        assert "/join/?topic=legislators" in page
        assert "<form" not in page
        assert "join “Advisers”" in client.get("/join/?topic=advisers").content.decode()
        assert "/join/?topic=advisers" in client.get("/join/?topic=nothing").content.decode()

    def test_a_topic_that_is_hidden_is_not_found_by_its_name(
        self, client: Client, legislators: Topic
    ) -> None:
        Topic.objects.create(slug="advisers", name="Advisers", is_moderated=True, is_public=False)
        page = client.get("/join/?topic=advisers").content.decode()
        assert "Advisers" not in page
        client.post("/join/", {**TYPED, "topic": "advisers"})
        assert not FormSubmission.objects.exists()

    @pytest.mark.parametrize("where", ["/join/", "/join"])
    def test_a_whole_form_is_stored_and_answered_neutrally(
        self, client: Client, legislators: Topic, where: str
    ) -> None:
        answer = client.post(where, TYPED)
        assert (answer.status_code, answer["Location"]) == (302, "/join/done/")
        stored = FormSubmission.objects.get()
        assert stored.details["reason"] == "We are drafting a law.\n\nIt needs friends."
        assert stored.details["language"] == "en"
        assert "“Legislators”" in stored.words
        assert "on its way" in client.get("/join/done/").content.decode()

    @pytest.mark.parametrize(
        "field",
        ["name", "email", "institution", "country", "office", "reason", "verification"],
    )
    @pytest.mark.parametrize("value", ["", "  ", "\u200b\u202e"])
    def test_each_field_is_needed_and_what_was_typed_stays(
        self, client: Client, legislators: Topic, field: str, value: str
    ) -> None:
        answer = client.post("/join/", {**TYPED, field: value})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert f'href="#id_{field}"' in page
        assert f'id="id_{field}_error"' in page
        assert not FormSubmission.objects.exists()
        kept = "Member" if field != "office" else "National Assembly"
        assert f'value="{kept}"' in page

    @pytest.mark.parametrize(
        "changes",
        [
            {"reason": "x" * 2_001},
            {"institution": "x" * 201},
            {"name": "Visit https://evil.example"},
            {"country": "ZZ"},
            {"country": "Slovenia"},
            {"email": "no address"},
            {"office": "a\0b"},
        ],
    )
    def test_what_can_not_be_kept_is_refused(
        self, client: Client, legislators: Topic, changes: dict[str, str]
    ) -> None:
        assert client.post("/join/", {**TYPED, **changes}).status_code == 422
        assert not FormSubmission.objects.exists()

    def test_a_field_of_a_million_characters_is_refused(
        self, client: Client, legislators: Topic
    ) -> None:
        answer = client.post("/join/", {**TYPED, "reason": "x" * 1_000_000})
        assert answer.status_code == 422
        assert len(answer.content) < 2_000_000

    def test_a_machine_that_fills_in_everything_must_prove_itself_and_nothing_is_kept(
        self, client: Client, legislators: Topic
    ) -> None:
        answer = client.post("/join/", {**TYPED, "website": "https://spam.example"})
        assert answer.status_code == 429
        page = answer.content.decode()
        assert "National Assembly" in page, "what was typed comes back"
        assert 'name="topic" value="legislators"' in page
        assert not FormSubmission.objects.exists()

    def test_the_mission_statement_must_be_read_where_there_is_one(
        self, client: Client, legislators: Topic
    ) -> None:
        assert client.get("/mission/").status_code == 404
        MissionStatement.objects.create(language="ar", title="رسالتنا", text="نص.\n\nآخر.")
        MissionStatement.objects.create(language="en", text="To end it.\n\n<b>Together</b>.")
        page = client.get("/mission/").content.decode()
        assert "<p>To end it.</p>" in page
        assert "&lt;b&gt;Together" in page
        arabic = client.get("/mission/", headers={"accept-language": "ar"}).content.decode()
        assert 'lang="ar" dir="rtl"' in arabic
        answer = client.post("/join/", TYPED)
        assert answer.status_code == 422
        assert "Read the mission statement" in answer.content.decode()
        assert client.post("/join/", {**TYPED, "mission": "on"}).status_code == 302

    def test_every_address_gets_the_same_answer(
        self,
        client: Client,
        legislators: Topic,
        ada: Subscriber,
        cleo: Subscriber,
        make_subscriber: MakeSubscriber,
    ) -> None:
        member = make_subscriber("member@example.org", topic=legislators)
        answers = [
            client.post("/join/", {**TYPED, "email": email}, follow=True)
            for email in (LEA, ada.email, cleo.email, member.email, LEA)
        ]
        assert len({answer.content for answer in answers}) == 1


class TestTheSignUpForm:
    def test_leads_to_the_application(
        self, client: Client, topic: Topic, legislators: Topic
    ) -> None:
        for where in ("/subscribe/", "/subscribe/embed/"):
            page = client.get(where).content.decode()
            assert "/join/?topic=legislators" in page
            assert 'value="legislators"' not in page

    @pytest.mark.parametrize("where", ["/subscribe/", "/subscribe/embed/"])
    def test_one_about_some_topics_leads_to_those_alone(
        self, client: Client, topic: Topic, legislators: Topic, where: str
    ) -> None:
        for _ in range(2):  # the second time, the page is a kept one
            page = client.get(f"{where}?topics={topic.slug}").content.decode()
            assert "/join/" not in page
        page = client.get(f"{where}?topics={topic.slug},legislators").content.decode()
        assert "/join/?topic=legislators" in page

    def test_leads_to_it_where_there_is_no_other_topic(
        self, client: Client, legislators: Topic
    ) -> None:
        assert "/join/?topic=legislators" in client.get("/subscribe/").content.decode()


class TestTheConfirmation:
    def test_from_form_to_acceptance(
        self, client: Client, legislators: Topic, mailed: Mailed, sam: User
    ) -> None:
        client.post("/join/", TYPED)
        assert mailed(LEA) == ["application_confirmation"]
        path = path_of(confirm_url(Subscriber.objects.get()))
        page = client.get(path).content.decode()
        assert "Confirm your application" in page
        assert "L… N…" in page
        assert "Novak" not in page
        assert "National Assembly" not in page
        assert "Our staff won’t read the application" in page
        assert "You won’t be subscribed" not in page
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
        done = client.post(path, hidden).content.decode()
        assert "Application confirmed" in done
        assert "when our staff have decided" in done
        assert "unsubscribe link" not in done, "they are subscribed to nothing yet"
        assert Subscription.objects.get().status == SubscriptionStatus.AWAITING_REVIEW
        accept(Application.objects.get().pk, by=sam)
        assert mailed(LEA) == ["application_confirmation", "application_accepted"]

    def test_its_link_says_the_same_before_and_after_the_decision(
        self, client: Client, leas: Application, sam: User
    ) -> None:
        path = path_of(confirm_url(Subscriber.objects.get()))
        before = client.get(path).content.decode()
        assert "You have already confirmed your application" in before
        assert "subscription" not in before.partition("<main")[2].partition("</main>")[0]
        accept(leas.pk, by=sam)
        assert client.get(path).content.decode() == before

    def test_a_scanner_that_reads_the_page_changes_nothing(
        self, client: Client, legislators: Topic
    ) -> None:
        apply(new_application(legislators))
        path = path_of(confirm_url(Subscriber.objects.get()))
        for _ in range(3):
            client.get(path)
            client.head(path)
        assert Subscription.objects.get().status == SubscriptionStatus.PENDING

    def test_of_several_one_says_which_is_theirs(self, client: Client, legislators: Topic) -> None:
        mine = apply(new_application(legislators))
        apply(new_application(legislators, full_name="Mallory Other"))
        assert mine is not None
        path = path_of(confirm_url(Subscriber.objects.get()))
        page = client.get(path).content.decode()
        assert page.count('type="radio"') == 2
        asked = client.post(path, {"chosen": "1", "topics": "legislators"})
        assert asked.status_code == 422
        back = asked.content.decode()
        assert (
            f'<a href="#id_sent-{legislators.pk}">Choose the application that you sent.</a>' in back
        )
        assert f'id="id_sent-{legislators.pk}_error"' in back
        chosen = {"chosen": "1", "topics": "legislators", f"sent-{legislators.pk}": str(mine.pk)}
        assert client.post(path, chosen).status_code == 200
        assert Application.objects.get().pk == mine.pk

    def test_it_says_when_each_was_sent_as_the_language_writes_dates(
        self, client: Client, legislators: Topic
    ) -> None:
        sent_at = datetime(2027, 3, 5, 20, tzinfo=UTC)
        for name in ("Lea Novak", "Mallory Other"):
            apply(new_application(legislators, full_name=name, sent_at=sent_at))
        path = path_of(confirm_url(Subscriber.objects.get()))
        assert "5 March 2027, 20:00" in client.get(path).content.decode()
        # In the genitive, as a month stands beside a day.
        assert "5 березня 2027" in client.get(f"/uk{path}").content.decode()

    @pytest.mark.parametrize("forged", ["0", "-1", "x", "9" * 30, "²"])
    def test_an_application_that_there_is_not_confirms_nothing(
        self, client: Client, legislators: Topic, forged: str
    ) -> None:
        apply(new_application(legislators))
        apply(new_application(legislators, full_name="Mallory Other"))
        path = path_of(confirm_url(Subscriber.objects.get()))
        fields = {"chosen": "1", "topics": "legislators", f"sent-{legislators.pk}": forged}
        assert client.post(path, fields).status_code == 422
        assert Subscription.objects.get().status == SubscriptionStatus.PENDING


class TestTheAnswer:
    @pytest.fixture
    def question(self, leas: Application, sam: User) -> ApplicationQuestion:
        return ask(leas.pk, text="Which committee?\n\nAnd <since> when?", by=sam)

    def test_it_comes_back_by_the_link_once(
        self, client: Client, question: ApplicationQuestion
    ) -> None:
        path = path_of(answer_url(question.pk))
        page = client.get(path).content.decode()
        assert "<p>Which committee?</p>" in page
        assert "<p>And &lt;since&gt; when?</p>" in page
        for secret in ("Novak", "National Assembly", LEA):
            assert secret not in page
        question.refresh_from_db()
        assert question.answered_at is None
        assert client.post(path, {"answer": ""}).status_code == 422
        assert "Thank you" in client.post(path, {"answer": "Justice."}).content.decode()
        again = client.post(path, {"answer": "Changed."})
        assert again.status_code == 410
        question.refresh_from_db()
        assert question.answer == "Justice."
        assert "Justice" not in client.get(path).content.decode()

    def test_a_forged_link_is_not_found_and_an_old_one_says_so(
        self, client: Client, question: ApplicationQuestion
    ) -> None:
        path = path_of(answer_url(question.pk))
        forged = client.get("/join/answer/forged/")
        assert forged.status_code == 404
        assert "which question this link belongs to" in forged.content.decode()
        assert "sign-up" not in forged.content.decode()
        other = make_token(Purpose.CONFIRM, question.pk)
        assert client.get(f"/join/answer/{other}/").status_code == 404
        ApplicationQuestion.objects.update(asked_at=timezone.now() - timedelta(days=31))
        closed = client.get(path)
        assert closed.status_code == 410
        assert "committee" not in closed.content.decode()

    def test_its_mail_was_sent(self, question: ApplicationQuestion) -> None:
        assert TransactionalMessage.objects.filter(kind="application_question").count() == 1
