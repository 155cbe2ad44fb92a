"""Mails that a bounce mailbox gets: bounces as mail servers write them, and other mail."""

import random

HARD = """\
From: MAILER-DAEMON@mx.mail.example (Mail Delivery System)
To: bounces+{ref}@lists.example.org
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

<{to}>: host mx.mail.example said: 550 5.1.1 <{to}>: Recipient address
    rejected: User unknown in local recipient table (in reply to RCPT TO command)

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.mail.example

Final-Recipient: rfc822; {to}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <{to}>: Recipient address rejected: User unknown in local
    recipient table

--b--
"""
DELAYED = """\
From: MAILER-DAEMON@mx.mail.example (Mail Delivery System)
To: bounces+{ref}@lists.example.org
Subject: Delayed Mail (still being retried)
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Your message could not be delivered for 4 hours. It will be retried until it is 5 days old.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.mail.example

Final-Recipient: rfc822; {to}
Action: delayed
Status: 4.4.1
Diagnostic-Code: X-Postfix; connect to mx.mail.example: Connection timed out
Will-Retry-Until: Fri, 4 Dec 2026 10:00:00 +0000

--b--
"""
ABSENT = """\
From: <{to}>
To: bounces+{ref}@lists.example.org
Subject: Out of office
Auto-Submitted: auto-replied

I am on mission until Monday and read your message then.
"""
STRAY = """\
From: offers@shop.example
To: bounces@lists.example.org
Subject: 550 reasons to buy

Our prices have bounced. User unknown? Not to us.
"""


def bounce_mail(ref: str, to: str) -> bytes:
    """Return the bounce of a mailbox that does not exist, in the words of Postfix (RFC 3464)."""
    return HARD.format(ref=ref, to=to).encode()


def noise(ref: str, to: str, dice: random.Random) -> bytes:
    """Return a mail from which nothing may follow for the delivery."""
    return dice.choice((DELAYED, ABSENT, STRAY)).format(ref=ref, to=to).encode()
