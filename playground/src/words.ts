// The page's language: texts, names, and numbers as a newspaper of that language writes them.
// The server puts them into the page, so that the locales stay in one place.

export type Lang = "en" | "de";
export type Both = Record<Lang, string>;

interface Given {
  lang: Lang;
  page: string;
  home: string;
  draws: { few: number; many: number };
  words: Record<string, string>;
  names: Record<string, Record<string, string>>;
  colours: Record<string, { light: string; dark: string }>;
  outcomes: { variable: string; log: boolean; blocs: string[] }[];
  deciding: [string, string][];
  blocs: Record<string, { region: string; role: string }>;
}

export const given: Given = JSON.parse(document.getElementById("given")?.textContent ?? "{}");
export const lang: Lang = given.lang;

/** Return a text with its placeholders filled. */
export function t(key: string, values: Record<string, string | number> = {}): string {
  const found = given.words[key];
  if (found === undefined) throw new Error(`no text ${key}`);
  return found.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}

/** Return what something is called, or the thing itself. */
export function name(group: string, key: string): string {
  return given.names[group]?.[key] ?? key;
}

const SCALES: [number, string][] = [[1e12, "trillion"], [1e9, "billion"], [1e6, "million"]];

/** Write a plain number to so many significant digits. */
export function number(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return t("unknown");
  return new Intl.NumberFormat(lang, { maximumSignificantDigits: digits }).format(value).replace("-", "−");
}

/** Write a number in words from a million on: 5.05 million, 5,05 Mio. */
export function big(value: number, digits = 3, money = false): string {
  const rounded = Math.abs(Number(value.toPrecision(digits)));
  for (const [size, word] of SCALES) {
    if (rounded >= size) return `${number(value / size, digits)}\u00a0${name("numbers", money ? `money_${word}` : word)}`;
  }
  return number(value, digits);
}

/** Write a share in percent. */
export function percent(share: number, digits = 3): string {
  return name("numbers", "percent").replace("{n}", number(share * 100, digits));
}

const PREFIXES: [number, string][] = [[1e18, "E"], [1e15, "P"], [1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"]];
const PREFIXED = new Set(["B", "B/s", "FLOP/s", "bit/s", "W", "Wh"]);

/** Write a value with its unit. */
export function amount(value: number | null | undefined, unit: string, digits = 3): string {
  if (value === null || value === undefined) return t("unknown");
  if (unit === "share") return percent(value, digits);
  if (PREFIXED.has(unit)) {
    const [size, prefix] = PREFIXES.find(([one]) => Math.abs(value) >= one * 0.9995) ?? [1, ""];
    return `${number(value / size, digits)}\u00a0${prefix}${unit}`;
  }
  if (unit === "MW") return `${number(value / 1000, digits)}\u00a0GW`;
  const text = big(value, digits, unit === "USD" || unit === "EUR" || unit === "CNY");
  const shown = name("units", unit);
  return shown ? `${text}\u00a0${shown}` : text;
}

/** Write a range with its unit once. */
export function range(low: number, high: number, unit: string): string {
  return `${amount(low, unit)} – ${amount(high, unit)}`;
}

/** Write a label of a chart, as the server does: two digits, no unit but percent. */
export function label(value: number, unit: string): string {
  return unit === "share" ? percent(value, 2) : big(unit === "MW" ? value / 1000 : value, 2);
}
