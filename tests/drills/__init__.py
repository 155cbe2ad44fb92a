"""The crash drill: seeded histories of campaigns under faults, each held against what the provider's own ledger says.

`make drill` runs 200 of them; `python -m tests.drills --only SEED` repeats one. docs/reliability.md
says what is promised.
"""
