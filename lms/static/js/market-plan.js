// What a sheet of Portfolio Years comes to: the same figures as lms/simulations/rules/market_plan.py, from the same facts.
// Money is whole ₹ 1,000, quantities whole units, both BigInt where they are multiplied; rounding is half to even.
const MOST = 1e6;
const MINUS = "\u2212";

/** A decimal as a fraction of whole numbers. */
function fraction(text) {
  const [whole, part = ""] = String(text).split(".");
  return [BigInt(whole + part), 10n ** BigInt(part.length)];
}

/** A quotient of whole numbers, half to even. */
function halfEven(over, under) {
  if (under < 0n) { over = -over; under = -under; }
  let floor = over / under;
  let rest = over % under;
  if (rest < 0n) { rest += under; floor -= 1n; }
  const twice = rest * 2n;
  return twice > under || (twice === under && floor % 2n !== 0n) ? floor + 1n : floor;
}

/** A float as a whole number, half to even. */
function whole(value) {
  const floor = Math.floor(value);
  const rest = value - floor;
  return BigInt(rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor);
}

/** A float with three decimals as thousandths, half to even on what the float exactly is. */
function thousandths(value) {
  let over = value;
  let under = 1n;
  while (!Number.isInteger(over)) { over *= 2; under *= 2n; }
  return halfEven(BigInt(over) * 1000n, under);
}

const part = (count, share) => { const [over, under] = fraction(share); return halfEven(count * over, under); };
const most = (a, b) => (a > b ? a : b);
const least = (a, b) => (a < b ? a : b);

/** A figure as people type it; null for what is none. */
export function figure(raw) {
  let text = raw.trim().slice(0, 40).replaceAll(MINUS, "-").replace(/%+$/, "").trim();
  if (/^\d{1,3}(,\d{3})+(\.\d+)?$/.test(text)) text = text.replaceAll(",", "");
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return null;
  const value = Number(text);
  return value >= 0 && value <= MOST ? value : null;
}

/** A plan from the facts and from `typed(place)`: the text of a field, null where there is none. `bought` are studies, `launched` whether there is a launch. */
export function plan(facts, typed, bought, launched) {
  const unread = [];
  const at = (place) => {
    const raw = typed(place);
    if (raw === null) return 0;
    if (raw.trim() === "") {
      if (/\.(price|production|forecast)$/.test(place)) unread.push(place);
      return 0;
    }
    const found = figure(raw);
    if (found === null) unread.push(place);
    return found ?? 0;
  };
  const names = Object.keys(facts.products);
  const sheet = {};
  for (const name of names) {
    sheet[name] = {};
    for (const what of ["price", "brand", "sales", "development", "production", "forecast"]) sheet[name][what] = thousandths(at(`products.${name}.${what}`));
  }
  const capacity = BigInt(facts.capacity);
  const ceiling = BigInt(facts.ceiling);
  const planned = names.reduce((sum, name) => sum + sheet[name].production, 0n);
  const scaled = planned > ceiling;
  const made = {};
  for (const name of names) made[name] = scaled ? sheet[name].production * ceiling / planned : sheet[name].production;
  const total = names.reduce((sum, name) => sum + made[name], 0n);
  const above = most(0n, total - capacity);
  const premium = total ? facts.premium * Number(above) / Number(total) : 0;

  const products = {};
  let revenue = 0n, goods = 0n, marketing = 0n, developing = 0n, carrying = 0n, down = 0n, production = 0n;
  for (const name of names) {
    const one = sheet[name];
    const before = facts.products[name];
    const cost = whole(Number(made[name]) * before.cost * (1 + premium));
    const available = BigInt(before.stock) + made[name];
    const value = BigInt(before.value) + cost;
    const sold = least(one.forecast, available);
    const out = available ? halfEven(value * sold, available) : 0n;
    const closing = value - out;
    const income = halfEven(one.price * sold, 1000n);
    products[name] = { produced: made[name], available, sold, left: available - sold, forecast: one.forecast, revenue: income, cost, contribution: income - out - one.brand - one.sales };
    revenue += income;
    goods += out;
    marketing += one.brand + one.sales;
    developing += one.development;
    carrying += part(closing, facts.carrying);
    if (one.development) down += part(closing, facts.write_down);
    production += cost;
  }
  const fee = launched ? BigInt(facts.fee) : 0n;
  if (launched) developing += thousandths(at("launch.development"));
  const added = thousandths(at("capacity"));
  const investment = halfEven(added * fraction(facts.plant)[0], fraction(facts.plant)[1]);
  const research = bought.reduce((sum, one) => sum + BigInt(facts.studies[one] ?? 0), 0n);
  const [fixed, depreciation, interest, opening] = [facts.fixed, facts.depreciation, facts.interest, facts.opening].map(BigInt);
  const contribution = revenue - goods - marketing;
  const before = contribution - developing - fee - carrying - down - fixed - depreciation - research + interest;
  const losses = BigInt(facts.losses);
  const tax = before > 0n ? part(before - least(losses, before), facts.tax) : 0n;
  const operating = revenue - production - (marketing + developing + fee + research + carrying + fixed) + interest - tax;
  const closing = opening + operating - investment;
  const count = facts.years + 1;
  const used = capacity ? Number(total) / Number(capacity) : 0;
  const points = ([zero, full, weight], raw) => Math.trunc(weight * Math.min(1, Math.max(0, (raw - zero) / (full - zero))) * 10 + 0.5);
  return {
    products, planned, made: total, above, scaled, revenue, goods, marketing, contribution, development: developing + fee, stock: carrying + down, fixed, depreciation, research, interest, tax,
    after: before - tax, production, investment, opening, closing, utilisation: capacity ? (2000n * total + capacity) / (2n * capacity) : 0n,
    safety: points(facts.safety, Number(BigInt(facts.debts) + most(0n, -closing)) / count / 1000), use: points(facts.use, (facts.off + Math.abs(used - facts.best)) / count),
    unread: [...new Set(unread)],
  };
}

