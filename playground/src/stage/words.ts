// The page's texts, from the locales by way of the model file.

import type { Model } from "./types";

export let model: Model;

export function setModel(found: Model): void {
  model = found;
}

/** The text of a key, placeholders filled. */
export function t(key: string, values: Record<string, string | number> = {}): string {
  const found = model.words[key];
  if (found === undefined) throw new Error(`no text ${key}`);
  return found.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}

/** A text whose values are elements, as nodes: bold numbers in a sentence. */
export function nodes(key: string, values: Record<string, Node | string>): (Node | string)[] {
  const parts = model.words[key]!.split(/\{(\w+)\}/);
  return parts.map((part, k) => (k % 2 ? values[part] ?? "" : part)).filter((part) => part !== "");
}

export const lineName = (key: string): string => model.lines[key]?.[0] ?? key;
export const lineShort = (key: string): string => model.lines[key]?.[1] ?? key;
export const colourOf = (key: string): string => `var(--c-${model.lines[key]?.[2] ?? "slate"})`;

/** What a parameter is called. */
export function labelOf(name: string): string {
  return model.levers.find((lever) => lever.name === name)?.label ?? model.others[name] ?? extra[name] ?? name;
}

let extra: Record<string, string> = {};

/** Names of parameters without a slider, read only where a link sets one. */
export function setLabels(found: Record<string, string>): void {
  extra = found;
}

/** The end of a year, or a quarter, in words. */
export function quarterWord(quarter: string): string {
  const [year, part] = [quarter.slice(0, 4), quarter.slice(-1)];
  return part === "1" ? year : t("quarter_short", { year, quarter: part });
}
