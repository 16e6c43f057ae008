// What the page shows, as its address holds it. A link is honoured to the letter or says what it cannot show.

import { QUARTER } from "./pool";
import { plain } from "./numbers";
import { model, t } from "./words";
import type { Move, Numbers, Outcome, Scenario, State, Step, View, World } from "./types";

export const VIEWS: View[] = ["linear", "log", "share", "change"];
const SETTING = /^([\w.]+)=([^@]+)(?:@(.+))?$/;
const ONCE = ["scenario", "outcome", "region", "view", "year", "seed", "draws", "compare"];
export const MOST_COMPARED = 4;
const QUIET = new Set(["embed", "present", "saved"]); // not part of what is shown
export const FIRST_YEAR = 2023;
export const LAST_YEAR = 2035;

export const outcomeOf = (state: State): Outcome => model.outcomes.find((one) => one.id === state.outcome)!;
export const scenarioOf = (state: State): Scenario | undefined => model.scenarios.find((one) => one.id === state.scenario);

/** The quarter after the last counted one: levers hold from there unless said otherwise. */
export function firstProjected(): string {
  return next(model.observed);
}

export function next(quarter: string): string {
  const [, year, part] = QUARTER.exec(quarter)!;
  return part === "4" ? `${Number(year) + 1}-Q1` : `${year}-Q${Number(part) + 1}`;
}

export function usual(): State {
  const { outcome, line, year } = model.start;
  return { outcome, line, view: "linear", year, scenario: "", moves: [], seed: model.seed, compare: [] };
}

/** The lines of an outcome that the page draws together, and the one that it speaks of. */
export function focusOf(state: State): string {
  const keys = Object.keys(outcomeOf(state).lines);
  if (keys.includes(state.line)) return state.line;
  return ["cn", "huawei", "with_smuggled", "china"].find((key) => keys.includes(key)) ?? keys[0]!;
}

export interface Read {
  state: State; refused: string[];
}

/** Read an address. What cannot be shown is left out and told. */
export function read(search: string, numbers: Numbers): Read {
  const state = usual();
  const refused: string[] = [];
  const query = new URLSearchParams(search);
  const steps: { move: Move; text: string }[] = [];
  for (const [key, text] of query) {
    if (QUIET.has(key)) continue;
    if (key === "set" || key === "shift") {
      const found = setting(key, text, numbers);
      if (typeof found === "string") refused.push(found);
      else steps.push({ move: found, text });
    } else if (key === "scenario") {
      if (text === "reference" || model.scenarios.some((one) => one.id === text)) state.scenario = text === "reference" ? "" : text;
      else refused.push(t("refused_scenario", { text }));
    } else if (key === "off") refused.push(t("refused_off", { text: `off=${text}` }));
    else if (!fields(state, key, text, refused)) refused.push(t("refused_key", { text: `${key}=${text}` }));
  }
  for (const { move } of steps) state.moves = joined(state.moves, move);
  state.moves = shiftsHold(state.moves);
  if (query.has("region")) region(state, query.get("region")!, refused);
  if (!views(outcomeOf(state)).includes(state.view)) {
    refused.push(t("refused_view_here", { text: state.view }));
    state.view = "linear";
  }
  for (const key of ONCE) if (query.getAll(key).length > 1) refused.push(t("refused_twice", { text: key, last: query.getAll(key).at(-1)! }));
  return { state, refused };
}

/** The views that an outcome has. */
export function views(outcome: Outcome): View[] {
  return VIEWS.filter((one) => (one !== "share" || outcome.summed) && (one !== "log" || !["share", "indicator", "month"].includes(outcome.unit)));
}

/** A state with another outcome and line; a view that the outcome does not have becomes the linear one. */
export function showing(state: State, outcome: Outcome, line = state.line, view = state.view): State {
  return { ...state, outcome: outcome.id, line, view: views(outcome).includes(view) ? view : "linear" };
}

/** Where one quarter both sets and shifts a lever the shift holds, as on the command line: only it is kept. */
function shiftsHold(moves: Move[]): Move[] {
  const shifted = (name: string, at: string): boolean => moves.some((one) => one.kind === "shift" && one.name === name && one.steps.some(([other]) => other === at));
  return moves.map((one) => (one.kind === "shift" ? one : { ...one, steps: one.steps.filter(([at]) => !shifted(one.name, at)) })).filter((one) => one.steps.length);
}