const grouped = (count) => String(count).replace(/\B(?=(\d{3})+$)/g, ",");

/** Whole thousandths with one decimal, half up: 212349 → "212.3". */
export function tenths(count) {
  count = BigInt(count);
  const tens = ((count < 0n ? -count : count) + 50n) / 100n;
  return `${count < 0n && tens ? MINUS : ""}${grouped(tens / 10n)}.${tens % 10n}`;
}

const millions = (count) => `₹ ${tenths(count)} m`;
const hundredths = (count) => { const cents = (count + 5n) / 10n; return `${grouped(cents / 100n)}.${String(cents % 100n).padStart(2, "0")}`; };

/** A plan by the names of the places where it stands on the page, as the server writes it. */
export function words(p) {
  const out = {
    cash: millions(p.closing), opening: millions(p.opening), revenue: tenths(p.revenue), production: tenths(-p.production), marketing: tenths(-p.marketing),
    development: tenths(-p.development), research: tenths(-p.research), investment: tenths(-p.investment), fixed: tenths(-p.fixed), "stock-costs": tenths(-p.stock),
    "cost-of-goods": tenths(-p.goods), contribution: tenths(p.contribution), depreciation: tenths(-p.depreciation), interest: tenths(p.interest), tax: tenths(-p.tax),
    "after-tax": tenths(p.after), use: `${tenths(p.utilisation * 100n)} %`, made: tenths(p.made), above: tenths(p.above), "points-safety": tenths(p.safety * 100), "points-use": tenths(p.use * 100),
  };
  for (const [key, one] of Object.entries(p.products)) {
    out[`${key}-sold`] = tenths(one.sold);
    out[`${key}-left`] = tenths(one.left);
    out[`${key}-revenue`] = tenths(one.revenue);
    out[`${key}-contribution`] = tenths(one.contribution);
    out[`${key}-unit`] = one.produced ? hundredths(one.cost * 1000n / one.produced) : "–";
  }
  return out;
}

/** What a plan should make one think of: [tone, sentence], in the server's order. `sums` are shares in per cent by place, `label` names a place. */
export function warnings(facts, p, typed, sums, label) {
  const fill = (name, ...values) => values.reduce((text, value, at) => text.replace(`{${at}}`, value), facts.words[name]);
  const found = p.unread.map((place) => ["bad", fill("unread", label(place))]);
  const [low, high] = facts.price;
  const off = (sum) => Math.abs(sum - 100) > 1e-4;
  const plain = (sum) => String(Number(sum.toFixed(6)));
  for (const [key, one] of Object.entries(p.products)) {
    const name = `Product ${key}`;
    const price = figure(typed(`products.${key}.price`) ?? "");
    if (price !== null && (price < low || price > high)) found.push(["bad", fill("price", name, low, high)]);
    const mix = sums(`products.${key}.mix`);
    if (off(mix)) found.push(["bad", fill("mix", name, plain(mix))]);
    const weights = sums(`products.${key}.weights`);
    if ((figure(typed(`products.${key}.development`) ?? "") ?? 0) > 0 && off(weights)) found.push(["bad", fill("weights", name, plain(weights))]);
    if (one.forecast > one.available) found.push(["warn", fill("short", name, tenths(one.forecast), tenths(one.available))]);
    else if (one.left * 4n > one.forecast) found.push(["warn", fill("left", name, tenths(one.left))]);
  }
  if (p.scaled) found.push(["bad", fill("scaled", tenths(p.planned), tenths(p.made))]);
  if (p.above) found.push(["warn", fill("above", tenths(p.above), plain(facts.premium * 100))]);
  if (p.closing < 0n) found.push(["bad", fill("debt", millions(-p.closing))]);
  return found;
}
