// The computed sentence: what the shown line comes to, instead of what, by how much, and in how many draws.

import { long, percent, plain, shown } from "./numbers";
import { relative, type Focus } from "./stats";
import { lineName, nodes, t } from "./words";
import { el, type Child } from "./dom";
import type { Outcome } from "./types";

export interface Said {
  outcome: Outcome; line: string; year: number; moved: boolean; colour: string; short: boolean;
}

/** A number of draws out of a hundred, in words where rounding would hide some. */
export function outOf100(share: number): string {
  if (share > 0.995 && share < 1) return t("said.over_99");
  if (share > 0 && share < 0.005) return t("said.under_1");
  return plain(Math.round(share * 100), 3);
}

export function who(outcome: Outcome, line: string): string {
  const own = Object.keys(outcome.lines);
  return own.length === 1 ? outcome.name : lineName(line);
}

/** The size of a change: a percentage, points or months. */
export function sized(change: number, unit: string): string {
  if (unit === "month") return `${plain(Math.round(change * 10) / 10)}\u00a0${t("months")}`;
  if (unit === "share" || unit === "indicator") return `${plain(Math.round(change * 1000) / 10)}\u00a0${t("points")}`;
  return percent(change, Math.abs(change) < 0.0995 ? 1 : 0);
}

/** The change between two medians as they are shown: their ratio, or their difference. */
export function change(before: number, now: number, unit: string, digits: number): number {
  const [a, b] = [shown(before, unit, digits), shown(now, unit, digits)];
  return relative(unit) ? (a ? b / a - 1 : 0) : b - a;
}

/** How many digits two medians need so that their difference shows. */
export function digitsFor(before: number, now: number): number {
  const ratio = Math.abs(now / (before || 1) - 1);
  return ratio < 0.1 ? 4 : 3;
}

const strong = (text: string): HTMLElement => el("b", {}, text);

function count(text: string, colour: string): HTMLElement {
  const found = el("b", { class: "n" }, text);
  found.style.color = colour;
  return found;
}

/** The sentence as nodes. */
export function sentence(focus: Focus, about: Said): Child[] {
  const { outcome, line, year } = about;
  const unit = outcome.unit;
  const [before, now] = [focus.before[2]!, focus.now[2]!];
  const head = { who: strong(who(outcome, line)), when: strong(t("said.end", { year })) };
  if (unit === "indicator") {
    const both = { ...head, now: count(outOf100(now), about.colour), before: outOf100(before) };
    return nodes(about.moved ? "said.chance" : "said.chance_plain", both);
  }
  if (!about.moved) {
    const ends = { low: long(focus.now[0]!, unit, true), high: long(focus.now[4]!, unit) };
    return nodes("said.plain", { ...head, now: count(long(now, unit), about.colour), ...ends });
  }
  if (focus.lower + focus.higher < 0.005) return nodes("said.same", { ...head, now: count(long(now, unit), about.colour) });
  const digits = digitsFor(before, now);
  const by = change(before, now, unit, digits);
  const least = { month: 0.05, share: 0.001, indicator: 0.001 }[unit] ?? 0.001;
  if (Math.abs(by) < least) {
    const counts = { lower: outOf100(focus.lower), higher: outOf100(focus.higher) };
    return nodes("said.nearly", { ...head, now: count(long(now, unit, false, digits), about.colour), before: long(before, unit, true, digits), ...counts });
  }
  const down = by < 0;
  return nodes(about.short ? "said.moved_short" : "said.moved", {
    ...head,
    now: count(long(now, unit, true, digits), about.colour),
    before: long(before, unit, false, digits),
    by: strong(sized(Math.abs(by), unit)),
    word: strong(t(down ? "said.less" : "said.more")),
    range: el("span", { class: "sub" }, range(focus, unit)),
    direction: t(down ? "said.lower" : "said.higher"),
    count: strong(outOf100(down ? focus.lower : focus.higher)),
  });
}

function range(focus: Focus, unit: string): string {
  const sign = (x: number): string => {
    const text = sized(Math.abs(x), unit);
    return /[1-9]/.test(text) ? (x < 0 ? "−" : "+") + text : text;
  };
  return t("said.range", { low: sign(focus.paired[0]!), high: sign(focus.paired[4]!) });
}
