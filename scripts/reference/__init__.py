"""The reference that follows from the code: `python -m scripts.reference` writes docs/reference/.

The pages are kept in the repository, so that a code host shows them; a test compares them.
"""
