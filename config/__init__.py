"""Settings and processes of the site. Importing it loads Celery's app, as Django needs for shared tasks."""

from .garbage import look_seldom

look_seldom()

from .celery import app as celery_app  # noqa: E402

__all__ = ["celery_app"]
