"""The table of staff pages: what each asks for, and what its buttons do.

A new page, and a new button, is entered here; tests/architecture/test_roles.py holds all of them
against the table of roles.
"""

from collections.abc import Callable
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from campaigns.content.fingerprint import fingerprint
from campaigns.models import (
    CalendarMail,
    Campaign,
    CampaignTemplate,
    CampaignVersion,
    SavedAudience,
)
from campaigns.rsvp.enter import answer_version
from staff.accounts.roles_of import groups_of
from staff.roles import AUTHOR, REVIEWER
from subscribers.models import MissionStatement, Subscriber
from subscribers.people.merging.preview import preview_merge
from tests.architecture.staff_page import (
    Access,
    Fields,
    Page,
    act,
    act_with,
    at,
    model_pages,
    own,
    studio,
    studio_of_each,
)
from tests.architecture.staff_world import FIRST_VERSION, World
from tests.campaigns.events.pdfs import PDF
from tests.campaigns.studio.page_helpers import form
from tests.newsletter.media.pictures import picture
from tests.staff_members import PASSWORD
from tests.subscribers.imports.uploads.uploaded import new_list

CAMPAIGN, EVENT = "campaigns.Campaign", "campaigns.Event"
DOCUMENT, VERSION = "campaigns.EventDocument", "campaigns.CampaignVersion"
SEE, WRITE = "campaigns.view_campaign", "campaigns.change_campaign"
CREATE, TEMPLATE = "campaigns.add_campaign", "campaigns.CampaignTemplate"
APPROVE, SEND = "campaigns.approve_campaign", "campaigns.launch_campaign"
TEST = "campaigns.send_test_email"
SEE_RECIPIENTS = "campaigns.view_proofrecipient"
KEEP_RECIPIENTS = "campaigns.change_proofrecipient"
ANSWERS, ENTER = "campaigns.view_rsvp", "campaigns.change_rsvp"
SEE_EVENTS, EDIT_EVENTS = "campaigns.view_event", "campaigns.change_event"
PEOPLE, EDIT_PEOPLE = "subscribers.view_subscriber", "subscribers.change_subscriber"
EXPORT_PEOPLE = "subscribers.export_subscriber"
EXPORT_CONSENT = "subscribers.view_consentrecord"
APPLICATIONS, DECIDE = "subscribers.view_application", "subscribers.change_application"
INVITE = "subscribers.add_topicinvitation"
LABELS, EDIT_LABELS = "subscribers.view_label", "subscribers.change_label"
NOBODY, STAFF, NO_METHOD = Access.NOBODY, Access.STAFF, Access.NO_METHOD
SAVED = "campaigns.SavedAudience"
ALBANIANS = {"c-0:kind": "country", "c-0:countries": "AL"}
HEADING = {"type": "heading", "text": "Another heading"}
NEW_EVENT = {
    "title": "Forum in Bucharest",
    "slug": "forum-bucharest",
    "kind": "forum",
    "local_start": "2035-06-12T09:00",
    "local_end": "2035-06-12T17:00",
    "time_zone": "Europe/Bucharest",
    "attendance": "in_person",
    "venue": "Palace of the Parliament",
    "is_public": "on",
}
IMPORT = "subscribers.add_importbatch"
NEW_TOPIC = {
    "name": "Policy",
    "slug": "policy",
    "description": "Policy news.",
    "position": "3",
    "archive_access": "subscribers",
}
BRAND = {
    "name": "Taskforce",
    "sender_name": "Taskforce",
    "sender_email": "news@example.org",
    "postal_address": "1 Square",
    "colour": "#1f3a5f",
}


def _decision(world: World, campaign: Campaign, decision: str) -> Fields:
    return {
        "fingerprint": fingerprint(campaign),
        "decision": decision,
        "last_decision": "0",
        "closes": [each.pk for each in campaign.comments.all()],
        "note": "Read twice.",
    }


def _reviewers(world: World) -> Fields:
    return {"reviewers": str(world.reviewer.pk)}


def _details(world: World) -> Fields:
    draft = world.draft
    return {"name": "Renamed", "topic": draft.topic_id, "event": draft.event_id, "language": "en"}


def _answer(world: World) -> str:
    return reverse("admin:studio_answer", args=[world.answer.event_id, world.answer.pk])


def _template(world: World) -> int:
    return CampaignTemplate.objects.get(topic=world.draft.topic).pk


def _saved(world: World) -> int:
    return SavedAudience.objects.earliest("pk").pk


def _version(world: World) -> str:
    number = str(CampaignVersion.objects.get(name=FIRST_VERSION).pk)
    return reverse("admin:studio_version", args=[world.draft.pk, number, "en"])


def _merge(world: World) -> list[str]:
    page = reverse("admin:subscribers_label_merge", args=[world.label.pk])
    return [f"{page}?into={world.other_label.pk}"]


