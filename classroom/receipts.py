"""Pages that a receipt code opens: they show, download and erase what is stored about a participant.

A receipt code gives no seat in the class. Nothing stays in the browser that would open the page again: the
next person at the computer does not have the code.
"""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from .forms import ReceiptForm
from .models import Participant


def receipt_required(
    view: Callable[[HttpRequest, Participant], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Call the view for a POST with a valid receipt code, and show a form that asks for one otherwise."""

    @wraps(view)
    def with_form(request: HttpRequest) -> HttpResponse:
        form = ReceiptForm(request.POST or None, request=request)
        if request.method == "POST" and form.is_valid():
            return view(request, form.cleaned_data["receipt_code"])
        return render(request, "classroom/my_data.html", {"form": form})

    return with_form
