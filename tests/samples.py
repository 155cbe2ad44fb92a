"""The samples that tests render, and that scripts/render_gallery.py shows.

These are a brand, a recipient's values, a meeting, and the contexts of notices.
"""

from typing import Any

from newsletter.rendering.event_details import (
    AgendaDayDetails,
    AgendaItemDetails,
    DocumentDetails,
    EventDetails,
    SpeakerDetails,
)

BRAND: dict[str, Any] = {
    "name": "Interparliamentary Taskforce on Human Trafficking",
    "short_name": "ITHT",
    "sender_name": "Interparliamentary Taskforce",
    "sender_email": "news@lists.example.org",
    "reply_to": "office@example.org",
    "postal_address": "1 Parliament Square\nLondon SW1A 0AA\nUnited Kingdom",
    "contact_email": "privacy@example.org",
    "social_links": [
        {"name": "LinkedIn", "url": "https://linkedin.example/company/itht"},
        {"name": "Mastodon", "url": "https://mastodon.example/@itht"},
    ],
}

VALUES = {
    "given_name": "Ada",
    "full_name": "Ada Lovelace",
    "institution": "House of Representatives",
    "event_time": "Friday 12 March 2027, 09:00–10:30 (Auckland, NZDT)",
    "event_time_utc": "Thursday 11 March 2027, 20:00–21:30 UTC",
    "event_time_line": "Friday 12 March 2027, 09:00–10:30 (Auckland, NZDT)",
    "event_time_utc_line": "Thursday 11 March 2027, 20:00–21:30 UTC",
    "event_time_before": "Friday 12 March 2027, 08:00–09:30 (Auckland, NZDT)",
    "unsubscribe_url": "https://lists.example.org/u/AQAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "preferences_url": "https://lists.example.org/preferences/",
    "consent_url": "https://lists.example.org/consent/FgAAAAAAAAAAAAAAAAAAAAAAAAAA/",
    "rsvp_url": "https://lists.example.org/rsvp/BwAAAAAAAAAAAAAAAAAAAAAAAAAA/",
    "archive_url": "https://lists.example.org/archive/3f2b0a9e-0000-4000-8000-000000000000/",
}

EVENT = EventDetails(
    title="Quarterly meeting",
    kind_label="Virtual meeting",
    when="{event_time_line}\n{event_time_utc_line}",
    where="Online",
    summary="Five parliaments report on the laws that they have passed since autumn.",
    url="https://lists.example.org/events/quarterly-meeting-2027-q1/",
    join_url="https://meet.example.org/q1?a=1&b=2",
    calendar_url="https://lists.example.org/events/quarterly-meeting-2027-q1.ics",
    agenda=(
        AgendaDayDetails(
            items=(
                AgendaItemDetails(
                    time="20:00–20:40",
                    title="Five laws, and what they changed",
                    speakers=("Ada Lovelace", "Olena Shevchenko"),
                ),
                AgendaItemDetails(time="20:40–21:30", title="Questions"),
            )
        ),
    ),
    agenda_zone="All times: London time (GMT).",
    speakers=(
        SpeakerDetails(
            name="Ada Lovelace",
            office="Member of Parliament",
            country="United Kingdom",
            biography="She has worked on supply chains since 2015.",
        ),
        SpeakerDetails(name="Olena Shevchenko", country="Ukraine"),
    ),
    documents=(
        DocumentDetails(
            title="Draft resolution",
            details="PDF, 1.2 MB, English",
            url="https://lists.example.org/events/quarterly-meeting-2027-q1/documents/7/",
        ),
    ),
)

