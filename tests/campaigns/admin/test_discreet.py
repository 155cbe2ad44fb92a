"""People in discreet mode are masked for staff who may not see who they are, wherever they show."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from campaigns.event_states import RsvpAnswer
from campaigns.models import Campaign, Delivery, Event, Rsvp
from campaigns.sending.send import send_batch
from campaigns.states import DeliveryStatus
from newsletter.core.addresses import address_digest
from newsletter.models import Brand, ProviderEvent, ProviderReport, TransactionalMessage
from newsletter.states import ProviderEventKind
from staff.roles import ADMINISTRATOR, AUDITOR, LIST_MANAGER, PUBLISHER
from subscribers.applications.assign_and_note import add_note
from subscribers.models import Application, Subscriber, Subscription, Suppression, Topic
from subscribers.states import ApplicationStatus, SubscriptionStatus, SuppressionReason
from tests.discretion import NEUTRAL
from tests.staff_members import browser_of, staff_member

ADDRESS = "reader0@mail0.example"
TELLING = ("reader0", "Readerine", "Okoro", "Althing", "Whip", "slavery", "staff page")
"""Words of the person's address and name, and of what they wrote in an application."""


@pytest.fixture(autouse=True)
def everywhere(sending: Campaign, settings: Settings, topic: Topic) -> Subscriber:
    """One of five readers is in discreet mode, and is on every page that shows people."""
    settings.ALLOWED_HOSTS = ["testserver", "localhost", NEUTRAL["neutral_domain"]]
    Brand.objects.update(**NEUTRAL)
    Subscriber.objects.filter(email=ADDRESS).update(
        discreet_since=timezone.now(), full_name="Readerine Okoro", given_name="Readerine"
    )
    send_batch(sending.pk)
    one = Subscriber.objects.get(email=ADDRESS)
    Delivery.objects.filter(subscriber=one).update(
        status=DeliveryStatus.FAILED, reason=f"550 <{ADDRESS}> unknown"
    )
    TransactionalMessage.objects.create(
        kind="welcome",
        digest=one.digest,
        to=ADDRESS,
        to_name="Readerine Okoro",
        reason=f"550 {ADDRESS}",
    )
    TransactionalMessage.objects.create(
        kind="erased", digest="f" * 64, to="gone@mail0.example", is_discreet=True
    )
    ProviderEvent.objects.create(
        provider="postmark",
        kind=ProviderEventKind.BOUNCED,
        digest=one.digest,
        fingerprint="1",
        detail=f"550 {ADDRESS}",
        raw=f'{{"to": "{ADDRESS}"}}'.encode(),
    )
    ProviderReport.objects.create(
        provider="postmark", raw=ADDRESS.encode(), size=21, problem="?", received_at=timezone.now()
    )
    Suppression.objects.create(digest=one.digest, reason=SuppressionReason.STAFF, scope="all")
    moderated = Topic.objects.create(slug="members", name="Members", is_moderated=True)
    subscription = Subscription.objects.create(
        subscriber=one,
        topic=moderated,
        status=SubscriptionStatus.AWAITING_REVIEW,
        changed_at=timezone.now(),
    )
    Application.objects.create(
        subscription=subscription,
        status=ApplicationStatus.AWAITING_REVIEW,
        full_name="Readerine Okoro",
        institution="The Althing",
        office="Deputy Whip",
        reason="Modern slavery",
        verification="See our staff page",
        confirmed_at=timezone.now(),
        sent_at=timezone.now(),
    )
    application = Application.objects.get()
    application.questions.create(text="Are you Readerine?", asked_by="lou", asked_at=timezone.now())
    add_note(application, text="I know Okoro.", by=staff_member("kim", LIST_MANAGER))
    # They answered as a guest before they subscribed, with words that tell who they are.
    Rsvp.objects.create(
        event=Event.objects.get(),
        email=ADDRESS,
        digest=one.digest,
        full_name="Readerine Okoro",
        answer=RsvpAnswer.YES,
        access_needs="A seat beside the Whip",
        note="I speak on slavery",
        answered_at=timezone.now(),
        came=True,
    )
    return one


def paths(one: Subscriber, sending: Campaign) -> list[str]:
    delivery = Delivery.objects.get(subscriber=one)
    rows = {
        "subscribers/subscriber": one.pk,
        "subscribers/suppression": Suppression.objects.get().pk,
        "subscribers/application": Application.objects.get().pk,
        "campaigns/delivery": delivery.pk,
        "newsletter/transactionalmessage": TransactionalMessage.objects.get(kind="welcome").pk,
        "newsletter/providerevent": ProviderEvent.objects.get().pk,
        "newsletter/providerreport": ProviderReport.objects.get().pk,
    }
    lists = [f"/staff/{name}/" for name in rows]
    forms = [f"/staff/{name}/{pk}/change/" for name, pk in rows.items()]
    history = [f"/staff/subscribers/subscriber/{one.pk}/history/"]
    studio = [
        f"/staff/campaigns/campaign/{sending.pk}/report/",
        f"/staff/campaigns/campaign/{sending.pk}/recipients/",
        reverse("admin:studio_answers", args=[sending.event_id]),
        reverse("admin:studio_answer", args=[sending.event_id, Rsvp.objects.get().pk]),
    ]
    return [*lists, *forms, *history, *studio]


