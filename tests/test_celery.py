"""A task that fails, and a worker that waits for Redis."""

import pickle
import select

import celery
import pytest
from celery.app.trace import build_tracer
from kombu import Connection
from kombu.exceptions import OperationalError

from config.celery import app
from config.consumer import PatientConsumer


def fail(depth: int = 100) -> None:
    """Fail deep in the call stack, as errors in libraries do."""
    if depth:
        fail(depth - 1)
    raise ConnectionError("far down")


def failing(**options: object) -> celery.Task:
    return app._task_from_fun(fail, name=f"tests.{len(app.tasks)}", **options)


def sent_to_the_parent(task: celery.Task) -> bytes:
    """Run the task once and return the outcome as bytes on the pipe to the worker's parent."""
    traced = build_tracer(task.name, task, app=app)("id", (), {}, {"is_eager": False})
    return pickle.dumps(traced)


def test_a_task_that_is_called_directly_raises() -> None:
    with pytest.raises(ConnectionError, match="far down"):
        failing()()


def test_a_failure_is_logged_with_its_traceback(caplog: pytest.LogCaptureFixture) -> None:
    sent_to_the_parent(failing())
    (record,) = (record for record in caplog.records if record.name == "config.celery")
    assert record.getMessage().endswith(" failed.")
    assert "ConnectionError: far down" in caplog.text


def test_a_failure_goes_through_the_pipe_in_one_piece() -> None:
    # The pool adds some bytes of its own.
    assert len(sent_to_the_parent(failing())) < select.PIPE_BUF / 4


def test_celery_itself_still_sends_more_than_a_pipe_takes_in_one_piece() -> None:
    assert len(sent_to_the_parent(failing(base=celery.Task))) > 10 * select.PIPE_BUF, (
        "mended: see config/celery.py"
    )


def test_a_worker_tries_redis_again_at_even_intervals(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("config.consumer.TRY_AGAIN_AFTER", 0.01)
    # __init__ would need a pool and the rest of a worker.
    consumer = PatientConsumer.__new__(PatientConsumer)
    consumer.app = app
    with Connection("amqp://127.0.0.1:1//") as nobody:
        for_ever = nobody.ensure_connection
        nobody.ensure_connection = lambda errback, _no_limit, **options: for_ever(errback, 3, **options)
        with pytest.raises(OperationalError):
            consumer.ensure_connected(nobody)
    # Celery's own intervals would be logged as "in 2", "in 4" and "in 6 seconds".
    assert caplog.text.count("Trying again now") == 3
