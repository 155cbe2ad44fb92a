"""Rows for the staff pages of an old and large installation, beside `benchmarks.people`.

`python -m benchmarks.staff_rows` fills every list of the staff pages by SQL, one row for each
person: a second subscription, an application, consent records, suppressions, a delivery, a provider
event, a single message and an entry of the audit log. A hundredth of the people is tied to a
need-to-know topic, and a tenth of those to it alone. 50,000 have answered the invitation to a
meeting that has begun.
"""

import os
import uuid
from datetime import timedelta

from django.db import connection

from benchmarks.people import EVENT

RESTRICTED, MODERATED = "inner-circle", "members"
SLUG = "staff-pages"
"""The URL name of the event of the sent campaign."""
ANSWERED = "meeting-with-answers"
"""The URL name of the event to which people have answered."""
ANSWERS, PLACES = 50_000, 20_000

_TOPICS = """
    INSERT INTO subscribers_topic
        (slug, name, description, consent, position, is_public, is_unlisted, is_restricted,
         is_moderated, texts, created_at)
    SELECT slug, name, '', '', position, is_public, false, is_restricted, is_moderated, '{}',
           now()
    FROM (VALUES
        ('inner-circle', 'Inner circle', 2, false, true, false),
        ('members', 'Members', 3, true, false, true)
    ) AS t (slug, name, position, is_public, is_restricted, is_moderated)
"""
# The newest hundredth: whoever may not know of them is shown those before.
_TIES = """
    UPDATE subscribers_subscription s SET topic_id = t.id
    FROM subscribers_topic t, (SELECT max(id) AS last FROM subscribers_subscriber) p
    WHERE t.slug = 'inner-circle' AND subscriber_id > last - last / 1000;
    INSERT INTO subscribers_subscription
        (subscriber_id, topic_id, status, created_at, changed_at)
    SELECT p.id, t.id, 'confirmed', p.created_at, p.created_at
    FROM subscribers_subscriber p, subscribers_topic t, (SELECT max(id) AS last FROM
        subscribers_subscriber) l
    WHERE t.slug = 'inner-circle' AND p.id > last - last / 100 AND p.id <= last - last / 1000;
    INSERT INTO subscribers_subscription
        (subscriber_id, topic_id, status, created_at, changed_at)
    SELECT p.id, t.id,
           CASE WHEN p.id % 50 = 0 THEN 'awaiting_review' WHEN p.id % 50 = 1 THEN 'declined'
                ELSE 'confirmed' END, p.created_at, p.created_at
    FROM subscribers_subscriber p, subscribers_topic t, (SELECT max(id) AS last FROM
        subscribers_subscriber) l
    WHERE t.slug = 'members' AND p.id <= last - last / 1000
"""
_APPLICATIONS = """
    INSERT INTO subscribers_application
        (subscription_id, full_name, institution, country, office, reason, verification, language,
         network, status, sent_at, confirmed_at, decided_at, decided_by)
    SELECT s.id, p.full_name, 'Parliament of ' || p.domain, p.country, 'member', 'To take part.',
           'By the website.', 'en', '192.0.2.0',
           CASE s.status WHEN 'confirmed' THEN 'accepted' ELSE s.status END,
           p.created_at + s.id * interval '1 s',
           p.created_at + s.id * interval '1 s',
           CASE WHEN s.status <> 'awaiting_review' THEN p.created_at + s.id * interval '2 s' END,
           'sam'
    FROM subscribers_subscription s JOIN subscribers_subscriber p ON p.id = s.subscriber_id
    JOIN subscribers_topic t ON t.id = s.topic_id WHERE t.slug = 'members'
"""
_CONSENT = """
    INSERT INTO subscribers_consentrecord
        (digest, topic_id, action, method, words, language, network, details, staff, given_at,
         recorded_at, answers)
    SELECT p.digest, s.topic_id, 'confirmed', 'form', '', 'en', '192.0.2.0', '{}', '', s.created_at,
           s.created_at, ''
    FROM subscribers_subscription s JOIN subscribers_subscriber p ON p.id = s.subscriber_id
    ORDER BY s.id
"""
# For each person whose mailbox was refused once, and is read again: lists show lifted ones, too.
_SUPPRESSIONS = """
    INSERT INTO subscribers_suppression
        (digest, reason, scope, note, created_at, lifted_at, lifted_by, lift_note)
    SELECT digest, (ARRAY['hard_bounce', 'complaint', 'unsubscribed_all'])[id % 3 + 1], 'all', '',
           created_at + id * interval '1 s',
           CASE WHEN id % 4 = 0 THEN NULL ELSE created_at + id * interval '2 s' END, '', ''
    FROM subscribers_subscriber ORDER BY id
    ON CONFLICT DO NOTHING
"""
_EVENTS = """
    INSERT INTO campaigns_campaign
        (name, slug, language, status, archive_access, created_at, updated_at, launched_at,
         finished_at, candidates, left_out, pause_reason, topic_id)
    SELECT 'Email ' || n, gen_random_uuid(), 'en', 'sent', 'public', now(), now(),
           now() - n * interval '1 day', now() - n * interval '1 day', 0, '{}'::jsonb,
           '', t.id
    FROM generate_series(1, 2000) n, subscribers_topic t WHERE t.slug = 'quarterly-meetings'
    UNION ALL
    SELECT 'Inner email ' || n, gen_random_uuid(), 'en', 'sent', 'public', now(), now(),
           now() - n * interval '1 day', now() - n * interval '1 day', 0, '{}'::jsonb,
           '', t.id
    FROM generate_series(1, 20) n, subscribers_topic t WHERE t.slug = 'inner-circle';
    INSERT INTO campaigns_campaigncontent
        (campaign_id, language, subject, preheader, blocks, rendered_subject, rendered_html,
         rendered_text, archive_text)
    SELECT id, 'en', name, '', '[]', '', '', '', ' ' || lower(name) FROM campaigns_campaign
    WHERE id NOT IN (SELECT campaign_id FROM campaigns_campaigncontent)
"""
_DELIVERIES = """
    INSERT INTO campaigns_delivery
        (campaign_id, subscriber_id, language, status, reason, attempt, mailer, provider_message_id,
         bounce_class, settled_at, delivered_at, bounced_at)
    SELECT c.id, p.id, p.language,
           CASE WHEN p.id % 100 = 0 THEN 'bounced' WHEN p.id % 100 = 1 THEN 'skipped'
                WHEN p.id % 10000 = 2 THEN 'uncertain' ELSE 'delivered' END,
           CASE WHEN p.id % 100 = 1 THEN 'unsubscribed' ELSE '' END, 1, 'smtp', 'id-' || p.id,
           CASE WHEN p.id % 100 = 0 THEN 'hard' ELSE '' END, now(), now(),
           CASE WHEN p.id % 100 = 0 THEN now() END
    FROM subscribers_subscriber p,
         (SELECT c.id FROM campaigns_campaign c JOIN subscribers_topic t ON t.id = c.topic_id
          WHERE t.slug = 'quarterly-meetings' ORDER BY c.id DESC LIMIT 1) c
    ORDER BY p.id;
    INSERT INTO campaigns_delivery
        (campaign_id, subscriber_id, language, status, reason, attempt, mailer, provider_message_id,
         bounce_class, settled_at)
    SELECT c.id, s.subscriber_id, 'en', 'accepted', '', 1, 'smtp', '', '', now()
    FROM subscribers_subscription s JOIN subscribers_topic t ON t.id = s.topic_id,
         (SELECT c.id FROM campaigns_campaign c JOIN subscribers_topic t ON t.id = c.topic_id
          WHERE t.slug = 'inner-circle' ORDER BY c.id DESC LIMIT 1) c
    WHERE t.slug = 'inner-circle';
    INSERT INTO campaigns_deliverytally (campaign_id, status, number)
    SELECT campaign_id, status, count(*) FROM campaigns_delivery GROUP BY 1, 2;
    UPDATE campaigns_campaign SET candidates = number FROM
        (SELECT campaign_id, count(*) AS number FROM campaigns_delivery GROUP BY 1) d
    WHERE d.campaign_id = campaigns_campaign.id
"""
_PROVIDER_EVENTS = """
    INSERT INTO newsletter_providerevent
        (provider, fingerprint, raw, headers, received_at, interpreted_at, kind, bounce_class,
         delivery_ref, digest, happened_at, problem, delivery_id)
    SELECT 'brevo', 'staff ' || d.id, '{}', '{}', now() - d.id * interval '1 s', now(),
           CASE WHEN d.status = 'bounced' THEN 'bounced' ELSE 'delivered' END, d.bounce_class, '',
           p.digest, now(), CASE WHEN d.id % 100000 = 0 THEN 'Not understood' ELSE '' END, d.id
    FROM campaigns_delivery d JOIN subscribers_subscriber p ON p.id = d.subscriber_id
    ORDER BY d.id;
    INSERT INTO newsletter_providerreport
        (provider, fingerprint, raw, size, headers, received_at, problem)
    SELECT 'brevo', 'staff ' || n, '{}', 2, '{}', now() - n * interval '1 s', 'Not JSON'
    FROM generate_series(1, 20000) n
"""
_MESSAGES = """
    INSERT INTO newsletter_transactionalmessage
        (kind, digest, "to", to_name, subject, html, text, headers, status, reason, attempt, mailer,
         provider_message_id, created_at, settled_at, topic_id)
    SELECT CASE WHEN id % 2 = 0 THEN 'welcome' ELSE 'confirmation' END, digest, email, full_name,
           'Welcome', '', '', '{}',
           CASE WHEN id % 1000 = 0 THEN 'failed' ELSE 'accepted' END, '', 1, 'smtp', '',
           created_at, created_at, NULL
    FROM subscribers_subscriber ORDER BY id
"""
_AUDIT = """
    INSERT INTO newsletter_auditentry
        (at, action, words, actor_kind, actor_id, actor_name, network, object_type, object_id,
         object_label, details, salt, key_id, digest, emptied_why, emptied_digest)
    SELECT now() - (l.last - p.id) * interval '1 minute',
           CASE WHEN p.id % 3 = 0 THEN 'row.changed' ELSE 'command.ran' END,
           CASE WHEN p.id % 3 = 0 THEN 'Changed' ELSE 'Ran a command' END,
           'account', p.id % 60, 'person ' || p.id % 60, '192.0.2.0',
           CASE WHEN p.id % 3 = 0 THEN 'subscribers.subscriber' ELSE '' END,
           CASE WHEN p.id % 3 = 0 THEN p.id::text ELSE '' END,
           CASE WHEN p.id % 3 = 0 THEN 'Subscriber ' || p.id ELSE '' END,
           '{}', '', '', '', '', ''
    FROM subscribers_subscriber p, (SELECT max(id) AS last FROM subscribers_subscriber) l
    ORDER BY p.id
"""
_IMPORTS = """
    INSERT INTO subscribers_importbatch
        (file_name, file_digest, consent_words, mapping, rows, added, unchanged, opted_out,
         refused_count, refused, created_at, topic_id)
    SELECT 'list-' || n || '.csv', '', '', '{}', 10, 10, 0, 0, 0, '[]', now(), t.id
    FROM generate_series(1, 2000) n, subscribers_topic t WHERE t.slug = 'quarterly-meetings';
    UPDATE subscribers_subscription SET import_batch_id = b.id
    FROM (SELECT max(id) AS id FROM subscribers_importbatch) b
    WHERE topic_id = (SELECT id FROM subscribers_topic WHERE slug = 'quarterly-meetings')
"""
# Half say yes, and 5,000 of them wait for a place. The newest are tied to the hidden topic, too.
_ANSWERS = f"""
    INSERT INTO campaigns_rsvp
        (event_id, subscriber_id, answer, attends, seat, waiting_since, note, access_needs,
         created_at, answered_at)
    SELECT e.id, p.id,
           CASE WHEN n % 2 = 0 THEN 'yes' WHEN n % 4 = 1 THEN 'no' ELSE 'maybe' END,
           CASE WHEN n % 4 = 1 THEN '' ELSE 'in_person' END,
           CASE WHEN n % 2 = 1 THEN '' WHEN n <= {2 * PLACES} THEN 'taken' ELSE 'waiting' END,
           CASE WHEN n % 2 = 0 AND n > {2 * PLACES} THEN now() + n * interval '1 ms' END,
           '', CASE WHEN n % 100 = 0 THEN 'Captions' ELSE '' END, now(), now()
    FROM (SELECT id, row_number() OVER (ORDER BY id DESC) AS n FROM subscribers_subscriber
          ORDER BY id DESC LIMIT {ANSWERS - 500}) p,
         campaigns_event e
    WHERE e.slug = '{ANSWERED}' ORDER BY p.id;
    INSERT INTO campaigns_rsvp
        (event_id, email, digest, full_name, answer, attends, created_at, answered_at)
    SELECT e.id, 'guest' || n || '@guests.example', md5(n::text) || md5(n::text), 'Guest ' || n,
           'maybe', 'in_person', now(), now()
    FROM generate_series(1, 500) n, campaigns_event e WHERE e.slug = '{ANSWERED}'
"""
STEPS = (
    _TOPICS,
    _TIES,
    _APPLICATIONS,
    _CONSENT,
    _SUPPRESSIONS,
    _EVENTS,
    _DELIVERIES,
    _PROVIDER_EVENTS,
    _MESSAGES,
    _AUDIT,
    _IMPORTS,
    _ANSWERS,
)


def fill() -> None:
    """Fill the lists."""
    _add_event()
    with connection.cursor() as cursor:
        for step in STEPS:
            cursor.execute(step)
        # As autovacuum has long done with rows that weren't written a minute ago.
        cursor.execute("VACUUM ANALYZE")


def _add_event() -> None:
    """Add a meeting that has begun, with places for some of those who come."""
    from django.utils import timezone

    from campaigns.models import Event

    event = Event.objects.get(slug=EVENT)
    event.pk, event.slug, event.uid = None, ANSWERED, uuid.uuid4()
    event.takes_answers, event.attendance, event.capacity = True, "in_person", PLACES
    event.starts_at = timezone.now() - timedelta(minutes=5)
    event.ends_at = timezone.now() + timedelta(days=1)
    event.save(force_insert=True)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    fill()
