// Swarm against titan: two systems on one workload, and the same chips from one rack to the internet.

import { type Answer, ask, renewed } from "./api";
import { cite, claimLinks, joined } from "./cite";
import { at, later, make, options, table } from "./dom";
import { type Charts, Figure, onWidth, ready, widthOf } from "./figure";
import { keep, query } from "./links";
import { amount, lang, name, number, percent, range, t } from "./words";

interface Band { low: number; value: number; high: number }
interface Side {
  system: string; chip: string; chips: number; racks: number | null; power_kw: number; tokens_per_s: Band;
  tokens_per_s_per_kw: number; usd_per_hour: number; usd_per_million_tokens: number; bound_by: string;
  peak_fp16_dense_tflops: number;
  result: { assumed: Record<string, string>; days?: Band | null; energy_mwh?: Band | null; usd_owned?: Band | null; chips: number };
}
interface Versus {
  workload: { name: string; task: string; tokens: number }; a: Side; b: Side;
  ratio_a_over_b: { peak_fp16_dense: number; delivered: Band; power: number; usd_per_token: Band };
  break_even: { price_factor_of_a: Band | null; maturity_factor_of_a: Band };
}
interface Step {
  chip: string; name: string; chips: number; places: number; uplink_gbit: number | null; online: number; method: string; rate: number;
  low: number; high: number; per_chip: number; penalty: number; utilisation: number | null; grid_kw: number;
  usd_per_million_tokens: number | null; bound_by: string; reason: string; basis: string; claim: string;
}
interface Reached { chip: string; steps: Step[] }
interface Names { systems: string[]; workloads: string[]; models: string[]; methods: string[] }
interface Chip { id: string; name: Record<string, string>; specifications: Record<string, number> }

const USUAL: Record<string, string> = {
  a: "cloudmatrix-384", b: "gb200-nvl72", workload: "train-70b", region_a: "cn", region_b: "us",
  chips: "1024", model: "llama3-70b", method: "diloco", step: "0",
};
const FIELDS = ["a", "b", "workload", "region_a", "region_b", "chips", "model", "method"];
const versus = new Figure("comparison", true, "h2"), reach = new Figure("reach");
let reached: Reached[] = [], compared: Versus | null = null;

const field = (id: string): string => at<HTMLInputElement | HTMLSelectElement>(id).value.trim();
const values = (): Record<string, string> => Object.fromEntries([...FIELDS, "step"].map((id) => [id, field(id)]));
const band = (one: Band | null | undefined, unit: string): string =>
  one ? `${amount(one.value, unit)} (${range(one.low, one.high, unit)})` : "–";

async function compare(): Promise<Answer> {
  const body = { a: field("a"), b: field("b"), workload: field("workload"), region_a: field("region_a"), region_b: field("region_b") };
  const asked = new URLSearchParams({ ...body, width: String(widthOf(at("versus"))), lang });
  const answer = await ask<Charts<Versus>>(`charts/comparison?${asked}`), found = answer.charts[0]!;
  compared = found;
  const { a, b } = found;
  const line = (key: string, of: (side: Side) => string): (string | { n: string })[] => [t(`swarm.${key}`), { n: of(a) }, { n: of(b) }];
  at("sides").replaceChildren(table([t("swarm.what"), `A: ${a.system}`, `B: ${b.system}`], [
    line("chips", (one) => number(one.chips, 8)),
    line("racks", (one) => (one.racks === null ? "–" : number(one.racks))),
    line("peak", (one) => number(one.peak_fp16_dense_tflops)),
    line("rate", (one) => band(one.tokens_per_s, "1")),
    line("time", (one) => band(one.result.days, "day")),
    line("power", (one) => `${number(one.power_kw)} kW`),
    line("energy", (one) => band(one.result.energy_mwh, "MWh")),
    line("per_kw", (one) => number(one.tokens_per_s_per_kw)),
    line("cost", (one) => `${number(one.usd_per_million_tokens)} USD`),
    line("cost_run", (one) => band(one.result.usd_owned, "USD")),
    line("bound", (one) => name("bounds", one.bound_by)),
    [t("swarm.assumed"), ...[a, b].map((one) => Object.entries(one.result.assumed).map(([what, how]) => `${what}: ${how}`).join("; ") || "–")],
  ]));
  const even = found.break_even, delivered = found.ratio_a_over_b.delivered;
  at("verdict").textContent = [
    t("swarm.delivered", { a: a.system, b: b.system, n: number(delivered.value, 2), low: number(delivered.low, 2), high: number(delivered.high, 2), peak: number(found.ratio_a_over_b.peak_fp16_dense, 2), power: number(found.ratio_a_over_b.power, 2), cost: number(found.ratio_a_over_b.usd_per_token.value, 2) }),
    even.price_factor_of_a === null ? t("swarm.no_price") : t("swarm.price", { n: number(even.price_factor_of_a.value, 2) }),
    t("swarm.maturity", { n: number(even.maturity_factor_of_a.value, 2) }),
  ].join(" ");
  await versus.show(found, asked);
  return answer;
}

