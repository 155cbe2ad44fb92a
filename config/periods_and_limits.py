"""Periods and limits that are the same for every host.

Retention, owner links, accounts, sending, bounces, free space.

config.settings takes them all, so code and tests find them in django.conf.settings.
"""

from datetime import timedelta
from decimal import Decimal

# --- Retention: when data dies (the clock keeps it, the privacy page shows it) ---

KEEP_UNCONFIRMED = timedelta(days=30)
"""How long a sign-up that nobody confirms is kept."""
KEEP_FORM_SUBMISSIONS = timedelta(days=1)
"""How long a filled-in form is kept at most, until a worker has seen to it."""
KEEP_PROVIDER_EVENTS = timedelta(days=90)
"""How long what a provider reported is kept as it came."""
KEEP_TRANSACTIONAL_BODIES = timedelta(days=30)
"""How long the text of a single email is kept."""
KEEP_TRANSACTIONAL_ROWS = timedelta(days=730)
"""How long it is known which single emails went out, without their text: as long as deliveries."""
KEEP_NEWS_OF_ERASURE = timedelta(days=1)
"""How long the email that tells somebody of their erasure waits. Once it is sent, it is emptied."""
KEEP_DELIVERY_SUBSCRIBERS = timedelta(days=730)
"""How long it is known who got a campaign. Its totals stay."""
KEEP_CONSENT_NETWORK = timedelta(days=730)
"""How long evidence of consent says from which network it came."""
KEEP_RSVPS = timedelta(days=365)
"""How long after an event we keep who answered what."""
KEEP_RSVP_NEEDS = timedelta(days=30)
"""How long after an event we keep what people said that they need to take part."""
KEEP_CALENDAR_MAIL = timedelta(days=90)
"""How long we keep emails from calendars that need a person."""
KEEP_IMPORT_DETAILS = timedelta(days=90)
"""How long refused rows of an import are listed, and how long its undo takes back details."""
KEEP_IMPORT_UPLOADS = timedelta(days=1)
"""How long an uploaded list waits for the next step. What was imported goes at once."""
KEEP_IMPORT_REPORTS = timedelta(days=7)
"""How long the outcome of each row can be looked at and downloaded after an import."""
KEEP_IMPORT_QUESTIONS = timedelta(days=730)
"""How long we remember that somebody from an imported list was asked once to confirm."""
KEEP_INBOX = timedelta(days=30)
"""How long the development inbox keeps an email."""
KEEP_AUDIT = timedelta(days=1826)
"""Five years, after which an entry of the audit log is emptied: its digest stays, so that the rest
can be verified.
"""
KEEP_APPLICATIONS = timedelta(days=365)
"""Counted from the decision, or from the confirmation where nobody decided: long enough to see how
a similar case was judged, and for a person who was declined to ask why.
"""
KEEP_INVITATIONS = timedelta(days=30)
"""How long an invitation to a topic can be accepted. Emails say "30 days" in words."""
KEEP_SOFT_BOUNCES = timedelta(days=730)
"""Counted from the last one: long enough to notice a mailbox that nobody reads, for senders who
write once a quarter or once a year.
"""

# --- Links in mail ----------------------------------------------------------

OWNER_LINK_LIFETIME = timedelta(hours=1)
"""How long a link that is mailed to the owner of an address on request opens its page. Pages and
emails, in each catalogue, say "1 hour" in words.
"""

ANSWER_LINK_LIFETIME = timedelta(days=30)
"""How long the link to answer a question about an application works. Members of parliament answer
between sittings, and the page shows nothing that the email doesn't say. Emails say "30 days" in
words.
"""

SEAT_OFFER_LIFETIME = timedelta(days=2)
"""How long a free place is kept for whoever is first on a waiting list. Emails say until when."""

# --- Staff accounts ---------------------------------------------------------

KEEP_SESSIONS = timedelta(hours=12)
"""How long a person stays signed in without opening a page."""
INVITATION_LIFETIME = timedelta(days=7)
"""How long the link of an invitation works. Emails say "7 days" in words."""
PASSWORD_LINK_LIFETIME = timedelta(hours=1)
"""How long the link for a new password works. Emails say "1 hour" in words."""
SIGNED_IN_RECENTLY = timedelta(minutes=30)
"""How long after proving who they are a person may send, export, erase and change accounts. After
that they are asked again.
"""
SECOND_FACTOR_GRACE = timedelta(days=7)
"""How long a person can work without a second step after a role or a grant that needs one."""

# --- Sending ----------------------------------------------------------------

