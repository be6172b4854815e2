from .tokens import ApiToken, Scope
from .webhooks import EVENTS, Delivery, Event, Webhook

__all__ = ["EVENTS", "ApiToken", "Delivery", "Event", "Scope", "Webhook"]
