"""All settings. Each environment variable is read here once, with a default that works on a laptop."""

import os
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import redis
from celery.schedules import crontab
from csp.constants import NONE, SELF
from environs import Env
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.retry import Retry

from .broker import broker_url
from .heartbeat import PING_AFTER, keepalive, subscriber


class Pace(NamedTuple):
    """How many attempts may come at once, and how many a second after these."""

    at_once: int
    a_second: float
    longest_wait: timedelta


BASE_DIR = Path(__file__).resolve().parent.parent

env = Env()
# Collected static files, logs, and what the demo makes.
RUN_DIR = env.path("RUN_DIR", BASE_DIR / "run")

DEBUG = env.bool("DEBUG", False)
# A secret has a default only where nothing is secret.
SECRET_KEY = env.str("SECRET_KEY", "only-for-debugging") if DEBUG else env.str("SECRET_KEY")

# Where people reach the site: used in links, QR codes and the origin check of sockets.
PUBLIC_URL = env.str("PUBLIC_URL", "http://localhost:8000").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
HTTPS = PUBLIC_URL.startswith("https://")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "csp",
    "servestatic",
    "classroom",
    "activities",
    "emotion",
    "dashboards",
    "practice",
    "exports",
    "api",
]

MIDDLEWARE = [
    "config.middleware.delay_responses",
    "api.middleware.api_answers",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.middleware.RedisIsDown",
    "servestatic.middleware.ServeStaticMiddleware",
    "config.middleware.forbid_caching",
    "config.middleware.require_utf8",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.locales.ViewerLocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# A factor on the seconds without an answer after which Redis or the database counts as down. Raise it on a
# host that pauses its processes: they would find these seconds gone, and count a Redis that answered as down.
PATIENCE = env.float("PATIENCE", 1)
# Seconds for each step of /health/, which has to report a Redis that hangs instead of waiting for it.
HEALTH_PATIENCE = 1 * PATIENCE

DATABASES = {"default": env.dj_db_url("DATABASE_URL", f"sqlite:///{BASE_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # Web and worker write at the same time. With WAL readers do not wait. IMMEDIATE takes the write lock
        # at BEGIN, so that a transaction that reads first waits for its turn instead of failing.
        # SECURE_DELETE overwrites deleted rows with zeros.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON;",
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
    }
else:
    # Seconds to wait for a server that accepts a connection and then sends nothing.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", max(2, round(3 * PATIENCE)))
# The worker's command sets it, to keep a connection between tasks. Web threads give theirs back to a pool
# after a request; SQLite's connections are files of the process and are kept.
KEEP_CONNECTIONS = env.bool("KEEP_CONNECTIONS", False)
IS_POSTGRESQL = DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql"
DATABASES["default"]["CONN_MAX_AGE"] = 0 if IS_POSTGRESQL and not KEEP_CONNECTIONS else None
if IS_POSTGRESQL and not KEEP_CONNECTIONS:
    # Each connection costs PostgreSQL a process. A thread that finds the pool empty waits, so that a class
    # that arrives at once opens no more connections than there are.
    DATABASES["default"]["OPTIONS"]["pool"] = {
        "min_size": 1,
        "max_size": env.int("DATABASE_POOL", 20),
        "timeout": 5 * PATIENCE,
    }
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
SOCKET_DATABASE_THREADS = 4 if IS_POSTGRESQL else 1
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The ids of what was erased, for `manage.py repeat_erasures` after a backup is restored.
ERASURES_LOG = env.path("ERASURES_LOG", RUN_DIR / "erasures.log")

REDIS_URL = env.str("REDIS_URL", "redis://localhost:6379/0")
# Seconds for which a Redis that accepts a connection and then sends nothing may block a socket or a page.
REDIS_PATIENCE = {
    "socket_connect_timeout": 1 * PATIENCE,
    "socket_timeout": 2 * PATIENCE,
    **keepalive(REDIS_URL),
}
# Shorter, because the student soon has a newer frame.
FRAME_PATIENCE = REDIS_PATIENCE | {"socket_timeout": 1 * PATIENCE}
# One more attempt after a lost connection, such as at a restart of Redis. None after a timeout, because the
# command may have run.
REDIS_RETRY = (NoBackoff(), 1, (redis.ConnectionError,))
# For commands that may run twice: these are repeated after a timeout as well.
REDIS_RETRY_ALWAYS = (NoBackoff(), 1, (redis.ConnectionError, redis.TimeoutError))
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {
            "hosts": [{**subscriber(REDIS_URL), **REDIS_PATIENCE, "retry": AsyncRetry(*REDIS_RETRY)}],
        },
    }
}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        # Django's own serializer is pickle: anybody who can write to Redis could run code here.
        "OPTIONS": {
            "serializer": "config.cache.JSONSerializer",
            "pool_class": "config.cache.SharedConnectionPool",
            **REDIS_PATIENCE,
            "retry": Retry(*REDIS_RETRY_ALWAYS),
        },
    }
}

