"""Values of columns that are codes, in words for the person they are about.

The labels of the models are written for staff, and in English.
"""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from subscribers.evidence.in_words import HOW, WHAT, Words

_TRUST: Words = {
    -1: _("Not sent"),
    0: _("One of many forms at once, not checked"),
    1: _("Looks automated"),
    2: _("Usual"),
    3: _("Checked by your browser"),
    4: _("You asked for it yourself"),
}
_SENDING: Words = {
    "queued": _("Waiting to be sent"),
    "planned": _("Waiting to be sent"),
    "claimed": _("Being sent"),
    "accepted": _("Accepted by the mail server"),
    "delivered": _("Delivered"),
    "bounced": _("Bounced"),
    "failed": _("Could not be sent"),
    "skipped": _("Not sent"),
    "uncertain": _("Not known"),
}
_BOUNCES: Words = {
    "hard": _("The mailbox does not exist"),
    "soft": _("The mailbox could not be reached at that time"),
    "block": _("The mail server refused us"),
}
VALUES: Mapping[str, Words] = {
    "subscriber.greeting": {
        "given_name": _("With your given name"),
        "full_name": _("With your full name"),
        "salutation": _("Your own words"),
        "no_name": _("Without a name"),
    },
    "subscriptions.status": {
        "pending": _("Waiting for your confirmation"),
        "awaiting_review": _("Waiting for our decision"),
        "confirmed": _("You confirmed"),
        "declined": _("Declined by our staff"),
        "unsubscribed": _("Unsubscribed"),
    },
    "consent_records.action": WHAT,
    "consent_records.method": HOW,
    "consent_records.trimmed_why": {
        "time": _("The time for which we keep it is over"),
        "erasure": _("You asked us to erase your data"),
    },
    "suppressions.reason": {
        "unsubscribed_all": _("You unsubscribed from everything"),
        "never_again": _("You blocked all email to this address"),
        "erased": _("You asked us to erase your data"),
        "hard_bounce": _("The mailbox does not exist"),
        "soft_bounces": _("The mailbox rejects our emails"),
        "complaint": _("An email was reported as spam"),
        "staff": _("Blocked by our staff"),
        "deceased": _("We were told of a death"),
        "merged": _("We keep one record of you, with another address"),
    },
    "suppressions.scope": {"all": _("All emails"), "bulk": _("Emails about your topics")},
    "form_submissions.kind": {
        "sign_up": _("Sign-up form"),
        "preferences_link": _("Get a link to your preferences"),
        "address_check": _("Which address do we email?"),
        "application": _("Apply to join"),
        "rsvp_link": _("Your invitations and answers"),
        "archive_link": _("Emails for subscribers"),
    },
    "form_submissions.method": HOW,
    "form_submissions.trust": _TRUST,
    "applications.status": {
        "pending": _("Waiting for your confirmation"),
        "awaiting_review": _("Waiting for our decision"),
        "accepted": _("Accepted by our staff"),
        "declined": _("Declined by our staff"),
        "withdrawn": _("Withdrawn"),
    },
    "campaign_emails.status": _SENDING,
    "campaign_emails.bounce_class": _BOUNCES,
    "calendar_emails.kind": {
        "counter": _("You proposed another time"),
        "outdated": _("You answered an earlier invitation"),
        "closed": _("Your answer could not be recorded"),
        "unreadable": _("We could not understand it"),
        "stranger": _("We could not tell whose answer it was"),
    },
    "answers.answer": {
        "yes": _("You will come"),
        "no": _("You can’t come"),
        "maybe": _("You are not sure yet"),
        "delegate": _("Somebody else comes in your place"),
    },
    "answers.attends": {
        "online": _("Online"),
        "in_person": _("In person"),
        "hybrid": _("In person or online"),
    },
    "answers.seat": {
        "taken": _("You have a place"),
        "waiting": _("You are on the waiting list"),
        "offered": _("You were offered a place"),
        "lapsed": _("The offer of a place has ended"),
    },
    "answers.source": {
        "link": _("By a link in an email"),
        "staff": _("By our staff"),
        "calendar": _("By your calendar"),
        "delegate": _("In somebody’s place"),
    },
    "single_emails.kind": {
        "confirmation": _("Confirm your subscription"),
        "import_question": _("Do you want to go on getting our email?"),
        "welcome": _("Welcome"),
        "already_subscribed": _("You are already subscribed"),
        "application_confirmation": _("Confirm your application"),
        "already_applied": _("We already have your application"),
        "application_accepted": _("Accepted by our staff"),
        "application_declined": _("Declined by our staff"),
        "application_question": _("A question about your application"),
        "topic_invitation": _("You are invited"),
        "rsvp_confirmation": _("We have your answer"),
        "rsvp_joining_details": _("We look forward to seeing you"),
        "rsvp_event_changed": _("This event has changed"),
        "rsvp_link": _("Your invitations and answers"),
        "archive_link": _("Emails for subscribers"),
        "rsvp_place_offered": _("A place is free for you"),
        "rsvp_place_lapsed": _("The place that we kept for you has gone"),
        "rsvp_delegate": _("Will you come in somebody’s place?"),
        "agreed_again": _("Thank you for agreeing"),
        "preferences_link": _("Change your preferences"),
        "address_check": _("Which address do we email?"),
        "address_link": _("Change your email address"),
        "new_address": _("Confirm your new email address"),
        "address_changed": _("Your email address has been changed"),
        "download_link": _("Download your data"),
        "erase_link": _("Erase your data"),
        "erased": _("Your data has been erased"),
        "proof": _("A test email"),
    },
    "single_emails.status": _SENDING,
    "single_emails.trust": _TRUST,
    "provider_events.kind": {
        "accepted": _("Accepted by the mail server"),
        "delivered": _("Delivered"),
        "bounced": _("Bounced"),
        "deferred": _("Delayed"),
        "complained": _("An email was reported as spam"),
        "unsubscribed": _("Unsubscribed"),
        "rejected": _("Could not be sent"),
        "autoresponded": _("Automatic reply"),
        "other": _("Something else"),
    },
    "provider_events.bounce_class": _BOUNCES,
    "copies.stream": {
        "transactional": _("Emails about your subscription"),
        "bulk": _("Emails about your topics"),
    },
    "staff_actions.actor_kind": {
        "account": _("Our staff"),
        "operator": _("Our staff"),
        "visitor": _("You"),
        "convene": _("Our program"),
    },
    "staff_actions.action": {
        "row.added": _("Created your record"),
        "row.changed": _("Changed your record"),
        "row.deleted": _("Deleted your record"),
        "subscriber.unsubscribed": _("Unsubscribed you from all topics"),
        "subscriber.erased": _("Erased your data"),
        "subscriber.labelled": _("Gave you a label"),
        "subscriber.unlabelled": _("Took a label from you"),
        "subscriber.noted": _("Added a note about you"),
        "subscriber.note_deleted": _("Deleted a note about you"),
        "subscriber.death_recorded": _("Recorded a death"),
        "subscriber.death_taken_back": _("Took back the record of a death"),
        "suppression.added": _("Blocked email to you"),
        "suppression.lifted": _("Ended a block of email to you"),
        "need_to_know.viewed": _("Looked at your record"),
        "membership.end_set": _("Set the end of your membership"),
        "message.resolved": _("Noted what became of an email to you"),
        "message.sent_again": _("Sent you an email again"),
    },
}
"""Table and column → value → words."""
SAID_BY_ANOTHER = frozenset({"staff_actions.words"})
"""Columns of English words whose row has the same as a code, in a column of `VALUES`."""
