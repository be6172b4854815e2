from django.apps import AppConfig


class EmotionConfig(AppConfig):
    name = "emotion"

    def ready(self) -> None:
        from . import receivers  # noqa: F401
