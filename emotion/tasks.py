"""Celery's tasks. They take nothing and return nothing; each may run twice."""

import subprocess
import sys
import time
from functools import cache

import cv2
from celery import shared_task
from celery.signals import worker_init, worker_process_init
from django.conf import settings
from django.utils import timezone

from emotion.frame_queue.producer import wake_worker
from emotion.vision.reader import Reader
from emotion.vision.recogniser import WEIGHTS, Recogniser, WeightsMissing, read_card, read_graph

from . import pipeline
from .frame_queue import queue, tallies
from .models import BucketSummary, Erasure, PackedSummaries, PublishedBucket, Reading
from .vision import detector, fitness, lowered

AT_A_STRETCH = 2.0  # seconds; then other tasks get their turn, and a worker that is to stop stops
ERASED_AT_ONCE = 5000  # rows: a fraction of a second in which SQLite lets nobody else write
# Seconds from the beginning of one batch to that of the next, in which frames gather: alone, a frame costs a
# worker three times as much as among 32. Reading is part of them, so a large class waits no longer than a
# small one.
GATHER = 0.1


@worker_init.connect
def refuse_to_start_without_weights(**_: object) -> None:
    """Runs in the parent, which stops at once; a child that cannot start would be replaced for ever."""
    try:
        read_graph(WEIGHTS, read_card(WEIGHTS))
    except WeightsMissing as reason:
        sys.exit(str(reason))
    for weights in (detector.WEIGHTS, fitness.WEIGHTS, lowered.WEIGHTS):
        if not weights.exists():
            sys.exit(f"{weights} does not exist: the weights are not installed.")
    if settings.INFERENCE_DEVICE != "cpu":
        _try_gpu(settings.INFERENCE_DEVICE)


def _try_gpu(device: str) -> None:
    """Loads the network in another process: a parent that had touched the GPU could not fork."""
    trial = f"from emotion.vision.recogniser import Recogniser; Recogniser.load(device={device!r})"
    tried = subprocess.run([sys.executable, "-c", trial], capture_output=True, text=True, check=False)
    if tried.returncode:
        # A process that was killed says nothing.
        last = (tried.stderr.strip().splitlines() or [f"The network could not be loaded on {device}."])[-1]
        # The message, without the name of the exception before it.
        sys.exit(last.partition(": ")[2] or last)


@worker_process_init.connect
def load_network(**_: object) -> None:
    """Runs in the child: a network that was loaded before the fork would not work after it."""
    # On one small picture a second thread costs more than it helps.
    cv2.setNumThreads(1)
    reader()


@cache
def reader() -> Reader:
    return Reader(Recogniser.load(device=settings.INFERENCE_DEVICE))


@shared_task
def read_frames() -> None:
    """Reads the frames that wait, and goes on while more come. The web process wakes it."""
    until = time.monotonic() + AT_A_STRETCH
    while (began := time.monotonic()) < until:
        batch = queue.take_batch()
        if batch:
            queue.count(pipeline.analyse(batch, reader()))
        if len(batch) < settings.BATCH_SIZE:
            time.sleep(max(0.0, began + GATHER - time.monotonic()))
    if queue.fall_asleep():
        wake_worker()


@shared_task
def copy_tallies() -> None:
    tallies.copy_to_database()


@shared_task
def erase_expired_readings() -> None:
    """Erases for a stretch of time, and the rest after other tasks: a day of a large school is millions."""
    now, until = timezone.now(), time.monotonic() + AT_A_STRETCH
    PublishedBucket.objects.empty(now)
    PackedSummaries.objects.forget_expired(now)
    for model in (BucketSummary, Reading, PublishedBucket):
        expired = model.objects.expired(now)
        while model.objects.filter(pk__in=expired.values("pk")[:ERASED_AT_ONCE]).delete()[0]:
            if time.monotonic() > until:
                erase_expired_readings.delay()
                return
    Erasure.objects.record(now)
