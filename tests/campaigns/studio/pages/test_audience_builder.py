"""The builder on the audience page: rows added, removed, counted and saved, without a script."""

from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.audience.conditions.kinds import KINDS
from campaigns.audience.quick_estimate import quick_estimate
from campaigns.audience.resolve import estimate
from campaigns.content.edit import save_audience
from campaigns.event_states import RsvpAnswer
from campaigns.models import Audience, Campaign, Event, Rsvp
from campaigns.states import CampaignStatus
from campaigns.studio.audience import estimates
from campaigns.studio.audience.inputs import INPUTS
from subscribers.models import Label, Subscriber, Subscription, Topic
from subscribers.states import SubscriptionStatus
from tests.campaigns.conftest import MakeFollowers
from tests.campaigns.studio.page_helpers import page
from tests.conftest import MakeSubscriber

ALBANIA = {"c-0:kind": "country", "c-0:countries": ["AL"]}


def conditions(campaign: Campaign) -> Any:
    return Audience.objects.get(campaign=campaign).conditions


def rows(answer: Any) -> list[str]:
    builder = answer.context["builder"]
    return [each.name for each in (*builder.conditions, *builder.exceptions)]


def test_every_kind_has_inputs_for_each_of_its_parts() -> None:
    assert INPUTS.keys() == KINDS.keys()


def test_a_button_adds_a_row_which_has_the_focus_and_saves_nothing(
    wrens: Client, draft: Campaign
) -> None:
    url = page("audience", draft)
    answer = wrens.post(url, {**ALBANIA, "act": "add:c", "add:c": "joined"})
    assert answer.status_code == 200
    assert rows(answer) == ["c-0", "c-1"]
    assert answer.context["builder"].conditions[1].inputs[0].has_focus
    html = answer.content.decode()
    assert 'value="AL" checked' in html
    assert "data-dirty" in html
    answer = wrens.post(url, {**ALBANIA, "act": "group:c"})
    assert answer.context["builder"].conditions[1].match == "any"
    answer = wrens.post(url, {"c-0:match": "any", "act": "add:c-0", "add:c-0": "language"})
    assert [each.name for each in answer.context["builder"].conditions[0].rows] == ["c-0-0"]
    answer = wrens.post(url, {**ALBANIA, "act": "add:x", "add:x": "topic"})
    assert rows(answer) == ["c-0", "x-0"]
    assert conditions(draft) == {}


def test_a_button_removes_a_row_and_the_others_stay(wrens: Client, draft: Campaign) -> None:
    typed = {
        **ALBANIA,
        "c-1:match": "all",
        "c-1-0:kind": "language",
        "c-1-0:languages": ["fr"],
        "c-1-1:kind": "joined",
        "c-1-1:day": "2026-01-01",
        "x-0:kind": "region",
        "x-0:region": "balkans",
    }
    url = page("audience", draft)
    answer = wrens.post(url, {**typed, "act": "remove:c-1-0"})
    [left] = answer.context["builder"].conditions[1].rows
    assert (left.kind, left.inputs[1].value) == ("joined", "2026-01-01")
    assert rows(wrens.post(url, {**typed, "act": "remove:c-0"})) == ["c-0", "x-0"]
    assert rows(wrens.post(url, {**typed, "act": "remove:x-0"})) == ["c-0", "c-1"]


@pytest.mark.parametrize(
    "act",
    [
        "remove:c-9", "remove:c-0-0", "remove:", "remove:c-x", "remove:c-99999999999", "add:c-7",
        "add:q", "group:x", "add:", "drop:c", "", "remove:c-0-0-0", "add:c-²",
    ],
)  # fmt: skip
def test_a_button_that_means_nothing_changes_nothing(
    wrens: Client, draft: Campaign, act: str
) -> None:
    answer = wrens.post(page("audience", draft), {**ALBANIA, "act": act, f"add:{act}": "nothing"})
    assert answer.status_code == 200
    assert rows(answer) == ["c-0"]
    assert conditions(draft) == {}


def test_it_is_saved_shown_again_and_read_as_a_sentence(
    wrens: Client, draft: Campaign, event: Event
) -> None:
    Event.objects.filter(pk=event.pk).update(takes_answers=True)
    answer = wrens.post(
        page("audience", draft),
        {
            "match": "all",
            "c-0:kind": "region",
            "c-0:region": "western-balkans",
            "c-1:match": "any",
            "c-1-0:kind": "answer",
            "c-1-0:event": event.slug,
            "c-1-0:answer": "no_answer",
            "c-1-1:kind": "language",
            "c-1-1:languages": ["fr", "en"],
            "x-0:kind": "topic",
            "x-0:topic": draft.topic.slug,
        },
        follow=True,
    )
    assert conditions(draft) == {
        "match": "all",
        "conditions": [
            {"kind": "region", "region": "western-balkans"},
            {
                "match": "any",
                "conditions": [
                    {"kind": "answer", "event": event.slug, "answer": "no_answer"},
                    {"kind": "language", "languages": ["en", "fr"]},
                ],
            },
        ],
        "except": [{"kind": "topic", "topic": draft.topic.slug}],
    }
    words = (
        " who are from the Western Balkans and (haven’t answered the invitation to "
        "“Quarterly meeting” or read English or French), except those who follow "
        "“Quarterly meetings”."
    )
    assert words in answer.content.decode().replace("</strong>", "")
    assert rows(answer) == ["c-0", "c-1", "x-0"]
    review = wrens.get(page("review", draft)).content.decode()
    assert "Those who are from the Western Balkans and (haven’t answered" in review


