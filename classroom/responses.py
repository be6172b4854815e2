"""One answer for pages and scripts: JSON for who asks for it, a page for everybody else."""

from django.http import HttpRequest, HttpResponse, JsonResponse


def wants_json(request: HttpRequest) -> bool:
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def json_or_page(request: HttpRequest, facts: dict, page: HttpResponse, *, status: int = 200) -> HttpResponse:
    return JsonResponse(facts, status=status) if wants_json(request) else page
