"""Mail providers on loopback that behave as the real ones do, and misbehave on demand.

They keep a ledger of the messages that they took.

`python -m tests.fakes.providers mailgun --port 0 --ledger FILE` runs one as a process of its own.
"""
