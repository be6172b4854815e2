from collections import Counter

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand

from classroom import erasures
from classroom.erasures import ACCOUNT, CONSENT, MARKER, PARTICIPANT, SESSION, Erasure
from classroom.models import ClassSession, Consent, Marker, Participant


class Command(BaseCommand):
    help = (
        "After a backup is restored, and before the site starts: erases again what was erased since, as "
        "ERASURES_LOG has it. It may run twice."
    )

    def handle(self, **_: object) -> None:
        if not settings.ERASURES_LOG.exists():
            self.stderr.write(f"{settings.ERASURES_LOG} does not exist: no erasure was noted.")
            return
        repeated: Counter[str] = Counter()
        for erasure in list(erasures.recorded()):
            repeated[erasure.kind] += self._repeat(erasure)
        erasures.truncate_wal()
        said = ", ".join(f"{count} of kind {kind}" for kind, count in sorted(repeated.items()) if count)
        self.stdout.write(f"Erased again: {said or 'nothing, all was gone'}.")

    def _repeat(self, erasure: Erasure) -> bool:
        match erasure.kind:
            case kind if kind in (PARTICIPANT, SESSION):
                model = Participant if kind == PARTICIPANT else ClassSession
                found = model.objects.filter(pk=erasure.id).first()
                if found:
                    found.erase()
            case kind if kind == CONSENT:
                found = Consent.objects.filter(pk=erasure.id, given_at=erasure.created_at).first()
                if found:
                    self._withdraw(found)
            case kind if kind == MARKER:
                found = Marker.objects.filter(pk=erasure.id, at=erasure.created_at).first()
                if found:
                    found.delete()
            case kind if kind == ACCOUNT:
                found = get_user_model().objects.filter(pk=erasure.id, date_joined=erasure.created_at).first()
                if found:
                    self.stderr.write(f"The account {found} was deleted; delete it again in the admin pages.")
                return False
        return found is not None

    def _withdraw(self, consent: Consent) -> None:
        if consent.withdrawn_at is None:
            consent.participant.withdraw_consent()
        consent.erase_readings()
