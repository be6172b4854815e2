from django.urls import path

from . import views

urlpatterns = [
    path("", views.access, name="api-access"),
    path("tokens/", views.make_token, name="api-token-make"),
    path("tokens/<int:token_id>/revoke/", views.revoke_token, name="api-token-revoke"),
    path("webhooks/", views.make_webhook, name="webhook-make"),
    path("webhooks/<uuid:webhook_id>/", views.webhook_log, name="webhook"),
    path("webhooks/<uuid:webhook_id>/test/", views.test_webhook, name="webhook-test"),
    path("webhooks/<uuid:webhook_id>/enable/", views.enable_webhook, name="webhook-enable"),
    path("webhooks/<uuid:webhook_id>/delete/", views.delete_webhook, name="webhook-delete"),
]