/** The chips of both systems, or one where they are the same. */
const chips = (): string[] => [...new Set([compared?.a.chip, compared?.b.chip].filter((one): one is string => Boolean(one)).map((one) => one.replace(/^chip:/, "")))];

async function spread(): Promise<Answer> {
  const count = Number(field("chips"));
  if (!Number.isInteger(count) || count < 1) throw new Error(t("swarm.whole"));
  const asked = new URLSearchParams({ chips: String(count), model: field("model"), method: field("method"), width: String(widthOf(at("reach"))), lang });
  for (const chip of chips()) asked.append("chip", chip);
  const answer = await ask<Charts>(`charts/reach?${asked}`), chart = answer.charts[0]!, steps = chart.rows as unknown as Step[];
  reached = [...new Set(steps.map((one) => one.chip))].map((chip) => ({ chip, steps: steps.filter((one) => one.chip === chip) }));
  at<HTMLInputElement>("step").max = String(Math.max(0, (reached[0]?.steps.length ?? 1) - 1));
  tellStep();
  await reach.show(chart, asked);
  return answer;
}

/** Return a step's uplink with what it rests on. */
function uplink(step: Step | undefined): HTMLElement | string {
  if (!step || step.uplink_gbit === null) return "–";
  const rests = step.claim ? claimLinks([step.claim]) : t("judgement_word");
  return make("span", {}, `${number(step.uplink_gbit)} Gbit/s (`, rests, ")");
}

function tellStep(): void {
  const k = Math.min(Number(field("step")), (reached[0]?.steps.length ?? 1) - 1);
  const title = name("reach", reached[0]?.steps[k]?.name ?? "");
  at("step-name").textContent = title;
  at("step").setAttribute("aria-valuetext", title);
  const line = (key: string, of: (step: Step) => string): (string | { n: string })[] =>
    [t(`swarm.${key}`), ...reached.map((side) => ({ n: side.steps[k] ? of(side.steps[k]) : "–" }))];
  const or = (step: Step, text: string): string => (step.reason ? "–" : text);
  at("steps").replaceChildren(table([title, ...reached.map((side) => side.chip)], [
    line("chips", (step) => number(step.chips, 6)),
    line("places", (step) => number(step.places, 6)),
    [t("swarm.uplink"), ...reached.map((side) => uplink(side.steps[k]))],
    line("equivalent", (step) => or(step, `${amount(step.rate, "1")} (${range(step.low, step.high, "1")})`)),
    line("per_chip", (step) => or(step, amount(step.per_chip, "1"))),
    line("penalty", (step) => or(step, percent(step.penalty - 1))),
    line("power", (step) => or(step, `${number(step.grid_kw)} kW`)),
    line("cost", (step) => (step.usd_per_million_tokens === null ? "–" : `${number(step.usd_per_million_tokens)} USD`)),
    line("bound", (step) => step.reason || name("bounds", step.bound_by)),
  ]));
}

async function update(): Promise<void> {
  keep(values(), USUAL);
  await renewed(async () => {
    const [one, other] = [await compare(), await spread()];
    cite(one, t("swarm.cited", { a: field("a"), b: field("b"), w: field("workload") }), joined(one, other));
  });
}

export async function begin(): Promise<void> {
  ready();
  at("versus").replaceChildren(versus.element);
  at("reach").replaceChildren(reach.element);
  const [names, known] = await Promise.all([ask<Names>("engine/names"), ask<{ chips: Chip[] }>("chips")]);
  const systems = [...names.systems, ...known.chips.filter((one) => one.specifications.peak_fp16_dense).map((one) => `1024x ${one.id.replace(/^chip:/, "")}`)];
  at("systems").replaceChildren(...systems.map((one) => make("option", { value: one })));
  at("models").replaceChildren(...names.models.filter((one) => !one.includes(" ")).map((one) => make("option", { value: one })));
  at("workload").replaceChildren(...options(names.workloads.map((one): [string, string] => [one, name("workloads", one)])));
  at("method").replaceChildren(...options(names.methods.map((one): [string, string] => [one, name("methods", one)])));
  const told = query();
  for (const id of [...FIELDS, "step"]) at<HTMLInputElement>(id).value = told.get(id) ?? USUAL[id] ?? "";
  const soon = later(250, () => void update());
  for (const id of FIELDS) at(id).addEventListener("change", soon);
  at("step").addEventListener("input", () => { keep(values(), USUAL); tellStep(); });
  onWidth(at("versus"), () => void update());
  await update();
}
