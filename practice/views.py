"""Starting a practice class."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from classroom import throttle
from classroom.access import TeacherRequest
from classroom.models import Mode

from .practice_class import TooManyPractices, begin, practice_modes
from .tasks import play_practices


@login_required
@require_POST
def start(request: TeacherRequest) -> HttpResponse:
    """Open a practice class and go to its live page, or to the one that is open."""
    mode = request.POST.get("mode", Mode.PARTICIPATION)
    if mode not in practice_modes():
        messages.error(request, _("This site does not allow this mode."))
    elif not throttle.allow(request, "SESSIONS_OF_ONE_TEACHER", key=str(request.user.pk)):
        messages.error(request, _("You have opened too many sessions. Please try again in an hour."))
    else:
        try:
            session = begin(request.user, mode)
            play_practices.delay()
            return redirect("live", session.pk)
        except TooManyPractices:
            messages.error(request, _("Many teachers are practising now. Please try again in half an hour."))
    return redirect("home")
