"""The colours of charts: tokens of static/css/tokens.css, which are defined there alone.

On a page they follow its theme. A picture, a document or an e-mail has the light values.
"""

import re
from functools import cache

from django.conf import settings

TOKEN = re.compile(r"^\s*--([a-z-]+): (#[0-9a-f]{6});", re.MULTILINE)


@cache
def _light() -> dict[str, str]:
    css = (settings.BASE_DIR / "static/css/tokens.css").read_text()
    return dict(TOKEN.findall(css))


def light(token: str) -> str:
    return _light()[token]


def of_theme(token: str) -> str:
    """What a script replaces by the token's value in the page's theme."""
    return f"var(--{token})"
