"""The numbers in the consent text, from the settings that hold them: it cannot promise something else."""

from django.conf import settings


def facts_of_the_decision() -> dict[str, int]:
    return {
        "seconds_between_pictures": round(settings.FRAME_INTERVAL.total_seconds()),
        "seconds_a_picture_lives": round(settings.FRAME_TTL.total_seconds()),
        "days_readings_live": settings.READING_RETENTION.days,
        "smallest_group": settings.SMALLEST_GROUP,
    }
