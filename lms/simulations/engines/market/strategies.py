"""The eleven strategies of the bots: six that a sensible team might choose, five that must not pay."""

from __future__ import annotations

from dataclasses import replace

from lms.simulations.engines.market.bots import Role, Strategy

V, M, E, P = "V", "M", "E", "P"

SANE = (
    Strategy(
        "balanced",
        (
            Role(M, {M: 0.8, E: 0.2}, 1.03, brand=60, sales=36, development=70),
            Role(V, {V: 1.0}, 0.96, brand=50, sales=31, development=35),
        ),
    ),
    Strategy(
        "cost",
        (
            Role(M, {M: 0.9, V: 0.1}, 0.87, brand=46, sales=33, development=24),
            Role(V, {V: 1.0}, 0.86, brand=40, sales=31, development=15),
        ),
    ),
    Strategy(
        "enterprise",
        (
            Role(E, {E: 0.8, M: 0.2}, 0.87, brand=55, sales=38, development=95),
            Role(V, {V: 0.8, M: 0.2}, 1.02, brand=48, sales=32, development=45),
        ),
    ),
    Strategy(
        "full-line",
        (
            Role(M, {M: 0.7, E: 0.3}, 1.15, brand=60, sales=34, development=90),
            Role(V, {V: 1.0}, 1.0, brand=42, sales=30, development=42),
            Role(P, {P: 0.6, E: 0.4}, 0.95, brand=66, sales=42, development=90, launch=1),
        ),
        safety=0.08,
    ),
    Strategy(
        "pioneer",
        (
            Role(M, {M: 0.8, E: 0.2}, 1.05, brand=55, sales=34, development=60),
            Role(V, {V: 1.0}, 0.98, brand=44, sales=31, development=35),
            Role(P, {P: 0.8, E: 0.2}, 0.96, brand=48, sales=36, development=80, launch=1),
        ),
    ),
    Strategy(
        "premium",
        (
            Role(E, {M: 0.4, E: 0.6}, 0.88, brand=70, sales=43, development=115),
            Role(M, {M: 0.8, V: 0.2}, 0.91, brand=60, sales=36, development=95),
        ),
    ),
)

_PLAIN = SANE[0]

DEGENERATE = (
    replace(_PLAIN.scaled("brand", 5).scaled("sales", 2.5), name="ad-blast"),
    Strategy("do-nothing", (), absent=frozenset(range(1, 41))),
    replace(_PLAIN.scaled("price", 1.45), name="gouge"),
    replace(_PLAIN.scaled("price", 0.75), name="price-cut"),
    replace(_PLAIN.scaled("development", 5), name="r&d-blast"),
)

ALL = {one.name: one for one in (*SANE, *DEGENERATE)}
