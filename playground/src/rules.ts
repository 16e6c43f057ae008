// Export rules: all chips in the plane of TPP and performance density on a day, one chip's status and history, and the
// strongest chip that may flow.

import { type Answer, ask, renewed } from "./api";
import { cite, claimLinks, joined } from "./cite";
import { at, later, make, options, table } from "./dom";
import { type Charts, Figure, onWidth, ready, widthOf } from "./figure";
import { keep, query } from "./links";
import { lang, name, number, t } from "./words";

interface Threshold { what: string; value: number | null; sign: string; threshold: number; unit: string; met: boolean }
interface Fired { rule: string; name: string; outcome: string; effective_from: string; effective_to: string; citation: string; grade: string; summary: string; thresholds: Threshold[] }
interface Status extends Answer {
  chip: string; name: string; to: string; on: string; meaning: string; outcome: string; notes: string[];
  known: Record<string, { value: number; how: string; claims: string[]; unverified: boolean }>;
  fired: Fired[]; near_misses: Fired[];
}
interface Ranked { chip: string; name: string; outcome: string; h100e: number; rules: string[] }
interface Best extends Answer { bases: { basis: string; strongest: Ranked | null; by_outcome: Record<string, Ranked> }[] }
interface Destination { code: string; groups: string[] }
interface Dates extends Answer { changes: { date: string; rules: string[] }[]; destinations: Destination[] }
interface Chip { id: string; name: Record<string, string> }

const plane = new Figure("plane", true, "h2"), timeline = new Figure("timeline");
const today = new Date().toISOString().slice(0, 10);
const USUAL: Record<string, string> = { to: "CN", date: today, chip: "h20" };
let days: string[] = [];

const field = (id: string): string => at<HTMLInputElement>(id).value.trim();

function ruleList(rows: Fired[]): HTMLUListElement {
  return make("ul", {}, ...rows.map((one) => make("li", {},
    make("strong", {}, one.name), ` (${one.effective_from}${one.effective_to ? ` – ${one.effective_to}` : ""}; ${one.citation}; ${name("grades", one.grade)}): ${one.summary}`,
    make("ul", {}, ...one.thresholds.map((row) => make("li", { class: "note" },
      `${name("specifications", row.what)} ${row.value === null ? "?" : number(row.value, 6)} ${row.sign} ${number(row.threshold, 6)} ${row.unit}: ${row.met ? t("rules.met") : t("rules.not_met")}`))))));
}

function tellStatus(found: Status): void {
  at("verdict").textContent = t("rules.verdict", { chip: found.name, to: name("destinations", found.to), on: found.on, meaning: name("outcomes_rules", found.outcome) });
  const parts: Node[] = [];
  if (found.fired.length) parts.push(make("h4", {}, t("rules.fired")), ruleList(found.fired));
  if (found.near_misses.length) parts.push(make("h4", {}, t("rules.near")), ruleList(found.near_misses));
  const known = Object.entries(found.known).map(([what, one]) =>
    [name("specifications", what), { n: number(one.value, 6) }, one.how, one.claims.length ? claimLinks(one.claims) : "–"]);
  parts.push(make("h4", {}, t("rules.known")), table([t("rules.specification"), t("value"), t("rules.how"), t("claims")], known));
  for (const note of found.notes) parts.push(make("p", { class: "note" }, note));
  at("why").replaceChildren(...parts);
}

function tellBest(found: Best): void {
  const rows = found.bases.map((one) => [name("bases", one.basis), ...["NLR", "NAC", "LIC_CBC"].map((outcome) => {
    const best = one.by_outcome[outcome];
    return best ? `${best.name} (${number(best.h100e)} H100e)` : "–";
  })]);
  const heads = ["NLR", "NAC", "LIC_CBC"].map((outcome) => name("outcomes_rules", outcome));
  at("best").replaceChildren(table([t("rules.basis"), ...heads], rows));
}

async function update(): Promise<void> {
  const to = field("to") || "CN", date = field("date") || today, chip = field("chip") || "h20";
  keep({ to, date, chip }, USUAL);
  const k = days.findLastIndex((day) => day <= date);
  at<HTMLInputElement>("when").value = String(Math.max(0, k));
  at("when").setAttribute("aria-valuetext", date);
  at("when-text").textContent = date;
  await renewed(async () => {
    const asked = new URLSearchParams({ to, date, lang });
    const drawn = (which: Figure, more: Record<string, string>): [string, URLSearchParams] => {
      const whole = new URLSearchParams({ ...more, lang, width: String(widthOf(which.element)) });
      return [`charts/${which.name}?${whole}`, whole];
    };
    const [areas, areasAsked] = drawn(plane, { to, date }), [bar, barAsked] = drawn(timeline, { to, chip });
    const [one, other, status, best] = await Promise.all([
      ask<Charts>(areas), ask<Charts>(bar), ask<Status>(`rules/status?chip=${encodeURIComponent(chip)}&${asked}`), ask<Best>(`rules/best?to=${to}&date=${date}`),
    ]);
    tellStatus(status);
    tellBest(best);
    await Promise.all([plane.show(one.charts[0]!, areasAsked), timeline.show(other.charts[0]!, barAsked)]);
    cite(status, t("rules.cited", { to, date }), joined(one, other, status, best));
  });
}

export async function begin(): Promise<void> {
  ready();
  at("plane").replaceChildren(plane.element);
  at("timeline").replaceChildren(timeline.element);
  const [dates, known] = await Promise.all([ask<Dates>("rules/dates"), ask<{ chips: Chip[] }>("chips")]);
  days = dates.changes.map((one) => one.date);
  at("to").replaceChildren(...options(dates.destinations.map((one): [string, string] => [one.code, name("destinations", one.code)])
    .sort((a, b) => a[1].localeCompare(b[1], lang))));
  at("chips").replaceChildren(...known.chips.map((one) => make("option", { value: one.id }, one.name[lang] ?? one.id)));
  at<HTMLInputElement>("when").max = String(days.length - 1);
  const told = query();
  for (const id of ["to", "date", "chip"]) at<HTMLInputElement>(id).value = told.get(id) ?? USUAL[id] ?? "";
  const soon = later(150, () => void update());
  for (const id of ["to", "date", "chip"]) at(id).addEventListener("change", soon);
  at("when").addEventListener("input", () => {
    at<HTMLInputElement>("date").value = days[Number(field("when"))] ?? today;
    soon();
  });
  onWidth(at("plane"), () => void update());
  await update();
}
