"""What may be some seconds old, kept in the process: each thing is worked out once at a time."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

MOST_KEPT = 1_000
# The part of its time after which a value is worked out anew.
FRESH = 0.8


@dataclass(slots=True)
class _Kept:
    value: Any = None
    fresh_until: float = 0.0
    until: float = 0.0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Cache:
    """Values by key, each for `seconds`. The least used go first when there are too many.

    A value is worked out anew a little before its time is over, by one who asks for it, while the
    others get the old one; only where there is none do they wait. A failure is kept for nobody: the
    next one tries again.
    """

    def __init__(self, seconds: float, most: int = MOST_KEPT) -> None:
        self.seconds = seconds
        self._most = most
        self._kept: OrderedDict[Hashable, _Kept] = OrderedDict()

    async def get(self, key: Hashable, make: Callable[[], Awaitable[Any]]) -> Any:
        """The value of a key, made now if there is none that is young enough."""
        kept = self._kept.setdefault(key, _Kept())
        self._kept.move_to_end(key)
        now = time.monotonic()
        if now < kept.fresh_until or (now < kept.until and kept.lock.locked()):
            return kept.value
        async with kept.lock:
            began = time.monotonic()
            if began >= kept.fresh_until:
                kept.value = await make()
                kept.fresh_until = began + self.seconds * FRESH
                kept.until = began + self.seconds
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return kept.value

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()
