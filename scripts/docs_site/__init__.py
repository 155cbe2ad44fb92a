"""The documentation as a website: made by Sphinx of the same Markdown that a code host shows."""
