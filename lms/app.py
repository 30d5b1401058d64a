"""The composition root: the only module that knows every part."""

from __future__ import annotations

import datetime as dt
import importlib
import logging
from email.utils import parseaddr
from pathlib import Path
from typing import Any

import jinja2
import structlog
from flask import Flask
from flask_migrate import Migrate, upgrade
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from lms import shell
from lms.assessment import queries as assessment_queries
from lms.capstone import queries as capstone_queries
from lms.cohorts import queries as cohorts
from lms.community import ports as community_ports
from lms.community import queries as community_queries
from lms.core import config, errands, files, jobs, mail, readiness, scanning, uploads
from lms.core.config import Mode, Settings
from lms.core.db import db, of_ours, render_for_migration
from lms.coursework import queries as coursework_queries
from lms.enrolment import queries as enrolment_queries
from lms.fairness import queries as fairness_queries
from lms.gradebook import queries as gradebook_queries
from lms.integrations import meetings
from lms.integrations import queries as calendars
from lms.live import ports as live_ports
from lms.live import queries as live
from lms.live.actions import sign_speaker_links_with
from lms.notifications import actions as notifications
from lms.notifications import jobs as notification_jobs
from lms.notifications import queries as notice_queries
from lms.people import ports as people_ports
from lms.people import queries as people_queries
from lms.people import security
from lms.progress import queries as progress
from lms.requests import queries as request_queries
from lms.web import assets, errors, filters, guards, links, requests, status, style_guide
from lms.web import shell as web_shell

ROOT = Path(__file__).resolve().parent.parent
DOMAINS = (
    "people",
    "curriculum",
    "cohorts",
    "enrolment",
    "scheduling",
    "completion",
    "assessment",
    "fairness",
    "requests",
    "community",
    "live",
    "coursework",
    "simulations",
    "capstone",
    "gradebook",
    "progress",
    "notifications",
    "integrations",
    "desks",
)
"""Every domain, lowest first."""
migrate = Migrate()
csrf = CSRFProtect()


def bring_up_to_date(app: Flask) -> None:
    """Bring the database of an application to the newest revision; its data folder is made where there is none."""
    settings: Settings = app.extensions["settings"]
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with app.app_context():
        upgrade(directory=str(ROOT / "migrations"))


