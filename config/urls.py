"""The addresses of the pages."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView
from django.views.i18n import set_language

from api.v1 import api
from classroom.password_queue import queue_for_hashing

from . import health
from .design import design

# Pages of the admin that ask for a password follow the same limits as the site's own.
admin_sign_in = queue_for_hashing(admin.site.login)
admin_change_password = RedirectView.as_view(pattern_name="password_change")

urlpatterns = [
    path("", include("classroom.urls")),
    path("", include("activities.urls")),
    path("", include("dashboards.urls")),
    path("", include("practice.urls")),
    path("accounts/api/", include("api.urls")),
    path("", include("exports.urls")),
    path("accounts/", include("django.contrib.auth.urls")),
    path("admin/login/", admin_sign_in),
    path("admin/password_change/", admin_change_password),
    path("admin/", admin.site.urls),
    path("language/", set_language, name="set_language"),
    path("api/v1/", api.urls),
    path("health/", health.health, name="health"),
    path("design/", design, name="design"),
]
