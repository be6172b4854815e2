"""The numbers in the consent text, from the settings that hold them: it cannot promise something else."""

from django.conf import settings

from .models import Consent


def consent_text_context(decided: Consent | None = None) -> dict[str, int]:
    """Where somebody has decided, what they were promised then counts if it is stricter."""
    low, high = settings.SCORE_OFFSET
    facts = {
        "seconds_between_pictures": round(settings.FRAME_INTERVAL.total_seconds()),
        "seconds_a_picture_lives": round(settings.FRAME_TTL.total_seconds()),
        "days_readings_live": settings.READING_RETENTION.days,
        "smallest_group": settings.SMALLEST_GROUP,
        "offset_low": round(100 * low),
        "offset_high": round(100 * high),
    }
    return facts | (_promised(decided) if decided else {})


def _promised(decided: Consent) -> dict[str, int]:
    return {
        "days_readings_live": min(decided.retention_days, settings.READING_RETENTION.days),
        "smallest_group": max(decided.smallest_group, settings.SMALLEST_GROUP),
    }
