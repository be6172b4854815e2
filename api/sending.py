"""One attempt to deliver: signed as Standard Webhooks has it, sent to an address that was checked."""

import base64
import hmac
import json
import ssl
from http.client import HTTPException

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.posting import post

from .addresses import Unreachable, require_sendable, resolve
from .models import Delivery

NO_ANSWER = gettext_lazy("The server did not answer in time.")
USER_AGENT = "Classpulse-Webhooks/1"


def send(delivery: Delivery) -> None:
    """Make one attempt, and record how it went."""
    now, status = timezone.now(), None
    try:
        receiver = require_sendable(delivery.webhook.url)
        body = json.dumps(delivery.payload, separators=(",", ":")).encode()
        headers = signed_headers(delivery, body, int(now.timestamp()))
        status = post(receiver, resolve(receiver), body, headers, settings.WEBHOOK_PATIENCE).status
        problem = _problem(status)
    except Unreachable as error:
        problem = str(error.for_people)
    except ssl.SSLError:
        problem = _("The server has no valid certificate.")
    except TimeoutError:
        problem = str(NO_ANSWER)
    except (OSError, HTTPException):
        problem = _("The server could not be reached, or broke off.")
    if problem:
        delivery.record_failure(status, problem, timezone.now())
    else:
        delivery.record_success(status or 0, timezone.now())


def _problem(status: int) -> str:
    if 200 <= status < 300:
        return ""
    if 300 <= status < 400:
        return _("The server answered %(status)s. Redirects are not followed.") % {"status": status}
    return _("The server answered %(status)s.") % {"status": status}


def signed_headers(delivery: Delivery, body: bytes, timestamp: int) -> dict[str, str]:
    message_id = f"msg_{delivery.message_id.hex}"
    signed = f"{message_id}.{timestamp}.".encode() + body
    signature = base64.b64encode(hmac.digest(delivery.webhook.key, signed, "sha256")).decode()
    return {
        "Content-Type": "application/json",
        "User-Agent": USER_AGENT,
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{signature}",
        "Connection": "close",
    }
