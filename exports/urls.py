from django.urls import path

from . import views

urlpatterns = [
    path("sessions/<uuid:session_id>/report.xlsx", views.report_xlsx, name="report-xlsx"),
    path("sessions/<uuid:session_id>/report.json", views.report_json, name="report-json"),
    path("sessions/<uuid:session_id>/tables.zip", views.tables_zip, name="tables-zip"),
    path("sessions/<uuid:session_id>/tables/<str:file>", views.table_file, name="table-file"),
]
