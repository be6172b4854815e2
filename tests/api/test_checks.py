"""A network for webhooks that cannot be read is an error at the start, not at the first message."""

from api.checks import webhook_networks_are_networks


def test_networks_that_can_be_read_are_no_error(settings):
    settings.WEBHOOK_NETWORKS = ["10.20.0.0/16", "fd00::/8"]
    assert webhook_networks_are_networks() == []


def test_a_network_that_cannot_be_read_is_named(settings):
    settings.WEBHOOK_NETWORKS = ["10.20.1.1/16", "school"]
    [error] = webhook_networks_are_networks()
    assert "10.20.1.1/16, school" in error.msg
