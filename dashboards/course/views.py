"""The page of a course's sessions over a term."""

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from classroom.access import TeacherRequest, course_for_teacher
from dashboards.views import draws_with_plotly

from .charts import charts_of
from .overview import MOST_SESSIONS, CourseOverview, Term

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class TermForm(forms.Form):
    since = forms.DateField(label=_("From"), required=False, widget=DAY)
    until = forms.DateField(label=_("Until"), required=False, widget=DAY)

    @property
    def term(self) -> Term:
        """The days that were asked for; a day that is none is no bound."""
        self.full_clean()
        return Term(self.cleaned_data.get("since"), self.cleaned_data.get("until"))


@require_safe
@login_required
@draws_with_plotly
def course_overview(request: TeacherRequest, course_id: int) -> HttpResponse:
    course = course_for_teacher(request.user, course_id)
    form = TermForm(request.GET)
    overview = CourseOverview.of(course, form.term, timezone.now())
    context = {
        "course": course,
        "form": form,
        "overview": overview,
        "charts": charts_of(overview),
        "most_sessions": MOST_SESSIONS,
    }
    return render(request, "dashboards/course_overview.html", context)