function fields(state: State, key: string, text: string, refused: string[]): boolean {
  if (key === "outcome") outcome(state, text, refused);
  else if (key === "view") {
    if (VIEWS.includes(text as View)) state.view = text as View;
    else refused.push(t("refused_view", { text }));
  } else if (key === "year") {
    const year = Number(text);
    if (Number.isInteger(year) && year >= FIRST_YEAR && year <= LAST_YEAR) state.year = year;
    else refused.push(t("refused_year", { text, first: FIRST_YEAR, last: LAST_YEAR }));
  } else if (key === "compare") compare(state, text, refused);
  else if (key === "seed") {
    if (/^\d{1,9}$/.test(text)) state.seed = Number(text);
    else refused.push(t("refused_seed", { text }));
  } else if (key === "draws") {
    if (text !== String(model.draws)) refused.push(t("refused_draws", { text }));
  } else return key === "region";
  return true;
}

/** Take scenarios to compare, `a,b`; the reference always stands beside them. */
function compare(state: State, text: string, refused: string[]): void {
  const named = [...new Set(text.split(",").map((one) => one.trim()))].filter((one) => one && one !== "reference");
  const known = named.filter((one) => model.scenarios.some((other) => other.id === one));
  for (const one of named) if (!known.includes(one)) refused.push(t("refused_compare", { text: one }));
  if (known.length > MOST_COMPARED) refused.push(t("refused_compare_many", { text: known.slice(MOST_COMPARED).join(", "), most: MOST_COMPARED }));
  state.compare = known.slice(0, MOST_COMPARED);
}

/** Take an outcome: `installed|h100e_8bit`, a line of it (`delivered|h100e_8bit|amd`), or with @region@quarter behind it. */
function outcome(state: State, text: string, refused: string[]): void {
  const [id, where, when] = text.split("@");
  const whole = model.outcomes.find((one) => one.id === id);
  const tail = id!.split("|").at(-1)!;
  const found = whole ?? model.outcomes.find((one) => one.id === id!.split("|").slice(0, -1).join("|") && tail in one.lines);
  if (!found) {
    refused.push(t("refused_outcome", { text }));
    return;
  }
  state.outcome = found.id;
  if (!whole) state.line = tail;
  if (where) region(state, where, refused);
  const at = when ? /^(\d{4})/.exec(when) : null;
  if (at) state.year = Math.min(Math.max(Number(at[1]), FIRST_YEAR), LAST_YEAR);
}

function region(state: State, text: string, refused: string[]): void {
  const keys = Object.keys(outcomeOf(state).lines);
  const named = Object.entries(model.lines).find(([key, names]) => keys.includes(key) && names[0].toLowerCase() === text.toLowerCase());
  const line = text === "all" || keys.includes(text) ? text : named?.[0] ?? ENGLISH[text];
  if (line && (line === "all" || keys.includes(line))) state.line = line;
  else refused.push(t("refused_region", { text }));
}

const ENGLISH: Record<string, string> = {
  "United States": "us", China: "cn", Europe: "eu", "Gulf states": "gulf", "Rest of the world": "rest", World: "world",
};

function setting(kind: Move["kind"], text: string, numbers: Numbers): Move | string {
  const shown = `${kind}=${text}`;
  const [, name, value, dates] = SETTING.exec(text.trim()) ?? [];
  if (!name || value === undefined) return t("refused_key", { text: shown });
  const row = numbers.names.indexOf(name);
  if (row < 0) return t("refused_unknown", { text: shown });
  const number = value.trim() === "" ? NaN : Number(value);
  if (!Number.isFinite(number)) return t("refused_value", { text: shown, value });
  const [low, high] = numbers.bounds[row]!;
  if (number < low || number > high) return t("refused_bounds", { text: shown, low: plain(low, 6), high: plain(high, 6) });
  const [start, until] = (dates ?? "").split("..").map((one) => one.trim().toUpperCase().replace(/^(\d{4})Q/, "$1-Q"));
  const wrong = [start, until].find((one) => one && !dated(one));
  if (wrong) return t("refused_date", { text: shown, date: wrong, first: firstProjected(), last: model.last });
  const fixed = numbers.ends[row]![0] === numbers.ends[row]![2];
  if (numbers.late[row] !== "1") return t("refused_acting", { text: shown });
  if (kind === "shift" && fixed) return t("refused_fixed", { text: shown });
  if (until && (!fixed || until < (start || firstProjected()))) return t("refused_until", { text: shown });
  const steps: Step[] = [[start || firstProjected(), number]];
  if (until && until < model.last) steps.push([next(until), numbers.middle[row]!]);
  return { name, kind, steps };
}

