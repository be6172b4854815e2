"""Where the site builds on internals of a pinned library, an upgrade that changes them fails here.

Each internal stands behind one module of ours. When a test fails after an upgrade: read what changed in the
library, adapt the module, run the tests that are named with it, and write the new fingerprint down here.
"""

import hashlib
import inspect
from functools import reduce
from importlib import import_module
from importlib.metadata import version
from typing import NamedTuple

import pytest


class Internal(NamedTuple):
    library: str
    # A module and a class, method or attribute in it.
    name: str
    module: str
    tests: str
    fingerprint: str


HTTP = "config/http.py", "tests/test_unfinished_requests.py tests/test_hostile_requests.py"
SOCKETS = "config/sockets.py", "tests/test_hostile_requests.py tests/emotion/test_socket_bounds.py"
PARSER = "config/websocket_parser.py", "tests/test_hostile_requests.py tests/emotion/test_socket_bounds.py"
PUBLISHER = "classroom/group_publisher.py", "tests/classroom/test_group_publisher.py"
CONSUMER = "emotion/socket/consumer.py", "tests/emotion/test_socket*.py"
WORKER = "config/consumer.py", "tests/test_celery.py tests/emotion/test_worker_outage.py"
HEARTBEAT = "config/heartbeat.py", "tests/test_heartbeat.py"
STATIC = "config/static.py", "tests/browser/test_live.py"
HANDLER = "config/handler.py", "tests/test_request_threads.py tests/classroom"

INTERNALS = [
    Internal("uvicorn", "uvicorn.protocols.http.h11_impl:H11Protocol", *HTTP, "c2573d455fed"),
    Internal(
        "uvicorn",
        "uvicorn.protocols.websockets.websockets_sansio_impl:WebSocketsSansIOProtocol",
        *SOCKETS,
        "0bbcec989384",
    ),
    Internal("websockets", "websockets.protocol:Protocol", *PARSER, "7308e632faa1"),
    Internal("websockets", "websockets.server:ServerProtocol.parse", *PARSER, "8c4d10340de4"),
    Internal("websockets", "websockets.streams:StreamReader", *PARSER, "ce642455b648"),
    Internal(
        "channels_redis", "channels_redis.pubsub:RedisPubSubLoopLayer.group_send", *PUBLISHER, "5d5f908ce40f"
    ),
    Internal(
        "channels_redis",
        "channels_redis.pubsub:RedisPubSubLoopLayer._get_group_channel_name",
        *PUBLISHER,
        "c3139bae61c6",
    ),
    Internal("channels", "channels.consumer:AsyncConsumer.dispatch", *CONSUMER, "39f34e7d4fb0"),
    Internal("channels", "channels.consumer:AsyncConsumer.__call__", *CONSUMER, "e52238720872"),
    Internal("channels", "channels.consumer:get_handler_name", *CONSUMER, "c88c7b7d8763"),
    Internal("celery", "celery.worker.components:Consumer.create", *WORKER, "8634c9875698"),
    Internal("celery", "celery.worker.consumer.consumer:Consumer.__init__", *WORKER, "6f52a7067784"),
    Internal("celery", "celery.worker.consumer.consumer:Consumer.ensure_connected", *WORKER, "ad7a8f9d370d"),
    Internal(
        "redis", "redis.asyncio.connection:AbstractConnection.read_response", *HEARTBEAT, "c1b374bc1a30"
    ),
    Internal(
        "Django", "django.contrib.staticfiles.storage:HashedFilesMixin.__init__", *STATIC, "1cc335ef8850"
    ),
    Internal(
        "Django",
        "django.contrib.staticfiles.storage:HashedFilesMixin._js_module_import_aggregation_patterns",
        *STATIC,
        "0e5bf5594052",
    ),
    Internal("Django", "django.core.handlers.base:BaseHandler.load_middleware", *HANDLER, "a1fb7ee5f858"),
    Internal("Django", "django.core.handlers.base:BaseHandler.adapt_method_mode", *HANDLER, "1f6383b647ac"),
    Internal("Django", "django.core.handlers.base:BaseHandler.get_response_async", *HANDLER, "ad82c920df0c"),
]


def fingerprint(name: str) -> str:
    """Hash the source of a class or function, or the value of anything else."""
    module, _, path = name.partition(":")
    found = reduce(getattr, path.split("."), import_module(module))
    is_code = inspect.isclass(found) or inspect.isroutine(found)
    text = inspect.getsource(found) if is_code else repr(found)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


@pytest.mark.parametrize("internal", INTERNALS, ids=lambda internal: internal.name)
def test_an_internal_that_the_site_builds_on_is_as_it_was_reviewed(internal: Internal) -> None:
    found = fingerprint(internal.name)
    assert found == internal.fingerprint, (
        f"{internal.name} has changed in {internal.library} {version(internal.library)}. Read how, "
        f"adapt {internal.module}, run {internal.tests}, and then write {found} into this test."
    )
