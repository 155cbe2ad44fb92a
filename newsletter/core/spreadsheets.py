"""Cells of a CSV file, which somebody will open in a spreadsheet."""

FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""Characters that a spreadsheet takes for the beginning of a formula (OWASP, CSV injection)."""


def harmless_cell(cell: str) -> str:
    """Put an apostrophe before a formula, so that a spreadsheet shows the cell as text."""
    return f"'{cell}" if cell.startswith(FORMULA_MARKS) else cell
