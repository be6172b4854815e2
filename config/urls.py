from django.contrib import admin
from django.urls import include, path

from . import health

urlpatterns = [
    path("", include("classroom.urls")),
    path("", include("dashboards.urls")),
    path("accounts/", include("django.contrib.auth.urls")),
    path("admin/", admin.site.urls),
    path("health/", health.health, name="health"),
]
