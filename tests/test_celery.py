"""Which workers run which task, a task that fails, and a worker that waits for Redis."""

import pickle
import select

import celery
import pytest
from celery.app.trace import build_tracer
from kombu import Connection
from kombu.exceptions import OperationalError

from config.celery import app
from config.consumer import PatientConsumer
from config.export_worker import app as export_app

# They make files, or wait for the server of somebody else.
OF_EXPORT_WORKERS = {
    "exports.tasks.forget_invalid_rows",
    "exports.tasks.make_export",
    "dashboards.tasks.forget_invalid_reports",
    "dashboards.tasks.make_report",
    "dashboards.tasks.pack_summaries",
    "exports.tasks.update_lrs",
    "api.tasks.compute_report",
    "api.tasks.deliver",
    "classroom.tasks.send_password_reset",
}
# A frame waits while one of these runs. None draws anything or calls a server but Redis and the database.
BESIDE_FRAMES = {
    "activities.tasks.close_due_questions",
    "api.tasks.deliver_due",
    "api.tasks.forget_old_deliveries",
    "classroom.tasks.close_forgotten_sessions",
    "classroom.tasks.end_expired_approvals",
    "classroom.tasks.forget_old_sign_ins",
    "classroom.tasks.note_lost_connections",
    "classroom.tasks.overwrite_erased",
    "dashboards.tasks.make_due_reports",
    "emotion.tasks.copy_tallies",
    "emotion.tasks.erase_expired_readings",
    "emotion.tasks.read_frames",
    "exports.tasks.delete_expired_exports",
    "exports.tasks.resume_lost_exports",
    "exports.tasks.update_lrs_where_due",
    "practice.tasks.play_practices",
}


def own_tasks(of_app: celery.Celery) -> set[str]:
    of_app.loader.import_default_modules()
    return {name for name in of_app.tasks if not name.startswith(("celery.", "tests."))}


def queue_of(name: str) -> str:
    return app.amqp.router.route({}, name)["queue"].name


def test_what_makes_files_or_calls_other_servers_never_delays_a_frame() -> None:
    queues = {name: queue_of(name) for name in own_tasks(app)}
    expected = dict.fromkeys(OF_EXPORT_WORKERS, "exports") | dict.fromkeys(BESIDE_FRAMES, "celery")
    assert queues == expected, "a new task belongs into one of the two lists at the top of this file"


def test_workers_for_exports_know_all_tasks_of_their_queue() -> None:
    assert own_tasks(export_app) >= OF_EXPORT_WORKERS


@pytest.mark.parametrize("name", ["api.tasks.deliver", "exports.tasks.update_lrs"])
def test_what_beat_calls_for_again_and_again_does_not_pile_up_without_a_worker(name: str) -> None:
    own_tasks(app)
    assert app.tasks[name]._get_exec_options()["expires"] <= 120


def test_what_beat_sends_exists() -> None:
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= own_tasks(app)


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
