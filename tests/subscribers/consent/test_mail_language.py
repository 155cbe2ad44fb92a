"""Mail to a person is in the language that they chose."""

import pytest
from pytest_django.fixtures import Settings

from newsletter.models import Brand, TransactionalMessage
from subscribers.consent.mail import (
    mail_language,
    send_already_subscribed,
    send_confirmation,
    send_preferences_link,
)
from subscribers.consent.subscribe import SignUp, subscribe
from subscribers.models import Subscriber, Topic
from subscribers.people.mail import send_address_changed, send_erased
from subscribers.states import ConsentMethod

pytestmark = pytest.mark.usefixtures("brand")


@pytest.fixture(autouse=True)
def six_languages(settings: Settings) -> None:
    settings.CONTENT_LANGUAGES = ["en", "fr", "es", "ro", "uk", "ar"]


def subject() -> str:
    return TransactionalMessage.objects.latest("pk").subject


def test_a_confirmation_is_in_the_language_of_the_form(topic: Topic) -> None:
    topic.texts = {"uk": {"name": "Щоквартальні зустрічі"}}
    topic.save()
    subscribe(
        SignUp(
            email="eve@example.org",
            language="uk",
            topics=(topic,),
            words="Я погоджуюся",
            method=ConsentMethod.FORM,
        )
    )
    assert subject() == "Підтвердьте підписку: ITHT"
    text = TransactionalMessage.objects.latest("pk").text
    assert "Щоквартальні зустрічі" in text
    assert "через 30 днів" in " ".join(text.split())


def test_mail_to_a_subscriber_is_in_the_language_they_chose(
    ada: Subscriber, topic: Topic, brand: Brand
) -> None:
    Subscriber.objects.filter(pk=ada.pk).update(language="ro")
    ada.refresh_from_db()
    for send in (send_already_subscribed, send_preferences_link):
        send(ada)
        assert "ITHT" in subject()
        assert TransactionalMessage.objects.latest("pk").html.count('lang="ro"')
    send_erased(to=ada.email, digest=ada.digest, language="ro")
    assert subject() == "Datele dumneavoastră de la ITHT au fost șterse"
    send_address_changed(to=ada.email, digest=ada.digest, language="fr")
    assert subject() == "Votre adresse électronique auprès de ITHT a été changée"


def test_a_language_that_we_dont_write_in_is_the_installations_own(
    ada: Subscriber, topic: Topic, settings: Settings
) -> None:
    settings.CONTENT_LANGUAGES = ["es", "fr"]
    assert ada.language == "en"  # the default: Ada was never asked
    send_confirmation(ada, topics=[topic], language="tlh")
    assert subject() == "Confirme su suscripción a ITHT"


def test_whoever_says_no_language_is_asked_in_the_installations_own(
    topic: Topic, settings: Settings
) -> None:
    settings.CONTENT_LANGUAGES = ["uk", "en"]
    subscribe(
        SignUp(
            email="eve@example.org", topics=(topic,), words="I agree.", method=ConsentMethod.FORM
        )
    )
    assert subject() == "Підтвердьте підписку: ITHT"
    assert Subscriber.objects.get(email="eve@example.org").language == "uk"


@pytest.mark.parametrize(
    ("chosen", "used"), [("uk", "uk"), ("es-mx", "es"), ("de", ""), ("", ""), ("x" * 99, "")]
)
def test_a_variety_is_served_by_its_language(chosen: str, used: str) -> None:
    assert mail_language(chosen) == used
