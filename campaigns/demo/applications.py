"""The demo's moderated topic, its mission statement, and the applications that wait for staff."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from campaigns.demo.topic_texts import texts_of
from newsletter.core.addresses import address_digest, domain_of
from subscribers.consent.consent_wording import application_words
from subscribers.consent.records import Circumstances, record_consent
from subscribers.models import (
    Application,
    ApplicationNote,
    ApplicationQuestion,
    MissionStatement,
    Subscriber,
    Subscription,
    Topic,
)
from subscribers.person_names import guess_given_name
from subscribers.states import (
    ApplicationStatus,
    ConsentAction,
    ConsentMethod,
    SubscriptionStatus,
)

MEMBERS = "members"
BY = "Demo data"


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """Somebody invented who would like to join."""

    email: str
    full_name: str
    institution: str
    country: str
    office: str
    language: str
    reason: str
    verification: str
    days_ago: int


APPLICANTS = (
    Applicant(
        email="oksana.hnatiuk@parliament.example",
        full_name="Oksana Hnatiuk",
        institution="Parliament, committee on justice",
        country="UA",
        office="Member of parliament",
        language="uk",
        reason="Our committee is drafting a law on the protection of witnesses.",
        verification="My page on the website of the parliament, or the secretary of the committee.",
        days_ago=9,
    ),
    Applicant(
        email="radu.ionescu@senate.example",
        full_name="Radu Ionescu",
        institution="Senate",
        country="RO",
        office="Senator",
        language="ro",
        reason="I hosted the forum last year, and would like to come to the quarterly meetings.",
        verification="Your colleagues met me at the forum.",
        days_ago=6,
    ),
    Applicant(
        email="wanjiru.mwangi@assembly.example",
        full_name="Wanjiru Mwangi",
        institution="County assembly",
        country="KE",
        office="Deputy speaker",
        language="en",
        reason="We want to learn from laws on recruitment agencies elsewhere.\n\nI can share ours.",
        verification="Call the clerk of the assembly.",
        days_ago=3,
    ),
    Applicant(
        email="salma.haddad@assembly.example",
        full_name="Salma Haddad",
        institution="House of representatives",
        country="JO",
        office="Adviser to the committee on human rights",
        language="ar",
        reason="The committee asked me to follow the work of the taskforce.",
        verification="The committee can confirm it by email.",
        days_ago=1,
    ),
)
MISSION = (
    "We are lawmakers, government leaders, civil society and people with lived experience, from "
    "some forty countries. We work to end human trafficking.\n\nWe share laws that work, listen "
    "first to those who survived, and bring what we learn back to our parliaments.\n\nWhoever "
    "joins takes part in the quarterly meetings, keeps what is said there in confidence, and acts "
    "for the people concerned, above party and country."
)


def add_applications(*, now: datetime) -> None:
    """Create the moderated topic, and applications that wait, marked as demo data."""
    MissionStatement.objects.create(language="en", title="Our mission", text=MISSION)
    topic = Topic.objects.create(
        slug=MEMBERS,
        name="Members",
        description="For lawmakers and government leaders who would like to join the taskforce.",
        texts=texts_of(MEMBERS),
        is_moderated=True,
        position=4,
    )
    made = [_apply(applicant, topic, now=now) for applicant in APPLICANTS]
    asked = ApplicationQuestion.objects.create(
        application=made[0], text="Which committee are you on, and since when?", asked_by=BY
    )
    ApplicationQuestion.objects.filter(pk=asked.pk).update(
        asked_at=now - timedelta(days=5),
        answer="The committee on justice, since 2024.",
        answered_at=now - timedelta(days=4),
    )
    ApplicationNote.objects.create(
        application=made[1], text="I remember him from the forum.", written_by=BY
    )


def _apply(applicant: Applicant, topic: Topic, *, now: datetime) -> Application:
    sent = now - timedelta(days=applicant.days_ago)
    confirmed = sent + timedelta(minutes=12)
    digest = address_digest(applicant.email)
    subscriber = Subscriber.objects.create(
        email=applicant.email,
        digest=digest,
        domain=domain_of(applicant.email),
        full_name=applicant.full_name,
        given_name=guess_given_name(applicant.full_name),
        institution=applicant.institution,
        country=applicant.country,
        language=applicant.language,
    )
    subscription = Subscription.objects.create(
        subscriber=subscriber,
        topic=topic,
        status=SubscriptionStatus.AWAITING_REVIEW,
        changed_at=confirmed,
    )
    for action, when in ((ConsentAction.REQUESTED, sent), (ConsentAction.CONFIRMED, confirmed)):
        circumstances = Circumstances(
            method=ConsentMethod.DEMO,
            words=application_words(topic),
            language=applicant.language,
        )
        record_consent(
            digest, topic=topic, action=action, circumstances=circumstances, given_at=when
        )
    return Application.objects.create(
        subscription=subscription,
        full_name=applicant.full_name,
        institution=applicant.institution,
        country=applicant.country,
        office=applicant.office,
        reason=applicant.reason,
        verification=applicant.verification,
        language=applicant.language,
        status=ApplicationStatus.AWAITING_REVIEW,
        sent_at=sent,
        confirmed_at=confirmed,
    )
