"""How often something may be tried, and what happens then. docs/operations.md has the table of all doors.

slow_down   Where people guess. What was typed is judged first, so a right credential always passes; wrong
            ones are counted, and where there were many, every answer comes later, a right one too: else an
            answer that does not come at once would already say "wrong".
take        Where each success costs something (a row, a mail): so many in a time, and then no more.
turn        Where many come at once and are welcome: so many at once, then one after the other.

A door is named by the setting that holds its rate. Everything is counted in Redis in one atomic step. Where
Redis is away, slow_down answers as late as it ever does; take and turn raise redis.RedisError, and what that
means is decided where they are called. Behind a proxy the address is the proxy's, unless uvicorn is told whom
to believe (FORWARDED_ALLOW_IPS).
"""

import ipaddress
import logging
from functools import cache

import redis
from django.conf import settings
from django.core.cache import cache as site_cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django_ratelimit.core import get_usage
from redis.retry import Retry

EVERYBODY = "everybody"  # counted over the whole site
IPV6_OF_ONE_HOUSE = 64  # bits: whoever has one address there has all of them
IPV6_OF_ONE_SITE = 48  # bits: many providers give a customer so much, which is 65,536 houses

logger = logging.getLogger(__name__)


def delay_after_failures(request: HttpRequest, setting: str, *, failed: bool, key: str | None = None) -> None:
    """For this network address, or for whatever else `whose` names."""
    slowest = settings.SLOWEST_ANSWER.total_seconds()
    try:
        usage = _usage(request, setting, key, increment=failed)
        late = (usage["count"] - usage["limit"]) * settings.SLOWER_BY_EACH.total_seconds()
    except redis.RedisError as error:
        logger.warning("Nothing could be counted at %s: %s", setting, error)
        late = slowest
    request.response_delay = max(response_delay(request), min(late, slowest))


def response_delay(request: HttpRequest) -> float:
    """Seconds; config.middleware.LateAnswers waits for them."""
    return getattr(request, "response_delay", 0.0)


def allow(request: HttpRequest, setting: str, *, key: str | None = None) -> bool:
    """One more; False where they are used up."""
    usage = _usage(request, setting, key, increment=True)
    return usage["count"] <= usage["limit"]


def is_exhausted(request: HttpRequest, setting: str, *, key: str | None = None) -> bool:
    usage = _usage(request, setting, key, increment=False)
    return usage["count"] >= usage["limit"]


# The generic cell rate algorithm: the key holds the time at which the next one would come without any wait.
# In: the longest wait, and for each key seconds between two and how many at once. Out: seconds to wait until
# there is room at all keys, or nothing.
_TURN = """
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


def join_delay(request: HttpRequest, place: str) -> float | None:
    """Seconds until it is the turn of who comes from this address; None where the line is too long."""
    pace = settings.JOINS_OF_ONE_ADDRESS
    keys, limits = [], [pace.longest_wait.total_seconds()]
    for bits, times in ((IPV6_OF_ONE_HOUSE, 1), (IPV6_OF_ONE_SITE, settings.JOINS_OF_ONE_SITE)):
        where = f"{network(request, bits)} {place} {bits}"
        keys.append(f"turn:{salted_hmac('classroom.turn', where).hexdigest()}")
        limits += [1 / (times * pace.a_second), times * pace.at_once]
    wait = _redis(settings.REDIS_URL).eval(_TURN, len(keys), *keys, *limits)
    return None if wait is None else float(wait)


def remember_network(request: HttpRequest, session_id: object) -> None:
    """That somebody of this class, or its teacher, is at this address. Only a hint: lost with Redis."""
    try:
        site_cache.set(_nearness(request, session_id), 1, settings.NEAR_FOR.total_seconds())
    except redis.RedisError as error:
        logger.warning("An address could not be remembered: %s", error)


def is_known_network(request: HttpRequest, session_id: object) -> bool:
    return site_cache.get(_nearness(request, session_id)) is not None


def network(request: HttpRequest, bits: int = IPV6_OF_ONE_HOUSE) -> str:
    """The address, or in IPv6 the network of so many bits. Empty behind a Unix socket: then all are one."""
    address = request.META.get("REMOTE_ADDR", "")
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    known = getattr(known, "ipv4_mapped", None) or known  # how a socket for both kinds names IPv4
    if known.version == 4:
        return str(known)
    return str(ipaddress.ip_network((known, bits), strict=False).network_address)


def _nearness(request: HttpRequest, session_id: object) -> str:
    return f"near:{salted_hmac('classroom.near', f'{network(request)} {session_id}').hexdigest()}"


def _usage(request: HttpRequest, setting: str, key: str | None, *, increment: bool) -> dict:
    counted = network(request) if key is None else key
    rate = getattr(settings, setting)
    return get_usage(request, group=setting, key=lambda *_: counted, rate=rate, increment=increment)


@cache
def _redis(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, **settings.REDIS_PATIENCE, retry=Retry(*settings.REDIS_RETRY))