_PREFERENCES = {"preferences_url": VALUES["preferences_url"]}
_MEETING = {
    "title": "Hearing on supply chains",
    "when": VALUES["event_time"],
    "utc": VALUES["event_time_utc"],
    "where": "Online",
}
NOTICES: dict[str, dict[str, Any]] = {
    "confirmation": {
        "topics": ["Quarterly meetings", "Forums"],
        "confirm_url": "https://lists.example.org/confirm/AwAAAAAAAAAAAAAAAAAAAAAAAAAA/",
        "never_again_url": "https://lists.example.org/never-again/BAAAAAAAAAAAAAAAAAAAAAAAAAAA/",
    },
    "import_question": {
        "topic": "Former partners",
        "confirm_url": "https://lists.example.org/confirm/AwAAAAAAAAAAAAAAAAAAAAAAAAAA/",
        "never_again_url": "https://lists.example.org/never-again/BAAAAAAAAAAAAAAAAAAAAAAAAAAA/",
    },
    "application_confirmation": {
        "topics": ["Legislators"],
        "confirm_url": "https://lists.example.org/confirm/AwAAAAAAAAAAAAAAAAAAAAAAAAAA/",
        "never_again_url": "https://lists.example.org/never-again/BAAAAAAAAAAAAAAAAAAAAAAAAAAA/",
    },
    "already_applied": _PREFERENCES,
    "application_accepted": {"given_name": "Ada", "topic": "Legislators", **_PREFERENCES},
    "application_declined": {
        "topic": "Legislators",
        "paragraphs": ["Dear Ada,", "We are sorry that we can’t accept your application."],
    },
    "application_question": {
        "topic": "Legislators",
        "paragraphs": ["Which committee are you on?"],
        "answer_url": "https://lists.example.org/join/answer/FAAAAAAAAAAAAAAAAAAAAAAAAAAA/",
    },
    "topic_invitation": {
        "topic": "Advisers",
        "description": "For people who advise us.",
        "invitation_url": "https://lists.example.org/invitation/FQAAAAAAAAAAAAAAAAAAAAAAAAAA/",
        "never_again_url": "https://lists.example.org/never/BAAAAAAAAAAAAAAAAAAAAAAAAAAA/",
    },
    "rsvp_confirmation": {
        **_MEETING,
        "answer": "Yes, I’ll come",
        "attends": "",
        "seat": "You have a place.",
        "join_url": "https://meet.example.org/q1",
        "dial_in": ["+40 21 000 000", "Code: 7"],
        "documents_url": "https://lists.example.org/rsvp/documents/GwAAAAAAAAAAAAAAAAAAAAAAAAAA/",
        "calendar_url": "https://lists.example.org/events/hearing.ics",
        "answer_url": "https://lists.example.org/rsvp/answers/DQAAAAAAAAAAAAAAAAAAAAAAAAAA/",
        "rsvp_page_url": "https://lists.example.org/rsvp/",
    },
    "rsvp_place_offered": {
        **_MEETING,
        "until": "Tuesday 9 March 2027, 12:00 Auckland time (NZDT)",
        "place_url": "https://lists.example.org/rsvp/place/FwAAAAAAAAAAAAAAAAAAAAAAAAAA/",
    },
    "rsvp_place_lapsed": {**_MEETING, "rsvp_page_url": "https://lists.example.org/rsvp/"},
    "rsvp_joining_details": {
        **_MEETING,
        "dial_in": ["+40 21 000 000", "Code: 7"],
        "documents_url": "https://lists.example.org/rsvp/documents/GwAAAAAAAAAAAAAAAAAAAAAAAAAA/",
        "calendar_url": "https://lists.example.org/events/hearing.ics",
        "join_url": "https://meet.example.org/q1",
        "rsvp_page_url": "https://lists.example.org/rsvp/",
    },
    "rsvp_event_changed": {**_MEETING, "rsvp_page_url": "https://lists.example.org/rsvp/"},
    "rsvp_delegate": {
        "name": "Ada Lovelace",
        **_MEETING,
        "until": "Tuesday 9 March 2027, 12:00 Auckland time (NZDT)",
        "delegate_url": "https://lists.example.org/rsvp/delegate/GAAAAAAAAAAAAAAAAAAAAAAAAAAA/",
        "never_again_url": "https://lists.example.org/never/BAAAAAAAAAAAAAAAAAAAAAAAAAAA/",
    },
    "rsvp_link": {
        "answers_url": "https://lists.example.org/rsvp/mine/DgAAAAAAAAAAAAAAAAAAAAAAAAAA/"
    },
    "archive_link": {
        "email": "Our year",
        "archive_url": (
            "https://lists.example.org/archive/mine/EAAAAAAAAAAAAAAAAAAAAAAAAAAA/"
            "3f2b0a9e-0000-4000-8000-000000000000/"
        ),
    },
    "agreed_again": {
        "topic": "Forums",
        "words": "I agree to receive email about “Forums”.",
        **_PREFERENCES,
    },
    "welcome": {"given_name": "Ada", "topics": ["Forums"], **_PREFERENCES},
    "already_subscribed": _PREFERENCES,
    "preferences_link": {
        "manage_url": "https://lists.example.org/preferences/CAAAAAAAAAAAAAAAAAAAAAAAAAAA/"
    },
    "address_check": {
        "follows": "subscribed",
        "manage_url": "https://lists.example.org/preferences/CAAAAAAAAAAAAAAAAAAAAAAAAAAA/",
        "never_again_url": "",
    },
    "erase_link": {
        "erase_url": "https://lists.example.org/preferences/erase/CQAAAAAAAAAAAAAAAAAAAAAAAAAA/"
    },
    "download_link": {
        "download_url": "https://lists.example.org/preferences/download/DAAAAAAAAAAAAAAAAAAAAAAAAAAA/"
    },
    "address_link": {
        "change_url": "https://lists.example.org/preferences/address/CgAAAAAAAAAAAAAAAAAAAAAAAAAA/"
    },
    "new_address": {
        "new_address_url": "https://lists.example.org/preferences/new-address/CwAAAAAAAAAAAAAAAAAAAAAAAAAA/",
        "never_again_url": "https://lists.example.org/never/BAAAAAAAAAAAAAAAAAAAAAAAAAAA/",
    },
    "erased": {"contact": "privacy@example.org"},
    "address_changed": {"contact": "privacy@example.org"},
    "staff_invitation": {
        "inviter": "Sam Okoro",
        "username": "nora",
        "invitation_url": "https://lists.example.org/staff/account/invitation/AAAA/",
    },
    "staff_password": {
        "username": "nora",
        "password_url": "https://lists.example.org/staff/account/password/AAAA/",
    },
    "staff_new_device": {
        "username": "nora",
        "device": "Firefox on Windows",
        "network": "192.0.2.0/24",
        "at": "Thursday 26 November 2026, 20:00 UTC",
        "account_url": "https://lists.example.org/staff/account/",
    },
    "staff_account_changed": {
        "username": "nora",
        "what": "A passkey was added.",
        "account_url": "https://lists.example.org/staff/account/",
    },
    "staff_approve_again": {
        "title": "Quarterly meeting, March 2027",
        "paragraphs": [
            "Invitation: by Thursday 11 February 2027, 14:00 UTC",
            "Reminder: by Thursday 4 March 2027, 14:00 UTC",
        ],
        "event_url": "https://lists.example.org/staff/campaigns/event/7/overview/",
    },
    "staff_sending_paused": {
        "title": "Quarterly meeting, March 2027",
        "paragraphs": [
            "3 of 2,999 recipients reported this email as spam.",
            "The limit is 0.1 %.",
        ],
        "progress_url": "https://lists.example.org/staff/campaigns/campaign/7/progress/",
    },
    "staff_not_sent": {
        "title": "Invitation to the quarterly meeting",
        "paragraphs": [
            "Sending could not start. The audience is empty.",
            "It is a draft again: it needs a new approval and a new time.",
        ],
        "campaign_url": "https://lists.example.org/staff/campaigns/campaign/7/progress/",
    },
    "staff_start_moved": {
        "title": "Invitation to the quarterly meeting",
        "paragraphs": [
            "The rules of that time zone changed.",
            "New start: Thursday 11 March 2027, 07:00 UTC.",
            "Earlier start: Thursday 11 March 2027, 08:00 UTC.",
        ],
        "campaign_url": "https://lists.example.org/staff/campaigns/campaign/7/progress/",
    },
    "staff_approval_lapsed": {
        "title": "Invitation to the quarterly meeting",
        "what": "The approval by Ana Pop doesn’t count any more.",
        "review_url": "https://lists.example.org/staff/campaigns/campaign/7/review/",
    },
    "staff_review_requested": {
        "by": "Nora Weber",
        "title": "Invitation to the quarterly meeting",
        "review_url": "https://lists.example.org/staff/campaigns/campaign/7/review/",
    },
    "staff_review_withdrawn": {
        "title": "Invitation to the quarterly meeting",
        "decision": "Review withdrawn",
        "what": "Nora Weber withdrew the request.",
    },
    "staff_review_decided": {
        "title": "Invitation to the quarterly meeting",
        "decision": "Changes requested",
        "what": "Ana Pop requested changes.",
        "review_url": "https://lists.example.org/staff/campaigns/campaign/7/review/",
    },
    "staff_topic_granted": {
        "by": "Max Weber (max)",
        "to": "themselves",
        "reason": "that you see",
        "last_day": "Friday 31 December 2027",
    },
}
"""The context of each notice, by its name."""
