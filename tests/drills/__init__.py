"""The crash drill: seeded histories of campaigns under faults.

Each is compared with the provider's own log of what it took.

`make drill` runs 200 of them; `python -m tests.drills --only SEED` repeats one. docs/reliability.md
says what is promised.
"""
