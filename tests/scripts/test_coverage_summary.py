"""Coverage is summed up by app, and names the modules that tests reach least."""

from scripts.coverage_summary import LEAST, summary


def numbers(statements: int, reached: int, branches: int, taken: int) -> dict[str, object]:
    return {
        "num_statements": statements,
        "covered_lines": reached,
        "num_branches": branches,
        "covered_branches": taken,
        "percent_covered": 100 * (reached + taken) / (statements + branches),
    }


def test_lines_and_branches_are_counted_apart_and_small_modules_are_not_listed() -> None:
    text = summary(
        {
            "newsletter/outbox/queue.py": numbers(60, 60, 20, 10),
            "newsletter/outbox/deliver.py": numbers(40, 30, 0, 0),
            "campaigns/models/event.py": numbers(100, 50, 0, 0),
            "campaigns/apps.py": numbers(5, 0, 0, 0),
        }
    )
    assert text.splitlines() == [
        "               lines  branches",
        "campaigns       47.6         –",
        "newsletter      90.0      50.0",
        "together        68.3      50.0",
        "",
        "Reached least:",
        "   50  campaigns/models/event.py",
        "   75  newsletter/outbox/deliver.py",
        "   88  newsletter/outbox/queue.py",
    ]


def test_the_list_is_short() -> None:
    files = {f"campaigns/module_{number}.py": numbers(50, number, 0, 0) for number in range(30)}
    assert summary(files).count("campaigns/module_") == LEAST
