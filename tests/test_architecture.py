"""The house's rules that a machine can hold; import-linter holds who may import whom (pyproject.toml)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from lms.app import DOMAINS

ROOT = Path(__file__).resolve().parent.parent
LMS = ROOT / "lms"
TEMPLATES = ROOT / "templates"

LIBRARY = {"static", "security"}
"""Blueprints and endpoints of libraries: they carry no guard of ours and name their templates themselves."""

MODULES = {
    "__init__", "models", "rules", "policy", "queries", "actions", "events", "ports", "subscribers", "jobs", "forms",
    "views",
}  # fmt: skip
MORE = {
    "people": {"security"},
    "curriculum": {"content"},
    "simulations": {"engines"},
    "integrations": {"calendar", "meetings", "push", "sso", "lti", "scorm", "sis", "webhooks", "api"},
}
"""What a domain has beside the closed list, each for a reason that docs/architecture.md gives."""

NOT_DOMAINS = {"core", "web", "demo"}
NOT_VIEWS = {"layouts", "components", "errors", "mail", "security"}

LONGEST = {".py": 400, ".html": 250, ".css": 400, ".js": 400, ".mjs": 400}
LONGER: dict[str, int] = {}
"""Files that may be longer, with their limit."""


def sources(*folders: Path, ending: str = ".py") -> Iterator[Path]:
    """Yield our own files of a kind below some folders."""
    for folder in folders:
        for path in sorted(folder.rglob(f"*{ending}")):
            if "dist" not in path.relative_to(ROOT).parts:
                yield path


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def domains() -> list[str]:
    return sorted(
        path.parent.name for path in LMS.glob("*/__init__.py") if path.parent.name not in NOT_DOMAINS
    )


# Routes -------------------------------------------------------------------------------------------------------------


def test_every_route_says_who_may_use_it(app):
    unguarded = [
        endpoint
        for endpoint, view in app.view_functions.items()
        if endpoint.split(".")[0] not in LIBRARY and not hasattr(view, "__guard__")
    ]
    assert unguarded == []


def test_addresses_are_kebab_case(app):
    literal = {rule.rule: re.sub(r"<[^>]+>", "", rule.rule) for rule in app.url_map.iter_rules()}
    assert [rule for rule, text in literal.items() if re.search(r"[A-Z_]", text)] == []


def test_integers_of_the_database_stay_out_of_addresses(app):
    found = [rule.rule for rule in app.url_map.iter_rules() if re.search(r"<int:\w*id>", rule.rule)]
    assert found == []


def test_every_page_template_is_named_after_an_endpoint(app):
    known = {endpoint.replace(".", "/") for endpoint in app.view_functions}
    unknown = [
        name(path)
        for path in sources(TEMPLATES, ending=".html")
        if path.relative_to(TEMPLATES).parts[0] not in NOT_VIEWS
        and not path.name.startswith("_")
        and path.relative_to(TEMPLATES).with_suffix("").as_posix() not in known
    ]
    assert unknown == []


def test_every_view_renders_the_template_named_after_it(app):
    wrong = []
    for path in sources(LMS):
        if "views" not in path.with_suffix("").relative_to(LMS).parts:
            continue
        domain = path.relative_to(LMS).parts[0]
        for function, template in rendered(path):
            endpoint = f"{domain}.{function}"
            reads = any("GET" in (rule.methods or ()) for rule in rules_of(app, endpoint))
            partial = template is not None and template.startswith(f"{domain}/_")
            if reads and not partial and template != f"{domain}/{function}.html":
                wrong.append(f"{endpoint} renders {template}")
            elif template is None or not (TEMPLATES / template).exists():
                wrong.append(f"{endpoint} renders {template}, which is not there")
    assert wrong == []


def rules_of(app, endpoint):
    return app.url_map.iter_rules(endpoint) if endpoint in app.view_functions else ()


def rendered(path: Path) -> Iterator[tuple[str, str | None]]:
    """Yield each function that renders a template, with the template's name where it is written out."""
    for function in ast.walk(ast.parse(path.read_text())):
        if not isinstance(function, ast.FunctionDef):
            continue
        for call in ast.walk(function):
            if isinstance(call, ast.Call) and getattr(call.func, "id", None) == "render_template":
                first = call.args[0]
                yield function.name, first.value if isinstance(first, ast.Constant) else None


