"""The pages of saved audiences."""

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.content.edit import save_audience
from campaigns.content.saved_audiences import save_saved_audience
from campaigns.models import Campaign, SavedAudience
from subscribers.models import Label, Topic

LIST, NEW = "admin:studio_saved_audiences", "admin:studio_new_audience"
ALBANIA = {"c-0:kind": "country", "c-0:countries": ["AL"]}


@pytest.fixture
def saved(db: None) -> SavedAudience:
    tree = {"conditions": [{"kind": "country", "countries": ["AL"]}]}
    return save_saved_audience(None, name="Albanians", conditions=tree)


def of(name: str, saved: SavedAudience) -> str:
    return reverse(f"admin:studio_{name}", args=[saved.pk])


def test_one_is_built_named_and_listed_with_its_words(wrens: Client) -> None:
    assert "No audience is saved yet" in wrens.get(reverse(LIST)).content.decode()
    answer = wrens.post(reverse(NEW), {**ALBANIA, "name": "A", "act": "add:c", "add:c": "region"})
    assert len(answer.context["builder"].conditions) == 2
    assert not SavedAudience.objects.exists()
    answer = wrens.post(reverse(NEW), {**ALBANIA, "name": "Albanians"}, follow=True)
    assert "People who are from Albania." in answer.content.decode()
    assert SavedAudience.objects.get().created_by is not None


def test_what_is_wrong_is_said_beside_its_field(wrens: Client) -> None:
    answer = wrens.post(reverse(NEW), {**ALBANIA, "name": ""})
    assert answer.status_code == 422
    assert 'href="#audience-name"' in answer.content.decode()
    answer = wrens.post(reverse(NEW), {"name": "A", "c-0:kind": "joined"})
    assert answer.status_code == 422
    assert 'href="#c-0"' in answer.content.decode()
    assert wrens.post(reverse(NEW), {"name": "A"}).status_code == 422
    assert not SavedAudience.objects.exists()


def test_one_in_use_can_not_be_deleted_and_says_where(
    wrens: Client, draft: Campaign, saved: SavedAudience
) -> None:
    tree = {"conditions": [{"kind": "saved", "saved": saved.pk}]}
    save_audience(draft, countries=[], languages=[], conditions=tree)
    html = wrens.get(reverse(LIST)).content.decode()
    assert f"Used by “{draft.name}”" in html
    assert "Delete" not in html
    answer = wrens.post(of("delete_audience", saved), follow=True)
    assert "so it can’t be deleted" in answer.content.decode()
    assert SavedAudience.objects.exists()
    save_audience(draft, countries=[], languages=[], conditions={})
    wrens.post(of("delete_audience", saved))
    assert not SavedAudience.objects.exists()


def test_the_name_of_a_hidden_campaign_is_not_told(
    wrens: Client, draft: Campaign, saved: SavedAudience, topic: Topic
) -> None:
    tree = {"conditions": [{"kind": "saved", "saved": saved.pk}]}
    save_audience(draft, countries=[], languages=[], conditions=tree)
    Topic.objects.filter(pk=topic.pk).update(is_restricted=True, is_public=False)
    html = wrens.get(reverse(LIST)).content.decode()
    assert draft.name not in html
    assert "a campaign that you don’t see" in html


def test_only_authors_change_them(lees: Client, noors: Client, saved: SavedAudience) -> None:
    assert lees.get(reverse(LIST)).status_code == 200
    assert noors.get(reverse(LIST)).status_code == 403
    assert lees.get(of("saved_audience", saved)).status_code == 403
    assert lees.post(of("saved_audience", saved), {"name": "B", **ALBANIA}).status_code == 403
    assert lees.post(of("delete_audience", saved)).status_code == 403


def test_one_that_is_gone_is_not_found(wrens: Client, saved: SavedAudience) -> None:
    paths = of("saved_audience", saved), of("delete_audience", saved)
    saved.delete()
    assert wrens.get(paths[0]).status_code == 404
    assert wrens.post(paths[1]).status_code == 404


def test_a_condition_on_something_deleted_is_named(wrens: Client) -> None:
    label = Label.objects.create(name="Staff", key="staff")
    tree = {"conditions": [{"kind": "label", "label": label.pk}]}
    saved = save_saved_audience(None, name="Staff", conditions=tree)
    assert not wrens.get(of("saved_audience", saved)).context["builder"].problems
    label.delete()
    [problem] = wrens.get(of("saved_audience", saved)).context["builder"].problems
    assert (problem.id, problem.text) == ("c-0", "Label: It names a label that was deleted.")