def _merged(world: World) -> Fields:
    """Another record, and the digest of what the page shows of both."""
    others = Subscriber.objects.exclude(pk=world.person.pk).filter(merged_into=None)
    other = others.exclude(subscriptions__topic__is_restricted=True).earliest("pk")
    seen = preview_merge(world.person, other, account=world.colleague).fingerprint
    return {"other": other.pk, "seen": seen, "merge": "yes"}


def _launch(**when: str) -> Callable[[World], Fields]:
    return lambda world: {"fingerprint": fingerprint(world.approved), **when}


def _day_before(world: World) -> str:
    """Return a time at which the event of the approved campaign is still to come."""
    assert world.approved.event is not None
    return f"{world.approved.event.starts_at - timedelta(days=1):%Y-%m-%dT%H:%M}"


def _fallback(world: World) -> Fields:
    return {"fingerprint": fingerprint(world.draft), "languages": "es", "page": "review"}


STUDIO = [
    Page("studio_duplicate", SEE, WRITE,
         (act("duplicate", studio("duplicate", lambda w: w.sent), CAMPAIGN,
              "campaigns.CampaignContent", "campaigns.Audience"),)),
    Page("studio_proof_recipients", SEE_RECIPIENTS, KEEP_RECIPIENTS,
         (act("add", lambda w: reverse("admin:studio_proof_recipients"),
              "campaigns.ProofRecipient", email="una-colleague@example.org"),
          act_with("remove", lambda w: reverse("admin:studio_proof_recipients"),
                   lambda w: {"remove": w.test_recipient.pk}, "campaigns.ProofRecipient"))),
    Page("studio_over_time", SEE, NO_METHOD),
    Page("studio_over_time_csv", SEE, NO_METHOD),
    Page("studio_templates", CREATE, NO_METHOD),
    Page("studio_save_as_template", CREATE, CREATE,
         (act_with("save", studio("save_as_template", lambda w: w.sent),
                  lambda w: {"name": "Briefing"}, TEMPLATE),),
         studio_of_each("save_as_template")),
    Page("studio_rename_template", CREATE, CREATE,
         (act_with("rename", at("studio_rename_template", _template),
                  lambda w: {"name": "Briefing"}, TEMPLATE),)),
    Page("studio_delete_template", CREATE, CREATE,
         (act("delete", at("studio_delete_template", _template), TEMPLATE),)),
    Page("studio_details", WRITE, WRITE,
         (act_with("save", studio("details", lambda w: w.draft), _details, CAMPAIGN),),
         studio_of_each("details")),
    Page("studio_content", WRITE, WRITE,
         (act("add block", studio("content", lambda w: w.draft, "en"), **form(act="add:heading")),
          act("save", studio("content", lambda w: w.draft, "en"), "campaigns.CampaignContent",
               **form(HEADING, act="save")),
          act("save a copy", studio("content", lambda w: w.draft, "en"), CAMPAIGN,
               "campaigns.CampaignContent", "campaigns.Audience",
               **form(HEADING, act="save_as_copy"))),
         studio_of_each("content", "en")),
    Page("studio_autosave", SEE, WRITE,
         (act("save by itself", studio("autosave", lambda w: w.draft, "en"),
              "campaigns.CampaignContent", **form(HEADING, subject="Written")),)),
    Page("studio_typed_difference", SEE, WRITE,
         (act("compare", studio("typed_difference", lambda w: w.draft, "en"), **form(HEADING)),)),
    Page("studio_ping", SEE, WRITE,
         (act("say that it is open", studio("ping", lambda w: w.draft, "en"),
              "campaigns.ContentEditor", tab="a1"),)),
    Page("studio_typed_email", SEE, WRITE,
         (act("preview", studio("typed_email", lambda w: w.draft, "en"), **form(HEADING)),)),
    Page("studio_typed_findings", SEE, WRITE,
         (act("check", studio("typed_findings", lambda w: w.draft, "en"), **form(HEADING)),)),
    Page("studio_remove_language", WRITE, WRITE,
         (act("remove", studio("remove_language", lambda w: w.draft, "es"),
               "campaigns.CampaignContent", VERSION),),
         studio_of_each("remove_language", "es")),
    Page("studio_versions", SEE, WRITE,
         (act_with("name", studio("versions", lambda w: w.draft), lambda w: {"name": "First"},
                   VERSION),)),
    Page("studio_version", SEE, WRITE,
         (act_with("restore", _version, lambda w: {}, "campaigns.CampaignContent", VERSION),)),
    Page("studio_email", SEE, NO_METHOD),
    Page("studio_approved_email", SEE, NO_METHOD),
    Page("studio_preview_frame", SEE, NO_METHOD),
    Page("studio_audience", SEE, WRITE,
         (act("save", studio("audience", lambda w: w.draft), "campaigns.Audience",
              countries="NZ"),
          act_with("add a condition", studio("audience", lambda w: w.draft),
                   lambda w: {"act": "add:c", "add:c": "region"})),
         studio_of_each("audience")),
    Page("studio_estimate_audience", SEE, WRITE,
         (act("count", studio("estimate_audience", lambda w: w.draft), countries="NZ"),)),
    Page("studio_audience_why", SEE, PEOPLE,
         (act("ask", studio("audience_why", lambda w: w.draft),
              address="una-colleague@example.org"),)),
    Page("studio_saved_audiences", SEE, NO_METHOD),
    Page("studio_audience_suggestions", WRITE, NO_METHOD),
    Page("studio_new_audience", WRITE, WRITE,
         (act_with("save", lambda w: reverse("admin:studio_new_audience"),
                   lambda w: {"name": "Other people", **ALBANIANS}, SAVED),)),
    Page("studio_saved_audience", WRITE, WRITE,
         (act_with("save", at("studio_saved_audience", _saved),
                   lambda w: {"name": "Renamed", **ALBANIANS}, SAVED),)),
    Page("studio_delete_audience", SEE, WRITE,
         (act("delete", at("studio_delete_audience", _saved), SAVED),)),
    Page("studio_review", SEE, NO_METHOD, (), studio_of_each("review")),
    Page("studio_recipient_languages", SEE, NO_METHOD),
    Page("studio_tried_links", SEE, TEST,
         # The draft has no link that may be tried.
         (act("try links", studio("tried_links", lambda w: w.draft)),)),
    Page("studio_reviewed_audience", SEE, NO_METHOD),
    Page("studio_accept_fallback", SEE, SEND,
         (act_with("accept", studio("accept_fallback", lambda w: w.draft), _fallback, CAMPAIGN),)),
    Page("studio_proof", SEE, TEST,
         (act("send", studio("proof", lambda w: w.draft), "newsletter.TransactionalMessage",
               "campaigns.ProofRound", to="una-colleague@example.org"),)),
    Page("studio_proofs_to_list", SEE, TEST,
         (act("send", studio("proofs_to_list", lambda w: w.draft),
               "newsletter.TransactionalMessage", "campaigns.ProofRound"),)),
    Page("studio_submit", SEE, WRITE,
         (act_with("submit", studio("submit", lambda w: w.draft), _reviewers, CAMPAIGN, VERSION,
                   "campaigns.ReviewRequest", "newsletter.TransactionalMessage"),)),
    Page("studio_ask_reviewers", SEE, WRITE,
         (act_with("ask", studio("ask_reviewers", lambda w: w.in_review), _reviewers,
                   "campaigns.ReviewRequest", "newsletter.TransactionalMessage"),)),
    Page("studio_withdraw", SEE, WRITE,
         (act("withdraw", studio("withdraw", lambda w: w.in_review), CAMPAIGN),)),
    Page("studio_comment", SEE, APPROVE,
         (act("comment", studio("comment", lambda w: w.in_review), "campaigns.ReviewComment",
              language="en", part="@subject", text="Shorter."),)),
    Page("studio_comment_done", SEE, WRITE,
         (act_with("done", studio("comment_done", lambda w: w.in_review),
                   lambda w: {"comment": w.comment.pk}, "campaigns.ReviewComment"),)),
    Page("studio_looked", SEE, TEST,
         (act_with("looked", studio("looked", lambda w: w.draft),
                   lambda w: {"language": "en", "fingerprint": fingerprint(w.draft)},
                   "campaigns.ReviewLook"),)),
    Page("studio_decide", SEE, APPROVE,
         (act_with("approve", studio("decide", lambda w: w.in_review),
                lambda w: _decision(w, w.in_review, "approve"), CAMPAIGN, VERSION,
                "campaigns.Review"),
          act_with("request changes", studio("decide", lambda w: w.scheduled),
                lambda w: _decision(w, w.scheduled, "return"), CAMPAIGN, "campaigns.Review"))),
    Page("studio_launch", SEE, SEND,
         (act_with("send", studio("launch", lambda w: w.approved), _launch(when="now"), CAMPAIGN,
                VERSION),
          act_with("schedule", studio("launch", lambda w: w.approved),
                lambda w: {**_launch(when="later", zone="UTC")(w), "at": _day_before(w)}, CAMPAIGN,
                VERSION)),
         studio_of_each("launch")),
    Page("studio_launch_numbers", SEE, NO_METHOD),
    Page("studio_launch_times", SEE, SEND,
         (act("show when", studio("launch_times", lambda w: w.approved), when="local",
              local_time="09:00", local_date="2035-06-12"),)),
    Page("studio_undo", SEE, SEND, (act("undo", studio("undo", lambda w: w.scheduled), CAMPAIGN),)),
    Page("studio_progress", SEE, NO_METHOD, (), studio_of_each("progress")),
    Page("studio_control", SEE, SEND,
         (act("pause", studio("control", lambda w: w.sending), CAMPAIGN, act="pause"),
          act("resume", studio("control", lambda w: w.paused), CAMPAIGN, act="resume"),
          act("stop", studio("control", lambda w: w.paused), CAMPAIGN, "campaigns.Delivery",
               act="cancel"),
          act("cancel", studio("control", lambda w: w.draft), CAMPAIGN, act="cancel"))),
    Page("studio_later_version", SEE, CREATE,
         (act("write anew", studio("later_version", lambda w: w.paused), CAMPAIGN,
              "campaigns.CampaignContent", "campaigns.Audience"),)),
    Page("studio_report", SEE, NO_METHOD, (), studio_of_each("report")),
    Page("studio_report_csv", SEE, NO_METHOD, (), studio_of_each("report_csv")),
    Page("studio_recipients", SEE, NO_METHOD, (), studio_of_each("recipients")),
    Page("studio_resolve", SEE, SEND,
         tuple(act(to, studio("resolve", lambda w: w.sent), "campaigns.Delivery",
                   to=to, which="all")
               for to in ("accepted", "failed", "planned"))),
    Page("studio_retract", SEND, SEND,
         (act("mark", studio("retract", lambda w: w.sent), "campaigns.Retraction",
              text="The date was wrong.", shows="both"),)),
    Page("studio_retry", SEND, SEND,
         (act("try again", studio("retry", lambda w: w.sent), CAMPAIGN, "campaigns.Delivery"),)),
]  # fmt: skip

