"""People of the photographed installation, a set for each language, and the links mailed to them.

Each is in another state, so that every page behind a link has something to say.
"""

import json
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone, translation

from campaigns.content.archive import archived_campaigns
from campaigns.content.archive_for_subscribers import own_emails_url
from campaigns.content.ask_again import create_consent_campaign
from campaigns.content.merge_values import consent_url
from campaigns.models import Campaign, Delivery, Event
from campaigns.states import CampaignStatus
from newsletter.core.addresses import address_digest
from newsletter.core.tokens import Purpose, make_expiring_token, make_token
from scripts.pictures.invited import invited
from subscribers.applications.apply import NewApplication, apply
from subscribers.consent import urls_in_mail as urls
from subscribers.consent.confirm import confirm
from subscribers.consent.consent_wording import application_words, sign_up_words
from subscribers.consent.subscribe import SignUp, subscribe
from subscribers.consent.unsubscribe import unsubscribe_all
from subscribers.models import (
    AddressChange,
    ApplicationQuestion,
    Subscriber,
    Topic,
    TopicInvitation,
)
from subscribers.people.pause import pause
from subscribers.states import ArchiveAccess, ConsentMethod, SubscriptionStatus, SuppressionReason
from subscribers.suppression.registry import suppress

NAMES = {
    "en": "Margaret O’Neill",
    "fr": "Élodie Nguyễn-Lefèvre",
    "es": "María José Núñez Ibáñez",
    "ro": "Ștefania Țîrlea",
    "uk": "Мар’яна Ґалаґан",
    "ar": "سلمى الحدّاد",
}
ZONES = {"uk": "Europe/Kyiv", "ro": "Europe/Bucharest", "ar": "Asia/Amman", "fr": "Europe/Paris"}
COUNTRIES = {"uk": "UA", "ro": "RO", "ar": "JO", "fr": "FR", "es": "GT", "en": "NZ"}


def main() -> None:
    """Make the people, and print the paths of their pages: language → name of a page → path."""
    print()
    print(json.dumps({tag: pages_of(tag) for tag in settings.CONTENT_LANGUAGES}))


def pages_of(tag: str) -> dict[str, str]:
    with translation.override(tag):
        members = Topic.objects.get(slug="members")
        return {
            **_before_confirming(tag, members),
            **_subscriber(tag),
            **_others(tag, members),
            **_public(tag),
            **_asked_again(tag),
            **invited(tag, _confirmed),
        }


def _before_confirming(tag: str, members: Topic) -> dict[str, str]:
    both = _sign_up(tag, "both", number=2)
    one = _sign_up(tag, "one", number=1, details=False)
    applied = _apply(tag, "applied", members)
    twice = _apply(tag, "twice", members)
    _apply(tag, "twice", members, name="X. Y.")
    return {
        "confirm": path_of(urls.confirm_url(both)),
        "confirm, one topic": path_of(urls.confirm_url(one)),
        "confirm application": path_of(urls.confirm_url(applied)),
        "confirm one of two applications": path_of(urls.confirm_url(twice)),
        "never again": path_of(urls.never_again_url(one.digest)),
    }


def _subscriber(tag: str) -> dict[str, str]:
    person = _confirmed(tag, "person")
    paused = _confirmed(tag, "paused")
    pause(paused.pk, until=(timezone.now() + timedelta(days=40)).date())
    complained = _confirmed(tag, "complained")
    suppress(complained.digest, reason=SuppressionReason.COMPLAINT)
    left = _confirmed(tag, "left")
    unsubscribe_all(left.pk, method=ConsentMethod.PREFERENCES)
    leaving = _confirmed(tag, "leaving").subscriptions.first()
    leaving_all = _confirmed(tag, "leaving-all").subscriptions.first()
    erased = _confirmed(tag, "erased")
    email = f"new.address.{tag}@example.net"
    change = AddressChange.objects.create(
        subscriber=_confirmed(tag, "moving"), email=email, digest=address_digest(email)
    )
    assert leaving is not None
    assert leaving_all is not None
    receipt = path_of(urls.manage_url(person)).replace("/preferences/", "/preferences/receipt/")
    return {
        "confirmed already": path_of(urls.confirm_url(person)),
        "own preferences": path_of(urls.manage_url(person)),
        "own emails": path_of(own_emails_url(person)),
        "own email": f"{path_of(own_emails_url(person))}{_for_subscribers(person).slug}/",
        "own preferences, paused": path_of(urls.manage_url(paused)),
        "own preferences, held back": path_of(urls.manage_url(complained)),
        "own preferences, left": path_of(urls.manage_url(left)),
        "unsubscribe": path_of(urls.unsubscribe_url(leaving.pk)),
        "unsubscribe all": path_of(urls.unsubscribe_url(leaving_all.pk)),
        "receipt": receipt,
        "download": path_of(urls.download_url(person)),
        "erase": path_of(urls.erase_url(erased)),
        "change of address": path_of(urls.change_address_url(person)),
        "new address": path_of(urls.new_address_url(change.pk)),
    }


