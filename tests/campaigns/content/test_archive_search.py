"""Search finds sent emails by words of any of their languages, and nothing that is hidden."""

import pytest
from django.utils import timezone

from campaigns.content.archive import archived_campaigns
from campaigns.content.archive_page import ArchiveFilter, archive_page
from campaigns.content.archive_search import (
    archive_text,
    folded,
    index_archive,
    search_words,
    with_words,
    words_to_compare,
)
from campaigns.models import Campaign, CampaignContent, Event
from campaigns.states import CampaignStatus
from subscribers.states import ArchiveAccess


@pytest.fixture
def sent(draft: Campaign) -> Campaign:
    Campaign.objects.update(
        status=CampaignStatus.SENT, launched_at=timezone.now(), archive_access=ArchiveAccess.PUBLIC
    )
    draft.refresh_from_db()
    return draft


def write(campaign: Campaign, language: str, *blocks: dict[str, str], subject: str = "x") -> None:
    CampaignContent.objects.create(
        campaign=campaign, language=language, subject=subject, blocks=list(blocks)
    )


def finds(typed: str) -> bool:
    index_archive()
    return bool(archive_page(ArchiveFilter(words=typed)).campaigns)


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Conferință la Iași, în Țara Fagilor", "conferinta iasi tara"),
        ("Conferinţă la Iaşi", "conferință iași"),
        ("Пам’ять і об'єднання", "памʼять об’єднання"),
        ("Їжак приїхав до Києва", "київ"),
        ("الاِجْتِمَاعُ القَادِم", "الاجتماع القادم"),
        ("Straße", "STRASSE"),
        ("Forum: women, peace & security", "security, PEACE"),
        ("Trafficking in 2027", "traffick 2027"),
        ("ﬁne print", "fine"),
    ],
)
def test_words_are_found_however_they_are_typed(sent: Campaign, written: str, typed: str) -> None:
    write(sent, "uk", {"type": "heading", "text": written})

    assert finds(typed) is (typed != "київ")
    assert folded(folded(written)) == folded(written)


def test_a_word_is_found_by_its_beginning_and_not_by_its_middle(sent: Campaign) -> None:
    write(sent, "fr", {"type": "quotation", "text": "Trafficking", "source": "Somebody"})

    assert finds("traff")
    assert finds("somebody traff")
    assert not finds("affick")
    assert not finds("traff unrelated")


@pytest.mark.parametrize("typed", ["d'", "<b>%_\\", "b", "т", "discussion d'"])
def test_one_character_is_not_the_beginning_of_every_word(sent: Campaign, typed: str) -> None:
    write(sent, "fr", {"type": "heading", "text": "Discussion de base, тема, 小明"})

    assert not finds(typed)
    assert finds("小")


@pytest.mark.parametrize("typed", ["b", "plan b", "<b>"])
def test_one_character_is_found_where_it_is_a_word(sent: Campaign, typed: str) -> None:
    write(sent, "fr", {"type": "heading", "text": "Plan B"})

    assert finds(typed)


def test_all_words_are_in_one_language(sent: Campaign) -> None:
    write(sent, "fr", {"type": "heading", "text": "Bonjour"})
    write(sent, "es", {"type": "heading", "text": "Buenos"})

    assert finds("bonjour")
    assert not finds("bonjour buenos")


def test_rich_text_is_searched_without_its_markup(sent: Campaign) -> None:
    html = "<p>Dear <strong>col</strong>leagues<br>welcome</p><p>R&amp;D &lt;b&gt;</p>"
    write(sent, "fr", {"type": "rich_text", "html": html})

    assert finds("colleagues welcome")
    assert finds("welcome R D")
    assert not finds("strong")


def test_addresses_of_links_are_not_searched(sent: Campaign) -> None:
    write(sent, "fr", {"type": "button", "label": "Register", "url": "https://secret.example/x"})

    assert finds("register")
    assert not finds("secret")


def test_no_search_tells_whether_somebody_guessed_the_meeting_link(
    sent: Campaign, event: Event
) -> None:
    link = "https://meet.example.org/quarterly-97531"
    Campaign.objects.update(join_url=link)
    write(sent, "fr", {"type": "rich_text", "html": f"<p>Join at {link} or 97531.</p>"})
    write(sent, "es", {"type": "heading", "text": f"{link}"})
    index_archive()

    texts = CampaignContent.objects.filter(language="es").values_list("archive_text", flat=True)
    assert "97531" not in str(list(texts))


def test_what_stands_for_the_recipient_is_nobodys(sent: Campaign) -> None:
    write(sent, "fr", {"type": "heading", "text": "Dear {given_name|colleague}"})

    assert finds("dear colleague")
    assert not finds("given_name")


@pytest.mark.parametrize(
    "hide",
    [
        {"status": CampaignStatus.CANCELLED},
        {"archive_access": ArchiveAccess.NONE},
        {"launched_at": None},
    ],
)
def test_what_is_not_in_the_archive_is_not_found(sent: Campaign, hide: dict[str, object]) -> None:
    assert finds("meeting")
    Campaign.objects.update(**hide)

    assert not finds("meeting")


def test_only_what_was_sent_is_indexed_and_once(draft: Campaign) -> None:
    assert index_archive() == 0
    Campaign.objects.update(
        status=CampaignStatus.SENT, launched_at=timezone.now(), archive_access=ArchiveAccess.PUBLIC
    )

    assert index_archive() == draft.contents.count() > 0
    assert index_archive() == 0


def test_many_are_indexed_in_runs(sent: Campaign) -> None:
    for language in ("fr", "es", "ro"):
        write(sent, language, {"type": "heading", "text": "x"})

    assert [index_archive(limit=3), index_archive(limit=3), index_archive(limit=3)] == [3, 1, 0]


def test_content_that_cant_be_read_is_left_out_and_keeps_nobody_from_the_rest(
    sent: Campaign,
) -> None:
    write(sent, "fr", {"type": "heading", "text": "{unknown_field}"})
    write(sent, "es", {"type": "from the future", "text": "Buenos"})
    write(sent, "ro", {"type": "heading", "text": "Bună"})

    assert finds("buna")


@pytest.mark.parametrize(
    "typed",
    ["' | ! & :* ( )", "zq' & 'qz", "\\", "%", "_", "😀", "'''", "-- ; DROP TABLE", "x" * 5000],
)
def test_nothing_that_is_typed_is_an_operator(sent: Campaign, typed: str) -> None:
    index_archive()
    words = search_words(typed)

    assert all(word.isalnum() for word in words)
    if words:
        assert not with_words(archived_campaigns(), words_to_compare(words)).exists()


def test_a_long_search_is_cut(sent: Campaign) -> None:
    assert len(search_words("word " * 1000)) == 8
    assert len(search_words("x" * 1000)[0]) == 40


def test_the_words_of_a_very_long_email_fit(sent: Campaign) -> None:
    write(sent, "fr", *({"type": "heading", "text": f"word{n} " * 30} for n in range(3000)))

    content = CampaignContent.objects.select_related("campaign__event").get(language="fr")
    assert len(archive_text(content)) <= 200_001
    assert finds("word1")
