// The race: levers left, small multiples right. A lever's move asks for one simulation; its numbers are put into the
// charts that are drawn already, so that the picture follows while the lever moves.

import { type Answer, ask, shown } from "./api";
import { cite, claimLinks, joined } from "./cite";
import { at, later, make, options, table } from "./dom";
import { type Charts, Figure, type Row, ready, widthOf } from "./figure";
import { type Lever, type Moves, body, draw as drawLevers, restored, written } from "./levers";
import { query, remember } from "./links";
import { colour } from "./theme";
import { type Both, amount, given, label, lang, name, number, percent, range, t } from "./words";

interface Series { variable: string; region: string; unit: string; values: number[][] }
interface Simulated extends Answer {
  quarters: string[]; series: Series[]; probabilities: { variable: string; region: string; values: number[] }[];
  draws: number; seed: number; backend: string;
}
interface Compared extends Answer {
  difference: Series[]; superiority: { variable: string; region: string; values: number[] }[];
  drivers: Driver[]; drivers_of: { variable: string; region: string; quarter: string }; a: Simulated;
}
interface Driver { parameter?: string; name?: string; title: Both; correlation: number; basis: string; claims: string[] }
interface Scenario { id: string; title: Both; question: Both }

const DRAWS = 1000, SEED = 1, FIRST_SHOWN = "2022-Q4", LAST_OBSERVED = "2025-Q4", TOLD = ["2030-Q4", "2035-Q4"];
const DATES = ["2025-Q4", "2028-Q4", "2030-Q4", "2032-Q4", "2035-Q4"];
const OUTCOMES = given.outcomes.map((one) => one.variable);
const USUAL = given.deciding[0]?.[0] ?? "";

const state = { a: "reference", b: "", moves: new Map() as Moves, outcome: USUAL, saved: "" };
const figures = new Map(given.outcomes.map((one) => [one.variable, new Figure("race", false)]));
let levers: Lever[] = [], scenarios: Scenario[] = [];
let now: Simulated | null = null, other: Simulated | null = null, otherOf = "";
let working = false, again = false, moved = 0;

const decimal = (quarter: string): number => Number(quarter.slice(0, 4)) + Number(quarter.slice(6)) / 4;
const regionOf = (bloc: string): string => given.blocs[bloc]?.region ?? bloc;

function address(): URLSearchParams {
  const found = new URLSearchParams();
  if (state.a !== "reference") found.set("scenario", state.a);
  if (state.b) found.set("against", state.b);
  for (const text of written(state.moves)) found.append("set", text);
  if (state.outcome !== USUAL) found.set("outcome", state.outcome);
  if (state.saved) found.set("saved", state.saved);
  return found;
}

/** The question of a chart's file: the address without what only the page knows. */
function question(outcome: string): URLSearchParams {
  const found = address();
  found.delete("saved");
  found.set("outcome", outcome);
  found.set("draws", String(DRAWS));
  return found;
}

function restore(): void {
  const found = query(), known = (id: string | null): string => (scenarios.some((one) => one.id === id) ? id ?? "" : "");
  state.a = known(found.get("scenario")) || "reference";
  state.b = known(found.get("against"));
  state.moves = restored(found.getAll("set"), new Map(levers.map((one) => [one.name, one])));
  const wanted = found.get("outcome");
  if (wanted && given.deciding.some(([value]) => value === wanted)) state.outcome = wanted;
  state.saved = found.get("saved") ?? "";
}

function seriesOf(found: Simulated, variable: string, bloc: string): Series {
  const one = found.series.find((row) => row.variable === variable && row.region === regionOf(bloc));
  if (!one) throw new Error(`no series ${variable} of ${bloc}`);
  return one;
}

/** Return a chart's data as the server writes them (charts_bands): one row a panel and quarter. */
function rowsOf(variable: string, log: boolean, low: number): Row[] {
  const found: Row[] = [], quarters = now!.quarters, first = quarters.indexOf(FIRST_SHOWN), last = quarters.length - 1;
  for (const bloc of given.outcomes.find((one) => one.variable === variable)?.blocs ?? []) {
    const { values, unit } = seriesOf(now!, variable, bloc), middle = values[2]!;
    const compared = other ? seriesOf(other, variable, bloc).values[2]! : null;
    for (let k = first; k <= last; k++) {
      if (log && middle[k]! < low) continue;
      const held = (row: number[]): number => Math.max(row[k]!, low);
      const row: Row = {
        panel: name("regions", bloc), colour: colour(given.blocs[bloc]?.role ?? "slate"), year: decimal(quarters[k]!),
        low: held(values[0]!), q25: held(values[1]!), mid: held(middle), q75: held(values[3]!), high: held(values[4]!),
      };
      if (compared) row.other = held(compared);
      if (quarters[k] === LAST_OBSERVED || k === last) {
        row.text = label(middle[k]!, unit);
        Object.assign(row, { falls: k < last && middle[Math.max(k - 4, first)]! > middle[k]! });
      }
      found.push(row);
    }
  }
  return found;
}

