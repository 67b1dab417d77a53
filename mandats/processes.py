"""Work given to several processes: how one of ours begins, how many there are, results in the order asked."""

import gc
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")
WAITING = 3  # handed in advance, for each process: what bounds the memory


class Stopped(Exception):
    """The process that was given this work ended before it was done: no memory left, killed, an engine's fault."""


def cores() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def begin() -> None:
    """In each process: ends with its parent, leaves Ctrl-C to it."""
    from multiprocessing import parent_process
    from multiprocessing.connection import wait as wait_for

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # An engine that panics quotes what it was printing; what fails is told by the parent.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    # One process a core is parallel enough; typst would start as many threads again.
    os.environ.setdefault("RAYON_NUM_THREADS", "1")
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=lambda: (wait_for([parent.sentinel]), os._exit(1)), daemon=True).start()


def pool_of(
    count: int, start: Callable[..., object], given: tuple[Any, ...], fork: bool = False, **more: Any
) -> ProcessPoolExecutor:
    """Processes that begin anew, or, with `fork`, with all that this one has loaded. `start` calls `begin`.

    A fork would lose the threads of this process, typst's included: it is made only where there is no other.
    """
    from multiprocessing import get_context

    threads = Path("/proc/self/task")
    alone = fork and sys.platform == "linux" and threads.is_dir() and len([*threads.iterdir()]) == 1
    if alone:
        gc.freeze()  # what is shared stays shared
    return ProcessPoolExecutor(count, get_context("fork" if alone else "spawn"), start, given, **more)


def in_order(
    work: Callable[[T], R], items: Iterable[T], count: int, start: Callable[..., object], given: tuple[Any, ...] = (),
    fork: bool = False,
) -> Iterator[R | Exception]:  # fmt: skip
    """What `work` gives for each, or raised, in the order of the items; a few are worked at in advance.

    `fork`: as `pool_of`. When a process stops, what it may have held is done again, each alone: what stops its own
    process is `Stopped`. When interrupted, what is being done is finished; the rest is not begun.
    """
    stream, left = iter(items), True
    while left:
        waiting: deque[tuple[T, Future[R] | None]] = deque()
        pool = pool_of(count, start, given, fork)
        try:
            for item in stream:
                waiting.append((item, None))
                waiting[-1] = (item, pool.submit(work, item))
                if len(waiting) >= count * WAITING:
                    yield _given(waiting[0][1])
                    waiting.popleft()
            while waiting:
                yield _given(waiting[0][1])
                waiting.popleft()
            left = False
        except BrokenProcessPool:
            pass
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
        yield from _one_by_one(work, waiting, start, given)


def _one_by_one(
    work: Callable[[T], R], waiting: deque[tuple[T, Future[R] | None]], start: Callable[..., object], given: Any
) -> Iterator[R | Exception]:
    """What is known of each, else what it gives when no other is at work; a new process after each that stopped."""
    while waiting:
        with pool_of(1, start, given) as pool:
            for item, future in [*waiting]:
                waiting.popleft()
                try:
                    yield _given(future)
                except BrokenProcessPool:
                    try:
                        yield _given(pool.submit(work, item))
                    except BrokenProcessPool:
                        yield Stopped()
                        break


def _given(future: Future[Any] | None) -> Any:
    """What it gives, or raised. Raises BrokenProcessPool."""
    if future is None:  # never handed over
        raise BrokenProcessPool
    try:
        return future.result()
    except BrokenProcessPool:
        raise
    except Exception as error:
        return error
