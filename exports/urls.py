from django.urls import path

from . import job_views, views

urlpatterns = [
    path("my-data/page/", views.my_page, name="my-page"),
    path("sessions/<uuid:session_id>/report.xlsx", views.report_xlsx, name="report-xlsx"),
    path("sessions/<uuid:session_id>/report.json", views.report_json, name="report-json"),
    path("sessions/<uuid:session_id>/xapi.json", views.report_xapi, name="report-xapi"),
    path("sessions/<uuid:session_id>/tables.zip", views.tables_zip, name="tables-zip"),
    path("sessions/<uuid:session_id>/tables/<str:file>", views.table_file, name="table-file"),
    path("sessions/<uuid:session_id>/downloads/", job_views.exports, name="exports"),
    path("sessions/<uuid:session_id>/downloads/states/", job_views.states, name="export-states"),
    path("courses/<int:course_id>/downloads/", job_views.course_exports, name="course-exports"),
    path("courses/<int:course_id>/downloads/states/", job_views.course_states, name="course-export-states"),
    path("downloads/<uuid:export_id>/", job_views.export_file, name="export-file"),
    path("downloads/<uuid:export_id>/delete/", job_views.delete_export, name="export-delete"),
]