# Domains ------------------------------------------------------------------------------------------------------------


def test_the_application_knows_every_domain():
    assert sorted(DOMAINS) == domains()


@pytest.mark.parametrize("domain", domains())
def test_a_domain_has_the_modules_that_every_domain_has(domain):
    found = {
        path.stem
        for path in (LMS / domain).iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert found - MODULES - MORE.get(domain, set()) == set()


@pytest.mark.parametrize("domain", domains())
def test_a_domain_says_what_it_is(domain):
    described = ast.get_docstring(ast.parse((LMS / domain / "__init__.py").read_text()))
    assert described
    assert len(described) > 80, "one paragraph: what it is, its words, what it does not do"


def test_every_domain_is_documented():
    text = (ROOT / "docs" / "architecture.md").read_text()
    assert [domain for domain in domains() if f"`{domain}`" not in text] == []


def test_every_domain_that_decides_or_acts_is_tested():
    deciding = {
        path.parent.name for part in ("rules", "actions") for path in LMS.glob(f"*/{part}*")
    } - NOT_DOMAINS
    tested = {path.parent.name for path in (ROOT / "tests").glob("*/test_*.py")}
    assert deciding - tested == set()


# Habits -------------------------------------------------------------------------------------------------------------


def test_only_the_unit_of_work_commits():
    assert [name(path) for path in sources(LMS) if ".commit(" in path.read_text()] == ["lms/core/uow.py"]


def test_only_the_clock_asks_for_the_time():
    clocks = ("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time")
    asking = []
    for path in sources(LMS):
        text = path.read_text()
        if path == LMS / "core" / "clock.py" or not any(clock.split(".")[1] in text for clock in clocks):
            continue
        for call in ast.walk(ast.parse(text)):
            if isinstance(call, ast.Call) and ast.unparse(call.func).endswith(clocks):
                asking.append(f"{name(path)}:{call.lineno}")  # noqa: PERF401
    assert asking == []


def test_the_database_invents_no_values():
    pattern = re.compile(r"func\.now|func\.current_|server_default|server_onupdate|FetchedValue")
    assert [name(path) for path in sources(LMS) if pattern.search(path.read_text())] == []


def test_nothing_waits_for_later():
    words = "TODO|FIXME|XXX"
    later = re.compile(rf"(?:#|//|/\*|<!--)\s*(?:{words})\b|(?<![.\w])(?:{words})[:(]")
    folders = [
        LMS,
        TEMPLATES,
        ROOT / "tests",
        ROOT / "migrations",
        ROOT / "content",
        ROOT / "docs",
        ROOT / ".ci",
    ]
    kinds = {".py", ".html", ".css", ".js", ".mjs", ".md", ".yaml", ".sh", ""}
    found = [
        name(path)
        for path in sources(*folders, ending="")
        if path.is_file() and path.suffix in kinds and later.search(path.read_text(errors="replace"))
    ]
    assert found == []


def test_files_are_read_in_one_sitting():
    long = {}
    for ending, limit in LONGEST.items():
        for path in sources(LMS, TEMPLATES, ROOT / "tests", ending=ending):
            lines = len(path.read_text().splitlines())
            if lines > LONGER.get(name(path), limit):
                long[name(path)] = lines
    assert long == {}


@pytest.mark.parametrize("lock", ["run", "test"])
def test_locks_hold_hashes_and_no_addresses(lock):
    text = (ROOT / "requirements" / f"{lock}.txt").read_text()
    assert text.count("--hash=") >= len(pins(text))
    assert "://" not in text


def test_tests_run_on_the_packages_that_cadre_runs_on():
    running, testing = (pins((ROOT / "requirements" / f"{lock}.txt").read_text()) for lock in ("run", "test"))
    assert running.items() <= testing.items()


def pins(text: str) -> dict[str, str]:
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", text, re.MULTILINE))