ADMIN = [
    *model_pages("campaigns_campaign", see=SEE, add="campaigns.add_campaign", change=SEE,
            adds=lambda w: {**_details(w), "subject": "Join us"}, table=CAMPAIGN),
    Page("studio_calendars", "campaigns.view_event", NO_METHOD),
    Page("studio_test_calendars", "campaigns.view_event", "campaigns.change_event"),
    Page("studio_end_calendar_mail", "campaigns.view_event", "campaigns.change_event",
         (act("remove", at("studio_end_calendar_mail", lambda w: CalendarMail.objects.get().pk),
              "campaigns.CalendarMail"),)),
    Page("studio_draft_series", "campaigns.view_event", "campaigns.add_campaign",
         (act_with("draft", at("studio_draft_series", lambda w: w.draft.event_id or 0),
                   lambda w: {"topic": w.draft.topic_id}, CAMPAIGN),)),
    Page("studio_draft_stopped", SEE_EVENTS, "campaigns.add_campaign",
         (act("draft again", at("studio_draft_stopped", lambda w: w.answer.event_id), CAMPAIGN),)),
    *model_pages("campaigns_event", see=SEE_EVENTS, add="campaigns.add_event", change=SEE_EVENTS,
            adds=lambda w: NEW_EVENT, table=EVENT),
    Page("studio_event", SEE_EVENTS, NO_METHOD),
    Page("studio_event_details", EDIT_EVENTS, EDIT_EVENTS,
         (act("save", at("studio_event_details", lambda w: w.draft.event_id or 0), EVENT,
              **{**NEW_EVENT, "title": "Renamed"}),)),
    Page("studio_event_cancel", SEE_EVENTS, EDIT_EVENTS,
         (act("cancel", at("studio_event_cancel", lambda w: w.draft.event_id or 0), EVENT),)),
    Page("studio_event_copy", SEE_EVENTS, "campaigns.add_event",
         (act("copy", at("studio_event_copy", lambda w: w.draft.event_id or 0), EVENT),)),
    Page("studio_event_documents", SEE_EVENTS, EDIT_EVENTS,
         (act_with("add", at("studio_event_documents", lambda w: w.draft.event_id or 0),
                   lambda w: {"file": SimpleUploadedFile("agenda.pdf", PDF), "title": "Agenda",
                              "access": "public"}, DOCUMENT),)),
    Page("studio_event_document", SEE_EVENTS, NO_METHOD),
    Page("studio_event_document_delete", SEE_EVENTS, EDIT_EVENTS,
         (act("delete", lambda w: reverse("admin:studio_event_document_delete",
                                          args=[w.document.event_id, w.document.pk]),
              DOCUMENT),)),
    Page("studio_event_programme", SEE_EVENTS, EDIT_EVENTS,
         (act("save", at("studio_event_programme", lambda w: w.draft.event_id or 0), EVENT,
              **{"act": "save", "speakers": "1", "items": "0", "speaker-0-name": "Ana Pop"}),)),
    Page("studio_answers", ANSWERS, NO_METHOD),
    Page("studio_answer_counts", "campaigns.view_event", NO_METHOD),
    Page("studio_enter_answer", ENTER, ENTER,
         (act("enter", at("studio_enter_answer", lambda w: w.answer.event_id), "campaigns.Rsvp",
              "newsletter.TransactionalMessage", "newsletter.AuditEntry",
              email="gus@example.org", full_name="Gus", language="en", answer="yes"),)),
    Page("studio_answer", ANSWERS, ENTER,
         (act_with("change", _answer,
                   lambda w: {"answer": "no", "seen": answer_version(w.answer)},
                   "campaigns.Rsvp"),)),
    Page("studio_came", ANSWERS, ENTER,
         (act_with("came", at("studio_came", lambda w: w.answer.event_id),
                   lambda w: {"mark": f"came-{w.answer.pk}"}, "campaigns.Rsvp"),)),
    Page("studio_export_answers", ANSWERS, ANSWERS,
         (act("export", at("studio_export_answers", lambda w: w.answer.event_id),
              "newsletter.AuditEntry"),)),
    Page("studio_badges", ENTER, NO_METHOD),
    Page("studio_attendance_list", ENTER, NO_METHOD),
    *model_pages("campaigns_delivery", see="campaigns.view_delivery"),
    *model_pages("subscribers_subscriber", see=PEOPLE, change=EDIT_PEOPLE,
            table="subscribers.Subscriber",
            changes=lambda w: {"full_name": "Ada King", "language": "en"},
            changes_row=lambda w: w.person.pk),
    Page("subscribers_subscriber_institutions", PEOPLE, NO_METHOD),
    Page("subscribers_subscriber_filters", EDIT_PEOPLE, EDIT_PEOPLE,
         (act_with("save filters",
                   lambda w: f"{reverse('admin:subscribers_subscriber_filters')}?status=confirmed",
                   lambda w: {"name": "Confirmed"}, "subscribers.SavedFilter"),)),
    Page("subscribers_subscriber_export", EXPORT_PEOPLE, EXPORT_PEOPLE,
         (act("download", at("subscribers_subscriber_export"), "newsletter.AuditEntry"),)),
    Page("subscribers_subscriber_filter", EDIT_PEOPLE, EDIT_PEOPLE),
    Page("subscribers_subscriber_note", PEOPLE, EDIT_PEOPLE,
         (act("add note", at("subscribers_subscriber_note", lambda w: w.person.pk),
              "subscribers.SubscriberNote", note="Called."),)),
    Page("subscribers_subscriber_delete_note", PEOPLE, EDIT_PEOPLE),
    Page("subscribers_subscriber_death", PEOPLE, EDIT_PEOPLE,
         (act("record death", at("subscribers_subscriber_death", lambda w: w.person.pk),
              "subscribers.Suppression", record="yes", day="2026-03-14"),)),
    Page("subscribers_subscriber_merge", EDIT_PEOPLE, EDIT_PEOPLE,
         (act_with("merge", at("subscribers_subscriber_merge", lambda w: w.person.pk), _merged,
                   "subscribers.Subscriber"),)),
    Page("subscribers_subscriber_leave", PEOPLE, EDIT_PEOPLE,
         (act("unsubscribe", at("subscribers_subscriber_leave", lambda w: w.person.pk),
               "subscribers.Subscription"),)),
    Page("subscribers_subscriber_suppress", PEOPLE, EDIT_PEOPLE,
         (act("block", at("subscribers_subscriber_suppress", lambda w: w.person.pk),
               "subscribers.Suppression", note="by letter"),)),
    Page("subscribers_subscriber_label", PEOPLE, EDIT_PEOPLE,
         (act("add label", at("subscribers_subscriber_label", lambda w: w.person.pk),
              "subscribers.SubscriberLabel", label="Baltics"),
          act_with("remove label",
                   at("subscribers_subscriber_label", lambda w: w.labelled.subscriber_id),
                   lambda w: {"remove": w.label.pk}, "subscribers.SubscriberLabel"))),
    Page("subscribers_subscriber_label_people", EDIT_PEOPLE, EDIT_PEOPLE,
         (act("ask", at("subscribers_subscriber_label_people"), which="all", label="Baltics"),
          act("add label to all", at("subscribers_subscriber_label_people"),
              "subscribers.SubscriberLabel", which="all", label="Baltics", sure="yes"))),
    *model_pages("subscribers_label", see=LABELS, add="subscribers.add_label", change=EDIT_LABELS,
            table="subscribers.Label", adds=lambda w: {"name": "Nordics"},
            changes=lambda w: {"name": "South-east"}, changes_row=lambda w: w.label.pk),
    Page("subscribers_label_suggest", LABELS, NO_METHOD),
    Page("subscribers_label_merge", EDIT_LABELS, EDIT_LABELS,
         (act_with("merge", at("subscribers_label_merge", lambda w: w.label.pk),
                   lambda w: {"into": w.other_label.pk}, "subscribers.Label",
                   "subscribers.SubscriberLabel"),), _merge),
    Page("subscribers_label_remove", EDIT_LABELS, EDIT_LABELS,
         (act("delete", at("subscribers_label_remove", lambda w: w.other_label.pk),
              "subscribers.Label"),)),
    *model_pages("subscribers_customfield", see="subscribers.view_customfield",
            add="subscribers.add_customfield", change="subscribers.change_customfield",
            table="subscribers.CustomField",
            adds=lambda w: {"name": "Group", "kind": "text", "position": "4"},
            changes=lambda w: {"name": "Bench", "position": "4"},
            changes_row=lambda w: w.custom_field.pk),
    Page("subscribers_customfield_remove",
         "subscribers.change_customfield", "subscribers.change_customfield",
         (act("delete", at("subscribers_customfield_remove", lambda w: w.custom_field.pk),
              "subscribers.CustomField", "subscribers.CustomFieldValue"),)),
    Page("subscribers_subscriber_erase",
         "subscribers.delete_subscriber", "subscribers.delete_subscriber",
         (act("erase", at("subscribers_subscriber_erase", lambda w: w.person.pk),
               "subscribers.Subscriber"),)),
    *model_pages("subscribers_topic", see="subscribers.view_topic", add="subscribers.add_topic",
            change="subscribers.change_topic", adds=lambda w: NEW_TOPIC, table="subscribers.Topic",
            changes=lambda w: {**NEW_TOPIC, "name": "Renamed"},
            changes_row=lambda w: w.draft.topic_id),
    Page("subscribers_topic_invite", INVITE, INVITE,
         (act("invite", at("subscribers_topic_invite", lambda w: w.draft.topic_id),
               "subscribers.TopicInvitation", email="new@example.org", language="en"),)),
    Page("subscribers_subscriber_member_until", PEOPLE, EDIT_PEOPLE,
         (act_with("save", at("subscribers_subscriber_member_until",
                              lambda w: w.membership.subscriber_id),
                   lambda w: {"subscription": w.membership.pk, "day": "2035-06-30"},
                   "subscribers.Subscription"),)),
    *model_pages("subscribers_topicgrant", see="subscribers.view_topicgrant",
            add="subscribers.add_topicgrant", table="subscribers.TopicGrant",
            adds=lambda w: {"account": w.colleague.pk, "topic_name": w.restricted.slug,
                            "last_day": str(timezone.now().date() + timedelta(days=30))}),
    Page("subscribers_topicgrant_revoke",
         "subscribers.view_topicgrant", "subscribers.change_topicgrant",
         (act("revoke", at("subscribers_topicgrant_revoke", lambda w: w.grant.pk),
              "subscribers.TopicGrant", though_last="on"),)),
    *model_pages("subscribers_suppression", see="subscribers.view_suppression",
            add="subscribers.add_suppression", table="subscribers.Suppression",
            adds=lambda w: {"address": "eve@example.org", "note": "by letter"}),
    Page("subscribers_suppression_lift",
         "subscribers.change_suppression", "subscribers.change_suppression",
         (act("remove", at("subscribers_suppression_lift", lambda w: w.suppression.pk),
               "subscribers.Suppression", note="by letter"),)),
    *model_pages("subscribers_application", see=APPLICATIONS),
    Page("subscribers_application_accept", APPLICATIONS, DECIDE,
         (act("accept", at("subscribers_application_accept", lambda w: w.application.pk),
               "subscribers.Application", "subscribers.Subscription"),)),
    Page("subscribers_application_decline", DECIDE, DECIDE,
         (act("decline", at("subscribers_application_decline", lambda w: w.application.pk),
               "subscribers.Application", "subscribers.Subscription", message="We are sorry."),)),
    Page("subscribers_application_ask", DECIDE, DECIDE,
         (act("ask", at("subscribers_application_ask", lambda w: w.application.pk),
               "subscribers.ApplicationQuestion", question="Since when?"),)),
    Page("subscribers_application_assign", APPLICATIONS, DECIDE,
         (act_with("assign", at("subscribers_application_assign", lambda w: w.application.pk),
                   lambda w: {"account": w.list_manager.pk}, "subscribers.Application"),)),
    Page("subscribers_application_note", APPLICATIONS, DECIDE,
         (act("note", at("subscribers_application_note", lambda w: w.application.pk),
               "subscribers.ApplicationNote", note="Called."),)),
    *model_pages("subscribers_body", see="subscribers.view_body", add="subscribers.add_body",
            change="subscribers.change_body", table="subscribers.Body",
            adds=lambda w: {"name": "Nordic Council", "is_offered": "on"},
            changes=lambda w: {"name": "Parliament of Europe", "is_offered": "on"},
            changes_row=lambda w: w.body.pk),
    *model_pages("subscribers_missionstatement", see="subscribers.view_missionstatement",
            add="subscribers.add_missionstatement", change="subscribers.change_missionstatement",
            table="subscribers.MissionStatement",
            adds=lambda w: {"language": "fr", "title": "Notre mission", "text": "Ensemble."},
            changes=lambda w: {"language": "en", "title": "Our mission", "text": "Together."},
            changes_row=lambda w: MissionStatement.objects.get(language="en").pk),
    *model_pages("subscribers_importbatch", see="subscribers.view_importbatch", add=IMPORT,
            adds=lambda w: {"file": new_list(), "topic": w.draft.topic_id},
            table="subscribers.ImportUpload"),
    Page("subscribers_importbatch_undo", IMPORT, IMPORT,
         (act("undo", at("subscribers_importbatch_undo", lambda w: w.batch.pk),
              "subscribers.ImportBatch"),)),
    Page("subscribers_importupload_columns", IMPORT, IMPORT),
    *(Page(f"subscribers_importupload_{page}", IMPORT, NO_METHOD)
      for page in ("check", "rows", "result")),
    Page("subscribers_importupload_import", IMPORT, IMPORT,
         (act("import", at("subscribers_importupload_import", lambda w: w.upload.pk),
              "subscribers.ImportUpload", consent="The old form."),)),
    Page("subscribers_importupload_back", IMPORT, IMPORT,
         (act("back", at("subscribers_importupload_back", lambda w: w.upload.pk),
              "subscribers.ImportUpload"),)),
    Page("subscribers_importupload_discard", IMPORT, IMPORT,
         (act("discard", at("subscribers_importupload_discard", lambda w: w.upload.pk),
              "subscribers.ImportUpload"),)),
    # Its rows are about people. Nobody may correct those, and not import.
    Page("subscribers_importupload_report", IMPORT, EDIT_PEOPLE,
         (act("download", at("subscribers_importupload_report", lambda w: w.upload.pk),
              "newsletter.AuditEntry"),)),
    # The furnished installation has its brand, so another can't be added.
    *model_pages("newsletter_brand", see="newsletter.view_brand", change="newsletter.change_brand",
            table="newsletter.Brand", changes=lambda w: BRAND, changes_row=lambda w: 1),
    Page("newsletter_brand_preview", "newsletter.view_brand", "newsletter.change_brand",
         (act_with("preview", at("newsletter_brand_preview"), lambda w: BRAND),)),
    *model_pages("newsletter_transactionalmessage", see="newsletter.view_transactionalmessage"),
    Page("newsletter_transactionalmessage_resolve",
         "newsletter.view_transactionalmessage", "newsletter.change_transactionalmessage",
         (act("send again",
               at("newsletter_transactionalmessage_resolve", lambda w: w.failed_message.pk),
               "newsletter.TransactionalMessage", to="again"),
          *(act(to, at("newsletter_transactionalmessage_resolve",
                         lambda w: w.uncertain_message.pk),
                 "newsletter.TransactionalMessage", to=to) for to in ("accepted", "failed")))),
    *model_pages("newsletter_providerevent", see="newsletter.view_providerevent"),
    *model_pages("newsletter_providerreport", see="newsletter.view_providerreport"),
    *model_pages("newsletter_auditentry", see="newsletter.view_auditentry"),
    Page("newsletter_auditentry_export",
         "newsletter.view_auditentry", "newsletter.view_auditentry",
         (act("export", at("newsletter_auditentry_export"), "newsletter.AuditEntry"),)),
    *model_pages("auth_user", see="auth.view_user", add="auth.add_user", change="auth.change_user",
            table="auth.User", changes_row=lambda w: w.colleague.pk,
            changes=lambda w: {
                "username": w.colleague.username, "first_name": "Una", "is_active": "on",
                "groups": [group.pk for group in groups_of([AUTHOR, REVIEWER])]}),
    Page("auth_user_password_change", "auth.change_user", "auth.change_user"),
]  # fmt: skip