PASSWORD_HASHERS = [
    "config.hashers.LowPriorityHasher",
    "django.contrib.auth.hashers.PBKDF2SHA1PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
SIGNUP_OPEN = env.bool("SIGNUP_OPEN", False)
# Everybody can go on as this teacher, without a password: for a demo that only its own machine reaches.
DEMO_TEACHER = env.str("DEMO_TEACHER", "")
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
EMAIL_HOST = env.str("EMAIL_HOST", "")
# Without a server, mail is printed under DEBUG alone: it holds links that set passwords.
_WITHOUT_SERVER = "console" if DEBUG else "dummy"
EMAIL_BACKEND = env.str(
    "EMAIL_BACKEND",
    f"django.core.mail.backends.{'smtp' if EMAIL_HOST else _WITHOUT_SERVER}.EmailBackend",
)
EMAIL_PORT = env.int("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", False)
# Seconds: a server that accepts a connection and then sends nothing would block a worker.
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "classpulse@localhost")

LANGUAGE_CODE = "en"
# Those with a catalogue: a browser may ask for any of them.
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("ar", "العربية")]
# What somebody chose in the footer of a page; without it the browser chooses.
LANGUAGE_COOKIE_AGE = timedelta(days=365).total_seconds()
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = env.str("TIME_ZONE", "UTC")
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]

STATIC_URL = "static/"
STATIC_ROOT = RUN_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "config.static.HashedStaticFiles"
    },
}
SERVESTATIC_USE_FINDERS = DEBUG

# --- security -------------------------------------------------------------------------------------------
SESSION_ENGINE = "config.sign_ins"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", False)
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", 0)
# HSTS for subdomains and preload lists would bind other hosts of the domain, which are not this site's.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", False) else None
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF, "blob:"],
        "worker-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

# The largest body of a request. The longest form of this site takes a hundredth of that.
MAX_BODY_BYTES = 1_000_000

# --- frames ---------------------------------------------------------------------------------------------
# An older frame says nothing about now.
FRAME_TTL = timedelta(seconds=5)
# A frame of 320x240 at quality 70 takes 12 kB; a phone that ignores the size stays under this.
MAX_FRAME_BYTES = 100_000
# A socket keeps so much of one message: enough to see that it is too long.
LONGEST_MESSAGE = MAX_FRAME_BYTES + 1000
# Pixels. A header that announces more is refused before anything is decoded.
MAX_FRAME_SIDE = 1280
# An expression lasts longer than that.
FRAME_INTERVAL = timedelta(seconds=1)
# Any slower, a student would hear too late that workers are back.
SLOWEST_FRAME_INTERVAL = timedelta(seconds=4)
# Twice as fast as asked. The newest frame wins, so a faster client would gain nothing.
FRAMES_PER_SECOND = 2
# Frames that a socket may send at once after a pause. Where the server is slow to read, a page goes on
# sending for ten seconds before it reconnects (static/js/room/heartbeat.js): none of these is refused.
FRAME_BURST = 12
# Reports of the camera's state, each of which may be a row, and messages of type `here`.
STATES_PER_MINUTE = 30
# Each is a row.
PULSES_PER_MINUTE = 6
BATCH_SIZE = 32
# "cuda" serves on a GPU, with torch.
INFERENCE_DEVICE = env.str("INFERENCE_DEVICE", "cpu")
# A capture time further from the server's clock is bounded to it.
CLOCK_TOLERANCE = timedelta(seconds=5)
# A hint that was lost leaves a camera on for no longer.
RECONCILE_EVERY = timedelta(seconds=3)
# A connection is closed after so many refusals without an admitted frame between them.
MAX_REFUSALS = 60

