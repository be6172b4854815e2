"""{% icon "hand" %}: a drawing of static/icons/lucide.svg, beside a text or in a button that has a label."""

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

SPRITE = "icons/lucide.svg"
# They point along the line, so they are mirrored where text runs from right to left.
# static/js/lib/icons.js has the same list.
MIRRORED = {"log-out", "send"}


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """Return an <svg> that screen readers skip; `size` is "small", "large" or nothing."""
    classes = ["icon"]
    if size:
        classes.append(f"icon-{size}")
    if name in MIRRORED:
        classes.append("icon-mirrored")
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        " ".join(classes),
        static(SPRITE),
        name,
    )


@register.simple_tag
def icon_sprite() -> str:
    """Return the sprite's address, for scripts: <html data-icons>."""
    return static(SPRITE)
