"""A bare Flask application on the same database: one query, one loop, no sign-in, no permissions, no theme."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask, render_template_string

PAGE = """<!doctype html><html lang="en"><head><title>{{ title }}</title></head><body><h1>{{ title }}</h1>
<table>{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table>
</body></html>"""

ITEMS = """select s.key, a.title, a.kind, a.minutes, s.starts_at, s.ends_at from scheduled_item s
join activity a on a.id = s.activity_id where s.cohort_id = :cohort order by s.starts_at"""
MODULE = """select a.key, a.title, a.kind, a.minutes, s.starts_at, s.ends_at from activity a
join scheduled_item s on s.activity_id = a.id join module m on m.id = a.module_id
where s.cohort_id = :cohort and m.key = 'a1-strategy-and-vision' order by a.position"""
PEOPLE = """select p.name, p.email, p.employer, p.zone, l.state, t.late_open, t.risk from place l
join person p on p.id = l.person_id left join standing t on t.place_id = l.id
where l.cohort_id = :cohort order by p.sort_name"""
QUERIES = {"desk": ITEMS, "schedule": ITEMS, "module": MODULE, "board": PEOPLE, "people": PEOPLE}


def bare_app(address: str, cohort_id: int) -> Flask:
    """The application; `/desk`, `/schedule` … show the rows that our page of that name is made of."""
    app = Flask("bare")
    engine = sa.create_engine(address)

    @app.get("/<name>")
    def show(name: str) -> str:
        with engine.connect() as connection:
            rows = connection.execute(sa.text(QUERIES[name]), {"cohort": cohort_id}).all()
        return render_template_string(PAGE, title=name, rows=rows)

    return app