# --- limits: classroom/throttle.py, and the table in docs/operations.md -----------------------------------
# Failures beyond a limit of this section delay the answers to that address or account, each by so much more.
SLOWER_BY_EACH = timedelta(seconds=0.25)
SLOWEST_ANSWER = timedelta(seconds=3)
# Failures from one address, which may be that of a staff room.
SIGN_IN_FAILURES = env.str("SIGN_IN_FAILURES", "50/10m")
# Failures for one account, from all addresses.
SIGN_IN_FAILURES_OF_ONE_ACCOUNT = env.str("SIGN_IN_FAILURES_OF_ONE_ACCOUNT", "10/10m")
# A hash takes half a second of a core, on purpose: more at once would only wait for each other.
PASSWORDS_AT_ONCE = env.int("PASSWORDS_AT_ONCE", os.cpu_count() or 1)
# A receipt is pasted and not typed, and never by a whole class.
RECEIPT_FAILURES = env.str("RECEIPT_FAILURES", "30/10m")
# Each may tell that a username is taken.
SIGN_UP_FAILURES = env.str("SIGN_UP_FAILURES", "30/10m")
# All count, because nobody is told which addresses have an account.
PASSWORD_RESETS = env.str("PASSWORD_RESETS", "30/h")
# A thousand students at 9 o'clock, of whom one in five mistypes.
JOIN_FAILURES = env.str("JOIN_FAILURES", "200/10m")
# Over the whole site. With 100 open classes and 23 ** 6 = 148 million codes, one guess in 1.48 million finds
# a class. 2,000 in 10 minutes are 288,000 a day, so a script that never pauses finds a class in five days.
# Beyond the limit, a code alone opens a class only from an address where its teacher or a student already is;
# the teacher's link opens it from everywhere.
GUESSED_CODES = env.str("GUESSED_CODES", "2000/10m")
NEAR_FOR = timedelta(hours=12)
# The next four each cost a row or a mail: more are refused. 100 sign-ups are a school's training day.
SIGN_UPS = env.str("SIGN_UPS", "100/h")
# Mails to one mailbox, whoever asks for them, so that nobody can flood it.
RESETS_OF_ONE_ADDRESS = env.str("RESETS_OF_ONE_ADDRESS", "3/h")
INVITATIONS_OF_ONE_TEACHER = env.str("INVITATIONS_OF_ONE_TEACHER", "30/h")
SESSIONS_OF_ONE_TEACHER = env.str("SESSIONS_OF_ONE_TEACHER", "60/h")
# Requests of one token, and those among them that may compute a session's report: a term of 40 at once.
API_REQUESTS = env.str("API_REQUESTS", "600/m")
API_REPORTS = env.str("API_REPORTS", "120/m")
# The courses of one owner.
MOST_COURSES = 200
# The open sessions of one course. Each takes one of the codes.
MOST_OPEN_SESSIONS = 30
# The most of each in one session.
MOST_MARKERS = 500
MOST_QUESTIONS = 200
MOST_STUDENT_QUESTIONS = 500
# The most of them on one course.
MOST_PREPARED_QUESTIONS = 200
# Answers, hands, votes and replies: a student who changes their mind, and no script.
ACTIVITIES_OF_ONE_STUDENT = env.str("ACTIVITIES_OF_ONE_STUDENT", "60/m")
QUESTIONS_OF_ONE_STUDENT = env.str("QUESTIONS_OF_ONE_STUDENT", "10/10m")
# Below it, the answers to an anonymous question are neither shown nor kept, only their number.
FEWEST_ANONYMOUS_ANSWERS = 5
# A word that fewer students said is not in the cloud.
FEWEST_OF_ONE_WORD = 3
# The same question asked again within it is a double click.
DOUBLE_CLICK = timedelta(seconds=1)
# The first minutes are for a check-in, the last ones for an exit ticket.
CHECK_IN_TIME, EXIT_TICKET_TIME = timedelta(minutes=10), timedelta(minutes=8)
# How long a lesson of a new course is taken to be.
USUAL_LESSON = timedelta(minutes=45)
# After a question's time is up: answers that are under way.
ANSWER_GRACE = timedelta(seconds=2)
# A question that was forgotten is closed with its session, which lasts no longer.
ANONYMOUS_KEY_LIFETIME = timedelta(hours=24)
# How long "I'm lost", "too fast" and the like count as now.
PULSE_LASTS = timedelta(minutes=5)
# For how long "Snooze" hides a suggestion of the live page.
SUGGESTION_SNOOZE = timedelta(minutes=10)
# The teacher learns whom chance has chosen, if no reply came for so long.
PICK_PATIENCE = timedelta(seconds=15)
# Newcomers of one class from one address: of 300 who press in the same second nobody waits longer than 20 s.
# A script that would fill a class in five seconds takes 40, and the teacher sees it.
JOINS_OF_ONE_ADDRESS = Pace(at_once=100, a_second=10, longest_wait=timedelta(seconds=20))
# Times as many from a whole IPv6 site (/48), which has 65,536 networks.
JOINS_OF_ONE_SITE = 3
# The most who are in one session at a time.
MAX_PARTICIPANTS = env.int("MAX_PARTICIPANTS", 500)
# In one session, with all who left. Beyond that, rows of those who came for seconds are deleted, so that no
# script fills the database or keeps anybody out.
MOST_PARTICIPANT_ROWS = 4 * MAX_PARTICIPANTS
# Decisions to switch the camera on or to show the own line. Switching off and hiding is never refused.
DECISIONS_PER_MINUTE = 6
DECISIONS_PER_HOUR = 40
# Rows of one student; of further states, the newest replaces the last row.
PRESENCES_PER_MINUTE = 60
# Combining marks in a name: Yoruba has two in one place (above the letter), Hebrew up to five in all.
MARKS_PER_LETTER = 5
MARKS_IN_ONE_PLACE = 2

