import json


class JSONSerializer:
    """What Django's cache keeps in Redis, as text that cannot run code when it is read."""

    def dumps(self, value: object) -> int | bytes:
        # An integer as it is, for incr(); not a bool, which is one to Python.
        return value if type(value) is int else json.dumps(value).encode()

    def loads(self, data: bytes) -> object:
        return json.loads(data)