SEND_BATCH_SIZE = 2000
"""The most rows of one claim. A claim is as large as can be sent in about two seconds. If its
worker dies, its journal tells what became of each message.
"""
CLAIM_LEASE = timedelta(minutes=2)
"""How long a claim holds."""
LEASE_MARGIN = 0.25
"""The last part of a lease, in which nothing begins. What has begun must be settled within the
lease, and the slowest dispatch of a campaign takes 28 s (CONNECT_TIMEOUT and LONGEST_TIMEOUT of
newsletter.transport.config.mailer_options).
"""
MAXIMUM_ATTEMPTS = 8
"""How often an email of a campaign is tried before it fails."""
RETRY_FIRST_WAIT, RETRY_LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=2)
"""The wait before the second attempt to reach a recipient, doubled each time, and the longest."""
MAILER_FIRST_REST, MAILER_LONGEST_REST = timedelta(seconds=15), timedelta(minutes=15)
"""The rest of a mailer that takes nothing at all, doubled each time, and the longest."""
MAILER_CIRCUIT = timedelta(minutes=10)
"""How long a mailer whose configuration is wrong is left alone."""
WAKE_AFTER = timedelta(seconds=15)
"""A campaign that nobody has claimed from for so long has lost its workers. Longer than one slow
dispatch.
"""
UNDO_WINDOW = timedelta(seconds=30)
"""The time between launch and the first claim, in which a person can undo the launch."""
CONFIRM_LAUNCH_ABOVE = 1000
"""The recipients above whose number the Send page asks for the name of the topic before it sends.
Commands don't ask: `launch_campaign --at-most N` refuses instead.
"""

# --- What comes back --------------------------------------------------------

SOFT_BOUNCE_LIMIT = 5
"""Soft bounces in a row, with no mail arriving in between, after which an address gets no
campaigns.
"""
SOFT_BOUNCE_PERIOD = timedelta(days=7)
"""The least time that those must span: a mailbox that is full for a weekend has not been given up.
"""
GUARD_COMPLAINTS, GUARD_BOUNCES, GUARD_FAILURES = Decimal("0.1"), Decimal(5), Decimal(10)
"""Per cent of a campaign's emails: one that passes the first, or reaches one of the others, is
paused. They are reported as spam; come back because the mailbox does not exist or a provider
refuses us; are refused at once, or after the last attempt. A topic may have its own.
"""
GUARD_LEAST, GUARD_LEAST_REACHED = 3, 20
"""The least that must have happened, and the least emails that a share is computed of. Complaints
need no such number: three people who complain are three too many, however few there were.
"""
GUARD_COMPLAINTS_WINDOW = timedelta(hours=24)
GUARD_BOUNCES_WINDOW = timedelta(hours=1)
GUARD_FAILURES_WINDOW = timedelta(minutes=10)
"""The emails that are also looked at by themselves: those sent so lately. In a long campaign a bad
part would otherwise hide behind a good one. Each is as long as its news takes to come.
"""
PROVIDERS_COMPLAINTS, PROVIDERS_BOUNCES = Decimal("0.3"), Decimal(10)
"""Per cent from which mailbox and sending providers treat a sender worse. Gmail and Yahoo ask for
less than 0.3 % complaints (https://support.google.com/mail/answer/81126 and
https://senders.yahooinc.com/best-practices/), Amazon SES may stop accounts at 10 % bounces
(https://docs.aws.amazon.com/ses/latest/dg/faqs-enforcement.html).
"""

# --- Events ---------------------------------------------------------------

EVENT_DOCUMENT_BYTES = 9_000_000
"""Of a PDF about an event. The proxies of `deploy/` let requests of 10 MB through."""

MEDIA_IMAGE_BYTES = 25_000_000
"""Of an image that staff upload: more than a phone's or camera's JPEG of 50 megapixels."""

# --- Imports ----------------------------------------------------------------

IMPORT_UPLOAD_BYTES = 300_000_000
"""Of an uploaded list. A million rows of a form have some 150 MB as CSV, 60 MB as a workbook."""
IMPORT_UNPACKED_BYTES = 2_000_000_000
IMPORT_UNPACKED_ENTRIES = 10_000
IMPORT_UNPACKED_RATIO = 100
"""Of a workbook or archive: bytes in all, files, and how many times its size. XML and CSV shrink to
a twentieth; what shrinks to less than a hundredth is made to fill disks.
"""
IMPORT_LEASE = timedelta(minutes=5)
"""How long a worker may work on one step of an import before another takes it over. A task has no
longer (config.celery).
"""

# --- What `doctor` asks of a host ---------------------------------------------

LEAST_FREE_BYTES = 200_000_000
"""Free bytes of VAR_DIR's disk: journals, a queue and SQLite's log grow by some tens of megabytes
in a busy hour.
"""
LEAST_FREE_FILES = 2_000
"""Free inodes: a claim, and with an embedded queue each message, is a file."""
