"""Only a known yes subscribes, and what is not understood is told."""

import pytest

from subscribers.imports.reading import status_words
from subscribers.imports.reading.columns import parse_mapping
from subscribers.imports.reading.encoding import ImportProblem
from subscribers.models import (
    ConsentRecord,
    ImportBatch,
    Subscriber,
    Topic,
)
from subscribers.states import ConsentAction
from tests.subscribers.imports.sheets import followers, has_opted_out, take, why

pytestmark = pytest.mark.django_db


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
    seen: dict[str, status_words.Meaning] = {}
    for meaning, spelt in status_words._WORDS.items():
        for word in map(status_words.plain, spelt.replace("|", ",").split(",")):
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
    ["SMS_BLACKLISTED", "Do Not Phone", "UNSUB_CAMPAIGN_ID", "unsubscribe_url", "bouncecount",
     "active_subscription", "Lead Status", "Marital status", "MEMBER_RATING", "Consent text",
     "GDPR consent IP", "CONFIRM_IP"],
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
    with pytest.raises(ImportProblem, match="who must not get email"):
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
        with pytest.raises(ImportProblem, match="may say who must not get email"):
            take(text, topic)
        assert take(text, topic, mapping={header: "status"}).added == 1
    else:
        assert take(text, topic).added == len(states)


def test_an_unknown_column_of_yes_and_no_is_told(topic: Topic) -> None:
    report = take("Email,Vegetarian?\na@example.org,Yes\nb@example.org,No\n", topic)
    assert report.added == 2
    assert any("'Vegetarian?' has yes and no" in warning for warning in report.warnings)


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
    rows = (
        "a@example.org,active\nb@example.org,unsubscribed\n"
        "A@example.org,unsubscribed\nb@example.org,active\n"
    )
    report = take(f"Email,Status\n{rows}", topic)
    assert (followers(topic), report.added, report.opted_out) == (set(), 0, 4)


def test_naming_one_column_of_consent_does_not_silence_the_others(topic: Topic) -> None:
    text = "Email,Signature,I agree to be written to\na@example.org,yes,No\n"
    assert take(text, topic, mapping={"Signature": "consent"}).added == 0
