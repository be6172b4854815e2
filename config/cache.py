"""What Django's cache keeps in Redis, and how it reaches Redis."""

import json
from typing import Any, Self

import redis


class JSONSerializer:
    """Serializes the values of Django's cache as JSON, which cannot run code when it is read."""

    def dumps(self, value: object) -> int | bytes:
        # incr() needs plain integers; a bool is an int to Python and is written as JSON.
        return value if type(value) is int else json.dumps(value).encode()

    def loads(self, data: bytes) -> object:
        return json.loads(data)


class SharedConnectionPool(redis.ConnectionPool):
    """Django makes a cache and a pool for each request. All of them share the connections of this one."""

    _shared: dict[tuple[str, ...], Self] = {}

    @classmethod
    def from_url(cls, url: str, **options: Any) -> Self:
        key = (url, *(f"{name}={value!r}" for name, value in sorted(options.items())))
        if key not in cls._shared:
            cls._shared[key] = super().from_url(url, **options)
        return cls._shared[key]
