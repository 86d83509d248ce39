"""Functions of `heapq` and `bisect` in Python, as their documentation and CPython's own source have them: these have derivatives.

Which element is smallest has no derivative; where the elements go is followed.
"""
from __future__ import annotations

import bisect
from collections.abc import Callable
from typing import Any


def insort_right(a: list[Any], x: Any, lo: int = 0, hi: int | None = None, *, key: Callable[[Any], Any] | None = None) -> None:
    k = bisect.bisect_right(a, x, lo, hi) if key is None else bisect.bisect_right(a, key(x), lo, hi, key=key)
    a.insert(k, x)


def insort_left(a: list[Any], x: Any, lo: int = 0, hi: int | None = None, *, key: Callable[[Any], Any] | None = None) -> None:
    k = bisect.bisect_left(a, x, lo, hi) if key is None else bisect.bisect_left(a, key(x), lo, hi, key=key)
    a.insert(k, x)


def heappush(heap: list[Any], item: Any) -> None:
    heap.append(item)
    _sift_down(heap, 0, len(heap) - 1)


def heappop(heap: list[Any]) -> Any:
    last = heap.pop()
    if heap:
        found = heap[0]
        heap[0] = last
        _sift_up(heap, 0)
        return found
    return last


def heapreplace(heap: list[Any], item: Any) -> Any:
    found = heap[0]
    heap[0] = item
    _sift_up(heap, 0)
    return found


def heappushpop(heap: list[Any], item: Any) -> Any:
    if heap and heap[0] < item:
        found = heap[0]
        heap[0] = item
        _sift_up(heap, 0)
        return found
    return item


def heapify(heap: list[Any]) -> None:
    for i in reversed(range(len(heap) // 2)):
        _sift_up(heap, i)


def _sift_down(heap: list[Any], start: int, pos: int) -> None:
    item = heap[pos]
    while pos > start:
        above = (pos - 1) >> 1
        parent = heap[above]
        if item < parent:
            heap[pos] = parent
            pos = above
            continue
        break
    heap[pos] = item


def _sift_up(heap: list[Any], pos: int) -> None:
    end = len(heap)
    start = pos
    item = heap[pos]
    child = 2 * pos + 1
    while child < end:
        right = child + 1
        if right < end and not heap[child] < heap[right]:
            child = right
        heap[pos] = heap[child]
        pos = child
        child = 2 * pos + 1
    heap[pos] = item
    _sift_down(heap, start, pos)