# --- what the teacher sees ------------------------------------------------------------------------------
SMALLEST_GROUP = env.int("SMALLEST_GROUP", 5)
# The score of each class-only student is moved up or down by a secret amount, the same for the whole
# session. It hides one student even from a reader who knows all others. Half as much would make the
# error of a class of 25 two points smaller.
SCORE_OFFSET = (0.10, 0.20)
READING_RETENTION = timedelta(days=env.int("READING_RETENTION_DAYS", 30))
# A session that is open for so long and has nobody in it closes itself.
FORGOTTEN_SESSION = timedelta(hours=4)
# A session that is open for so long is closed, whoever is in it.
LONGEST_SESSION = timedelta(hours=24)
# After so long without a message a participant counts as gone, as of the last message. A page sends one every
# 20 s (static/js/room/heartbeat.js), it is written within 15 s and read within 10 s: one may get lost.
GONE_AFTER = timedelta(seconds=75)
# One statement writes the times of all open sockets of a process.
LAST_SEEN_WRITTEN_EVERY = timedelta(seconds=15)

# --- what programs read: api/ ------------------------------------------------------------------------------
# Rows of one page of a list.
API_USUAL_PAGE, API_LARGEST_PAGE = 100, 5000
# Sessions of a course in one answer. Each may have to be computed.
API_SESSIONS_OF_A_PART = 5
# The longest request names an address and some events.
API_MAX_BODY_BYTES = 10_000
# Tokens that have not ended, and webhooks, of one teacher.
MOST_TOKENS, MOST_WEBHOOKS = 20, 10
LONGEST_TOKEN = timedelta(days=366)
# The log of what was sent to webhooks.
DELIVERIES_KEPT = timedelta(days=30)
# Seconds in which a webhook's receiver has to take a message and answer.
WEBHOOK_PATIENCE = 5 * PATIENCE
# Networks of receivers that are not on the internet, such as 10.20.0.0/16. No other private one is called.
WEBHOOK_NETWORKS = env.list("WEBHOOK_NETWORKS", ["127.0.0.0/8", "::1/128"] if DEBUG else [])

