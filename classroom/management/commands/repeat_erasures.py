"""Erases again, after a backup was restored, what had been erased since it was made."""

from collections import Counter

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand

from classroom import erasures
from classroom.erasures import Erasure
from classroom.models import ClassSession, Consent, Marker, Participant


class Command(BaseCommand):
    help = (
        "Erases again what was erased after a backup was made, from the ids in ERASURES_LOG. Run it after a "
        "restore and before the site starts. Running it twice does no harm."
    )

    def handle(self, **_: object) -> None:
        if not settings.ERASURES_LOG.exists():
            self.stderr.write(f"{settings.ERASURES_LOG} does not exist: no erasure was recorded.")
            return
        repeated: Counter[str] = Counter()
        for erasure in list(erasures.recorded()):
            repeated[erasure.kind] += self._repeat(erasure)
        erasures.truncate_wal()
        counts = ", ".join(f"{count} of kind {kind}" for kind, count in sorted(repeated.items()) if count)
        self.stdout.write(f"Erased again: {counts or 'nothing to erase'}.")

    def _repeat(self, erasure: Erasure) -> bool:
        """Erase one row again. Return False if it is not there."""
        match erasure.kind:
            case erasures.PARTICIPANT:
                return _erase(Participant.objects.filter(pk=erasure.id).first())
            case erasures.SESSION:
                return _erase(ClassSession.objects.filter(pk=erasure.id).first())
            case kind if kind in erasures.repeaters:
                return erasures.repeaters[kind](erasure.id)
        if erasure.created_at is None:
            return False
        match erasure.kind:
            case erasures.CONSENT:
                return _withdraw(Consent.objects.filter(pk=erasure.id, given_at=erasure.created_at).first())
            case erasures.MARKER:
                marker = Marker.objects.filter(pk=erasure.id, at=erasure.created_at)
                return bool(marker.delete()[0])
            case erasures.ACCOUNT:
                account = User.objects.filter(pk=erasure.id, date_joined=erasure.created_at).first()
                if account:
                    self.stderr.write(
                        f"The account {account} was deleted; delete it again in the admin pages."
                    )
        return False


def _erase(found: Participant | ClassSession | None) -> bool:
    if found:
        found.erase()
    return found is not None


def _withdraw(consent: Consent | None) -> bool:
    if consent is None:
        return False
    if consent.withdrawn_at is None:
        consent.participant.withdraw_consent()
    consent.erase_readings()
    return True