function described(variable: string): string {
  const parts = (given.outcomes.find((one) => one.variable === variable)?.blocs ?? []).map((bloc) => {
    const { values, unit } = seriesOf(now!, variable, bloc);
    const told = TOLD.map((quarter) => {
      const k = now!.quarters.indexOf(quarter);
      return `${quarter} ${amount(values[2]![k], unit)} (${range(values[0]![k]!, values[4]![k]!, unit)})`;
    });
    return `${name("regions", bloc)}: ${told.join(", ")}`;
  });
  return `${figures.get(variable)!.chart?.title ?? variable}. ${parts.join("; ")}.`;
}

function tableRows(variable: string): Row[] {
  return now!.series.filter((one) => one.variable === variable).flatMap((one) => now!.quarters.map((quarter, k) => ({
    region: one.region, quarter, q05: one.values[0]![k]!, q25: one.values[1]![k]!, q50: one.values[2]![k]!,
    q75: one.values[3]![k]!, q95: one.values[4]![k]!, unit: one.unit,
  })).filter((row) => row.quarter >= FIRST_SHOWN));
}

/** Put the numbers into one chart; say whether they fit into its axis. */
async function refill(variable: string): Promise<boolean> {
  const figure = figures.get(variable)!, chart = figure.chart;
  if (!chart?.domain || !figure.result) return true;
  const [low, high] = chart.domain, rows = rowsOf(variable, Boolean(chart.log), low);
  await figure.result.view.data("rows", rows).runAsync();
  const most = Math.max(...rows.map((row) => Math.max(Number(row.high), Number(row.other ?? 0))));
  figure.describe(described(variable));
  figure.link(question(variable));
  return most <= high && most > (chart.log ? high / 1e3 : high / 3);
}

/** Put the numbers into all charts, those in view first; charts whose axis no longer suits are asked for anew. */
async function follow(): Promise<void> {
  const order = [...figures.keys()].sort((a, b) => Number(figures.get(b)!.visible) - Number(figures.get(a)!.visible));
  const seen = order.filter((one) => figures.get(one)!.visible);
  const fits = await Promise.all(seen.map(refill));
  document.body.dataset.picture = String(Math.round(performance.now() - moved));
  for (const one of order.slice(seen.length)) fits.push(await refill(one));
  if (fits.includes(false)) redraw();
  for (const one of order) figures.get(one)!.replaceRows(tableRows(one));
}

async function simulate(): Promise<void> {
  const asked = { draws: DRAWS, seed: SEED, outcomes: OUTCOMES };
  if (state.b !== otherOf) {
    other = state.b ? await ask<Simulated>("simulate", { ...asked, scenario: state.b }) : null;
    otherOf = state.b;
    redraw();
  }
  now = await ask<Simulated>("simulate", { ...asked, scenario: state.a, set: body(state.moves) });
}

/** Ask for what the levers say; while one answer is on its way, only the last move is remembered. */
async function update(): Promise<void> {
  if (working) {
    again = true;
    return;
  }
  working = true;
  await shown(at("status"), async () => {
    do {
      again = false;
      await simulate();
      await follow();
    } while (again);
    tell();
  });
  working = false;
  document.body.dataset.updates = String(Number(document.body.dataset.updates ?? 0) + 1);
}

function tell(): void {
  if (!now) return;
  drawAhead();
  compare();
  const scenario = scenarios.find((one) => one.id === state.a);
  const levered = written(state.moves).join(", ");
  cite(now, `${scenario?.title[lang] ?? state.a}${levered ? ` (${levered})` : ""}, ${now.draws} ${t("draws")}, ${t("seed")} ${now.seed}`,
    joined(now, other));
  const spent = document.body.dataset.picture ?? "0";
  at("status").textContent = `${t("done", { ms: spent, n: DRAWS })} ${t("bands")}${other ? ` ${t("dotted")}` : ""}`;
}

/** Ask for the charts with their axes; for the first picture, another width, and values beyond the axes. */
async function charts(): Promise<void> {
  const asked = question("");
  asked.delete("outcome");
  for (const one of OUTCOMES) asked.append("outcome", one);
  asked.set("width", String(widthOf(at("charts"))));
  asked.set("lang", lang);
  await shown(at("status"), async () => {
    const found = await ask<Charts>(`charts/race?${asked}`);
    for (const chart of found.charts) await figures.get(chart.outcome!)!.show(chart, question(chart.outcome!));
  });
}
const redraw = later(300, () => void charts());

