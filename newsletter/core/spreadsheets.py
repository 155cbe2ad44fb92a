"""Cells of a CSV file, which somebody will open in a spreadsheet."""

FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""Characters that a spreadsheet takes for the beginning of a formula (OWASP, CSV injection); those
of full width where it is set up for East Asian languages."""


def harmless_cell(cell: str) -> str:
    """Put an apostrophe before a formula, so that a spreadsheet shows the cell as text.

    So does it with a cell that begins as what it returns, or `plain_cell` couldn't tell the two
    apart.
    """
    return f"'{cell}" if cell.lstrip("'").startswith(FORMULA_MARKS) else cell


def plain_cell(cell: str) -> str:
    """Take away the apostrophe that `harmless_cell` has put before a cell."""
    is_made_harmless = cell.startswith("'") and cell.lstrip("'").startswith(FORMULA_MARKS)
    return cell[1:] if is_made_harmless else cell


NOT_CALCULATED = "#NOT CALCULATED!"
"""Of a formula whose result the file doesn't hold. It is read as an error, never as an empty cell:
an empty cell in a column of opt-outs would subscribe somebody."""

CELL_ERRORS = frozenset(
    {
        "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#GETTING_DATA",
        "#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!", "#UNKNOWN!", "#CONNECT!", "#ERROR!",
        NOT_CALCULATED,
    }
)  # fmt: skip
"""Cells that say that a formula failed. They are nobody's name."""
