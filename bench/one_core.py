"""Processor time on one core, as one process of a stage has it.

What else runs on the machine meanwhile does not count, so that figures of one run can be compared.
"""

import os
import statistics
import time
from collections.abc import Callable

from threadpoolctl import threadpool_limits


def keep_to_one_core() -> None:
    """Use one core and one thread from now on, for good: call it in a process of its own."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    threadpool_limits(1)


def milliseconds(work: Callable[[], object]) -> float:
    """How long a piece of work keeps the processor."""
    started = time.process_time()
    work()
    return (time.process_time() - started) * 1000


def median_ms(work: Callable[[], object], times: int) -> float:
    """The median of so many times, after one that does not count."""
    work()
    return statistics.median(milliseconds(work) for _ in range(times))
