// The race: levers left, small multiples right. A lever's move asks for one simulation; its numbers are put into the
// charts that are drawn already, so that the picture follows while the lever moves.

import { type Answer, ask, counted, follow as followed, shown } from "./api";
import { cite, claimLinks, joined } from "./cite";
import { at, later, make, options, table } from "./dom";
import { type Charts, Figure, onWidth, ready, widthOf } from "./figure";
import { type Lever, type Moves, body, draw as drawLevers, restored, written } from "./levers";
import { query, remember } from "./links";
import { type Series, type Simulated, TOLD, described, regionOf, rowsOf, tableRows } from "./series";
import { type Both, amount, given, lang, name, number, percent, t } from "./words";

interface Compared extends Answer {
  difference: Series[]; superiority: { variable: string; region: string; values: number[] }[];
  drivers: Driver[]; drivers_of: { variable: string; region: string; quarter: string }; a: Simulated;
}
interface Driver { parameter?: string; name?: string; title: Both; correlation: number; basis: string; claims: string[] }
interface Scenario { id: string; title: Both; question: Both }

const { few: DRAWS, many: MANY } = given.draws, SEED = 1;
const DATES = ["2025-Q4", "2028-Q4", "2030-Q4", "2032-Q4", "2035-Q4"];
const OUTCOMES = given.outcomes.map((one) => one.variable);
const USUAL = given.deciding[0]?.[0] ?? "";

const state = { a: "reference", b: "", moves: new Map() as Moves, outcome: USUAL, saved: "" };
const figures = new Map(given.outcomes.map((one) => [one.variable, new Figure("race", false)]));
let levers: Lever[] = [], scenarios: Scenario[] = [];
let now: Simulated | null = null, other: Simulated | null = null, otherOf = "";
let working = false, again = false, moved = 0, refining: AbortController | null = null;

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
  found.set("draws", String(now?.draws ?? DRAWS)); // the files hold what the page shows
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

/** Put the numbers into one chart; say whether they fit into its axis. */
async function refill(variable: string): Promise<boolean> {
  const figure = figures.get(variable)!, chart = figure.chart;
  if (!chart?.domain || !figure.result) return true;
  const [low, high] = chart.domain, rows = rowsOf(now!, other, variable, Boolean(chart.log), low);
  await figure.result.view.data("rows", rows).runAsync();
  const most = Math.max(...rows.map((row) => Math.max(Number(row.high), Number(row.other ?? 0))));
  figure.describe(described(now!, variable, chart.title));
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
  for (const one of order) figures.get(one)!.replaceRows(tableRows(now!, one));
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
  counted();
}

/** Run the same question with many draws, step by step on the page; another click stops it. */
async function refine(): Promise<void> {
  const button = at<HTMLButtonElement>("refine"), bar = at<HTMLProgressElement>("progress");
  if (refining) return refining.abort();
  const mine = (refining = new AbortController()), asked = { draws: MANY, seed: SEED, outcomes: OUTCOMES };
  const told = (one: { done: number; total: number }): void => { bar.value = one.done / one.total; };
  button.textContent = t("stop");
  bar.hidden = false;
  await shown(at("status"), async () => {
    try {
      const compared = state.b ? await followed<Simulated>("simulate/stream", { ...asked, scenario: state.b }, told, mine.signal) : null;
      const found = await followed<Simulated>("simulate/stream", { ...asked, scenario: state.a, set: body(state.moves) }, told, mine.signal);
      [now, other] = [found, compared];
      moved = performance.now();
      await follow();
      tell();
      at("status").textContent = t("refined", { n: number(MANY, 8) });
      otherOf = "-"; // the next move asks for the few draws of both again
    } catch (error) {
      if (!mine.signal.aborted) throw error;
      at("status").textContent = t("stopped");
    }
  });
  refining = null;
  bar.hidden = true;
  bar.value = 0;
  button.textContent = t("refine", { n: number(MANY, 8) });
  counted();
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
  const speed = document.body.dataset.updates ? t("done", { ms: spent, n: DRAWS }) : t("ready"); // not for the first picture
  at("status").textContent = `${speed} ${t("bands")}${other ? ` ${t("dotted")}` : ""}`;
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

/** Upper 97.5 % bounds of what is counted 0, 1, ... times (Poisson): so many draws could have said otherwise. */
const UNSEEN = [3.69, 5.57, 7.22, 8.77, 10.24, 11.67];

/** A share of draws; near 1 the bound that the number of draws gives, since agreeing draws are no certainty. */
function sure(share: number, draws: number): string {
  const other = Math.round((1 - share) * draws), against = UNSEEN[other] ?? other + 1.96 * Math.sqrt(other) + 3;
  return share > 0.995 ? `> ${percent(1 - against / draws, 3)}` : percent(share, 2);
}

function drawAhead(): void {
  const said = (found: Simulated, definition: string, when: string): string => Object.keys(given.blocs)
    .map((bloc): [string, number] => {
      const one = found.probabilities.find((row) => row.variable === `ahead|${definition}` && row.region === regionOf(bloc));
      return [bloc, one?.values[found.quarters.indexOf(when)] ?? 0];
    })
    .filter(([, share]) => share >= 0.01).sort((a, b) => b[1] - a[1])
    .map(([bloc, share]) => `${name("regions", bloc)} ${sure(share, found.draws)}`).join(", ");
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
const start = (): void => {
  refining?.abort();
  moved = performance.now();
  soon();
};

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
  at("refine").textContent = t("refine", { n: number(MANY, 8) });
  at("refine").addEventListener("click", () => void refine());
  onWidth(at("charts"), redraw);
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