def _others(tag: str, members: Topic) -> dict[str, str]:
    waiting = _apply(tag, "asked", members)
    confirm(waiting.pk, method=ConsentMethod.MAIL_LINK)
    application = waiting.subscriptions.get().applications.get()
    question = ApplicationQuestion.objects.create(
        application=application, text=QUESTIONS.get(tag, QUESTIONS["en"]), asked_by="Sam"
    )
    done = ApplicationQuestion.objects.create(
        application=application, text="…", asked_by="Sam", answered_at=timezone.now(), answer="…"
    )
    email = f"invited.{tag}@example.org"
    invitation = TopicInvitation.objects.create(
        topic=members, email=email, digest=address_digest(email), language=tag, invited_by="Sam"
    )
    return {
        "answer": path_of(urls.answer_url(question.pk)),
        "answer, closed": path_of(urls.answer_url(done.pk)),
        "invitation": path_of(urls.invitation_url(invitation.pk)),
        "invitation, closed": f"/invitation/{make_token(Purpose.INVITATION, 10**6)}/",
        "link expired": f"/preferences/{make_expiring_token(Purpose.MANAGE, 10**6)}/",
    }


def _for_subscribers(person: Subscriber) -> Campaign:
    """Return a sent email that is for subscribers alone, as this person is."""
    found = Campaign.objects.filter(archive_access=ArchiveAccess.SUBSCRIBERS).first()
    if found is None:
        followed = person.subscriptions.filter(status=SubscriptionStatus.CONFIRMED).values("topic")
        found = archived_campaigns().filter(topic__in=followed).last()
        assert found is not None
        Campaign.objects.filter(pk=found.pk).update(archive_access=ArchiveAccess.SUBSCRIBERS)
    return found


def _public(tag: str) -> dict[str, str]:
    events = Event.objects.filter(is_public=True).order_by("starts_at")
    over, ahead = events.first(), events.last()
    sent = archived_campaigns().first()
    assert over is not None
    assert ahead is not None
    assert sent is not None
    return {
        "event": f"/events/{ahead.slug}/",
        "event, over": f"/events/{over.slug}/",
        "archived email": f"/archive/{sent.slug}/",
    }


def _asked_again(tag: str) -> dict[str, str]:
    """Ask three people to agree again, of whom one has left since."""
    topic = Topic.objects.filter(is_public=True, is_moderated=False)[0]
    campaign = create_consent_campaign(topic)
    Campaign.objects.filter(pk=campaign.pk).update(
        status=CampaignStatus.SENT, launched_at=timezone.now()
    )
    paths = {}
    for who in ("agreeing", "stopping", "stopped"):
        person = _confirmed(tag, who)
        delivery = Delivery.objects.create(campaign=campaign, subscriber=person, language=tag)
        paths[who] = path_of(consent_url(delivery.pk))
    unsubscribe_all(person.pk, method=ConsentMethod.PREFERENCES)
    return {
        "consent": paths["agreeing"],
        "consent, stopping": paths["stopping"],
        "consent, left": paths["stopped"],
    }


def _sign_up(tag: str, who: str, *, number: int, details: bool = True) -> Subscriber:
    topics = tuple(Topic.objects.filter(is_public=True, is_moderated=False)[:number])
    email = f"{who}.{tag}@example.org"
    subscribe(
        SignUp(
            email=email,
            topics=topics,
            words=sign_up_words(),
            method=ConsentMethod.FORM,
            language=tag,
            full_name=NAMES.get(tag, NAMES["en"]) if details else "",
            country=COUNTRIES.get(tag, "NZ") if details else "",
            time_zone=ZONES.get(tag, "UTC") if details else "",
        )
    )
    return Subscriber.objects.get(email=email)


def _confirmed(tag: str, who: str) -> Subscriber:
    person = _sign_up(tag, who, number=2)
    confirm(person.pk, method=ConsentMethod.MAIL_LINK)
    return Subscriber.objects.get(pk=person.pk)


def _apply(tag: str, who: str, topic: Topic, *, name: str = "") -> Subscriber:
    email = f"{who}.{tag}@parliament.example"
    apply(
        NewApplication(
            email=email,
            topic=topic,
            full_name=name or NAMES.get(tag, NAMES["en"]),
            institution="Parliament",
            country=COUNTRIES.get(tag, "NZ"),
            office="Member",
            reason="We are drafting a law.",
            verification="The website of the parliament.",
            language=tag,
            words=application_words(topic),
        )
    )
    return Subscriber.objects.get(email=email)


def path_of(url: str) -> str:
    """Return the path of a URL, which stands behind any language."""
    return urlsplit(url).path


QUESTIONS = {
    "en": "Which committee are you on, and since when?",
    "fr": "De quelle commission êtes-vous membre, et depuis quand ?",
    "es": "¿De qué comisión forma parte y desde cuándo?",
    "ro": "Din ce comisie faceți parte și de când?",
    "uk": "До якого комітету Ви входите і відколи?",
    "ar": "ما اللجنة التي تنتمون إليها، ومنذ متى؟",
}
