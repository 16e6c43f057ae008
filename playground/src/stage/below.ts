// Beneath the stage: other outcomes to pick from, who is ahead by six meanings, and the numbers as a table.

import { effect, type App, type Shown } from "./app";
import { QUARTERS } from "./chart";
import { at, button, dot, el } from "./dom";
import { long, plain, short, signed, unitName } from "./numbers";
import { outOf100 } from "./sentence";
import { NQ } from "./quantiles";
import { median, relative } from "./stats";
import { colourOf, lineName, lineShort, model, t } from "./words";
import { focusOf, showing } from "./state";
import type { Outcome } from "./types";

const YEARS = Array.from({ length: 12 }, (_, k) => 2024 + k);
const quarterOf = (year: number): number => (year - 2022) * 4 + 3;

/** A median of a series of the side, now and in the reference. */
function sideMedian(app: App, series: number, year: number, mean = false): { before: number; now: number } {
  const side = app.side!;
  const place = side.skip + app.sideSeries.indexOf(series);
  const quarter = quarterOf(year);
  const before = median(side.before, place, quarter, mean);
  if (!side.now) return { before, now: before };
  const skipped = side.before.periods - side.now.periods;
  return { before, now: quarter < skipped ? before : median(side.now, place, quarter - skipped, mean) };
}

function line(outcome: Outcome, app: App): string {
  const keys = Object.keys(outcome.lines);
  const focus = focusOf(app.state);
  return keys.includes(focus) ? focus : keys.includes("cn") ? "cn" : keys[0]!;
}

/** A figure with its unit; what is counted, shares and chances need none beyond their sign. */
function united(value: number, unit: string): string {
  const name = ["share", "indicator"].includes(unit) ? "" : unitName(unit);
  return name ? `${short(value, unit)}\u00a0${name}` : short(value, unit);
}

function thumb(outcome: Outcome, app: App): HTMLElement {
  const key = line(outcome, app);
  const all = YEARS.map((year) => sideMedian(app, outcome.lines[key]!, year));
  const most = Math.max(...all.flatMap((one) => [one.before, one.now]), 1e-12);
  const path = (which: "before" | "now"): string =>
    `M${all.map((one, k) => `${(3 + (k * 144) / (YEARS.length - 1)).toFixed(1)} ${(55 - (50 * Math.max(0, one[which])) / most).toFixed(1)}`).join("L")}`;
  const { before, now } = sideMedian(app, outcome.lines[key]!, app.state.year);
  const by = effect(before, now, outcome.unit);
  const still = Math.abs(by) < (outcome.unit === "month" ? 0.05 : 0.0005);
  const text = still ? united(now, outcome.unit) : relative(outcome.unit) ? signed(by) : (by > 0 ? "+" : "−") + plain(Math.abs(by) * (outcome.unit === "share" ? 100 : 1), 2) + (outcome.unit === "month" ? ` ${t("months")}` : ` ${t("points")}`);
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 150 58");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  svg.innerHTML = `<path class="ref" d="${path("before")}"/><path class="median" stroke="${colourOf(key)}" d="${path("now")}"/>`;
  const pick = button("", () => app.commit(showing(app.state, outcome)), { class: "thumb", "data-id": outcome.id });
  const where = Object.keys(outcome.lines).length > 1 ? `, ${lineShort(key)}` : "";
  pick.append(el("span", {}, outcome.name + where), svg, el("b", {}, text));
  return pick;
}

export function thumbs(app: App): void {
  const some = model.thumbs.map((id) => model.outcomes.find((one) => one.id === id)).filter((one): one is Outcome => !!one && one.id !== app.state.outcome);
  const box = at("thumbs");
  const held = [...box.children].indexOf(document.activeElement!);
  box.replaceChildren(...some.slice(0, 6).map((one) => thumb(one, app)));
  (box.children[held] as HTMLElement | undefined)?.focus({ preventScroll: true });
}

/** Who is ahead: each meaning with its explanation, and the share of draws of each bloc. */
export function ahead(app: App): void {
  const { year } = app.state;
  at("ahead-note").textContent = t("ahead_note", { year });
  at("ahead").replaceChildren(...Object.entries(model.definitions).map(([key, name]) => {
    const outcome = model.outcomes.find((one) => one.id === `ahead|${key}`)!;
    const shares = Object.entries(outcome.lines).map(([bloc, series]) => ({ bloc, ...sideMedian(app, series, year, true) }));
    const shown = shares.filter((one) => Math.max(one.now, one.before) >= 0.01).sort((a, b) => b.now - a.now);
    const bar = (which: "now" | "before"): string => {
      let x = 0;
      return shares.map((one) => {
        const found = `<rect x="${(x * 100).toFixed(2)}" y="${which === "now" ? 0 : 9}" width="${(one[which] * 100).toFixed(2)}" height="${which === "now" ? 8 : 3}" fill="${which === "now" ? colourOf(one.bloc) : "var(--c-axis)"}" opacity="${which === "now" ? 1 : 0.25 + 0.15 * (shares.indexOf(one) % 3)}"/>`;
        x += one[which];
        return found;
      }).join("");
    };
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 100 12");
    svg.setAttribute("preserveAspectRatio", "none");
    svg.setAttribute("aria-hidden", "true");
    svg.innerHTML = bar("now") + bar("before");
    const list = el("ul", {}, ...shown.map((one) => {
      const before = outOf100(one.before);
      const now = outOf100(one.now);
      return el("li", {}, dot(colourOf(one.bloc)), `${lineName(one.bloc)} `, el("b", {}, now), ...(now === before ? [] : [el("span", { class: "was" }, ` (${t("reference")} ${before})`)]));
    }));
    return el("article", {}, el("h3", {}, name), el("p", { class: "note" }, t(`ahead_${key}`)), svg, list);
  }));
}

/** The numbers of the picture as a table: year ends, median and 5 to 95 %. */
export function table(shown: Shown): void {
  const { outcome, drawn, state } = shown;
  const keys = Object.keys(outcome.lines);
  const rows = keys.map((key, row) => ({ key, row })).filter(({ key }) => (state.line === "all" ? key !== "world" : key === shown.focus));
  const unit = state.view === "share" || (state.view === "change" && relative(outcome.unit)) ? "share" : outcome.unit;
  const value = (row: number, year: number, k: number, from = drawn.now): number => from[(row * QUARTERS + quarterOf(year)) * NQ + k]!;
  const reference = shown.moved ? drawn.before : null;
  const heads = [t("year"), ...rows.flatMap(({ key }) => [lineName(key), t("band"), ...(reference ? [t("reference")] : [])])];
  const body = YEARS.map((year) => el("tr", {}, el("th", { scope: "row" }, String(year)),
    ...rows.flatMap(({ row }) => [
      el("td", {}, long(value(row, year, 2), unit, true)),
      el("td", {}, `${long(value(row, year, 0), unit, true)} … ${long(value(row, year, 4), unit, true)}`),
      ...(reference ? [el("td", {}, long(value(row, year, 2, reference), unit, true))] : []),
    ])));
  at("table").replaceChildren(el("table", { class: "numbers" }, el("thead", {}, el("tr", {}, ...heads.map((head) => el("th", { scope: "col" }, head)))), el("tbody", {}, ...body)));
}