function drawAhead(): void {
  const said = (found: Simulated, definition: string, when: string): string => Object.keys(given.blocs)
    .map((bloc): [string, number] => {
      const one = found.probabilities.find((row) => row.variable === `ahead|${definition}` && row.region === regionOf(bloc));
      return [bloc, one?.values[found.quarters.indexOf(when)] ?? 0];
    })
    .filter(([, share]) => share >= 0.01).sort((a, b) => b[1] - a[1])
    .map(([bloc, share]) => `${name("regions", bloc)} ${percent(share, 2)}`).join(", ");
  const rows = Object.keys(given.names.definitions ?? {}).map((definition) => [
    name("definitions", definition),
    ...DATES.map((when) => {
      const mine = said(now!, definition, when), theirs = other ? said(other, definition, when) : mine;
      return mine === theirs ? mine : make("span", {}, mine, make("br"), make("span", { class: "note" }, `${t("compared")}: ${theirs}`));
    }),
  ]);
  at("ahead").replaceChildren(table([t("definition"), ...DATES.map((when) => when.slice(0, 4))], rows));
}

function driverTable(rows: Driver[]): HTMLTableElement {
  return table([t("assumption"), t("rank"), t("rests")], rows.map((one) => [
    one.title[lang] || one.name || one.parameter || "", { n: number(one.correlation, 2) },
    one.claims.length ? claimLinks(one.claims) : t("judgement_only"),
  ]));
}

async function decides(): Promise<void> {
  await shown(at("decides"), async () => {
    const asked = new URLSearchParams({ scenario: state.a, outcome: state.outcome });
    const found = await ask<{ parameters: Driver[] }>(`decides?${asked}`);
    at("decides").replaceChildren(driverTable(found.parameters));
  });
}

/** Set A beside B on the same draws, once the levers rest. */
const compare = later(500, () => void drawCompared());
async function drawCompared(): Promise<void> {
  if (!state.b) return;
  await shown(at("compare"), async () => {
    const found = await ask<Compared>("compare", {
      a: { scenario: state.a, set: body(state.moves) }, b: { scenario: state.b }, draws: DRAWS, seed: SEED, outcomes: OUTCOMES,
    });
    const rows = given.outcomes.flatMap((one) => one.blocs.map((bloc) => {
      const apart = found.difference.find((row) => row.variable === one.variable && row.region === regionOf(bloc))!;
      const wins = found.superiority.find((row) => row.variable === one.variable && row.region === regionOf(bloc))!;
      const cells = TOLD.flatMap((when) => {
        const k = found.a.quarters.indexOf(when);
        return [{ n: amount(apart.values[2]![k], apart.unit) }, { n: percent(wins.values[k]!, 2) }];
      });
      return [`${name("outcomes", one.variable)}, ${name("regions", bloc)}`, ...cells];
    }));
    const heads = TOLD.flatMap((when) => [t("difference", { when: when.slice(0, 4) }), t("higher", { when: when.slice(0, 4) })]);
    at("compare").replaceChildren(table([t("outcome"), ...heads], rows),
      make("p", {}, t("apart", { what: name("outcomes", found.drivers_of.variable), where: found.drivers_of.region, when: found.drivers_of.quarter })),
      driverTable(found.drivers));
  });
}

function texts(): void {
  at("question").textContent = scenarios.find((one) => one.id === state.a)?.question[lang] ?? "";
  const found = address();
  found.delete("saved");
  const save = new URLSearchParams({ view: found.toString() });
  if (state.saved) save.set("over", state.saved);
  at<HTMLAnchorElement>("save").search = save.toString();
  at("compared").hidden = !state.b;
  remember(address());
}

const soon = later(30, () => { texts(); void update(); });
const start = (): void => { moved = performance.now(); soon(); };

function listen(): void {
  const a = at<HTMLSelectElement>("a"), b = at<HTMLSelectElement>("b"), outcome = at<HTMLSelectElement>("outcome");
  a.addEventListener("change", () => { state.a = a.value; start(); redraw(); void decides(); });
  b.addEventListener("change", () => { state.b = b.value; start(); });
  outcome.addEventListener("change", () => { state.outcome = outcome.value; texts(); void decides(); });
  at("reset").addEventListener("click", () => {
    Object.assign(state, { a: "reference", b: "", moves: new Map(), saved: "" });
    a.value = state.a;
    b.value = "";
    drawLevers(levers, state.moves, start);
    start();
    redraw();
  });
  let width = widthOf(at("charts"));
  addEventListener("resize", later(200, () => {
    if (widthOf(at("charts")) !== width) redraw();
    width = widthOf(at("charts"));
  }));
  for (const [variable, figure] of figures) figure.drawn = () => void (now && refill(variable));
}

export async function begin(): Promise<void> {
  ready();
  at("charts").replaceChildren(...[...figures.values()].map((one) => one.element));
  const [offered, told] = await Promise.all([ask<{ levers: Lever[] }>("levers"), ask<{ scenarios: Scenario[] }>("scenarios")]);
  levers = offered.levers;
  scenarios = told.scenarios;
  restore();
  const rows = scenarios.map((one): [string, string] => [one.id, one.title[lang]]);
  at("a").replaceChildren(...options(rows, state.a));
  at("b").replaceChildren(...options([["", t("nothing")], ...rows], state.b));
  at("outcome").replaceChildren(...options(given.deciding, state.outcome));
  drawLevers(levers, state.moves, start);
  listen();
  texts();
  moved = performance.now();
  await charts();
  await update();
  await decides();
}