def test_what_is_incomplete_is_refused_beside_its_row_and_stays_typed(
    wrens: Client, draft: Campaign
) -> None:
    typed = {**ALBANIA, "c-1:kind": "joined", "c-1:when": "since", "c-1:day": ""}
    answer = wrens.post(page("audience", draft), typed)
    assert answer.status_code == 422
    row = answer.context["builder"].conditions[1]
    why = "The condition “Joined” isn’t complete: “Day” is empty."
    assert row.error == f"{why} Fill it in, or remove the condition."
    assert 'href="#c-1"' in answer.content.decode()
    assert 'value="AL" checked' in answer.content.decode()
    assert conditions(draft) == {}
    counted = wrens.post(page("estimate_audience", draft), typed).content.decode()
    assert why in counted


def test_a_saved_condition_on_something_deleted_says_so_beside_its_row(
    wrens: Client, draft: Campaign
) -> None:
    label = Label.objects.create(name="Staff", key="staff")
    rule = {"match": "all", "conditions": [], "except": [{"kind": "label", "label": label.pk}]}
    save_audience(draft, countries=[], languages=[], conditions=rule)
    assert not wrens.get(page("audience", draft)).context["builder"].problems
    label.delete()
    answer = wrens.get(page("audience", draft))
    [row] = answer.context["builder"].exceptions
    assert row.error == "Label: It names a label that was deleted."
    assert 'href="#x-0"' in answer.content.decode()


def test_unknown_fields_and_too_many_rows_are_refused(wrens: Client, draft: Campaign) -> None:
    wrens.post(page("audience", draft), {"c-0:kind": "sql", "c-0:sql": "1=1", "x-1:kind": ""})
    assert conditions(draft) == {}
    many = {f"c-{place}:kind": "region" for place in range(41)}
    answer = wrens.post(page("audience", draft), many)
    assert answer.status_code == 422
    answer = wrens.post(page("audience", draft), {**many, "act": "add:c", "add:c": "region"})
    assert answer.context["builder"].is_full


def test_the_count_follows_the_form(
    wrens: Client, draft: Campaign, followers: MakeFollowers
) -> None:
    made = followers(12)
    Subscriber.objects.filter(pk__in=[each.pk for each in made]).update(country="AL")
    counted = wrens.post(page("estimate_audience", draft), ALBANIA).content.decode()
    assert "<strong>12</strong>" in counted or "About 10" in counted
    assert "who are from Albania" in counted
    assert conditions(draft) == {}


def test_whoever_may_not_see_people_learns_no_exact_number_by_conditions(
    wrens: Client, lees: Client, draft: Campaign, followers: MakeFollowers
) -> None:
    made = followers(14)
    Subscriber.objects.filter(pk__in=[each.pk for each in made[:13]]).update(country="AL")
    Subscriber.objects.filter(pk=made[13].pk).update(country="NZ")
    html = wrens.post(page("estimate_audience", draft), ALBANIA).content.decode()
    assert "About 10" in html
    assert "13" not in html
    assert "fewer than 10" in html
    assert "@" not in html
    one = wrens.post(
        page("estimate_audience", draft), {"c-0:kind": "country", "c-0:countries": ["NZ"]}
    ).content.decode()
    none = wrens.post(
        page("estimate_audience", draft), {"c-0:kind": "country", "c-0:countries": ["FR"]}
    ).content.decode()
    assert "Fewer than 10" in one
    assert "Fewer than 10" in none


@pytest.mark.parametrize(
    "narrowed", [{"countries": ["NZ"]}, {"languages": ["fr"]}, {"rule": "accepted"}]
)
def test_nor_by_a_country_a_language_or_an_answer(
    wrens: Client, sams: Client, draft: Campaign, ada: Subscriber, narrowed: dict[str, str]
) -> None:
    assert draft.event
    Subscriber.objects.update(language="fr")
    Rsvp.objects.create(event=draft.event, subscriber=ada, answer=RsvpAnswer.YES)
    address = page("estimate_audience", draft)
    exact = sams.post(address, narrowed).content.decode()
    assert "<strong>1</strong> person would receive" in exact
    html = wrens.post(address, narrowed).content.decode()
    assert "Fewer than 10" in html
    assert "<strong>1</strong>" not in html


def test_what_is_need_to_know_is_not_offered(
    wrens: Client, draft: Campaign, other_topic: Topic, event: Event
) -> None:
    Topic.objects.filter(pk=other_topic.pk).update(is_restricted=True, is_public=False)
    Event.objects.filter(pk=event.pk).update(topic=other_topic, title="Wolperting")
    Campaign.objects.filter(pk=draft.pk).update(event=None)
    Campaign.objects.create(
        name="Wolperting", topic=other_topic, launched_at=timezone.now(), event=event
    )
    for kind in ("topic", "answer", "received", "consent"):
        html = wrens.post(page("audience", draft), {"act": "add:c", "add:c": kind}).content.decode()
        assert "Wolperting" not in html
        assert "Forums" not in html
    refused = wrens.post(
        page("audience", draft), {"c-0:kind": "topic", "c-0:topic": other_topic.slug}
    )
    assert refused.status_code == 422


