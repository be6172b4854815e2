"""Views that answer a script with JSON and a form with a page."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse


def wants_json(request: HttpRequest) -> bool:
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def json_or_page(
    request: HttpRequest, data: dict[str, object], page: HttpResponse, *, status: int = 200
) -> HttpResponse:
    """Return the data with this status to a client that asks for JSON, and the page to every other one."""
    return JsonResponse(data, status=status) if wants_json(request) else page


def error_response(request: HttpRequest, reason: str, page: HttpResponse, *, status: int) -> HttpResponse:
    """Return the reason as JSON, or the page with the reason as a message."""
    if not wants_json(request):
        messages.error(request, reason)
    return json_or_page(request, {"error": reason}, page, status=status)
