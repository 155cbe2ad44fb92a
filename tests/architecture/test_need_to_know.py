"""Nothing of a need-to-know topic is seen by staff who aren't granted it, on any page.

The pages are those of the URL resolver, so a new one is met here by itself. Each is read twice:
with a need-to-know topic and all that belongs to it in the database, and without. Whoever may not
know of it must get the same answer.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Model
from django.http.response import HttpResponseBase
from django.test import Client
from django.utils import timezone

from newsletter.admin.visibility import OPEN_TO_ALL, NoRule, rules, visible_rows
from newsletter.models import (
    AuditEntry,
    MediaImage,
    ProviderEvent,
    ProviderReport,
    TransactionalMessage,
)
from staff.roles import ROLES
from subscribers.audit_actions import NeedToKnowAction
from subscribers.models import Subscriber, Topic, TopicGrant
from tests.architecture.addresses import Address, every_address
from tests.architecture.conftest import Installation
from tests.architecture.hidden_world import ADDRESS, SLUG, WORD, make_hidden_world
from tests.architecture.rows import all_rows, changed
from tests.architecture.staff_walk import taken_back
from tests.choosing import drawn
from tests.staff_members import browser_of, staff_member

NOT_WALKED = {"admin:logout", "admin:login"}
FEW = 60
"""Of hundreds of pages and buttons, as many as a sample has."""
ABSENT = "987654321"
PERSON = f"Greta {WORD.title()}"

type Probe = tuple[str, str]
"""A method and an address."""
type Answer = tuple[int, str, str]
"""Status, where it leads, and what it says."""
type Answers = dict[Probe, Answer]


@pytest.fixture
def people(db: None) -> dict[str, User]:
    """Grace is granted the topic, Ed was, Eve never was. Max administers, without a grant."""
    names = ("grace", "ed", "eve")
    found = {name: staff_member(name, *ROLES.values()) for name in names}
    found["max"] = User.objects.create_superuser("max", "max@example.org", "correct horse")
    return found


@pytest.fixture
def known(installation: Installation, ada: Subscriber) -> Subscriber:
    """An installation with Ada, of whom everybody knows, and nothing that can't be attributed.

    What may be about anything is shown only as long as nothing is hidden.
    """
    ProviderReport.objects.all().delete()
    ProviderEvent.objects.filter(delivery_id=None, message_id=None, digest="").delete()
    TransactionalMessage.objects.filter(kind="proof", topic_id=None).delete()
    return ada


@contextmanager
def hidden(people: dict[str, User], known: Subscriber) -> Iterator[dict[type[Model], str]]:
    """Have a need-to-know topic, and take it back."""
    before = transaction.savepoint_create()
    try:
        yield make_hidden_world(people["grace"], people["ed"], known)
    finally:
        transaction.savepoint_rollback(before)


def about(rows: dict[type[Model], str], installation: Installation) -> list[Address]:
    """Return the staff addresses that are about these rows."""
    campaign = next(key for model, key in rows.items() if model.__name__ == "Campaign")
    message = rows[TransactionalMessage]
    examples = {
        "slug": f"{WORD}-meeting",
        "campaign_id": campaign,
        "language": "en",
        "provider": "mailgun",
        "app_label": "campaigns",
        "content_type_id": "1",
        "message_id": message,
        "pk": "1",
        "id": "1",
        "account_id": "1",
        "number": "0",
        "index": "0",
        "topicgrant_id": next(key for model, key in rows.items() if model is TopicGrant),
        "part": "0",
        "mail_id": ABSENT,
        "savedaudience_id": ABSENT,
        "filter_id": ABSENT,
        "label_id": ABSENT,
        "customfield_id": ABSENT,
        "mediaimage_id": rows[MediaImage],
    }
    known = {address.name: address.path for address in installation.addresses}
    whole = {name: path for name, path in known.items() if not path.startswith("/staff/")}
    return [each for each in every_address(examples, whole, rows) if is_walked(each)]


NEW_SECRETS = {"mfa_activate_totp", "mfa_add_webauthn"}
"""Pages of one's own account that make a new secret each time."""


def is_walked(address: Address) -> bool:
    about_accounts = "account/colleagues/" in address.route or address.name in NEW_SECRETS
    return address.is_staff and address.name not in NOT_WALKED and not about_accounts