# --- practice classes: practice/ --------------------------------------------------------------------------
PRACTICE_STUDENTS = 16
PRACTICE_LASTS = timedelta(minutes=30)
# How often simulated students do something. Each class costs a worker about 1 % of a core.
PRACTICE_STEP = timedelta(seconds=2)
# How soon the steps go on where a worker died between two of them.
PRACTICE_RESUMED_EVERY = timedelta(seconds=10)
# Practice classes on the whole site at a time. Each teacher has one.
MOST_PRACTICES = 10

# --- exports: exports/ -------------------------------------------------------------------------------------
# How long a file can be downloaded.
EXPORT_LIFETIME = timedelta(hours=24)
# Readings that expire while a file exists end it, but not so soon that nobody could download it.
EXPORT_SHORTEST_LIFETIME = timedelta(minutes=10)
# Students times minutes. Of a larger session a worker makes each file: it takes more than a second or two.
LARGEST_IMMEDIATE_EXPORT = env.int("LARGEST_IMMEDIATE_EXPORT", 5000)
EXPORT_TIME_LIMIT = timedelta(minutes=10)
# A worker says so often that it still makes a file, and counts as dead after so long.
EXPORT_ALIVE_EVERY, EXPORT_LOST_AFTER = timedelta(seconds=5), timedelta(seconds=30)
# After so many workers that died with a file it is given up.
MOST_EXPORT_LOSSES = 3
# The message to a worker may be lost with Redis; it expires when the next one is sent.
EXPORT_CALLED_AGAIN_AFTER = timedelta(minutes=1)
# Bytes. The longest lesson of the largest class stays far below that.
LARGEST_EXPORT = 60_000_000
EXPORTS_OF_ONE_TEACHER = env.str("EXPORTS_OF_ONE_TEACHER", "60/h")

# --- learning records: exports/lrs.py ----------------------------------------------------------------------
# The endpoint of an xAPI learning record store, before /statements. Without it nothing is sent.
XAPI_LRS_URL = env.str("XAPI_LRS_URL", "").rstrip("/")
XAPI_LRS_USER = env.str("XAPI_LRS_USER", "")
XAPI_LRS_PASSWORD = env.str("XAPI_LRS_PASSWORD", "")
# Statements in one message, and the seconds in which the store has to take it.
LRS_BATCH = 100
LRS_PATIENCE = 10 * PATIENCE
# The time for all messages of one session. The rest is sent later.
LRS_TIME_LIMIT = timedelta(minutes=1)

# --- reports that are kept after a session has ended -------------------------------------------------------
# An older one is made anew when somebody opens it.
KEPT_REPORT_LIFETIME = timedelta(days=7)
# Made without being asked for, so long after the end: first the last counts of frames must be in.
SESSION_SETTLED_AFTER, KEPT_REPORT_RENEWED_FOR = timedelta(seconds=30), timedelta(days=1)
KEPT_REPORTS_MADE_EVERY = timedelta(seconds=30)
# Reports of one session, one for each language and region.
MOST_KEPT_REPORTS = 8

# --- legal mode: what this deployment allows, most restrictive first ------------------------------------
ALLOWED_MODES = env.list("ALLOWED_MODES", ["participation"])

