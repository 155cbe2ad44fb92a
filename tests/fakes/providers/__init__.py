"""Mail providers on loopback that behave as the real ones do, keep a ledger of what they took, and misbehave on demand.

`python -m tests.fakes.providers mailgun --port 0 --ledger FILE` runs one as a process of its own.
"""
