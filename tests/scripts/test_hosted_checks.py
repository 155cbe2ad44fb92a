"""Hosts run for us the commands that we run ourselves: `make test`, and the tools of our lock."""

from typing import Any

import yaml

from config.env import BASE_DIR


def read(name: str) -> dict[Any, Any]:
    loaded = yaml.safe_load((BASE_DIR / name).read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def test_the_hosted_workflow_calls_make_test_on_postgresql_and_redis() -> None:
    [job] = read(".github/workflows/test.yml")["jobs"].values()
    assert {"run": "make test"} in job["steps"]
    assert set(job["services"]) == {"postgres", "redis"}
    assert job["env"]["TEST_DATABASE_URL"].startswith("postgresql://")
    assert job["env"]["TEST_REDIS_URL"].startswith("redis://")


def test_the_hosted_workflow_may_only_read_and_its_actions_have_versions() -> None:
    workflow = read(".github/workflows/test.yml")
    assert workflow["permissions"] == {"contents": "read"}
    [job] = workflow["jobs"].values()
    assert "permissions" not in job
    for action in [step["uses"] for step in job["steps"] if "uses" in step]:
        assert action.partition("@")[2].count(".") == 2, action


def test_commit_hooks_use_the_tools_of_the_checkout() -> None:
    [repository] = read(".pre-commit-config.yaml")["repos"]
    assert repository["repo"] == "local"
    assert {hook["language"] for hook in repository["hooks"]} == {"system"}
    tools = [hook["entry"].split()[:3] for hook in repository["hooks"]]
    assert [tool[:2] for tool in tools] == [[".venv/bin/python", "-m"]] * 3
    assert {tool[2] for tool in tools} == {"ruff", "djlint"}
