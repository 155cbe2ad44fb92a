"""The circuit breaker of Redis: a question without an answer is waited for once."""

import logging
import threading
from collections.abc import Callable, Iterator

import pytest
import redis
from django.core.cache import caches
from kombu.exceptions import OperationalError
from pytest_django.fixtures import Settings

from newsletter.core.redis_circuit import Circuit, NotAsked, circuit, client
from newsletter.transport.pacing.throttle import reserve
from subscribers.consent.admission import Answer, admit
from subscribers.consent.form_limits import PER_NETWORK, Asked
from tests.fakes.silent_redis import SilentRedis, silent_redis

REST = 10.0


class Time:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def opened(time: Time) -> Circuit:
    """A circuit whose last question had no answer."""
    made = Circuit(rest=REST, clock=time)
    with pytest.raises(redis.TimeoutError):
        made.ask(failing(redis.TimeoutError()))
    return made


def failing(error: Exception) -> Callable[[], object]:
    def question() -> object:
        raise error

    return question


def never() -> object:
    raise AssertionError("asked")


@pytest.mark.parametrize(
    "error",
    [redis.ConnectionError(), redis.TimeoutError(), ConnectionResetError(), OperationalError()],
)
def test_after_a_question_without_an_answer_nothing_is_asked_for_a_while(
    time: Time, error: Exception
) -> None:
    made = Circuit(rest=REST, clock=time)
    with pytest.raises(type(error)):
        made.ask(failing(error))
    time.now += REST / 2
    with pytest.raises(NotAsked):
        made.ask(never)


def test_an_error_that_redis_tells_is_an_answer(time: Time) -> None:
    made = Circuit(rest=REST, clock=time)
    with pytest.raises(redis.ResponseError):
        made.ask(failing(redis.ResponseError("OOM")))
    assert made.ask(lambda: "asked") == "asked"


def test_one_question_tries_again_and_the_others_wait_for_what_comes_of_it(
    opened: Circuit, time: Time
) -> None:
    time.now += REST

    def the_one_that_tries() -> str:
        with pytest.raises(NotAsked):
            opened.ask(never)
        return "answer"

    assert opened.ask(the_one_that_tries) == "answer"
    assert opened.ask(lambda: "well again") == "well again"


def test_a_trial_that_fails_lets_redis_rest_once_more(opened: Circuit, time: Time) -> None:
    time.now += REST
    with pytest.raises(redis.TimeoutError):
        opened.ask(failing(redis.TimeoutError()))
    with pytest.raises(NotAsked):
        opened.ask(never)


def test_a_trial_that_never_came_back_does_not_end_all_trials(opened: Circuit, time: Time) -> None:
    time.now += REST
    with pytest.raises(KeyboardInterrupt):
        opened.ask(interrupted)
    time.now += REST
    assert opened.ask(lambda: "answer") == "answer"


def interrupted() -> object:
    raise KeyboardInterrupt


def test_an_answer_to_an_older_question_does_not_say_that_redis_is_well(time: Time) -> None:
    made = Circuit(rest=REST, clock=time)

    def answered_late() -> str:
        with pytest.raises(redis.TimeoutError):
            made.ask(failing(redis.TimeoutError()))
        return "late"

    assert made.ask(answered_late) == "late"
    with pytest.raises(NotAsked):
        made.ask(never)


def test_the_log_says_once_that_it_is_silent_and_once_that_it_is_back(
    opened: Circuit, time: Time, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.clear()
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            time.now += REST
            with pytest.raises(redis.TimeoutError):
                opened.ask(failing(redis.TimeoutError()))
        time.now += REST
        opened.ask(lambda: None)
    assert [record.message for record in caplog.records] == ["Redis answers again"]


# --- Callers ------------------------------------------------------------------------------


@pytest.fixture
def silent(settings: Settings) -> Iterator[SilentRedis]:
    with silent_redis() as server:
        settings.REDIS_URL, settings.REDIS_REST = server.url, 3600.0
        settings.REDIS_OPTIONS = {"socket_connect_timeout": 0.2, "socket_timeout": 0.2}
        settings.CACHES = {
            "default": {
                "BACKEND": "config.redis_cache.RedisCache",
                "LOCATION": server.url,
                "OPTIONS": settings.REDIS_OPTIONS,
            }
        }
        yield server


def test_all_who_ask_a_silent_redis_pay_for_it_once(silent: SilentRedis) -> None:
    counted = [
        admit(Asked(form="link", network="192.0.2.0/24", address=f"ada@d{turn}.example")).answer
        for turn in range(150)
    ]
    for _ in range(100):
        with pytest.raises(redis.RedisError):
            caches["default"].get("anything")
        with pytest.raises(redis.RedisError):
            reserve("mailer", rate=10, most=1)
    assert silent.visits == 1
    assert counted.count(Answer.GO_ON) == PER_NETWORK[0][0], (
        "limits are held in the process meanwhile"
    )


def test_however_many_ask_at_once_each_waits_once_at_most(silent: SilentRedis) -> None:
    def ask_often() -> None:
        for _ in range(20):
            with pytest.raises(redis.RedisError):
                client(silent.url).ping()

    threads = [threading.Thread(target=ask_often) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert silent.visits <= len(threads)
    with pytest.raises(NotAsked):
        circuit(silent.url).ask(never)
