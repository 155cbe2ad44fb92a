"""The certificate of the tests' Amazon, which each process of a history knows.

So no process has to fetch one.
"""
