"""Rate limits of what people can try or create. docs/operations.md lists all of them.

delay_after_failures  For guessable credentials. What was typed is checked first, so that a right one is
                      always accepted. Failures are counted; after many, every answer is delayed, also to a
                      right one: otherwise a delay would already mean "wrong".
allow                 For what costs a row or a mail: so many in a period, and then no more.
seconds_to_wait       The same for programs, which are told when to come again.
join_delay            For crowds that are welcome: so many at once, and then one after the other.

A limit is named by the setting that holds its rate. Everything is counted in Redis in one atomic step. If
Redis is away, delay_after_failures delays by its maximum; allow and join_delay raise redis.RedisError, and
their callers decide. Behind a proxy the address is the proxy's, unless uvicorn is told which one to believe
(FORWARDED_ALLOW_IPS).
"""

import ipaddress
import logging
from functools import cache
from typing import Any

import redis
from django.conf import settings
from django.core.cache import cache as site_cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django_ratelimit.core import get_usage
from redis.retry import Retry

# The key of limits that are counted over the whole site.
EVERYBODY = "everybody"
# Bits: whoever has one address of such an IPv6 network usually has all of them.
IPV6_OF_ONE_HOUSE = 64
# Bits: many providers give one customer such a network, which contains 65,536 of the above.
IPV6_OF_ONE_SITE = 48

# A key of request.META, which config.middleware.late_answers reads.
RESPONSE_DELAY = "classroom.response_delay"

logger = logging.getLogger(__name__)


def delay_after_failures(request: HttpRequest, setting: str, *, failed: bool, key: str | None = None) -> None:
    """Count a failure, and delay the answer if there were many: of this key, or else of this network."""
    longest = settings.SLOWEST_ANSWER.total_seconds()
    try:
        usage = _usage(request, setting, key, increment=failed)
        delay = (usage["count"] - usage["limit"]) * settings.SLOWER_BY_EACH.total_seconds()
    except redis.RedisError as error:
        logger.warning("Nothing could be counted for %s: %s", setting, error)
        delay = longest
    request.META[RESPONSE_DELAY] = max(response_delay(request), min(delay, longest))


def response_delay(request: HttpRequest) -> float:
    """Return the seconds by which the answer to this request is delayed."""
    return request.META.get(RESPONSE_DELAY, 0.0)


def allow(request: HttpRequest, setting: str, *, key: str | None = None) -> bool:
    """Count one use. Return False if the limit was reached before it."""
    usage = _usage(request, setting, key, increment=True)
    return usage["count"] <= usage["limit"]


def seconds_to_wait(request: HttpRequest, setting: str, *, key: str) -> int:
    """Count one use. Return 0, or after how many seconds the next is allowed if the limit was reached."""
    usage = _usage(request, setting, key, increment=True)
    return max(usage["time_left"], 1) if usage["count"] > usage["limit"] else 0


def is_exhausted(request: HttpRequest, setting: str, *, key: str | None = None) -> bool:
    """Whether the limit is reached. Nothing is counted."""
    usage = _usage(request, setting, key, increment=False)
    return usage["count"] >= usage["limit"]


# The generic cell rate algorithm (GCRA). Each key holds the time at which the next request would not wait.
# Arguments: the longest wait, and for each key the seconds between two requests and the size of a burst.
# Returns the seconds to wait until there is room at all keys, or nothing if that is too long.
_GCRA = """
local clock = redis.call('TIME')
local now, wait, free = clock[1] + clock[2] / 1000000, 0, {}
for i, key in ipairs(KEYS) do
  local apart, at_once = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
  free[i] = math.max(tonumber(redis.call('GET', key) or 0), now)
  wait = math.max(wait, free[i] - now - (at_once - 1) * apart)
end
if wait > tonumber(ARGV[1]) then return false end
for i, key in ipairs(KEYS) do
  local later = free[i] + tonumber(ARGV[2 * i])
  redis.call('SET', key, string.format('%.6f', later), 'EX', math.ceil(later - now) + 1)
end
return tostring(wait)
"""


def join_delay(request: HttpRequest, code: str) -> float | None:
    """Return the seconds until this network may join with this code, or None if its queue is too long."""
    pace = settings.JOINS_OF_ONE_ADDRESS
    keys: list[str] = []
    limits: list[float] = [pace.longest_wait.total_seconds()]
    for bits, times in ((IPV6_OF_ONE_HOUSE, 1), (IPV6_OF_ONE_SITE, settings.JOINS_OF_ONE_SITE)):
        source = f"{network(request, bits)} {code} {bits}"
        keys.append(f"turn:{salted_hmac('classroom.turn', source).hexdigest()}")
        limits += [1 / (times * pace.a_second), times * pace.at_once]
    wait: Any = _redis(settings.REDIS_URL).eval(_GCRA, len(keys), *keys, *map(str, limits))
    return None if wait is None else float(wait)


def remember_network(request: HttpRequest, session_id: object) -> None:
    """Remember that a student or the teacher of a session uses this network. It is lost with Redis."""
    try:
        site_cache.set(_network_key(request, session_id), 1, settings.NEAR_FOR.total_seconds())
    except redis.RedisError as error:
        logger.warning("An address could not be remembered: %s", error)


def is_known_network(request: HttpRequest, session_id: object) -> bool:
    """Whether a student or the teacher of this session has used this network lately."""
    return site_cache.get(_network_key(request, session_id)) is not None


def network(request: HttpRequest, bits: int = IPV6_OF_ONE_HOUSE) -> str:
    """Return the client's IPv4 address, or its IPv6 network of so many bits.

    It is empty behind a Unix socket, where all clients count as one.
    """
    address = request.META.get("REMOTE_ADDR", "")
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    # A socket for both versions writes IPv4 addresses as IPv6 ones.
    parsed = getattr(parsed, "ipv4_mapped", None) or parsed
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, bits), strict=False).network_address)


def _network_key(request: HttpRequest, session_id: object) -> str:
    return f"near:{salted_hmac('classroom.near', f'{network(request)} {session_id}').hexdigest()}"


def _usage(request: HttpRequest, setting: str, key: str | None, *, increment: bool) -> dict[str, Any]:
    counted = network(request) if key is None else key
    rate = getattr(settings, setting)
    return get_usage(request, group=setting, key=lambda *_: counted, rate=rate, increment=increment)


@cache
def _redis(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, **settings.REDIS_PATIENCE, retry=Retry(*settings.REDIS_RETRY))
