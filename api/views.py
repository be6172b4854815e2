"""The page on which teachers make and revoke tokens and webhooks."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from classroom.access import TeacherRequest

from .forms import TokenForm, WebhookForm
from .models import ApiToken, Event, Webhook
from .outbox import enqueue

# How many deliveries the page of a webhook shows.
SHOWN_DELIVERIES = 50


@require_safe
@login_required
def access(request: TeacherRequest) -> HttpResponse:
    return _page(request)


@require_POST
@login_required
@sensitive_variables("text")
def make_token(request: TeacherRequest) -> HttpResponse:
    form = TokenForm(request.POST, teacher=request.user)
    if not form.is_valid():
        return _page(request, token_form=form)
    token, text = form.save()
    # Shown in the answer and kept nowhere: a redirect would have to store it.
    return _page(request, new_token=token, secret=text)


@require_POST
@login_required
def revoke_token(request: TeacherRequest, token_id: int) -> HttpResponse:
    get_object_or_404(ApiToken, pk=token_id, teacher=request.user).delete()
    messages.success(request, _("The token has been revoked."))
    return redirect("api-access")


@require_POST
@login_required
def make_webhook(request: TeacherRequest) -> HttpResponse:
    form = WebhookForm(request.POST, teacher=request.user)
    if not form.is_valid():
        return _page(request, webhook_form=form)
    webhook = form.save()
    return _page(request, new_webhook=webhook, secret=webhook.secret)


def _page(request: TeacherRequest, **shown: object) -> HttpResponse:
    context = {
        "tokens": request.user.api_tokens.select_related("course"),
        "webhooks": request.user.webhooks.select_related("course"),
        "token_form": TokenForm(teacher=request.user),
        "webhook_form": WebhookForm(teacher=request.user),
        "address": f"{settings.PUBLIC_URL}/api/v1/openapi.json",
    }
    return render(request, "api/access.html", context | shown)


@require_safe
@login_required
def webhook_log(request: TeacherRequest, webhook_id: uuid.UUID) -> HttpResponse:
    webhook = _webhook(request, webhook_id)
    deliveries = webhook.deliveries.all()[:SHOWN_DELIVERIES]
    return render(request, "api/webhook.html", {"webhook": webhook, "deliveries": deliveries})


@require_POST
@login_required
def test_webhook(request: TeacherRequest, webhook_id: uuid.UUID) -> HttpResponse:
    webhook = _webhook(request, webhook_id)
    # A page from before may still have the button of a webhook that is switched off.
    if webhook.disabled_at is None:
        enqueue(webhook, Event.TEST, {})
        messages.success(request, _("A test is on its way. Reload the page to see how it went."))
    return redirect("webhook", webhook.pk)


@require_POST
@login_required
def enable_webhook(request: TeacherRequest, webhook_id: uuid.UUID) -> HttpResponse:
    webhook = _webhook(request, webhook_id)
    webhook.enable()
    return redirect("webhook", webhook.pk)


@require_POST
@login_required
def delete_webhook(request: TeacherRequest, webhook_id: uuid.UUID) -> HttpResponse:
    _webhook(request, webhook_id).delete()
    messages.success(request, _("The webhook has been deleted."))
    return redirect("api-access")


def _webhook(request: TeacherRequest, webhook_id: uuid.UUID) -> Webhook:
    return get_object_or_404(Webhook, pk=webhook_id, teacher=request.user)
