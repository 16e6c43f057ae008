// Capital: who pays whom, what of it is firm and paid, and who falls when it stops.

import { ask, renewed } from "./api";
import { cite, joined } from "./cite";
import { at, make, options, table } from "./dom";
import { type Charts, Figure, onWidth, ready, widthOf } from "./figure";
import { keep, query } from "./links";
import { type Both, amount, lang, name, number, percent, range, t } from "./words";

interface Spread { low: number; median: number; high: number }
interface Leg { id: string; kind: string; date: string; grade: string }
interface Edge { from: string; to: string; layer: string; announced: number; firm: number; paid: number; contracts: (Leg & { rests_on: string })[] }
interface Network { date: string; nodes: { id: string; name: Both }[]; edges: Edge[]; left_out_contracts: (Leg & { state: string; payer: string; payee: string })[] }
interface Failing { org: string; default_probability: number; median_quarter: string | null; illiquid: number; insolvent: number; judgement_share: number | null; need: Spread }
interface Path { path: { firms: Failing[]; losses: { holder: string; loss: Spread; direct: number; amplified: number }[]; total_loss: Spread } }
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

const network = new Figure("network", true, "h2"), layers = new Figure("layers", true, "h2"), wall = new Figure("wall", true, "h2");
const stress = new Figure("stress"), path = new Figure("path", true, "h2");
const DRAWS = "1000", USUAL: Record<string, string> = { scenario: "funding_stop" };
let names = new Map<string, string>();

const field = (id: string): string => at<HTMLInputElement>(id).value.trim();
const company = (id: string): string => names.get(id) ?? id.replace(/^org:/, "");

function drawEdges(found: Network): void {
  const rows = [...found.edges].sort((a, b) => b.announced - a.announced).map((one) => [
    `${company(one.from)} → ${company(one.to)}`, name("layers", one.layer), { n: amount(one.announced, "USD") }, { n: amount(one.firm, "USD") },
    { n: amount(one.paid, "USD") }, one.contracts.map((row) => `${name("deal_kinds", row.kind)} ${row.date} (${name("rests_on", row.rests_on)})`).join("; "),
  ]);
  at("edges").replaceChildren(table([t("capital.link"), t("capital.layer"), t("capital.announced"), t("capital.firm"), t("capital.paid"), t("capital.contracts")], rows));
  const out = found.left_out_contracts.map((one) => [
    name("left_out", one.state), `${company(one.payer)} → ${company(one.payee)}`, name("deal_kinds", one.kind), one.date, one.id,
  ]);
  at("left-out").replaceChildren(table([t("capital.left_out"), t("capital.link"), t("capital.kind"), t("capital.day"), t("capital.id")], out));
}

function drawPath(found: Path): void {
  at("path-total").textContent = t("capital.path_total", { n: spread(found.path.total_loss) });
  const heads = ["firm_name", "path_fails", "path_quarter", "path_illiquid", "path_insolvent", "path_judged", "path_need"];
  at("path-firms").replaceChildren(table(heads.map((key) => t(`capital.${key}`)), found.path.firms.map((one) => [
    company(one.org), { n: percent(one.default_probability, 2) }, one.median_quarter ?? "–", { n: percent(one.illiquid, 2) },
    { n: percent(one.insolvent, 2) }, { n: one.judgement_share === null ? "–" : percent(one.judgement_share, 2) }, { n: spread(one.need) },
  ])));
  at("path-losses").replaceChildren(table(["path_who", "path_loss", "path_direct", "path_amplified"].map((key) => t(`capital.${key}`)), found.path.losses.map((one) => [
    name("holders", one.holder), { n: spread(one.loss) }, { n: amount(one.direct, "USD") }, { n: amount(one.amplified, "USD") },
  ])));
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
    one.title[lang], { n: number(one.correlation, 2) }, one.basis === "judgement" ? t("judgement_only") : name("claim_bases", one.basis), one.note[lang],
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
    const [dues, years] = [asked(wall, { draws: DRAWS }), asked(path, { draws: DRAWS })];
    const [one, other, third, fourth, last] = await Promise.all([
      ask<Charts<Network>>(`charts/network?${links}`), ask<Charts>(`charts/layers?${parts}`), ask<Charts<Stressed>>(`charts/stress?${falls}`),
      ask<Charts>(`charts/wall?${dues}`), ask<Charts<Path>>(`charts/path?${years}`),
    ]);
    const found = one.charts[0]!, stressed = third.charts[0]!;
    names = new Map(found.nodes.map((node) => [node.id, node.name[lang]]));
    drawEdges(found);
    drawStress(stressed);
    drawPath(last.charts[0]!);
    await Promise.all([
      network.show(found, links), layers.show(other.charts[0]!, parts), stress.show(stressed, falls),
      wall.show(fourth.charts[0]!, dues), path.show(last.charts[0]!, years),
    ]);
    cite(one, t("capital.cited", { date: found.date, n: DRAWS }), joined(one, third, last));
  });
}

export async function begin(): Promise<void> {
  ready();
  at("network").replaceChildren(network.element);
  at("layers").replaceChildren(layers.element);
  at("stress").replaceChildren(stress.element);
  at("wall").replaceChildren(wall.element);
  at("path").replaceChildren(path.element);
  const told = await ask<{ scenarios: Scenario[] }>("capital/scenarios"), state = query();
  at("scenario").replaceChildren(make("option", { value: "" }, t("capital.none")), ...options(told.scenarios.map((one): [string, string] => [one.id, one.title[lang]])));
  const wanted = state.get("scenario") ?? USUAL.scenario ?? "";
  at<HTMLSelectElement>("scenario").value = wanted === "none" ? "" : wanted;
  at<HTMLInputElement>("date").value = state.get("date") ?? "";
  for (const id of ["scenario", "date"]) at(id).addEventListener("change", () => void update());
  onWidth(at("network"), () => void update());
  await update();
}
