"""Choosing a student and making groups, both by chance."""

import random
import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .. import events
from .tools import ClassTools

if TYPE_CHECKING:
    from classroom.models import ClassSession, Participant

# From the system: nobody can foretell who is next.
chance = random.SystemRandom()


class PickQuerySet(models.QuerySet["Pick"]):
    def choose(self, session: "ClassSession") -> "Pick | None":
        """Ask somebody who is here and was not asked yet. Return None if nobody is left or the class ended.

        An earlier pick that nobody answered ends.
        """
        with transaction.atomic():
            current = session.for_update()
            if current is None or not current.is_open:
                return None
            here = session.participants.here(timezone.now()).filter(entered_at__isnull=False)
            left = list(here.exclude(picks__isnull=False))
            for unanswered in self.filter(session=session, state=Pick.State.ASKED):
                unanswered.end()
            pick = self.create(session=session, participant=chance.choice(left)) if left else None
            if pick:
                pick.publish()
            ClassTools.objects.change(session.pk)
        return pick

    def start_again(self, session_id: uuid.UUID) -> None:
        """Let everybody be chosen again."""
        with transaction.atomic():
            self.filter(session=session_id).delete()
            events.publish_to_teachers(session_id)

    def newest(self, session_id: uuid.UUID) -> "Pick | None":
        return self.filter(session=session_id).select_related("participant").order_by("-asked_at").first()


class Pick(models.Model):
    """A student who was chosen by chance. Only they know it until they accept; the class never does."""

    class State(models.TextChoices):
        ASKED = "asked", _("Asked")
        ACCEPTED = "accepted", _("Accepted")
        PASSED = "passed", _("Passed")
        MISSED = "missed", _("Did not reply")

    session = models.ForeignKey("classroom.ClassSession", on_delete=models.CASCADE, related_name="picks")
    participant = models.ForeignKey("classroom.Participant", on_delete=models.CASCADE, related_name="picks")
    asked_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=16, choices=State, default=State.ASKED)

    objects = PickQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("pick"), _("picks")
        ordering = ["asked_at"]
        constraints = [
            models.UniqueConstraint(fields=["session", "participant"], name="one_pick_per_participant")
        ]

    def __str__(self) -> str:
        return f"pick of {self.participant_id}: {self.state}"

    def publish(self) -> None:
        """Tell the student's page that it is their turn, or no longer."""
        events.publish_to_student(self.participant_id, {"type": "pick", "state": self.state})

    def end(self) -> None:
        """Give up waiting for a reply. They are not asked again until everybody is."""
        if Pick.objects.filter(pk=self.pk, state=self.State.ASKED).update(state=self.State.MISSED):
            self.state = self.State.MISSED
            self.publish()

    def reply(self, *, accepts: bool) -> bool:
        """Record what the student says. Return False if the question is over.

        Somebody else is asked in the place of a student who passes: the teacher's page does not show it.
        """
        with transaction.atomic():
            # First, as in choose(): two that wait for each other's rows would both fail.
            session = self.session.for_update()
            state = self.State.ACCEPTED if accepts else self.State.PASSED
            if not Pick.objects.filter(pk=self.pk, state=self.State.ASKED).update(state=state):
                return False
            self.state = state
            self.publish()
            if session and not accepts:
                Pick.objects.choose(session)
            events.publish_to_teachers(self.session_id)
        return True


class GroupingQuerySet(models.QuerySet["Grouping"]):
    def make(self, session: "ClassSession", size: int) -> "Grouping | None":
        """Divide those who are here into groups of about this size. Return None if the class has ended."""
        with transaction.atomic():
            current = session.for_update()
            if current is None or not current.is_open:
                return None
            self.filter(session=session).delete()
            here = list(session.participants.here(timezone.now()).filter(entered_at__isnull=False))
            chance.shuffle(here)
            grouping = self.create(session=session, size=size)
            grouping.add(here)
            ClassTools.objects.change(session.pk)
        return grouping

    def clear(self, session_id: uuid.UUID) -> None:
        with transaction.atomic():
            self.filter(session=session_id).delete()
            ClassTools.objects.change(session_id)


class Grouping(models.Model):
    """Groups of one session. Each student sees the number of their own group and nobody's name."""

    session = models.OneToOneField(
        "classroom.ClassSession", on_delete=models.CASCADE, related_name="grouping"
    )
    size = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField(default=timezone.now)

    objects = GroupingQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("grouping"), _("groupings")

    def __str__(self) -> str:
        return f"groups of {self.size}"

    def add(self, participants: Sequence["Participant"]) -> None:
        """Deal participants out: as many groups as fit, and none of them two larger than another."""
        count = max(1, round(len(participants) / self.size))
        members = GroupMember.objects.bulk_create(
            GroupMember(grouping=self, participant=one, number=place % count + 1)
            for place, one in enumerate(participants)
        )
        for member in members:
            events.publish_to_student(member.participant_id, {"type": "group", "number": member.number})

    def number_of(self, participant: "Participant") -> int:
        """Return a student's group. Somebody who came later gets the smallest one."""
        found = self.members.filter(participant=participant).first()
        if found is None:
            found, _created = self.members.get_or_create(
                participant=participant, defaults={"number": self._smallest()}
            )
        return found.number

    def _smallest(self) -> int:
        sizes = self.members.values("number").annotate(size=models.Count("pk")).order_by("size", "number")
        first = sizes.first()
        return first["number"] if first else 1


class GroupMember(models.Model):
    """A participant's place in a grouping."""

    grouping = models.ForeignKey(Grouping, on_delete=models.CASCADE, related_name="members")
    participant = models.ForeignKey("classroom.Participant", on_delete=models.CASCADE, related_name="groups")
    number = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name, verbose_name_plural = _("group member"), _("group members")
        ordering = ["number", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["grouping", "participant"], name="one_group_per_participant")
        ]

    def __str__(self) -> str:
        return f"group {self.number}"