SITE = [
    Page("index", STAFF, STAFF),
    Page("login", Access.ANYONE, Access.ANYONE),
    Page("logout", NO_METHOD, STAFF, (act("sign out", at("logout"), "newsletter.AuditEntry"),)),
    Page("password_change", STAFF, STAFF),
    Page("password_change_done", STAFF, STAFF),
    Page("search", STAFF, STAFF),
    Page("jsi18n", STAFF, STAFF),
    # Whose names it completes is another test's.
    Page("autocomplete", NOBODY, NO_METHOD),
    Page("view_on_site", STAFF, STAFF, answers=frozenset({404})),
    # The names of an app's lists, for whoever may see one of them. Each role sees topics.
    Page("app_list", "subscribers.view_topic", "subscribers.view_topic",
         paths=lambda w: ["/staff/campaigns/", "/staff/subscribers/"], refused=404),
    Page("row", STAFF, STAFF),
    Page("nowhere", STAFF, STAFF, answers=frozenset({404})),
    Page("consent_evidence", EXPORT_CONSENT, EXPORT_CONSENT,
         (act_with("export person", own("consent_evidence"),
                   lambda w: {"about": "person", "address": w.person.email,
                              "person_format": "page"},
                   "newsletter.AuditEntry"),
          act_with("export topic", own("consent_evidence"),
                   lambda w: {"about": "topic", "topic": w.draft.topic_id,
                              "since": "2025-01-01", "until": "2035-01-01",
                              "topic_format": "json"},
                   "newsletter.AuditEntry"))),
]  # fmt: skip