@pytest.mark.thorough(sample=1)
@pytest.mark.parametrize("role", [AUDITOR, ADMINISTRATOR, PUBLISHER], ids=lambda role: role.name)
def test_no_page_names_them_to_others(
    role: object, everywhere: Subscriber, sending: Campaign
) -> None:
    browser = browser_of(staff_member("rae", role))  # type: ignore[arg-type] # a Role
    seen = 0
    for path in paths(everywhere, sending):
        answer = browser.get(path)
        if answer.status_code in (302, 403, 404):
            continue
        seen += 1
        page = answer.content.decode()
        assert [word for word in (*TELLING, "gone@") if word in page] == [], path
    assert seen


def test_the_sections_of_their_page_that_other_apps_fill_tell_what_and_not_who(
    everywhere: Subscriber, sending: Campaign
) -> None:
    path = f"/staff/subscribers/subscriber/{everywhere.pk}/change/"
    for role, names in ((AUDITOR, False), (LIST_MANAGER, True)):
        page = browser_of(staff_member(f"is {role.name}", role)).get(path).content.decode()
        assert sending.name in page
        assert 'id="answers"' in page
        assert ">Came<" in page
        assert (ADDRESS in page) is names
        assert ("Readerine" in page) is names
        assert "beside the Whip" not in page, "That stands on the page of the event."


def test_an_auditor_sees_that_somebody_is_there(everywhere: Subscriber) -> None:
    browser = browser_of(staff_member("rae", AUDITOR))
    assert "r…@m…" in browser.get("/staff/subscribers/subscriber/").content.decode()
    assert "reader1@mail1.example" in browser.get("/staff/subscribers/subscriber/").content.decode()


@pytest.mark.thorough(sample=2)
@pytest.mark.parametrize(
    "path",
    [
        "/staff/subscribers/subscriber/?q={}",
        "/staff/subscribers/suppression/?q={}",
        "/staff/campaigns/delivery/?q={}",
        "/staff/newsletter/transactionalmessage/?q={}",
        "/staff/newsletter/providerevent/?q={}",
    ],
)
def test_no_search_by_address_or_name_finds_them_for_others(path: str) -> None:
    auditor = browser_of(staff_member("rae", AUDITOR))
    manager = browser_of(staff_member("lou", LIST_MANAGER))
    nobody = results(auditor, path.format("nobody@example.org"))
    assert results(auditor, path.format(ADDRESS)) == nobody == 0
    assert results(manager, path.format(ADDRESS)) == 1
    if "subscribers/subscriber" in path:
        assert results(auditor, path.format("Readerine")) == 0
        assert results(auditor, path.format("reader0")) == 0
        assert results(manager, path.format("Readerine")) == 1


def test_no_search_among_applications_finds_them_for_others() -> None:
    path = "/staff/subscribers/application/?q={}"
    for role, found in ((AUDITOR, 0), (ADMINISTRATOR, 0), (LIST_MANAGER, 1)):
        browser = browser_of(staff_member(f"of {role.name}".replace(" ", ""), role))
        assert results(browser, path.format("Okoro")) == found
        assert results(browser, path.format("Althing")) == found


@pytest.mark.thorough(sample=2)
@pytest.mark.parametrize("action", ["accept", "decline", "ask", "assign", "note"])
def test_whoever_may_not_know_them_does_not_decide_on_their_application(action: str) -> None:
    path = f"/staff/subscribers/application/{Application.objects.get().pk}/{action}/"
    assert browser_of(staff_member("ari", ADMINISTRATOR)).post(path).status_code == 403
    assert Application.objects.get().awaits_review
    answer = browser_of(staff_member("lou", LIST_MANAGER)).post(path)
    assert answer.status_code in (302, 422)


def results(browser: Client, path: str) -> int:
    return len(browser.get(path).context["cl"].result_list)


def test_list_managers_see_them(everywhere: Subscriber, sending: Campaign) -> None:
    browser = browser_of(staff_member("lou", LIST_MANAGER))
    for path in paths(everywhere, sending):
        if path.endswith("/change/"):
            assert "reader0" in browser.get(path).content.decode(), path


def test_looking_at_a_masked_person_changes_nothing(everywhere: Subscriber) -> None:
    before = Subscriber.objects.filter(pk=everywhere.pk).values().get()
    browser = browser_of(staff_member("rae", AUDITOR))
    path = f"/staff/subscribers/subscriber/{everywhere.pk}/change/"
    browser.get(path)
    browser.post(path, {"full_name": ""})
    assert Subscriber.objects.filter(pk=everywhere.pk).values().get() == before
    assert address_digest(ADDRESS) == before["digest"]
