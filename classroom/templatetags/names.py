"""The template filter that isolates a name from the direction of the text around it."""

from django import template

from ..names import isolated

register = template.Library()
register.filter("isolated", isolated)