TOPICS = "subscribers.view_topic"
IMAGES, EDIT_IMAGES = "newsletter.view_mediaimage", "newsletter.change_mediaimage"
WEBSITE = [
    Page("media_library", IMAGES, "newsletter.add_mediaimage",
         (act_with("upload", own("media_library"),
                   lambda w: {"file": SimpleUploadedFile("hall.jpg", picture())},
                   "newsletter.MediaImage"),), answers=frozenset({200, 422})),
    Page("media_image", IMAGES, EDIT_IMAGES,
         (act("save", own("media_image", lambda w: w.image.pk), "newsletter.MediaImage",
              title="Hall", alt="Seats", focus_x="50", focus_y="50"),),
         answers=frozenset({200, 422})),
    Page("media_delete", "newsletter.delete_mediaimage", "newsletter.delete_mediaimage",
         (act("delete", own("media_delete", lambda w: w.image.pk), "newsletter.MediaImage"),)),
    Page("website_form", TOPICS, TOPICS, answers=frozenset({200})),
    Page("website_form_preview", TOPICS, TOPICS, answers=frozenset({200})),
    Page("wordings", TOPICS, TOPICS, answers=frozenset({200})),
    Page("ask_again", "campaigns.add_campaign", "campaigns.add_campaign",
         (act_with("ask again", own("ask_again"), lambda w: {"topic": w.draft.topic.slug},
                   CAMPAIGN),)),
]  # fmt: skip