def pages(installation: Installation, rows: dict[type[Model], str]) -> list[Probe]:
    """Return every staff address once, about what everybody sees and about hidden rows."""
    walked = [each for each in installation.addresses if is_walked(each)]
    paths = dict.fromkeys(each.path for each in [*walked, *about(rows, installation)])
    return [("get", path) for path in paths]


def probes(installation: Installation, rows: dict[type[Model], str]) -> list[Probe]:
    """Return the pages, the lists with searches and filters, and the buttons of hidden rows."""
    names = ((each.name, each.path) for each in installation.addresses if is_walked(each))
    lists = [path for name, path in names if name.endswith("_changelist")]
    asked = [f"q={WORD}", f"q={ADDRESS}", f"topic={SLUG}", f"topic__id__exact={rows[Topic]}"]
    asked += [
        f"subscriptions__topic={rows[Topic]}",
        "subscriptions__isnull=0",
        "status=sent",
        "o=1&p=2&after=1",
    ]
    completed = [
        f"/staff/autocomplete/?app_label={app}&model_name={model}&field_name={field}&term={term}"
        for app, model, field in (
            ("campaigns", "campaign", "topic"),
            ("campaigns", "campaign", "event"),
            ("campaigns", "delivery", "campaign"),
            ("campaigns", "delivery", "subscriber"),
            ("subscribers", "importbatch", "topic"),
        )
        for term in ("", WORD)
    ]
    found = [
        *(f"{path}?{query}" for path in lists for query in asked),
        *completed,
        f"/staff/search/?s={WORD}",
    ]
    return [
        *pages(installation, rows),
        *(("get", path) for path in found),
        *(("post", each.path) for each in about(rows, installation)),
    ]


def answers(client: Client, asked: list[Probe]) -> Answers:
    """Read each address, or press its button with nothing filled in. Nothing is kept of that."""
    found = {}
    for method, path in asked:
        with taken_back(client):
            answer = getattr(client, method)(path)
            found[method, path] = (answer.status_code, answer.get("Location", ""), said(answer))
    return found


def said(answer: HttpResponseBase) -> str:
    """Return what a page says, without what differs each time."""
    body = answer.getvalue() if answer.streaming else answer.content  # type: ignore[attr-defined] # only files stream
    told = answer.cookies["messages"].value if "messages" in answer.cookies else ""
    # Without the time and the signature of what the next page will say.
    text = body.decode("utf-8", "replace") + told.partition(":")[0]
    text = re.sub(r'csrfmiddlewaretoken" value="\w+"', "token", text)
    text = re.sub(r"changed [^<]* ago", "changed lately", text)
    text = re.sub(r'name="stamp" value="[\w:-]+"', "time", text)
    text = re.sub(r'(nonce=|X-CSRFToken"?: ?|HTTP_X_CSRFTOKEN=)"?[\w+/=-]+"?', "token", text)
    return re.sub(r"\b\d{1,2}:\d\d(:\d\d)?\b|\d\.\d+", "time", text)


@pytest.mark.parametrize("who", ["eve", "max"])
def test_whoever_is_not_granted_a_topic_gets_the_answers_that_they_would_get_without_it(
    who: str,
    installation: Installation,
    people: dict[str, User],
    known: Subscriber,
    seed: str | None,
) -> None:
    client = browser_of(people[who])
    client.raise_request_exception = False
    today = None
    while today != timezone.now().date():  # Pages name the day, so a midnight between them differs.
        today = timezone.now().date()
        with hidden(people, known) as rows:
            asked = drawn(probes(installation, rows), FEW, seed)
            read = [each for each in pages(installation, rows) if each in asked]
            with_it = answers(client, asked)
        without = answers(client, asked)
    assert not naming({page: with_it[page] for page in read})
    differing = [each for each in asked if with_it[each] != without[each]]
    assert not {each: difference(with_it[each], without[each]) for each in differing}
    assert not [each for each, answer in with_it.items() if answer[0] >= 500]


