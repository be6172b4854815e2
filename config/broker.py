"""Translate REDIS_URL for Celery, whose broker understands other URLs than redis-py."""

from urllib.parse import parse_qsl, urlencode, urlsplit


def broker_url(redis_url: str) -> str:
    scheme, rest = redis_url.partition("://")[::2]
    if scheme == "unix":
        path, _, query = rest.partition("?")
        named = {"virtual_host" if name == "db" else name: value for name, value in parse_qsl(query)}
        return f"redis+socket://{path}" + (f"?{urlencode(named)}" if named else "")
    if scheme == "rediss" and "ssl_cert_reqs" not in dict(parse_qsl(urlsplit(redis_url).query)):
        # By default Celery accepts any certificate, and redis-py only a valid one.
        return f"{redis_url}{'&' if '?' in redis_url else '?'}ssl_cert_reqs=required"
    return redis_url
