"""The columns of the eight expressions, which readings and summaries share."""

from django.db import models

from emotion.vision.labels import EXPRESSIONS


class Expressions(models.Model):
    """A probability for each expression of the network; NULL where no face was read."""

    neutral = models.FloatField(null=True)
    happiness = models.FloatField(null=True)
    surprise = models.FloatField(null=True)
    sadness = models.FloatField(null=True)
    anger = models.FloatField(null=True)
    disgust = models.FloatField(null=True)
    fear = models.FloatField(null=True)
    contempt = models.FloatField(null=True)

    class Meta:
        abstract = True

    @property
    def probabilities(self) -> dict[str, float | None]:
        return {name: getattr(self, name) for name in EXPRESSIONS}
