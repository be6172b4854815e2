"""System checks of settings and of Redis: what is misconfigured, with a hint."""

from urllib.parse import urlsplit

import redis
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Tags, register
from django.http.request import split_domain_port, validate_host

from .mail import can_send_mail, prints_mail
from .models import APPROVED_MODES, Mode


@register
def allowed_modes_exist(**_: object) -> list[CheckMessage]:
    unknown = sorted(set(settings.ALLOWED_MODES) - set(Mode.values))
    if not unknown and settings.ALLOWED_MODES:
        return []
    problem = f"ALLOWED_MODES holds {', '.join(unknown)}." if unknown else "ALLOWED_MODES is empty."
    return [checks.Error(problem, hint=f"It knows: {', '.join(Mode.values)}.", id="classroom.E001")]


@register
def privacy_limits_make_sense(**_: object) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if settings.SMALLEST_GROUP < 2:
        problem = f"SMALLEST_GROUP is {settings.SMALLEST_GROUP}: a class of one is that one."
        found.append(
            checks.Error(problem, hint="At least 2; 5 is what docs/privacy.md says.", id="classroom.E003")
        )
    if settings.READING_RETENTION.days < 1:
        problem = (
            f"READING_RETENTION_DAYS is {settings.READING_RETENTION.days}: no report would show a reading."
        )
        found.append(checks.Error(problem, hint="At least 1.", id="classroom.E004"))
    return found


@register
def patience_is_some(**_: object) -> list[CheckMessage]:
    if settings.PATIENCE > 0:
        return []
    problem = f"PATIENCE is {settings.PATIENCE:g}: no Redis and no database would be waited for."
    return [checks.Error(problem, hint="Above 0; 1 is usual.", id="classroom.E005")]


@register(Tags.security)
def nobody_else_reaches_the_demo(**_: object) -> list[CheckMessage]:
    if not settings.DEMO_TEACHER or urlsplit(settings.PUBLIC_URL).hostname in (
        "localhost",
        "127.0.0.1",
        "::1",
    ):
        return []
    problem = f"DEMO_TEACHER lets everybody go on as {settings.DEMO_TEACHER}, without a password."
    return [checks.Error(problem, hint="Only where PUBLIC_URL is this machine.", id="classroom.E006")]


@register(Tags.security)
def public_url_is_allowed(**_: object) -> list[CheckMessage]:
    parts = urlsplit(settings.PUBLIC_URL)
    if parts.scheme not in ("http", "https") or parts.path:
        problem = f"PUBLIC_URL {settings.PUBLIC_URL!r} is not the address of a site: every link would fail."
        hint = "It looks like https://class.example.org, without anything behind the host and its port."
        return [checks.Error(problem, hint=hint, id="classroom.E002")]
    host, _port = split_domain_port(parts.netloc)
    if validate_host(host, settings.ALLOWED_HOSTS):
        return []
    problem = (
        f"PUBLIC_URL {settings.PUBLIC_URL!r} has a host that is not in ALLOWED_HOSTS: every link would fail."
    )
    return [checks.Error(problem, hint="Add the host to ALLOWED_HOSTS.", id="classroom.E002")]


@register(Tags.security, deploy=True)
def modes_with_cameras_are_a_decision(**_: object) -> list[CheckMessage]:
    """Say what the site allows, and warn of modes that infer emotions."""
    approved = [mode for mode in Mode if mode in APPROVED_MODES and mode in settings.ALLOWED_MODES]
    if not approved:
        problem = "ALLOWED_MODES: this site allows participation only, and uses no camera."
        return [checks.Info(problem, id="classroom.I002")]
    problem = (
        f"ALLOWED_MODES contains {' and '.join(approved)}: in sessions with an approval this site is an "
        "emotion recognition system in education."
    )
    hint = (
        "Article 5(1)(f) of the EU AI Act prohibits that since 2 February 2025, except for medical or safety "
        "reasons; neither consent nor aggregation is an exception. Keep these modes only where a documented "
        "decision allows them. The default is participation."
    )
    return [checks.Warning(problem, hint=hint, id="classroom.W001")]


@register(Tags.security, deploy=True)
def forgotten_passwords_can_be_set_anew(**_: object) -> list[CheckMessage]:
    hint = "Set EMAIL_HOST and its neighbours; until then `manage.py changepassword NAME` sets a password."
    if prints_mail():
        problem = "EMAIL_BACKEND writes mail to a log or a file, with links to set passwords: none is sent."
        return [checks.Warning(problem, hint=hint, id="classroom.W007")]
    if not can_send_mail():
        problem = "No mail server is set: nobody who forgot a password can set a new one."
        return [checks.Info(problem, hint=hint, id="classroom.I007")]
    return []


@register(Tags.security, deploy=True)
def redis_keeps_nothing_on_disk(**_: object) -> list[CheckMessage]:
    """Warn if Redis writes to disk or into its slow log: frames must not outlive their seconds in Redis."""
    try:
        with redis.Redis.from_url(settings.REDIS_URL, **settings.REDIS_PATIENCE) as client:
            snapshots, log = client.config_get("save")["save"], client.config_get("appendonly")["appendonly"]
            slow_log = int(client.config_get("slowlog-log-slower-than")["slowlog-log-slower-than"])
    except (redis.RedisError, KeyError) as error:
        problem = f"Redis did not say whether it writes to disk ({error})."
        hint = 'Make sure of `save ""`, `appendonly no` and `slowlog-log-slower-than -1`.'
        return [checks.Info(problem, hint=hint, id="classroom.I001")]
    found: list[CheckMessage] = []
    if snapshots or log != "no":
        problem = "Redis writes to disk, so pictures of students may end up in a file."
        hint = 'Set `save ""` and `appendonly no` in its configuration.'
        found.append(checks.Warning(problem, hint=hint, id="classroom.W002"))
    if slow_log >= 0:
        problem = "Redis keeps slow commands, and with them the beginnings of pictures."
        hint = "Set `slowlog-log-slower-than -1` in its configuration."
        found.append(checks.Warning(problem, hint=hint, id="classroom.W008"))
    return found


@register(Tags.security, deploy=True)
def redis_asks_for_a_password(**_: object) -> list[CheckMessage]:
    """Warn if Redis answers without a password. One in REDIS_URL does not mean that Redis requires it."""
    try:
        with redis.Redis.from_url(settings.REDIS_URL, **settings.REDIS_PATIENCE) as client:
            where = client.connection_pool.connection_kwargs
            if where.get("path"):
                # Access to a socket file is a matter of its owner and mode.
                return []
            stranger = client.connection_pool.connection_class(**where | {"username": None, "password": None})
        stranger.connect()
        stranger.send_command("PING")
        stranger.read_response()
        stranger.disconnect()
    except redis.RedisError:
        # It refuses, or it is away: redis_keeps_nothing_on_disk says so.
        return []
    problem = "Redis answers without a password, and pictures of students are in it."
    hint = "Set `requirepass` (or a user with ACL) in its configuration, and the password in REDIS_URL."
    return [checks.Warning(problem, hint=hint, id="classroom.W009")]
