from django import template

from ..names import isolated

register = template.Library()
register.filter("isolated", isolated)
