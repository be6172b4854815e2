"""The numbers in the consent text, from the settings that enforce them."""

from django.conf import settings

from .models import Consent


def consent_text_context(decided: Consent | None = None) -> dict[str, int]:
    """Return the template's numbers. After a decision, its own limits count where they are stricter."""
    low, high = settings.SCORE_OFFSET
    days, smallest_group = settings.READING_RETENTION.days, settings.SMALLEST_GROUP
    if decided:
        days = min(decided.retention_days, days)
        smallest_group = max(decided.smallest_group, smallest_group)
    return {
        "seconds_between_pictures": round(settings.FRAME_INTERVAL.total_seconds()),
        "seconds_a_picture_lives": round(settings.FRAME_TTL.total_seconds()),
        "days_readings_live": days,
        "smallest_group": smallest_group,
        "offset_low": round(100 * low),
        "offset_high": round(100 * high),
    }