INVITE, MANAGE = "auth.add_user", "auth.change_user"
NEW_PASSWORD = "another row of words"
ACCOUNT = [
    Page("account_login", STAFF, STAFF),
    Page("mfa_authenticate", STAFF, STAFF),
    Page("account_again", STAFF, STAFF,
         (act("confirm", own("account_again"), "newsletter.AuditEntry", password=PASSWORD),)),
    Page("account", STAFF, STAFF),
    Page("account_password", STAFF, STAFF,
         (act("change", own("account_password"), "auth.User",
               new_password1=NEW_PASSWORD, new_password2=NEW_PASSWORD),)),
    Page("account_password_ask", Access.ANYONE, Access.ANYONE,
         (act("ask", own("account_password_ask"), "staff.PasswordRequest",
               email="nobody@example.org"),)),
    Page("account_password_asked", Access.ANYONE, Access.ANYONE),
    # Without a link from an email.
    Page("account_new_password", Access.ANYONE, Access.ANYONE, answers=frozenset({410})),
    Page("account_invitation", Access.ANYONE, Access.ANYONE, answers=frozenset({410})),
    Page("account_invite", INVITE, INVITE,
         (act_with("invite", own("account_invite"),
                lambda w: {"name": "Inês Silva", "email": "ines@example.org",
                           "roles": [groups_of([AUTHOR])[0].pk]},
                "auth.User", "newsletter.TransactionalMessage"),)),
    Page("account_invite_again", INVITE, INVITE,
         (act("again", own("account_invite_again", lambda w: w.colleague.pk)),)),
    Page("account_invite_withdraw", MANAGE, MANAGE,
         (act("withdraw", own("account_invite_withdraw", lambda w: w.colleague.pk)),)),
    Page("account_colleague", MANAGE, MANAGE),
    Page("account_colleague_password", MANAGE, MANAGE,
         (act("send", own("account_colleague_password", lambda w: w.colleague.pk),
               "newsletter.TransactionalMessage"),)),
    Page("account_colleague_clear", MANAGE, MANAGE,
         (act("clear", own("account_colleague_clear", lambda w: w.colleague.pk), sure="1"),)),
    Page("mfa_activate_totp", STAFF, STAFF),
    Page("mfa_deactivate_totp", STAFF, STAFF),
    Page("mfa_add_webauthn", STAFF, STAFF),
    # The walkers have no passkey to remove.
    Page("mfa_remove_webauthn", STAFF, STAFF, answers=frozenset({404})),
    Page("account_codes", STAFF, STAFF),
    Page("account_end_session", STAFF, STAFF),
]  # fmt: skip

PAGES = {page.name: page for page in [*STUDIO, *ADMIN, *SITE, *WEBSITE, *ACCOUNT]}
