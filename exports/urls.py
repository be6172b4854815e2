from django.urls import path

from . import job_views, views
from .models import Export

urlpatterns = [
    path("my-data/page/", views.my_page, name="my-page"),
    *(
        path(f"sessions/<uuid:session_id>/{end}", views.session_file, {"format_": format_}, name=name)
        for name, end, format_ in (
            ("report-xlsx", "report.xlsx", Export.Format.XLSX),
            ("report-json", "report.json", Export.Format.JSON),
            ("report-xapi", "xapi.json", Export.Format.XAPI),
            ("tables-zip", "tables.zip", Export.Format.CSV),
            ("table-file", "tables/<str:file>", Export.Format.TABLE),
            ("report-csv", "report.csv", Export.Format.TEN_SECONDS),
            ("events-csv", "events.csv", Export.Format.EVENTS),
        )
    ),
    path("sessions/<uuid:session_id>/downloads/", job_views.exports, name="exports"),
    path("sessions/<uuid:session_id>/downloads/states/", job_views.states, name="export-states"),
    path("courses/<int:course_id>/downloads/", job_views.course_exports, name="course-exports"),
    path("courses/<int:course_id>/downloads/states/", job_views.course_states, name="course-export-states"),
    path("downloads/<uuid:export_id>/", job_views.export_file, name="export-file"),
    path("downloads/<uuid:export_id>/delete/", job_views.delete_export, name="export-delete"),
]
