"""Pages that a receipt code opens: it reads, downloads and erases. It gives no seat, and nothing is left in
the browser that would open the page a second time: whoever sits here next does not have the code.
"""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from .forms import ReceiptForm
from .models import Participant


def receipt_required(show: Callable[[HttpRequest, Participant], HttpResponse]) -> Callable[..., HttpResponse]:
    """A POST with a right code is answered by `show`, everything else by the form that asks for one."""

    @wraps(show)
    def view(request: HttpRequest) -> HttpResponse:
        form = ReceiptForm(request.POST or None, request=request)
        if request.method == "POST" and form.is_valid():
            return show(request, form.cleaned_data["receipt_code"])
        return render(request, "classroom/my_data.html", {"form": form})

    return view
