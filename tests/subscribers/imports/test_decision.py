"""Other people's sheets: only a known yes subscribes, who left elsewhere has left here, and what isn't understood is told."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from newsletter.core.addresses import address_digest
from subscribers.consent.confirm import confirm
from subscribers.imports import words
from subscribers.imports.columns import parse_mapping
from subscribers.imports.decision import RowsAs
from subscribers.imports.file import import_subscribers
from subscribers.imports.headers import field_of
from subscribers.imports.report import ImportReport
from subscribers.imports.text import ImportProblem
from subscribers.imports.undo import undo_import
from subscribers.models import (
    ConsentRecord,
    ImportBatch,
    Subscriber,
    Subscription,
    Suppression,
    Topic,
)
from subscribers.states import ConsentAction, ConsentMethod, SubscriptionStatus, SuppressionReason
from tests.conftest import MakeSubscriber

pytestmark = pytest.mark.django_db


def take(
    text: str,
    topic: Topic,
    *,
    name: str = "people.csv",
    consent: str = "The old form",
    **options: Any,
) -> ImportReport:
    report = import_subscribers(
        io.BytesIO(text.encode()), topic=topic, consent=consent, file_name=name, **options
    )
    assert report.rows == report.added + report.unchanged + report.opted_out + report.refused_count
    return report


def followers(topic: Topic) -> set[str]:
    rows = Subscription.objects.filter(topic=topic, status=SubscriptionStatus.CONFIRMED)
    return set(rows.values_list("subscriber__email", flat=True))


def has_opted_out(email: str, topic: Topic) -> bool:
    return ConsentRecord.objects.filter(
        digest=address_digest(email), topic=topic, action=ConsentAction.UNSUBSCRIBED
    ).exists()


def why(email: str) -> set[str]:
    return set(
        Suppression.objects.filter(digest=address_digest(email), lifted_at=None).values_list(
            "reason", flat=True
        )
    )


# --- Answers ----------------------------------------------------------------

QUESTIONS = [
    "I agree to receive news by e-mail",
    "Do you consent to receive our updates?",
    "Would you like to receive our newsletter?",
    "J'accepte de recevoir des informations par courriel",
    "Souhaitez-vous recevoir notre infolettre ?",
    "Acepto recibir información",
    "¿Desea recibir nuestro boletín?",
    "Sunt de acord să primesc informații",
    "Погоджуюсь отримувати новини",
    "Бажаєте отримувати розсилку?",
    "أوافق على تلقي الأخبار",
    "Ich bin einverstanden, Neuigkeiten zu erhalten",
    "Consent",
    "Newsletter",
    "Consentement",
]
YES = [
    "Yes", "yes please", "TRUE", "1", "x", "✔", "I agree", "I agree.",
    "Yes, send me news of the taskforce.", "I accept", "Oui", "J'accepte", "VRAI",
    "Oui, je souhaite recevoir des nouvelles", "D’accord", "Sí", "Si", "Acepto", "Estoy de acuerdo",
    "VERDADERO", "Da", "Sunt de acord", "ADEVĂRAT", "Так", "Погоджуюсь", "Я згодна", "نعم", "أوافق",
    "موافق", "Ja", "Einverstanden", "Ich stimme zu", "WAHR",
    "I agree to receive email about the topics I chose. I can unsubscribe at any time.",
    "I would like to receive your news", "Please add me to the mailing list",
    "Je veux recevoir vos nouvelles", "Quiero recibir noticias", "Doresc să primesc noutăți",
    "Хочу отримувати новини", "أريد تلقي الأخبار", "Ich möchte Neuigkeiten erhalten",
]  # fmt: skip
NOT_YES = [
    "", "No", "Non", "non merci", "Nein, danke", "Je refuse", "I disagree", "I do not agree",
    "no thanks", "Jamais", "No, gracias", "No acepto", "Rechazo", "Nu", "Nu, mulțumesc",
    "Nu sunt de acord", "Ні", "Не погоджуюсь", "لا", "لا أوافق", "غير موافق", "FAUX", "FALSO",
    "FALS", "FALSCH", "Yes, but only by post", "Yes, unsubscribe me", "maybe", "vielleicht",
    "Please delete me", "please take me off the list", "I want to leave your mailing list",
    "I want you to delete my data", "Please contact me by phone", "Yes, delete my address",
    "I want out", "Yes, if it is monthly", "je veux quitter la liste", "Oui, supprimez-moi",
    "quiero salir de la lista", "Sí, bórrenme", "Doresc să părăsesc lista", "Da, ștergeți-mă",
    "Так, видаліть мене", "Хочу вийти зі списку", "أريد حذف بياناتي", "Ja, bitte löschen",
    "Ich möchte aus der Mailingliste austreten", "I confirm that I am under 16", "keep me out",
    "peut-être", "?", "-", "ask me later", "I don't", "Oui mais pas par e-mail",
    "Ja, aber nur per Post", "agree to disagree", "👎", "yesterday", "non",
]  # fmt: skip


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_of_consent_is_known_in_many_languages_and_a_no_subscribes_nobody(
    topic: Topic, question: str
) -> None:
    report = take(
        f'Email,"{question}"\nno@example.org,Non\nodd@example.org,peut-être\nyes@example.org,Oui\n',
        topic,
    )
    assert followers(topic) == {"yes@example.org"}
    assert report.added == 1


@pytest.mark.parametrize("answer", YES)
def test_a_known_yes_subscribes(topic: Topic, answer: str) -> None:
    assert take(f'Email,I agree to be written to\na@example.org,"{answer}"\n', topic).added == 1


@pytest.mark.parametrize("answer", NOT_YES)
def test_whatever_is_no_known_yes_refuses_the_row_and_says_so(topic: Topic, answer: str) -> None:
    report = take(
        f'Email,I agree to be written to\na@example.org,"{answer}"\nb@example.org,Yes\n', topic
    )
    assert followers(topic) == {"b@example.org"}
    assert "'I agree to be written to'" in report.refused[0]["reason"]
    assert not ConsentRecord.objects.filter(action=ConsentAction.UNSUBSCRIBED).exists(), (
        "no yes is not an opt-out"
    )


# --- States -----------------------------------------------------------------

LEFT = [
    "Unsubscribed", "opted out", "Opted-Out", "opt_out", "by_user", "Unsubscribed by admin",
    "désabonné", "Désinscrite", "Dado de baja", "dezabonată", "Відписано", "Відписався",
    "إلغاء الاشتراك", "Abgemeldet",
]  # fmt: skip
SUPPRESSED = [
    ("hard_bounce", "hard_bounce"), ("Hard bounced", "hard_bounce"), ("Cleaned", "hard_bounce"),
    ("Nettoyé", "hard_bounce"),
    ("bounced", "soft_bounces"), ("soft bounce", "soft_bounces"), ("by_bounces", "soft_bounces"),
    ("unreachable", "soft_bounces"),
    ("abuse", "complaint"), ("Complained", "complaint"), ("spam complaint", "complaint"),
    ("plainte", "complaint"), ("скарга", "complaint"),
    ("Blacklisted", "unsubscribed_all"), ("blocklisted", "unsubscribed_all"),
    ("Do not contact", "unsubscribed_all"),
    ("liste noire", "unsubscribed_all"), ("suppressed", "unsubscribed_all"),
]  # fmt: skip
NO_STATE_OF_OURS = [
    "Non-Subscribed", "pending", "unconfirmed", "En attente", "inactive", "Archived",
    "transactional", "declined", "invited", "Paid", "7", "1", "frobnicated", "",
]  # fmt: skip
ACTIVE = [
    "subscribed",
    "Active",
    "confirmed",
    "enabled",
    "Abonné",
    "Inscrite",
    "Suscrito",
    "Abonat",
    "Підписано",
    "مشترك",
    "Aktiv",
]


@pytest.mark.parametrize(
    "header",
    [
        "Status",
        "Subscription status",
        "delivery status",
        "Statut",
        "Estado",
        "Stare",
        "Статус",
        "الحالة",
        "Email Status",
    ],
)
def test_a_state_is_found_by_its_header(topic: Topic, header: str) -> None:
    take(
        f"Email,{header}\na@example.org,subscribed\nb@example.org,unsubscribed\nc@example.org,whatever\n",
        topic,
    )
    assert followers(topic) == {"a@example.org"}
    assert has_opted_out("b@example.org", topic)


@pytest.mark.parametrize("state", LEFT)
def test_who_left_another_list_is_an_opt_out_here_and_stays_one(topic: Topic, state: str) -> None:
    report = take(f"Email,Status\nleft@example.org,{state}\nhere@example.org,active\n", topic)
    assert (report.added, report.opted_out, report.opt_outs) == (1, 1, 1)
    assert not Subscriber.objects.filter(email="left@example.org").exists(), (
        "a digest is enough to remember who left"
    )
    again = take("Email\nleft@example.org\nother@example.org\n", topic, name="another.csv")
    assert (again.added, again.opted_out) == (1, 1)
    assert followers(topic) == {"here@example.org", "other@example.org"}


@pytest.mark.parametrize(("state", "reason"), SUPPRESSED)
def test_a_state_about_the_mailbox_or_all_mail_becomes_a_suppression(
    topic: Topic, other_topic: Topic, state: str, reason: str
) -> None:
    report = take(f"Email,Status\ngone@example.org,{state}\nhere@example.org,active\n", topic)
    assert (report.added, report.opted_out, report.opt_outs) == (1, 1, 1)
    assert why("gone@example.org") == {reason}
    assert take("Email\ngone@example.org\n", other_topic, name="another.csv").added == 0


@pytest.mark.parametrize("state", NO_STATE_OF_OURS)
def test_any_other_state_refuses_the_row_and_is_told(topic: Topic, state: str) -> None:
    report = take(f"Email,Status\na@example.org,{state}\nb@example.org,subscribed\n", topic)
    assert followers(topic) == {"b@example.org"}
    assert (report.refused_count, report.opt_outs) == (1, 0)
    assert "'Status'" in report.refused[0]["reason"]
    assert state in report.refused[0]["reason"]


def test_words_that_are_not_understood_come_with_a_way_out(topic: Topic) -> None:
    text = "Email,Status\na@example.org,Paid\nb@example.org,Guest\n"
    report = take(text, topic)
    assert report.refused_count == 2
    assert any('--map "Status=ignore" (2 rows)' in warning for warning in report.warnings)
    assert take(text, topic, mapping={"Status": "ignore"}).added == 2


@pytest.mark.parametrize(
    "cell",
    ["yes " * 10_000, " " * 120_000 + "<", "<" * 50_000, "mailto:" * 9_000],
    ids=["yes", "blanks", "brackets", "links"],
)
def test_an_endless_cell_is_refused_soon(topic: Topic, cell: str) -> None:
    assert (
        take(
            f'Email,Consent,Status\n"{cell}",yes,active\na@example.org,"{cell}","{cell}"\n', topic
        ).refused_count
        == 2
    )


@pytest.mark.parametrize("state", ACTIVE)
def test_a_known_state_of_subscribers_subscribes(topic: Topic, state: str) -> None:
    assert take(f"Email,Status\na@example.org,{state}\n", topic).added == 1


def test_no_word_has_two_meanings() -> None:
    seen: dict[str, words.Meaning] = {}
    for meaning, spelt in words._WORDS.items():
        for word in map(words.plain, spelt.replace("|", ",").split(",")):
            assert seen.setdefault(word, meaning) is meaning, word


# --- Columns whose name says what true means --------------------------------


@pytest.mark.parametrize(
    ("header", "leaves", "stays"),
    [
        ("subscribed_to_emails", "false", "true"),
        ("Subscribed", "No", "Yes"),
        ("email_disabled", "true", "false"),
        ("EMAIL_BLACKLISTED", "1", "0"),
        ("emailBlacklisted", "true", "false"),
        ("blacklisted", "1", "0"),
        ("Opted Out", "Yes", "No"),
        ("Opt-out", "x", ""),
        ("Do not contact", "TRUE", "FALSE"),
        ("Do Not Email", "1", ""),
        ("No Bulk Emails (User Opt Out)", "Yes", "No"),
        ("Unsubscribed from all email", "true", ""),
        ("HasOptedOutOfEmail", "true", "false"),
        ("Unsubscribed", "2024-03-01 10:00:00", ""),
        ("UNSUB_TIME", "2024-03-01 10:00:00", ""),
        ("unsubscribed_at", "Mar 1, 2024", "0000-00-00 00:00:00"),
        ("OptOut_Date", "20110122T111244", ""),
        ("CLEAN_TIME", "2024-03-01 10:00:00", ""),
        ("Marked as spam", "yes", "no"),
        ("Désabonné", "Oui", "Non"),
        ("Liste noire", "oui", "non"),
        ("De baja", "Sí", "No"),
        ("Dezabonat", "Da", "Nu"),
        ("Відписаний", "так", "ні"),
        ("Abgemeldet", "Ja", "Nein"),
        ("Ne pas contacter", "VRAI", "FAUX"),
    ],
)
def test_a_column_whose_name_says_what_true_means_is_read_so(
    topic: Topic, header: str, leaves: str, stays: str
) -> None:
    report = take(
        f'Email,"{header}"\nleft@example.org,"{leaves}"\nhere@example.org,"{stays}"\n', topic
    )
    assert followers(topic) == {"here@example.org"}
    assert report.opt_outs == 1
    assert has_opted_out("left@example.org", topic) or why("left@example.org")


def test_an_unknown_word_in_such_a_column_refuses_the_row(topic: Topic) -> None:
    report = take("Email,Opted Out\na@example.org,perhaps\nb@example.org,no\n", topic)
    assert (followers(topic), report.opt_outs, report.refused_count) == ({"b@example.org"}, 0, 1)


@pytest.mark.parametrize(
    "header",
    ["SMS_BLACKLISTED", "Do Not Phone", "UNSUB_CAMPAIGN_ID", "unsubscribe_url", "bouncecount", "active_subscription", "Lead Status",
     "Marital status", "MEMBER_RATING", "Consent text", "GDPR consent IP", "CONFIRM_IP"],
)  # fmt: skip
def test_a_column_about_something_else_decides_nothing(topic: Topic, header: str) -> None:
    assert take(f"Email,{header}\na@example.org,0\n", topic).added == 1


@pytest.mark.parametrize(
    "header",
    [
        "I do not wish to receive emails",
        "Je ne souhaite pas recevoir d'informations",
        "I want to unsubscribe from the newsletter",
    ],
)
def test_a_question_that_is_turned_round_stops_the_import_until_somebody_says_how_it_is_meant(
    topic: Topic, header: str
) -> None:
    text = f'Email,"{header}"\na@example.org,Yes\nb@example.org,\n'
    with pytest.raises(ImportProblem, match="who must not be written to"):
        take(text, topic)
    assert not ImportBatch.objects.exists()
    take(text, topic, mapping={header: "opted_out"})
    assert followers(topic) == {"b@example.org"}
    assert has_opted_out("a@example.org", topic)


def test_an_unknown_column_with_words_of_opt_outs_stops_the_import_until_somebody_decides(
    topic: Topic,
) -> None:
    text = "Email,Zustellung\na@example.org,ok\nb@example.org,unsubscribed\n"
    with pytest.raises(ImportProblem, match=r"'Zustellung'.*row 3"):
        take(text, topic)
    assert take(text, topic, mapping=parse_mapping(["Zustellung=ignore"]), dry_run=True).added == 2
    assert take(text, topic, mapping=parse_mapping(["Zustellung=status"])).added == 1


@pytest.mark.parametrize(
    ("header", "states", "stops"),
    [
        ("state", ["active", "cancelled"], True),
        ("Étape", ["confirmed", "bounced", ""], True),
        ("state", ["active", ""], False),
        ("state", ["Ohio", "inactive"], False),
        ("Order", ["pending", "completed"], False),
    ],
)
def test_an_unknown_column_that_holds_nothing_but_states_stops_the_import_if_some_are_bad(
    topic: Topic, header: str, states: list[str], *, stops: bool
) -> None:
    text = "\n".join(
        [
            f"Email,{header}",
            *(f"a{number}@example.org,{state}" for number, state in enumerate(states)),
        ]
    )
    if stops:
        with pytest.raises(ImportProblem, match="may say who must not be written to"):
            take(text, topic)
        assert take(text, topic, mapping={header: "status"}).added == 1
    else:
        assert take(text, topic).added == len(states)


def test_an_unknown_column_of_yes_and_no_is_told(topic: Topic) -> None:
    report = take("Email,Vegetarian?\na@example.org,Yes\nb@example.org,No\n", topic)
    assert report.added == 2
    assert any("'Vegetarian?' holds yes and no" in warning for warning in report.warnings)


def test_of_two_columns_that_disagree_the_stricter_wins(topic: Topic) -> None:
    report = take(
        "Email,Status,Opted Out,I "
        "agree\na@example.org,subscribed,yes,Yes\nb@example.org,subscribed,no,No\n"
        "c@example.org,unsubscribed,no,Yes\nd@example.org,subscribed,no,Yes\n",
        topic,
    )
    assert followers(topic) == {"d@example.org"}
    assert (report.opted_out, report.refused_count) == (2, 1)


def test_of_two_columns_with_one_header_both_are_asked(topic: Topic) -> None:
    take(
        "Email,Status,Status\na@example.org,subscribed,unsubscribed\nb@example.org,,subscribed\n",
        topic,
    )
    assert followers(topic) == {"b@example.org"}


def test_of_two_rows_of_one_person_the_stricter_wins_wherever_it_stands(topic: Topic) -> None:
    rows = "a@example.org,active\nb@example.org,unsubscribed\nA@example.org,unsubscribed\nb@example.org,active\n"
    report = take(f"Email,Status\n{rows}", topic)
    assert (followers(topic), report.added, report.opted_out) == (set(), 0, 4)


def test_naming_one_column_of_consent_does_not_silence_the_others(topic: Topic) -> None:
    text = "Email,Signature,I agree to be written to\na@example.org,yes,No\n"
    assert take(text, topic, mapping={"Signature": "consent"}).added == 0


# --- Whole files ------------------------------------------------------------

MAILCHIMP = (
    "Email Address,First Name,Last "
    "Name,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LAST_CHANGED,LEID,EUID,NOTES"
)
PERSON = 'a@example.org,Ada,Lovelace,2,,,"2015-03-16 14:40:47",,"2015-03-16 14:40:47",1,x,'


@pytest.mark.parametrize(
    ("name", "rows_as"),
    [
        ("unsubscribed_segment_export_8893817261.csv", RowsAs.UNSUBSCRIBED),
        ("cleaned_members_export_15d17415eb.csv", RowsAs.HARD_BOUNCED),
        ("nonsubscribed_email_audience_export.csv", RowsAs.UNSUBSCRIBED),
        ("suppression_bounces.csv", RowsAs.HARD_BOUNCED),
        ("spam_reports.csv", RowsAs.COMPLAINED),
        ("opt-outs 2024.csv", RowsAs.UNSUBSCRIBED),
        ("désabonnés.csv", RowsAs.UNSUBSCRIBED),
        ("blacklist.csv", RowsAs.UNSUBSCRIBED),
    ],
)
def test_a_file_whose_name_says_opt_outs_subscribes_nobody_until_somebody_decides(
    topic: Topic, name: str, rows_as: RowsAs
) -> None:
    text = f"{MAILCHIMP}\n{PERSON}\n"
    for dry_run in (True, False):
        with pytest.raises(ImportProblem, match=f"--as {rows_as.value}"):
            take(text, topic, name=name, dry_run=dry_run)
    assert not Subscriber.objects.exists()
    assert take(text, topic, name=name, rows_as=RowsAs.SUBSCRIBERS, dry_run=True).added == 1
    report = take(text, topic, name=name, rows_as=rows_as, consent="")
    assert (report.added, report.opt_outs) == (0, 1)
    assert has_opted_out("a@example.org", topic) or why("a@example.org")


def test_mailchimps_unsubscribed_and_cleaned_files_become_opt_outs_by_their_own_columns(
    topic: Topic,
) -> None:
    left = (
        f'{MAILCHIMP},UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_REASON\n{PERSON},"2019-05-04 '
        f'08:00:00",News,NORMAL\n'
    )
    report = take(left, topic, name="unsubscribed_segment_export_1.csv")
    assert (report.added, report.opt_outs) == (0, 1)
    record = ConsentRecord.objects.get(digest=address_digest("a@example.org"), topic=topic)
    assert (record.action, record.method, record.given_at) == (
        ConsentAction.UNSUBSCRIBED, ConsentMethod.IMPORT, datetime(2019, 5, 4, 8, tzinfo=UTC),
    )  # fmt: skip
    assert record.details["said"] == "UNSUB_TIME: 2019-05-04 08:00:00"
    take(
        f'{MAILCHIMP},CLEAN_TIME\n{PERSON.replace("a@", "b@")},"2019-05-04 08:00:00"\n',
        topic,
        name="cleaned_segment_export_1.csv",
    )
    assert why("b@example.org") == {SuppressionReason.HARD_BOUNCE}


# --- What an opt-out of a file does to those whom we know -------------------


def test_an_opt_out_takes_back_what_an_import_began_and_no_undo_revives_it(topic: Topic) -> None:
    first = take("Email\na@example.org\n", topic)
    second = take("Email,Status\na@example.org,unsubscribed\n", topic)
    assert (followers(topic), second.opt_outs) == (set(), 1)
    assert second.batch_id is not None
    assert undo_import(second.batch_id).opt_outs == 1
    assert first.batch_id is not None
    undo_import(first.batch_id)
    assert take("Email\na@example.org\n", topic).added == 0


def test_the_same_opt_outs_again_are_known(topic: Topic) -> None:
    text = "Email,Status\na@example.org,unsubscribed\nb@example.org,cleaned\n"
    assert take(text, topic).opt_outs == 2
    report = take(text, topic)
    assert (report.opt_outs, report.opted_out, report.batch_id) == (0, 2, None)
    assert ConsentRecord.objects.count() == 1


@pytest.mark.parametrize(
    ("left_at", "stays"), [("", True), ("days ago", True), ("a minute ago", False)]
)
def test_who_has_confirmed_with_us_since_stays(
    topic: Topic, make_subscriber: MakeSubscriber, left_at: str, *, stays: bool
) -> None:
    eve = make_subscriber("eve@example.org", topic=topic, status=SubscriptionStatus.PENDING)
    confirm(eve.pk, method=ConsentMethod.MAIL_LINK)
    ConsentRecord.objects.filter(digest=eve.digest).update(
        given_at=timezone.now() - timedelta(hours=1)
    )
    moment = (
        timezone.now()
        - {"": timedelta(0), "days ago": timedelta(days=9), "a minute ago": timedelta(minutes=1)}[
            left_at
        ]
    )
    cell = moment.isoformat() if left_at else "yes"
    report = take(f"Email,Opted Out\neve@example.org,{cell}\n", topic)
    assert followers(topic) == ({"eve@example.org"} if stays else set())
    assert (report.unchanged, report.opt_outs) == ((1, 0) if stays else (0, 1))
    assert any("confirmed with us" in warning for warning in report.warnings) is stays


def test_a_word_on_another_topic_does_not_undo_that_somebody_left_this_one(
    topic: Topic, make_subscriber: MakeSubscriber
) -> None:
    forums = Topic.objects.create(slug="forums", name="Forums")
    eve = make_subscriber("eve@example.org", topic=forums, status=SubscriptionStatus.PENDING)
    confirm(eve.pk, method=ConsentMethod.MAIL_LINK)
    take("Email\neve@example.org\n", topic)
    assert followers(topic) == {"eve@example.org"}
    report = take("Email,Status\neve@example.org,unsubscribed\n", topic)
    assert (followers(topic), followers(forums), report.opt_outs) == (set(), {"eve@example.org"}, 1)


def test_who_has_just_signed_up_and_not_answered_yet_is_left_to_answer(
    topic: Topic, ben: Subscriber
) -> None:
    take(f"Email,Status\n{ben.email},unsubscribed\n", topic)
    assert Subscription.objects.get(subscriber=ben).status == SubscriptionStatus.PENDING
    assert has_opted_out(ben.email, topic)


def test_what_staff_have_lifted_since_is_not_imposed_again(topic: Topic) -> None:
    digest = address_digest("a@example.org")
    Suppression.objects.create(
        digest=digest, reason="hard_bounce", scope="all", lifted_at=timezone.now(), lifted_by="sam"
    )
    assert take("Email,Status\na@example.org,cleaned\n", topic).opt_outs == 0
    assert why("a@example.org") == set()


def test_reasons_of_our_own_export_are_kept_as_they_are(topic: Topic) -> None:
    take(
        "email,status,suppressed\na@example.org,confirmed,never_again\nb@example.org,confirmed,hard_bounce complaint\n",
        topic,
    )
    assert (why("a@example.org"), why("b@example.org")) == (
        {"never_again"},
        {"hard_bounce", "complaint"},
    )


def test_a_dry_run_of_opt_outs_changes_nothing(topic: Topic, ada: Subscriber) -> None:
    report = take(
        f"Email,Status\n{ada.email},unsubscribed\nb@example.org,abuse\n", topic, dry_run=True
    )
    assert report.opt_outs == 2
    assert followers(topic) == {ada.email}
    assert not Suppression.objects.exists()
    assert not ConsentRecord.objects.exists()


# --- Addresses, names and headers -------------------------------------------


@pytest.mark.parametrize(
    ("cell", "email", "name"),
    [
        ("Ada Lovelace <ada@example.org>", "ada@example.org", "Ada Lovelace"),
        ('""Lovelace, Ada"" <Ada@example.org>', "Ada@example.org", "Lovelace, Ada"),
        ("<ada@example.org>", "ada@example.org", ""),
        ("mailto:ada@example.org", "ada@example.org", ""),
        ("mailto:ada@example.org?subject=Hello", "ada@example.org", ""),
        ("Ada <mailto:ada@example.org>", "ada@example.org", "Ada"),
        ("eve@example.net <ada@example.org>", "ada@example.org", ""),
    ],
)
def test_an_address_within_angle_brackets_or_a_link_is_read(
    topic: Topic, cell: str, email: str, name: str
) -> None:
    take(f'Email\n"{cell}"\n', topic)
    subscriber = Subscriber.objects.get()
    assert (subscriber.email, subscriber.full_name) == (email, name)


def test_the_name_of_its_own_column_goes_before_the_one_beside_the_address(topic: Topic) -> None:
    take("Email,Name\nBoss <ada@example.org>,Ada Lovelace\n", topic)
    assert Subscriber.objects.get().full_name == "Ada Lovelace"


@pytest.mark.parametrize(
    "headers",
    [
        "Timestamp,Email Address,Full name,Country,Organisation",
        "Horodateur,Adresse e-mail,Nom complet,Pays,Organisme",
        "Marca temporal,Dirección de correo electrónico,Nombre completo,País,Organización",
        "Marcă temporală,Adresă de e-mail,Nume complet,Țara,Organizație",
        "Позначка часу,Електронна адреса,Повне ім’я,Країна,Організація",
        "طابع زمني,عنوان البريد الإلكتروني,الاسم الكامل,الدولة,المنظمة",
    ],
    ids=["en", "fr", "es", "ro", "uk", "ar"],
)
def test_headers_are_known_in_the_six_languages(topic: Topic, headers: str) -> None:
    report = take(
        f"{headers}\n2024-03-01 10:00,ada@example.org,Ada Lovelace,France,Parliament\n", topic
    )
    assert sorted(report.mapping.values()) == [
        "country",
        "email",
        "full_name",
        "organisation",
        "timestamp",
    ]
    assert report.ignored_headers == []


@pytest.mark.parametrize(
    ("headers", "row"),
    [
        ("Name,Surname", "Ada,Lovelace"),
        ("Nombre,Apellidos", "Ada,Lovelace"),
        ("Prénom,Nom", "Ada,Lovelace"),
        ("Nume,Prenume", "Lovelace,Ada"),
    ],
)
def test_a_given_name_beside_a_family_name_is_found(topic: Topic, headers: str, row: str) -> None:
    take(f"Email,{headers}\nada@example.org,{row}\n", topic)
    ada = Subscriber.objects.get()
    assert (ada.full_name, ada.given_name) == ("Ada Lovelace", "Ada")


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("first", ["sep={mark}\n", "SEP={mark}\r\n", '"sep={mark}"\n', "sep=\n"])
def test_excels_own_first_line_is_obeyed(topic: Topic, first: str, mark: str) -> None:
    report = take(f"{first.format(mark=mark)}Name{mark}Email\nAda{mark}a@example.org\n", topic)
    assert (report.added, report.refused_count) == (1, 0)


@pytest.mark.parametrize(
    "name",
    [
        "www.evil.example",
        "Win at evil.com",
        "http://evil.example/x",
        "evil。click",
        "ada@example.org",
    ],
)
def test_a_name_that_holds_a_web_address_is_left_out_and_told_and_the_row_is_taken(
    topic: Topic, name: str
) -> None:
    report = take(f"Email,Name,First name\na@example.org,{name},{name}\n", topic)
    assert report.added == 1
    assert (Subscriber.objects.get().full_name, Subscriber.objects.get().given_name) == ("", "")
    assert any("web address" in warning for warning in report.warnings)


def test_no_header_of_ours_is_taken_for_two_fields() -> None:
    for header, field in {
        "email": "email",
        "status": "status",
        "suppressed": "suppressed",
        "changed_at": None,
        "topic": None,
    }.items():
        found = field_of(header)
        assert (found and found[0]) == field