def test_a_label_among_ten_thousand_is_typed_suggested_and_kept(
    wrens: Client, draft: Campaign
) -> None:
    Label.objects.bulk_create(
        Label(name=f"Group {n:05}", key=f"group {n:05}") for n in range(10_000)
    )
    label = Label.objects.get(key="group 04711")
    url = reverse("admin:studio_audience_suggestions") + "?of=label"
    html = wrens.get(f"{url}&c-0:label=GROUP+0471").content.decode()
    assert html.count("<option") == 10
    assert 'value="Group 04711"' in html
    assert wrens.get(url).content.decode().count("<option") == 20
    typed = {"c-0:kind": "label", "c-0:label": "group 04711"}
    answer = wrens.post(page("audience", draft), typed, follow=True)
    assert conditions(draft)["conditions"] == [{"kind": "label", "label": label.pk}]
    html = answer.content.decode()
    assert 'value="Group 04711"' in html
    assert html.count("Group 0") < 10  # not all of them
    answer = wrens.post(page("audience", draft), {**typed, "c-0:label": "Grupp"})
    assert "There is no label “Grupp”." in answer.content.decode()
    assert 'value="Grupp"' in answer.content.decode()


def test_institutions_are_suggested_to_who_may_see_people(
    wrens: Client, sams: Client, topic: Topic, make_subscriber: MakeSubscriber
) -> None:
    url = reverse("admin:studio_audience_suggestions") + "?of=institution"
    for name in ("Senate", "Senate", "Senat"):
        make_subscriber(f"{uuid4().hex}@example.org", topic=topic, institution=name)
    assert wrens.get(f"{url}&c-0:institution=Sen").content.decode().count("<option") == 0
    assert sams.get(f"{url}&c-0:institution=Sen").content.decode().count("<option") == 2
    for typed in ("", "\x00", "x" * 500):
        assert (
            "<option"
            not in sams.get(f"{url}&{urlencode({'c-0:institution': typed})}").content.decode()
        )
    nothing = reverse("admin:studio_audience_suggestions") + "?of=passwords"
    assert "<option" not in sams.get(f"{nothing}&q=a").content.decode()


def test_a_fixed_audience_has_no_builder(wrens: Client, draft: Campaign) -> None:
    Campaign.objects.filter(pk=draft.pk).update(kind="update")
    html = wrens.get(page("audience", draft)).content.decode()
    assert "Add a condition" not in html


def test_an_approved_campaign_is_a_draft_again(wrens: Client, approved: Campaign) -> None:
    wrens.post(page("audience", approved), ALBANIA)
    approved.refresh_from_db()
    assert approved.status == CampaignStatus.DRAFT


def test_a_large_list_has_a_quick_number_first_and_then_the_exact_one(
    sams: Client,
    draft: Campaign,
    followers: MakeFollowers,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(estimates, "COUNTED_AT_ONCE", 50)
    made = followers(120)
    Subscriber.objects.filter(pk__in=[each.pk for each in made[:60]]).update(country="AL")
    url = page("estimate_audience", draft)
    quick = sams.post(url, ALBANIA).content.decode()
    assert "About <strong>60</strong>" in quick
    assert "exact=1" in quick
    assert "reader" in quick  # a sample
    exact = sams.post(f"{url}?exact=1", ALBANIA).content.decode()
    assert "<strong>60</strong> people would" in exact


def of_number(number: int) -> str:
    """Return a country: one of a fifth of all, or one of every two hundredth person."""
    if number % 200 == 1:
        return "XK"
    return "AL" if number % 5 == 0 else "NZ"


@pytest.mark.thorough
def test_the_quick_number_is_near_the_exact_one(
    draft: Campaign, topic: Topic, make_subscriber: MakeSubscriber
) -> None:
    now = timezone.now()
    people = Subscriber.objects.bulk_create(
        Subscriber(email=f"p{n}@example.org", digest=f"{n:064}", country=of_number(n))
        for n in range(30_000)
    )
    Subscription.objects.bulk_create(
        Subscription(
            subscriber=each, topic=topic, status=SubscriptionStatus.CONFIRMED, changed_at=now
        )
        for each in people
    )
    # Of the rare one the second half of the sample is looked at, too.
    for country, number, off in (("AL", 6000, 500), ("XK", 150, 60)):
        save_audience(
            draft,
            countries=[],
            languages=[],
            conditions={"conditions": [{"kind": "country", "countries": [country]}]},
        )
        exact, quick = estimate(draft), quick_estimate(draft)
        assert exact.receive == number
        assert quick.about is not None
        assert abs(quick.about - number) <= off
        [others] = quick.left_out.values()
        assert abs(others - (30_000 - number)) <= 600