def difference(with_it: Answer, without: Answer) -> tuple[object, object]:
    """Return status and address where those differ, or else the places where the pages do."""
    if with_it[:2] != without[:2]:
        return with_it[:2], without[:2]
    one, other = with_it[2], without[2]
    pairs = zip(one, other, strict=False)
    at = next((place for place, (mine, yours) in enumerate(pairs) if mine != yours), 0)
    return one[max(at - 60, 0) : at + 60], other[max(at - 60, 0) : at + 60]


def naming(found: Answers) -> list[Probe]:
    """Return the pages that name anything of the hidden topic, whatever they were without it."""
    return [each for each, (_, *words) in found.items() if WORD in " ".join(words).lower()]


def test_no_page_names_anything_of_it_to_somebody_whose_grant_has_ended(
    installation: Installation, people: dict[str, User], known: Subscriber, seed: str | None
) -> None:
    client = browser_of(people["ed"])
    client.raise_request_exception = False
    with hidden(people, known) as rows:
        found = answers(client, drawn(pages(installation, rows), FEW, seed))
    assert not naming(found)


@pytest.mark.thorough
def test_whoever_is_granted_it_sees_all_of_it(
    installation: Installation, people: dict[str, User], known: Subscriber
) -> None:
    """Without this, the silence above would prove nothing."""
    client = browser_of(people["grace"])
    with hidden(people, known) as rows:
        seen = {
            each.name
            for each in [*filter(is_walked, installation.addresses), *about(rows, installation)]
            if WORD in said(client.get(each.path)).lower()
        }
    models = [model for model, rule in rules().items() if rule is not OPEN_TO_ALL]
    wanted = {
        f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"
        for model in models
        if model in admin.site._registry
        for page in ("changelist", "change")
    }
    # The pages of a campaign and of an event are in the studio.
    wanted -= {"admin:campaigns_campaign_change", "admin:campaigns_event_change"}
    pages = ("event", "event_details", "review", "audience", "progress", "report", "recipients")
    wanted |= {"admin:index", *(f"admin:studio_{page}" for page in pages)}
    assert not wanted - seen


def test_whoever_is_shown_a_person_of_it_is_recorded_whatever_they_asked(
    installation: Installation, people: dict[str, User], known: Subscriber, seed: str | None
) -> None:
    """The form that is refused shows its row, as the page does that is read."""
    client = browser_of(people["grace"])
    client.raise_request_exception = False
    with hidden(people, known) as rows:
        looks = AuditEntry.objects.filter(action=NeedToKnowAction.VIEWED)
        looks.delete()
        unrecorded = []
        asked = [
            (method, each.path)
            for method in ("get", "post")
            for each in about(rows, installation)
            if "<" in each.route
        ]
        for method, path in drawn(asked, FEW, seed):
            with taken_back(client):
                answer = getattr(client, method)(path, {"language": "??"})
                words = said(answer)
                if (ADDRESS in words or PERSON in words) and not looks.exists():
                    unrecorded.append((method, path))
    assert not unrecorded


def test_every_kind_of_row_that_may_be_hidden_has_a_hidden_row_in_these_tests(
    people: dict[str, User], known: Subscriber
) -> None:
    with hidden(people, known) as rows:
        made = set(rows)
    assert {model for model, rule in rules().items() if rule is not OPEN_TO_ALL} == made


def test_every_staff_list_says_who_may_see_its_rows() -> None:
    assert set(admin.site._registry) <= set(rules())


def test_rows_of_which_nobody_has_said_who_may_see_them_are_shown_to_nobody(
    people: dict[str, User],
) -> None:
    class Unheard(AuditEntry):
        class Meta:
            proxy = True
            app_label = "newsletter"

    with pytest.raises(NoRule):
        visible_rows(Unheard.objects.all(), people["max"])


def test_a_button_of_a_hidden_row_changes_nothing(
    installation: Installation, people: dict[str, User], known: Subscriber, seed: str | None
) -> None:
    client = browser_of(people["max"])
    client.raise_request_exception = False
    with hidden(people, known) as rows:
        before = all_rows()
        of_a_row = [each for each in about(rows, installation) if "<" in each.route]
        for each in drawn(of_a_row, FEW, seed):
            client.post(each.path, {"post": "yes", "act": "pause", "to": "again", "note": "x"})
            assert not (tables := changed(before, all_rows())), f"{each} changed {tables}"
