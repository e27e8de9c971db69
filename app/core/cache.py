"""What may be some seconds old, kept in the process: each thing is worked out once at a time."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

MOST_KEPT = 1_000


@dataclass(slots=True)
class _Kept:
    value: Any = None
    until: float = 0.0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Cache:
    """Values by key, each for `seconds`. The least used go first when there are too many.

    Whoever asks for a value that somebody else is working out waits for it. A failure is kept for
    nobody: the next one tries again.
    """

    def __init__(self, seconds: float, most: int = MOST_KEPT) -> None:
        self.seconds = seconds
        self._most = most
        self._kept: OrderedDict[Hashable, _Kept] = OrderedDict()

    async def get(self, key: Hashable, make: Callable[[], Awaitable[Any]]) -> Any:
        """The value of a key, made now if there is none that is young enough."""
        kept = self._kept.setdefault(key, _Kept())
        self._kept.move_to_end(key)
        if time.monotonic() < kept.until:
            return kept.value
        async with kept.lock:
            if time.monotonic() >= kept.until:
                began = time.monotonic()
                kept.value = await make()
                kept.until = began + self.seconds
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return kept.value

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()
