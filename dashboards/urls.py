from django.urls import path

from . import views
from .course.views import course_overview
from .live import removal, suggestion_replies

urlpatterns = [
    path("courses/<int:course_id>/overview/", course_overview, name="course-overview"),
    path("sessions/<uuid:session_id>/", views.live, name="live"),
    path("sessions/<uuid:session_id>/compact/", views.live_compact, name="live-compact"),
    path("sessions/<uuid:session_id>/report/", views.report, name="report"),
    path("sessions/<uuid:session_id>/remove/", removal.remove_several, name="participants-remove"),
    path("sessions/<uuid:session_id>/suggestion/", suggestion_replies.reply, name="suggestion-reply"),
    path("engagement/", views.engagement_explained, name="engagement"),
    path("my-data/session/", views.my_session, name="my-session"),
    path("my-data/download/", views.my_session_download, name="my-session-download"),
]
