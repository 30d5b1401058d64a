"""The books of a team for one year, in whole ₹ 1,000.

Every line is counted once; sums are sums of whole numbers, so that the profit after tax is exactly the change of cash,
stock and plant. Closing stock is what is left of opening stock and of what was made when the goods sold have been taken
out at weighted average cost: the rest of every rounding stays in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from lms.simulations.engines.market.figures import decimal, money, part, units, written
from lms.simulations.engines.market.parameters import Ledger, Parameters
from lms.simulations.engines.market.records import TeamState
from lms.simulations.engines.market.reports import BalanceSheet, CashFlow, ProfitAndLoss


@dataclass(frozen=True)
class Line:
    """The books of one product: money in ₹ 1,000, quantities in units."""

    revenue: int
    cost_of_goods: int
    brand: int
    sales: int
    development: int
    carrying: int
    write_down: int
    production_cost: int
    sold: int
    stock: int
    stock_value: int
    average: Fraction
    """₹ '000 for a unit, of opening stock and what was made."""

    @property
    def contribution(self) -> int:
        """What the product earns before everything that the team pays as a whole."""
        return self.revenue - self.cost_of_goods - self.brand - self.sales


@dataclass(frozen=True)
class Turnover:
    """What one product brought and cost before its books are closed."""

    price: float
    """₹ '000."""
    opening_stock: int
    opening_value: int
    produced: int
    production_cost: int
    sold: int
    brand: int
    sales: int
    development: int


def line(params: Ledger, of: Turnover) -> Line:
    """Close the books of one product."""
    available, value = of.opening_stock + of.produced, of.opening_value + of.production_cost
    average = Fraction(value, available) if available else Fraction(0)
    left = available - of.sold
    cost_of_goods = round(average * of.sold)
    closing = value - cost_of_goods
    write_down = part(closing, params.write_down) if of.development else 0
    return Line(
        revenue=round(decimal(of.price) * of.sold),
        cost_of_goods=cost_of_goods,
        brand=of.brand,
        sales=of.sales,
        development=of.development,
        carrying=part(closing, params.carrying),
        write_down=write_down,
        production_cost=of.production_cost,
        sold=of.sold,
        stock=left,
        stock_value=closing - write_down,
        average=average,
    )


@dataclass(frozen=True)
class TeamCosts:
    """What a team pays as a whole, ₹ 1,000."""

    launch_development: int
    launch_fee: int
    research: int
    capacity: float
    """'000 units added."""


@dataclass(frozen=True)
class Books:
    """A team's books, closed."""

    profit: ProfitAndLoss
    cash: CashFlow
    balance: BalanceSheet


def close(params: Parameters, team: TeamState, lines: Sequence[Line], costs: TeamCosts) -> Books:
    """Close the books of a team."""
    rules = params.ledger
    cash, debt = money(team.cash), money(team.debt)
    gross, net = money(team.gross_plant), money(team.net_plant)
    contribution = sum(one.contribution for one in lines)
    development = sum(one.development for one in lines) + costs.launch_development
    carrying, write_down = sum(one.carrying for one in lines), sum(one.write_down for one in lines)
    fixed = fixed_cost(rules, len(lines))
    depreciation = min(net, part(gross, rules.depreciation))
    operating_profit = (
        contribution - development - costs.launch_fee - carrying - write_down - fixed - depreciation
    ) - costs.research
    interest = part(cash, rules.interest_cash) - part(debt, rules.interest_debt)
    before_tax = operating_profit + interest
    tax, losses = taxed(rules, before_tax, money(team.losses))

    revenue, production = sum(one.revenue for one in lines), sum(one.production_cost for one in lines)
    brand, sales = sum(one.brand for one in lines), sum(one.sales for one in lines)
    spends = brand + sales + development + costs.launch_fee + costs.research + carrying + fixed
    operating = revenue - production - spends + interest - tax
    investment = plant_cost(params, costs.capacity)
    closing = cash - debt + operating - investment
    stock = sum(one.stock_value for one in lines)
    plant = net + investment - depreciation
    return Books(
        profit=ProfitAndLoss(
            revenue=written(revenue),
            cost_of_goods=written(sum(one.cost_of_goods for one in lines)),
            brand=written(brand),
            sales=written(sales),
            contribution=written(contribution),
            development=written(development),
            launch_fee=written(costs.launch_fee),
            carrying=written(carrying),
            write_down=written(write_down),
            fixed=written(fixed),
            depreciation=written(depreciation),
            research=written(costs.research),
            operating_profit=written(operating_profit),
            interest=written(interest),
            before_tax=written(before_tax),
            tax=written(tax),
            after_tax=written(before_tax - tax),
        ),
        cash=CashFlow(
            opening=written(cash - debt),
            receipts=written(revenue),
            production=written(production),
            spends=written(spends),
            interest=written(interest),
            tax=written(tax),
            operating=written(operating),
            investment=written(investment),
            change=written(operating - investment),
            closing=written(closing),
        ),
        balance=BalanceSheet(
            cash=written(max(0, closing)),
            stock=written(stock),
            gross_plant=written(gross + investment),
            plant=written(plant),
            debt=written(max(0, -closing)),
            equity=written(closing + stock + plant),
            losses=written(losses),
        ),
    )


def fixed_cost(rules: Ledger, products: int) -> int:
    """₹ 1,000 a year for so many products."""
    beyond = max(0, products - rules.simple)
    return money(rules.fixed + rules.per_product * products + rules.complexity * beyond**2)


def plant_cost(params: Parameters, capacity: float) -> int:
    """₹ 1,000 for capacity of so many '000 units."""
    return round(units(capacity) * decimal(params.production.plant))


def taxed(rules: Ledger, before_tax: int, losses: int) -> tuple[int, int]:
    """Tax on a year's profit, and the losses that are left to lower later tax."""
    if before_tax <= 0:
        return 0, losses - before_tax
    used = min(losses, before_tax)
    return part(before_tax - used, rules.tax), losses - used