function dated(quarter: string): boolean {
  return QUARTER.test(quarter) && quarter >= firstProjected() && quarter <= model.last;
}

/** Steps in the order of time; of two for one quarter the later written holds. */
const ordered = (steps: Step[]): Step[] => [...new Map(steps).entries()].sort((a, b) => (a[0] < b[0] ? -1 : 1));

/** Add a move; steps of the same lever and kind are put together in the order of time. */
export function joined(moves: Move[], one: Move): Move[] {
  const same = moves.find((other) => other.name === one.name && other.kind === one.kind);
  if (!same) return [...moves, one];
  return moves.map((other) => (other === same ? { ...other, steps: ordered([...other.steps, ...one.steps]) } : other));
}

/** What is computed: the scenario's levers and ranges, and what is moved beside them. */
export function worldOf(state: State): World {
  const scenario = scenarioOf(state);
  const own = (scenario?.sets ?? []).map(([name, steps]): Move => ({ name, kind: "set", steps }));
  return { priors: scenario?.priors ?? [], moves: state.moves.reduce(joined, own) };
}

export const same = (a: World, b: World): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Write the scenario's levers out as moves of one's own, so that they can be changed one by one. */
export function unfolded(state: State): State {
  return { ...state, scenario: "", moves: worldOf(state).moves };
}

/** Replace what is done to a lever; without a move it is released. Scenarios that only set levers are unfolded. */
export function changed(state: State, name: string, move: Move | null): State {
  const owned = scenarioOf(state)?.sets.some(([other]) => other === name) ?? false;
  const from = owned ? unfolded(state) : state;
  const place = from.moves.findIndex((one) => one.name === name);
  const rest = from.moves.filter((one) => one.name !== name);
  if (move) rest.splice(place < 0 ? rest.length : place, 0, move);
  return { ...from, moves: rest };
}

/** Whether a lever belongs to a scenario that also changes ranges, so that it cannot be moved by itself. */
export function locked(state: State, name: string): boolean {
  const scenario = scenarioOf(state);
  return !!scenario?.priors.length && (scenario.sets.some(([one]) => one === name) || scenario.priors.some(([one]) => one === name));
}

const short = (x: number): string => String(Number(x.toPrecision(10)));

/** The address of a state; what is usual is left out. */
export function written(state: State): URLSearchParams {
  const found = new URLSearchParams();
  const plainly = usual();
  if (state.scenario) found.set("scenario", state.scenario);
  for (const move of state.moves) {
    for (const [at, value] of move.steps) {
      const when = at === firstProjected() ? "" : `@${at.replace("-", "")}`;
      found.append(move.kind, `${move.name}=${short(value)}${when}`);
    }
  }
  if (state.outcome !== plainly.outcome) found.set("outcome", state.outcome);
  if (state.line !== plainly.line || state.outcome !== plainly.outcome) found.set("region", state.line);
  if (state.view !== plainly.view) found.set("view", state.view);
  if (state.year !== plainly.year) found.set("year", String(state.year));
  if (state.seed !== plainly.seed) found.set("seed", String(state.seed));
  if (state.compare.length) found.set("compare", state.compare.join(","));
  const now = new URLSearchParams(location.search);
  for (const key of QUIET) if (now.has(key)) found.set(key, now.get(key)!);
  return found;
}

/** The address of a view, readable: what need not be escaped stays as it is. */
export function addressOf(state: State, leave: string[] = []): string {
  const query = written(state);
  for (const key of leave) query.delete(key);
  const text = query.toString().replaceAll("%3D", "=").replaceAll("%40", "@").replaceAll("%7C", "|").replaceAll("%2C", ",");
  return `${location.origin}${location.pathname}${text ? `?${text}` : ""}`;
}
