"""Removing several students at once, for a class that was flooded. No script is needed for it."""

import uuid

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from classroom.access import TeacherRequest, session_for_teacher
from classroom.models import ClassSession
from dashboards.aggregates.roster import RosterEntry, roster

# Minutes since joining that a teacher can choose.
LATELY = (1, 5, 15)
# Students on one page: Django reads no more than 1,000 fields of a form.
NEWEST = 900


class SeveralForm(forms.Form):
    lock = forms.BooleanField(required=False)

    def __init__(self, posted: QueryDict | None, session: ClassSession) -> None:
        super().__init__(posted)
        self.fields["who"] = forms.ModelMultipleChoiceField(
            # Also those who have left since the page was loaded: they must not come back with their cookie.
            queryset=session.participants.all(),
            error_messages={"required": _("No students were ticked, so nobody was removed.")},
        )


@login_required
def remove_several(request: TeacherRequest, session_id: uuid.UUID) -> HttpResponse:
    session = session_for_teacher(request.user, session_id)
    if not session.is_open:
        return redirect("report", session.pk)
    form = SeveralForm(request.POST or None, session)
    if form.is_valid():
        return _remove(request, session, form)
    lately = next((minutes for minutes in LATELY if str(minutes) == request.GET.get("minutes")), None)
    context = {
        "session": session,
        "form": form,
        "newest_first": _newest_first(session, lately),
        "lately": lately,
        "choices": LATELY,
    }
    return render(request, "dashboards/remove_several.html", context)


def _remove(request: HttpRequest, session: ClassSession, form: SeveralForm) -> HttpResponse:
    now = timezone.now()
    if form.cleaned_data["lock"]:
        session.lock(now)
    count = session.remove([participant.pk for participant in form.cleaned_data["who"]], now)
    removed = ngettext("%d student was removed.", "%d students were removed.", count) % count
    messages.success(request, removed)
    return redirect(session)


def _newest_first(session: ClassSession, lately: int | None) -> list[tuple[RosterEntry, bool]]:
    """Each with whether they are ticked."""
    present = [entry for entry in roster(session) if entry.left is None]
    present.sort(key=lambda entry: -entry.joined)
    since = timezone.now().timestamp() - 60 * (lately or 0)
    return [(entry, lately is not None and entry.joined >= since) for entry in present[:NEWEST]]
