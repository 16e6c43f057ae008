// Numbers as people of the page's language write them: three digits, larger units in words, a true minus.

import { t } from "./words";
import type { Lever } from "./types";

const formats = new Map<string, Intl.NumberFormat>();
const THIN = "\u00a0";
let lang = "en";

// Formats are kept: making one takes longer than drawing the picture's lines.
function format(kind: "maximumSignificantDigits" | "maximumFractionDigits", digits: number): Intl.NumberFormat {
  const key = `${lang}${kind}${digits}`;
  let found = formats.get(key);
  if (!found) formats.set(key, (found = new Intl.NumberFormat(lang, { [kind]: digits })));
  return found;
}

export function setLanguage(code: string): void {
  lang = code;
}

/** A plain number to so many significant digits; whole numbers below 10,000 keep all of theirs only if digits allow. */
export function plain(x: number, digits = 3): string {
  if (!Number.isFinite(x)) return "–";
  return format("maximumSignificantDigits", digits).format(x).replace("-", "−");
}

export const percentSign = (): string => (lang === "de" ? `${THIN}%` : "%");

/** A share as a percentage with so many decimals at most. */
export function percent(share: number, decimals = 1): string {
  const n = Math.abs(share * 100) < 0.5 * 10 ** -decimals ? 0 : share * 100;
  const text = format("maximumFractionDigits", decimals).format(n).replace("-", "−");
  return text + percentSign();
}

export const signed = (x: number, decimals = 0): string => (x > 0 ? "+" : "") + percent(x, Math.abs(x) < 0.0995 && decimals === 0 ? 1 : decimals);

const STEPS: [number, string][] = [[1e12, "trillion"], [1e9, "billion"], [1e6, "million"]];

function scaled(x: number, unit: string): [number, string] {
  return unit === "MW" ? [x / 1e3, "GW"] : [x, unit];
}

/** The name of a unit, as it follows a number; what is counted has none. */
export const unitName = (unit: string): string => unit === "count" ? "" : t(`unit.${unit === "MW" ? "GW" : unit}`);

/** For axes and labels: 20 M, 20 Mio., 20 %. */
export function short(value: number, unit: string, digits = 3): string {
  if (unit === "share" || unit === "indicator") return percent(value, Math.abs(value) < 0.1 && value !== 0 ? 1 : 0);
  const [x] = scaled(value, unit);
  const size = Math.abs(Number(x.toPrecision(digits)));
  for (const [least, word] of STEPS) if (size >= least) return `${plain(x / least, digits)}${THIN}${t(`step.${word}_short`)}`;
  if (size >= 1e4) return `${plain(x / 1e3, digits)}${THIN}${t("step.thousand_short")}`;
  return plain(x, digits);
}

/** For sentences: 9.8 million H100e; `bare` leaves the unit out. */
export function long(value: number, unit: string, bare = false, digits = 3): string {
  if (unit === "share" || unit === "indicator") return percent(value, 1);
  const [x] = scaled(value, unit);
  const size = Math.abs(Number(x.toPrecision(digits)));
  let text = size >= 1000 ? plain(Number(x.toPrecision(digits)), 15) : plain(x, digits);
  for (const [least, word] of STEPS) {
    if (size >= least) {
      text = `${plain(x / least, digits)}${THIN}${t(`step.${word}`)}`;
      break;
    }
  }
  const name = bare ? "" : unitName(unit);
  return name ? `${text}${THIN}${name}` : text;
}

/** How a value is rounded when it is shown with so many digits. */
export function shown(value: number, unit: string, digits = 3): number {
  return unit === "share" || unit === "indicator" ? Math.round(value * 1000) / 1000 : Number(value.toPrecision(digits));
}

/** A lever's value in its own words: growth as per cent a year, money in billions. */
export function leverValue(form: Lever["form"], x: number): string {
  switch (form) {
    case "share":
      return percent(x, Math.abs(x) < 0.0995 ? 1 : 0);
    case "growth": {
      const rate = Math.expm1(x);
      return `${rate > 0.0005 ? "+" : ""}${percent(rate, 0)}${THIN}${t("unit.a_year")}`;
    }
    case "rate":
      return `${percent(x, Math.abs(x) < 0.0995 ? 1 : 0)}${THIN}${t("unit.a_year")}`;
    case "times":
      return `${t("unit.times")}${THIN}${plain(x, 3)}`;
    default:
      return [short(x, form), unitName(form)].filter(Boolean).join(THIN);
  }
}
