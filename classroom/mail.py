"""Whether this site can send mail."""

from django.conf import settings

PRINTING_BACKENDS = {f"django.core.mail.backends.{name}.EmailBackend" for name in ("console", "filebased")}
DUMMY_BACKEND = "django.core.mail.backends.dummy.EmailBackend"


def prints_mail() -> bool:
    """Whether mail would be written to a log or a file of a deployment.

    Its links to set a password are keys to accounts. Only a developer's own screen may show them.
    """
    return settings.EMAIL_BACKEND in PRINTING_BACKENDS and not settings.DEBUG


def can_send_mail() -> bool:
    return settings.EMAIL_BACKEND != DUMMY_BACKEND and not prints_mail()
