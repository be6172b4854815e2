"""System checks of the API's settings."""

import ipaddress

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, register


@register
def webhook_networks_are_networks(**_: object) -> list[CheckMessage]:
    wrong = [network for network in settings.WEBHOOK_NETWORKS if not _is_network(network)]
    if not wrong:
        return []
    problem = f"WEBHOOK_NETWORKS holds {', '.join(wrong)}."
    hint = "Networks look like 10.20.0.0/16, with zeros behind the prefix, and are separated by commas."
    return [checks.Error(problem, hint=hint, id="api.E001")]


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text)
    except ValueError:
        return False
    return True
