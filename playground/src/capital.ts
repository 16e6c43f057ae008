// Capital: who pays whom, what of it is firm and paid, and who falls when it stops.

import { ask, renewed } from "./api";
import { cite, joined } from "./cite";
import { at, make, options, table } from "./dom";
import { type Charts, Figure, onWidth, ready, widthOf } from "./figure";
import { keep, query } from "./links";
import { type Both, amount, lang, name, number, percent, range, t } from "./words";

interface Spread { low: number; median: number; high: number }
interface Edge { from: string; to: string; layer: string; announced: number; firm: number; paid: number; contracts: { id: string; kind: string; date: string; grade: string }[] }
interface Network { date: string; nodes: { id: string; name: Both }[]; edges: Edge[]; left_out: Record<string, string[]> }
interface Outcome {
  total_lost_revenue: Spread; default_probability: Record<string, number>; new_money_needed: Record<string, Spread>;
  guarantees_called: Record<string, Spread>; coverage: Record<string, Spread>;
}
interface Stressed {
  without_stress: Outcome; stressed: Outcome; date: string; draws: number; seed: number;
  scenario: { title: Both; question: Both } | null;
  decides: { parameter: string; title: Both; correlation: number; basis: string; note: Both }[];
}
interface Scenario { id: string; title: Both; question: Both }

const network = new Figure("network", true, "h2"), layers = new Figure("layers", true, "h2"), stress = new Figure("stress");
const DRAWS = "1000", USUAL: Record<string, string> = { scenario: "funding_stop" };
let names = new Map<string, string>();

const field = (id: string): string => at<HTMLInputElement>(id).value.trim();
const company = (id: string): string => names.get(id) ?? id.replace(/^org:/, "");

function drawEdges(found: Network): void {
  const rows = [...found.edges].sort((a, b) => b.announced - a.announced).map((one) => [
    `${company(one.from)} → ${company(one.to)}`, name("layers", one.layer), { n: amount(one.announced, "USD") }, { n: amount(one.firm, "USD") },
    { n: amount(one.paid, "USD") }, one.contracts.map((row) => `${row.id} (${row.date}, ${name("grades", row.grade)})`).join(", "),
  ]);
  at("edges").replaceChildren(table([t("capital.link"), t("capital.layer"), t("capital.announced"), t("capital.firm"), t("capital.paid"), t("capital.contracts")], rows));
  const out = Object.entries(found.left_out).map(([why, ids]) => `${name("left_out", why)}: ${ids.join(", ")}`);
  at("left-out").textContent = `${t("capital.left_out")} ${out.join("; ")}.`;
}

function spread(one: Spread | undefined): string {
  return one ? `${amount(one.median, "USD")} (${range(one.low, one.high, "USD")})` : "–";
}

function drawStress(found: Stressed): void {
  at("question").textContent = found.scenario?.question[lang] ?? t("capital.calm");
  at("total").textContent = t("capital.total", { n: spread(found.stressed.total_lost_revenue) });
  const firms = [...new Set([...Object.keys(found.stressed.default_probability), ...Object.keys(found.stressed.new_money_needed)])];
  const rows = firms.map((one) => [
    company(one),
    { n: percent(found.without_stress.default_probability[one] ?? 0, 2) }, { n: percent(found.stressed.default_probability[one] ?? 0, 2) },
    { n: spread(found.stressed.new_money_needed[one]) }, { n: spread(found.stressed.guarantees_called[one]) },
  ]);
  at("firms").replaceChildren(table([t("capital.firm_name"), t("capital.fails_calm"), t("capital.fails"), t("capital.need"), t("capital.called")], rows));
  at("decides").replaceChildren(table([t("assumption"), t("rank"), t("rests"), t("note")], found.decides.map((one) => [
    one.title[lang], { n: number(one.correlation, 2) }, one.basis === "judgement" ? t("judgement_only") : one.basis, one.note[lang],
  ])));
}

async function update(): Promise<void> {
  const date = field("date"), scenario = field("scenario");
  keep({ date, scenario: scenario || "none" }, USUAL);
  await renewed(async () => {
    const asked = (which: Figure, more: Record<string, string>): URLSearchParams => {
      const found = new URLSearchParams({ ...more, lang, width: String(widthOf(which.element)) });
      if (date) found.set("date", date);
      return found;
    };
    const [links, parts, falls] = [asked(network, {}), asked(layers, {}), asked(stress, { draws: DRAWS, scenario: scenario || "none" })];
    const [one, other, third] = await Promise.all([
      ask<Charts<Network>>(`charts/network?${links}`), ask<Charts>(`charts/layers?${parts}`), ask<Charts<Stressed>>(`charts/stress?${falls}`),
    ]);
    const found = one.charts[0]!, stressed = third.charts[0]!;
    names = new Map(found.nodes.map((node) => [node.id, node.name[lang]]));
    drawEdges(found);
    drawStress(stressed);
    await Promise.all([network.show(found, links), layers.show(other.charts[0]!, parts), stress.show(stressed, falls)]);
    cite(one, t("capital.cited", { date: found.date, n: DRAWS }), joined(one, third));
  });
}

export async function begin(): Promise<void> {
  ready();
  at("network").replaceChildren(network.element);
  at("layers").replaceChildren(layers.element);
  at("stress").replaceChildren(stress.element);
  const told = await ask<{ scenarios: Scenario[] }>("capital/scenarios"), state = query();
  at("scenario").replaceChildren(make("option", { value: "" }, t("capital.none")), ...options(told.scenarios.map((one): [string, string] => [one.id, one.title[lang]])));
  const wanted = state.get("scenario") ?? USUAL.scenario ?? "";
  at<HTMLSelectElement>("scenario").value = wanted === "none" ? "" : wanted;
  at<HTMLInputElement>("date").value = state.get("date") ?? "";
  for (const id of ["scenario", "date"]) at(id).addEventListener("change", () => void update());
  onWidth(at("network"), () => void update());
  await update();
}
