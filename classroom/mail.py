"""Whether this site can send mail."""

from django.conf import settings

PRINTED = {f"django.core.mail.backends.{name}.EmailBackend" for name in ("console", "filebased")}
NOWHERE = "django.core.mail.backends.dummy.EmailBackend"


def prints_mail() -> bool:
    """A link to set a new password is a key to the account: it may be on a developer's screen, in no log."""
    return settings.EMAIL_BACKEND in PRINTED and not settings.DEBUG


def can_send_mail() -> bool:
    return settings.EMAIL_BACKEND != NOWHERE and not prints_mail()