def create_app(settings: Settings | None = None, **overrides: Any) -> Flask:
    """Build the application from its settings; `overrides` are settings by name, for tests and scripts."""
    settings = settings or config.load(**overrides)
    _logging(settings)
    app = Flask(
        "lms",
        root_path=str(ROOT / "lms"),
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "lms/static"),
    )
    app.extensions["settings"] = settings
    app.config.from_mapping(_flask_config(settings))
    app.jinja_options = {"undefined": jinja2.StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    db.init_app(app)
    migrate.init_app(
        app,
        db,
        directory=str(ROOT / "migrations"),
        render_item=render_for_migration,
        include_name=of_ours,
    )
    csrf.init_app(app)
    files.init(settings.files_dir)
    uploads.init(settings.uploads_dir)
    scanning.configure(
        scanning.configured(settings.scan_command, settings.scan_socket, settings.scan_seconds)
    )
    errands.init(settings.data_dir / "errands")
    mail.configure(
        settings.mail_url,
        settings.mail_from,
        settings.base_url,
        lambda template, context: app.jinja_env.get_template(template).render(
            {"institution": settings.institution, **context}
        ),
        settings.institution,
    )
    mail.name_pages_with(lambda endpoint, values: app.url_map.bind("localhost").build(endpoint, values))
    security.init_app(app, settings)
    guards.load_actor_with(security.load_actor)
    requests.register(app, https=settings.https)
    errors.register(app)
    assets.register(app)
    filters.register(app)
    links.register(app)
    _domains(app)
    for view in app.view_functions.values():
        if hasattr(view, "__no_form__"):
            csrf.exempt(view)
    _telling(settings)
    people_ports.cohort_names_from(cohorts.names)
    sign_speaker_links_with(settings.key("secret_key"))
    _answers()
    live_ports.meetings_from(meetings.provider_of(settings))
    app.register_blueprint(web_shell.bp)
    app.register_blueprint(status.bp)
    status.check("database", readiness.why_no_database)
    status.check("revision", lambda: readiness.why_not_migrated(ROOT / "migrations"))
    status.check("outbox", readiness.why_outbox_lags)
    if settings.mode is not Mode.PRODUCTION:
        app.register_blueprint(style_guide.bp)
    shell.register(app, settings)
    jobs.init_app(app, settings)
    _serving(app, settings)
    return app


def domains() -> list[Any]:
    """Import what every domain declares; `models` first, so that tables know each other. Returns the views."""
    views = []
    for part in ("models", "subscribers", "jobs", "views"):
        for domain in DOMAINS:
            if (ROOT / "lms" / domain / f"{part}.py").exists() or (ROOT / "lms" / domain / part).is_dir():
                module = importlib.import_module(f"lms.{domain}.{part}")
                if part == "views":
                    views.append(module)
    return views


def _domains(app: Flask) -> None:
    for module in domains():
        for blueprint in getattr(module, "blueprints", (module.bp,)):
            app.register_blueprint(blueprint)


def _telling(settings: Settings) -> None:
    """Say what signs links and calls, and which channels there are besides mail."""
    notifications.configure(
        secret=settings.key("secret_key"),
        push_secret=settings.key("push_key"),
        texts=bool(settings.gateway_url),
    )
    notification_jobs.configure(
        gateway_url=settings.gateway_url,
        gateway_secret=settings.gateway_secret,
        report_minutes=settings.gateway_report_minutes,
        push_secret=settings.key("push_key"),
        contact=f"mailto:{settings.admin_email or parseaddr(settings.mail_from)[1]}",
    )


def _answers() -> None:
    """Plug in what the domains above answer to the questions that those below declare in their `ports`."""
    community_ports.standing_from(progress.standing_in)
    people_ports.personal_data_from("people", people_queries.personal_part)
    people_ports.personal_data_from("places", enrolment_queries.personal_part)
    people_ports.personal_data_from("coursework", coursework_queries.personal_part)
    people_ports.personal_data_from("marks", assessment_queries.personal_part)
    people_ports.personal_data_from("marking", assessment_queries.marking_part)
    people_ports.personal_data_from("results", gradebook_queries.personal_part)
    people_ports.personal_data_from("peer_reviews", fairness_queries.personal_part)
    people_ports.personal_data_from("capstone", capstone_queries.personal_part)
    people_ports.personal_data_from("sessions", live.personal_part)
    people_ports.personal_data_from("requests", request_queries.personal_part)
    people_ports.personal_data_from("community", community_queries.personal_part)
    people_ports.personal_data_from("extra_time", coursework_queries.extra_time_part)
    people_ports.personal_data_from("notifications", notice_queries.personal_part)
    people_ports.personal_data_from("calendar", calendars.personal_part)


def _flask_config(settings: Settings) -> dict[str, Any]:
    prefix = "__Host-" if settings.https else ""
    return {
        "TESTING": settings.mode is Mode.TEST,
        "SECRET_KEY": settings.key("secret_key"),
        "SQLALCHEMY_DATABASE_URI": settings.database,
        "SQLALCHEMY_ENGINE_OPTIONS": {"pool_pre_ping": settings.database.startswith("postgresql")},
        "SESSION_COOKIE_NAME": f"{prefix}cadre",
        "SESSION_COOKIE_SECURE": settings.https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PERMANENT_SESSION_LIFETIME": dt.timedelta(hours=settings.session_hours),
        "MAX_CONTENT_LENGTH": settings.max_upload_mb * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 4 * 1024 * 1024,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": True,
        "TEMPLATES_AUTO_RELOAD": settings.mode is Mode.DEVELOPMENT,
        **security.config(settings),
    }


def _serving(app: Flask, settings: Settings) -> None:
    noise = WhiteNoise(app.wsgi_app, max_age=60, immutable_file_test=lambda path, _url: "/dist/" in path)
    if assets.DIST.exists():
        noise.add_files(str(assets.DIST), prefix="static/dist/")
    app.wsgi_app = noise  # type: ignore[method-assign]
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]


def _logging(settings: Settings) -> None:
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if settings.log_json
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    level = logging.WARNING if settings.mode is Mode.TEST else logging.INFO
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=False,
    )
