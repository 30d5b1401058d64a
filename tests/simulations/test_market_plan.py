"""What a sheet comes to before the year: the engine's own sums, and the page's script says the same."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from werkzeug.datastructures import MultiDict

from lms.simulations.engines.market import Decisions, Parameters, TeamDecision, start, step
from lms.simulations.engines.market.figures import money
from lms.simulations.engines.market.idle import idle
from lms.simulations.rules.market_plan import basis, plan
from lms.simulations.views import market_form, market_words

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "lms/static/js/market-plan.js"
KEY = "north"


@pytest.fixture(scope="module")
def params():
    import yaml

    return Parameters.read(
        yaml.safe_load((ROOT / "content/simulations/portfolio-years/parameters.yaml").read_text())
    )


@pytest.fixture(scope="module")
def second(params):
    """The second year: with stock, an odd cost and a year behind."""
    first = start(params, "w", 14, ["east", KEY, "south"])
    decided = idle(first.teams[KEY]).written()
    decided["products"]["A"] |= {"production": 140.333, "price": 9.455, "development": 33.3335}
    decided["products"]["A"]["weights"] = {"performance": 0.3, "ease": 0.3, "trust": 0.4}
    return step(params, first, Decisions(teams={KEY: TeamDecision.read(decided)})).state


def fields(team, **typed):
    """A form as the page shows it, with what was typed."""
    found = {"capacity": "0", "launch.parent": "", "studies": "asked"}
    for key, one in team.products.items():
        at = f"products.{key}"
        found |= {f"{at}.price": "9", f"{at}.brand": "30", f"{at}.sales": "20", f"{at}.development": "0"}
        found |= {f"{at}.production": "100", f"{at}.forecast": "90"}
        found |= {f"{at}.mix.{segment}": "25" for segment in one.mix}
    return found | {name.replace("__", "."): value for name, value in typed.items()}


CASES = (
    {},
    {"products__A__price": "9.455", "products__A__forecast": "120.5", "products__A__production": "61.777"},
    {"products__A__production": "170", "products__B__production": "150.001", "capacity": "12.5"},
    {"products__A__production": "1,050", "products__A__mix__V": "20", "products__B__price": "31"},
    {
        "products__A__price": "nine",
        "products__B__forecast": "-4",
        "products__A__brand": "",
        "products__B__production": "",
    },
    {"products__A__development": "60.0005", "products__A__sales": "700", "capacity": "200"},
    {
        "launch__parent": "A",
        "launch__development": "75.25",
        "study__sizes": "1",
        "study__test__A__brand": "1",
    },
)


def test_what_does_not_depend_on_buyers_is_what_the_year_books(params, second):
    decided = idle(second.teams[KEY]).written()
    decided["products"]["A"] |= {"production": 160.25, "development": 41.7, "price": 9.1}
    decided["products"]["A"]["weights"] = {"performance": 0.5, "ease": 0.25, "trust": 0.25}
    decided["capacity"], decided["research"] = 7.5, [{"study": "ideals"}, {"study": "rivals"}]
    report = step(params, second, Decisions(teams={KEY: TeamDecision.read(decided)})).report.teams[KEY]
    # with what was really sold as the forecast, and as much left over, every line of the books is the year's
    for key, one in report.products.items():
        decided["products"][key]["forecast"] = one.sold
    found = plan(params, second, KEY, decided)
    assert found.closing == money(report.cash.closing)
    assert found.after_tax == money(report.profit.after_tax)
    assert found.production_cost == money(report.cash.production)
    assert found.stock_costs == money(report.profit.carrying) + money(report.profit.write_down)
    assert (found.fixed, found.depreciation) == (
        money(report.profit.fixed),
        money(report.profit.depreciation),
    )
    assert (found.research, found.investment) == (
        money(report.profit.research),
        money(report.cash.investment),
    )
    assert found.made == round(report.capacity.produced * 1000)
    terms = {one.key: one.points for one in report.scorecard.terms}
    assert abs(found.safety / 10 - terms["safety"]) <= 0.05
    assert abs(found.use / 10 - terms["utilisation"]) <= 0.05


def test_the_script_says_what_the_server_says(params, second):
    team, segments = second.teams[KEY], params.segments
    facts = basis(params, second, KEY) | {"words": market_words.WARN}
    asked, expected = [], []
    for case in CASES:
        typed = fields(team, **case)
        draft = market_form.read(MultiDict(typed), idle(team).written(), team, segments)
        coming = plan(params, second, KEY, draft)
        asked.append(typed)
        expected.append(
            {
                "out": market_words.live(coming),
                "told": [list(one) for one in market_words.warnings(params, draft, coming)],
            }
        )
    names = {place: market_words.label(place, segments) for typed in asked for place in typed}
    program = f"""
      import {{ plan, words, warnings, figure }} from {json.dumps(SCRIPT.as_uri())};
      const {{ facts, asked, names }} = JSON.parse(process.argv[1]);
      console.log(JSON.stringify(asked.map((fields) => {{
        const typed = (name) => fields[name] ?? null;
        const below = (start) => Object.entries(fields).filter(([name]) => name.startsWith(start));
        const bought = below("study.").map(([name]) => name.split(".")[1]);
        const added = (at) => below(`${{at}}.`).reduce((sum, [, text]) => sum + (figure(text) ?? 0), 0);
        const sums = (at) => Number(added(at).toFixed(6));
        const p = plan(facts, typed, bought, Boolean(fields["launch.parent"]));
        return {{ out: words(p), told: warnings(facts, p, typed, sums, (name) => names[name]) }};
      }})));
    """
    ran = subprocess.run(
        [
            "node",
            "--input-type=module",
            "-e",
            program,
            json.dumps({"facts": facts, "asked": asked, "names": names}),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    said = json.loads(ran.stdout)
    for case, one, other in zip(CASES, said, expected, strict=True):
        assert one == other, case
