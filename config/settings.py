"""Every environment variable is read here, once, with a default that works on a laptop."""

import os
from datetime import timedelta
from importlib.metadata import distribution
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
    """So many at once, and then so many a second."""

    at_once: int
    a_second: float
    longest_wait: timedelta


BASE_DIR = Path(__file__).resolve().parent.parent

env = Env()
RUN_DIR = env.path("RUN_DIR", BASE_DIR / "run")  # collected static files, logs, what the demo makes

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
    "config.apps.StaticFiles",
    "channels",
    "csp",
    "servestatic",
    "classroom",
    "emotion",
    "dashboards",
]

MIDDLEWARE = [
    "config.middleware.delay_responses",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.middleware.RedisIsDown",
    "servestatic.middleware.ServeStaticMiddleware",
    "config.middleware.forbid_caching",
    "config.middleware.require_utf8",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
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

# A factor on the seconds after which a Redis or database that says nothing is taken for dead. They are
# seconds of the clock: a process that is held up itself (an overloaded host, a virtual machine that pauses)
# finds them gone, and takes a Redis that answered in time for dead.
PATIENCE = env.float("PATIENCE", 1)
# For each step of /health/: whoever asks wants to hear of a Redis that hangs, not to hang with it.
HEALTH_PATIENCE = 1 * PATIENCE

DATABASES = {"default": env.dj_db_url("DATABASE_URL", f"sqlite:///{BASE_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # Web and worker write at the same time: WAL lets readers go on, IMMEDIATE takes the write lock
        # at BEGIN, so that a transaction that reads first waits for its turn instead of failing. What is
        # deleted is overwritten with zeros.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON;",
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
    }
else:
    # Seconds for a server that accepts and then says nothing.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", max(2, round(3 * PATIENCE)))
# The worker sets it and keeps its connection between tasks; web threads close theirs after each request.
KEEP_CONNECTIONS = env.bool("KEEP_CONNECTIONS", False)
DATABASES["default"]["CONN_MAX_AGE"] = None if KEEP_CONNECTIONS else 0
IS_POSTGRESQL = DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql"
if IS_POSTGRESQL and not KEEP_CONNECTIONS:
    # To connect costs PostgreSQL a process each time. Who comes to a pool that is empty waits: a class that
    # arrives at once asks for no more connections than there are.
    DATABASES["default"]["OPTIONS"]["pool"] = {
        "min_size": 1,
        "max_size": env.int("DATABASE_POOL", 20),
        "timeout": 5 * PATIENCE,
    }
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
SOCKET_DATABASE_THREADS = 4 if IS_POSTGRESQL else 1
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# What was erased, by ids alone, for `manage.py repeat_erasures` after a backup is restored.
ERASURES_LOG = env.path("ERASURES_LOG", RUN_DIR / "erasures.log")

REDIS_URL = env.str("REDIS_URL", "redis://localhost:6379/0")
# Seconds. A Redis that accepts and then says nothing must not hold up a socket or a page for longer.
REDIS_PATIENCE = {
    "socket_connect_timeout": 1 * PATIENCE,
    "socket_timeout": 2 * PATIENCE,
    **keepalive(REDIS_URL),
}
FRAME_PATIENCE = REDIS_PATIENCE | {"socket_timeout": 1 * PATIENCE}  # later, the student has a newer frame
# One more attempt for a connection that did not survive a restart of Redis; none for one that hangs, because
# what was sent may have been done.
REDIS_RETRY = (NoBackoff(), 1, (redis.ConnectionError,))
# And one also after silence, where doing it twice does no harm: the connection may have died without a word.
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
        # Django's own serializer is pickle: who can write into Redis would run code here.
        "OPTIONS": {
            "serializer": "config.cache.JSONSerializer",
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
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
EMAIL_HOST = env.str("EMAIL_HOST", "")
# Without a server mail is printed for developers, and nowhere else: it holds links that set passwords.
_WITHOUT_SERVER = "console" if DEBUG else "dummy"
EMAIL_BACKEND = env.str(
    "EMAIL_BACKEND",
    f"django.core.mail.backends.{'smtp' if EMAIL_HOST else _WITHOUT_SERVER}.EmailBackend",
)
EMAIL_PORT = env.int("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", False)
EMAIL_TIMEOUT = 10  # seconds; a server that accepts and then says nothing would hold a worker up
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "classpulse@localhost")

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]  # those with a catalogue: a browser may ask for any of them
TIME_ZONE = env.str("TIME_ZONE", "UTC")
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = RUN_DIR / "static"
# plotly.min.js comes from the pinned Python package: no CDN, no copy in the repository.
PLOTLY_FILES = Path(str(distribution("plotly").locate_file("plotly/package_data")))
STATICFILES_DIRS = [BASE_DIR / "static", ("plotly", PLOTLY_FILES)]
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
# Whether other hosts of the same domain serve https is not this site's to promise.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", False) else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
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

MAX_BODY_BYTES = 1_000_000  # of one request; the longest form of this site takes a hundredth of that

# --- the road of a frame --------------------------------------------------------------------------------
FRAME_TTL = timedelta(seconds=5)  # a frame older than this says nothing about now
MAX_FRAME_BYTES = 100_000  # 320x240 at quality 70 takes 12 kB; a phone that ignores the size stays under this
LONGEST_MESSAGE = MAX_FRAME_BYTES + 1000  # kept of one message by a socket: enough to see that it is too long
MAX_FRAME_SIDE = 1280  # pixels; a header that announces more is refused before anything is decoded
FRAME_INTERVAL = timedelta(seconds=1)  # an expression lasts longer than that
SLOWEST_FRAME_INTERVAL = timedelta(seconds=4)  # slower, a student would hear too late that workers are back
FRAMES_PER_SECOND = 2  # a socket may be twice as fast as asked; newest wins, so more would only cost
# Frames a socket may send at once after a pause. Where we are slow to read, a page goes on sending for ten
# seconds before it comes back (static/js/room/heartbeat.js): none of these is refused because we were slow.
FRAME_BURST = 12
STATES_PER_MINUTE = 30  # changes of the camera's state; each is a row. `here` counts as one
PULSES_PER_MINUTE = 6  # a student's own words; each is a row
BATCH_SIZE = 32
INFERENCE_DEVICE = env.str("INFERENCE_DEVICE", "cpu")  # "cuda" serves on a GPU, with torch
CLOCK_TOLERANCE = timedelta(seconds=5)  # a capture time further from the server's clock is bounded to it
RECONCILE_EVERY = timedelta(seconds=3)  # a hint that was lost leaves a camera on for no longer
MAX_REFUSALS = 60  # refusals without an admitted frame between them before a connection is closed

# --- who may try how often: classroom/throttle.py, and the table in docs/operations.md --------------------
# Wrong attempts that cost nothing; each further one makes the answers to that address, or account, later.
SLOWER_BY_EACH = timedelta(seconds=0.25)
SLOWEST_ANSWER = timedelta(seconds=3)
SIGN_IN_FAILURES = env.str("SIGN_IN_FAILURES", "50/10m")  # one staff room
SIGN_IN_FAILURES_OF_ONE_ACCOUNT = env.str("SIGN_IN_FAILURES_OF_ONE_ACCOUNT", "10/10m")  # from wherever
# A hash takes half a second of a core, on purpose: more at once would only wait for each other.
PASSWORDS_AT_ONCE = env.int("PASSWORDS_AT_ONCE", os.cpu_count() or 1)
RECEIPT_FAILURES = env.str("RECEIPT_FAILURES", "30/10m")  # pasted, not typed, never by a whole class
SIGN_UP_FAILURES = env.str("SIGN_UP_FAILURES", "30/10m")  # each may tell that a username is taken
PASSWORD_RESETS = env.str("PASSWORD_RESETS", "30/h")  # also right ones: nobody is told which they are
JOIN_FAILURES = env.str("JOIN_FAILURES", "200/10m")  # a thousand students at 9 o'clock, one in five mistyping
# Over the whole site: of 23 ** 6 = 148 million codes 100 are those of open classes, so one guess in 1.48
# million finds one. 2,000 in 10 minutes are 288,000 a day: who guesses without a pause finds a class in five
# days. Beyond that a code alone opens a class only to an address where its teacher or a student already is;
# the teacher's link opens it to everybody.
GUESSED_CODES = env.str("GUESSED_CODES", "2000/10m")
NEAR_FOR = timedelta(hours=12)
# What each costs a row or a mail: so many, and then no more.
SIGN_UPS = env.str("SIGN_UPS", "100/h")  # a school's training day
RESETS_OF_ONE_ADDRESS = env.str("RESETS_OF_ONE_ADDRESS", "3/h")  # whoever asks: nobody's mailbox is flooded
INVITATIONS_OF_ONE_TEACHER = env.str("INVITATIONS_OF_ONE_TEACHER", "30/h")
SESSIONS_OF_ONE_TEACHER = env.str("SESSIONS_OF_ONE_TEACHER", "60/h")
MOST_COURSES = 200  # of one owner
MOST_OPEN_SESSIONS = 30  # of one course: each takes one of the codes
MOST_MARKERS = 500  # of one session
# Newcomers of one class behind one address: 300 who press in the same second wait 20 s at most, and in two
# minutes nobody waits. A script that would fill a class in five seconds takes 40, and the teacher sees it.
JOINS_OF_ONE_ADDRESS = Pace(at_once=100, a_second=10, longest_wait=timedelta(seconds=20))
JOINS_OF_ONE_SITE = 3  # times as many from a whole IPv6 site (/48): it has 65,536 networks to come from
MAX_PARTICIPANTS = env.int("MAX_PARTICIPANTS", 500)  # here at a time, in one session
# With all who left or are gone. Beyond that those who came for seconds are forgotten: no loop fills the
# database, and none keeps anybody out.
MOST_SEATS = 4 * MAX_PARTICIPANTS
# Decisions to switch the camera on or to show the own line; switching off and hiding is never refused.
DECISIONS_PER_MINUTE = 6
DECISIONS_PER_HOUR = 40
PRESENCES_PER_MINUTE = 60  # of one student; of more, the newest state stands in the last row
# Combining marks in a name: Yoruba has two in one place (above the letter), Hebrew up to five in all.
MARKS_PER_LETTER = 5
MARKS_IN_ONE_PLACE = 2

# --- what the teacher sees ------------------------------------------------------------------------------
SMALLEST_GROUP = env.int("SMALLEST_GROUP", 5)
# Of each who only counts in the class, up or down, secret and for as long as they have their seat: what hides
# one student from whoever knows all others. Half as much would save a class of 25 two points of error.
SCORE_OFFSET = (0.10, 0.20)
READING_RETENTION = timedelta(days=env.int("READING_RETENTION_DAYS", 30))
FORGOTTEN_SESSION = timedelta(hours=4)  # a session open this long with nobody in it closes itself
LONGEST_SESSION = timedelta(hours=24)  # and one open this long is closed, whoever is in it
# Whoever is silent for so long is gone, as of their last sign of life. A page says something every 20 s
# (static/js/room/heartbeat.js), it is written within 15 s and looked at within 10 s: one word may get lost.
GONE_AFTER = timedelta(seconds=75)
LAST_SEEN_WRITTEN_EVERY = timedelta(seconds=15)  # of all open sockets of a process, in one statement

# --- legal mode: what this deployment allows, most restrictive first ------------------------------------
ALLOWED_MODES = env.list("ALLOWED_MODES", ["participation", "mirror"])

# --- Celery ---------------------------------------------------------------------------------------------
CELERY_BROKER_URL = broker_url(REDIS_URL)
CELERY_BROKER_TRANSPORT_OPTIONS = {**REDIS_PATIENCE, "health_check_interval": PING_AFTER}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SOFT_TIME_LIMIT = 25
CELERY_TASK_TIME_LIMIT = 30
CELERY_WORKER_CONSUMER = "config.consumer:PatientConsumer"
CELERY_WORKER_DISABLE_PREFETCH = True  # a call for help must not wait behind the very worker that needs it
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # Redis may stay away for as long as it likes
CELERY_WORKER_PROC_ALIVE_TIMEOUT = 60  # seconds for a child to load the network; the default is 4
# A worker and beat are believed to be alive for so long after they said so (config/liveness.py). One task may
# hold up the only child until its hard limit, and the next child has to load the network.
ALIVE_EVERY = timedelta(seconds=10)
ALIVE_FOR = timedelta(seconds=60)
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = {
    "copy frame tallies": {
        "task": "emotion.tasks.copy_tallies",
        "schedule": timedelta(seconds=10),
        "options": {"expires": 10},
    },
    "erase expired readings": {
        "task": "emotion.tasks.erase_expired_readings",
        "schedule": crontab(hour=3, minute=0),
    },
    "forget old sign-ins": {
        "task": "classroom.tasks.forget_old_sign_ins",
        "schedule": crontab(hour=3, minute=30),
    },
    "close forgotten sessions": {
        "task": "classroom.tasks.close_forgotten_sessions",
        "schedule": timedelta(minutes=5),
    },
    "end expired approvals": {
        "task": "classroom.tasks.end_expired_approvals",
        "schedule": crontab(hour=0, minute="0-4"),  # a hint may be lost
        "options": {"expires": 60},
    },
    "overwrite erased rows": {
        "task": "classroom.tasks.overwrite_erased",
        "schedule": timedelta(minutes=5),
        "options": {"expires": 60},
    },
    "note lost connections": {
        "task": "classroom.tasks.note_lost_connections",
        "schedule": timedelta(seconds=30),
        "options": {"expires": 30},
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
        # Three lines for each ring would be thousands a minute.
        **{
            name: {"level": "WARNING"}
            for name in ("celery.app.trace", "celery.worker.strategy", "celery.worker.request")
        },
        # Unknown pages and forms without a token: a script asks for thousands.
        **{name: {"level": "ERROR"} for name in ("django.request", "django.security")},
    },
}