# --- Celery ---------------------------------------------------------------------------------------------
CELERY_BROKER_URL = broker_url(REDIS_URL)
CELERY_BROKER_TRANSPORT_OPTIONS = {**REDIS_PATIENCE, "health_check_interval": PING_AFTER}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SOFT_TIME_LIMIT = 25
CELERY_TASK_TIME_LIMIT = 30
CELERY_WORKER_CONSUMER = "config.consumer:PatientConsumer"
# A message that wakes a second worker must not wait behind the first, which is busy.
CELERY_WORKER_DISABLE_PREFETCH = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Redis may be down for any time.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# Seconds in which a child has to load the network; the default is 4.
CELERY_WORKER_PROC_ALIVE_TIMEOUT = 60
# How often workers and beat report that they are alive, and how long a report counts (config/liveness.py).
# One task may block the only child until its hard limit, and the next child has to load the network.
ALIVE_EVERY = timedelta(seconds=10)
ALIVE_FOR = timedelta(seconds=60)
# Files for teachers are made by workers of their own (config/export_worker.py), which also wait for other
# servers: no frame waits behind a file, a webhook's receiver or a mail server.
CELERY_TASK_ROUTES = {
    name: {"queue": "exports"}
    for name in (
        "exports.tasks.make_export",
        "exports.tasks.forget_invalid_rows",
        "dashboards.tasks.make_report",
        "dashboards.tasks.forget_invalid_reports",
        "api.tasks.deliver",
        "api.tasks.compute_report",
        "classroom.tasks.send_password_reset",
        "exports.tasks.update_lrs",
        "dashboards.tasks.pack_summaries",
    )
}
CELERY_TIMEZONE = TIME_ZONE


def _every(interval: timedelta, task: str) -> dict[str, object]:
    """A message that waits until the next one is due has expired: after an outage none is done twice."""
    return {"task": task, "schedule": interval, "options": {"expires": interval.total_seconds()}}


CELERY_BEAT_SCHEDULE = {
    "copy frame tallies": _every(timedelta(seconds=10), "emotion.tasks.copy_tallies"),
    "pack summaries": _every(timedelta(minutes=1), "dashboards.tasks.pack_summaries"),
    "close forgotten sessions": _every(timedelta(minutes=5), "classroom.tasks.close_forgotten_sessions"),
    "close due questions": _every(timedelta(seconds=10), "activities.tasks.close_due_questions"),
    "deliver to webhooks": _every(timedelta(seconds=15), "api.tasks.deliver_due"),
    "play practice classes": _every(PRACTICE_RESUMED_EVERY, "practice.tasks.play_practices"),
    "overwrite erased rows": _every(timedelta(minutes=5), "classroom.tasks.overwrite_erased"),
    "note lost connections": _every(timedelta(seconds=30), "classroom.tasks.note_lost_connections"),
    "resume lost exports": _every(timedelta(seconds=15), "exports.tasks.resume_lost_exports"),
    "send to the learning record store": _every(timedelta(minutes=1), "exports.tasks.update_lrs_where_due"),
    "make due reports": _every(KEPT_REPORTS_MADE_EVERY, "dashboards.tasks.make_due_reports"),
    "forget invalid reports": _every(timedelta(minutes=10), "dashboards.tasks.forget_invalid_reports"),
    "forget invalid rows": _every(timedelta(minutes=10), "exports.tasks.forget_invalid_rows"),
    "delete expired exports": _every(timedelta(minutes=1), "exports.tasks.delete_expired_exports"),
    "erase expired readings": {
        "task": "emotion.tasks.erase_expired_readings",
        "schedule": crontab(hour=3, minute=0),
    },
    "forget old sign-ins": {
        "task": "classroom.tasks.forget_old_sign_ins",
        "schedule": crontab(hour=3, minute=30),
    },
    "forget old deliveries": {
        "task": "api.tasks.forget_old_deliveries",
        "schedule": crontab(hour=3, minute=45),
    },
    "end expired approvals": {
        "task": "classroom.tasks.end_expired_approvals",
        # Several times, because a hint may be lost.
        "schedule": crontab(hour=0, minute="0-4"),
        "options": {"expires": 60},
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "config.logs.ShortLines",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "filters": {"short": {"()": "config.logs.ShortRefusals"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["short"]}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {
        # Celery logs three lines for each message that wakes a worker, thousands a minute, and beat one for
        # each periodic task.
        **{
            name: {"level": "WARNING"}
            for name in ("celery.beat", "celery.app.trace", "celery.worker.strategy", "celery.worker.request")
        },
        # A line for each rule of a style sheet that it does not know, and for each font.
        **{name: {"level": "ERROR"} for name in ("weasyprint", "fontTools")},
        # Warnings about unknown pages and forms without a token: a script causes thousands.
        **{name: {"level": "ERROR"} for name in ("django.request", "django.security")},
    },
}
