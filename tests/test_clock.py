"""The clock can be moved by tests, in every thread, and comes back."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, timedelta

import time_machine

from onestop import clock
from tests.conftest import NOW


@time_machine.travel(NOW, tick=False)
def test_now_is_aware_and_in_utc() -> None:
    assert clock.now() == NOW
    assert clock.now().tzinfo is UTC


@time_machine.travel(NOW, tick=False)
def test_a_moved_clock_is_moved_for_other_threads_too() -> None:
    with clock.moved(timedelta(days=2)), ThreadPoolExecutor(1) as threads:
        assert threads.submit(clock.now).result() == NOW + timedelta(days=2)

    assert clock.now() == NOW


@time_machine.travel(NOW, tick=False)
def test_moves_add_up() -> None:
    with clock.moved(60), clock.moved(timedelta(hours=1)):
        assert clock.now() == NOW + timedelta(hours=1, minutes=1)
