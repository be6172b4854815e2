import json


class JSONSerializer:
    """Serializes the values of Django's cache as JSON, which cannot run code when it is read."""

    def dumps(self, value: object) -> int | bytes:
        # incr() needs plain integers; a bool is an int to Python and is written as JSON.
        return value if type(value) is int else json.dumps(value).encode()

    def loads(self, data: bytes) -> object:
        return json.loads(data)
