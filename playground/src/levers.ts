// The levers on the left: each a slider with its value, its note, from when it holds, and what it rests on.

import { claimLinks } from "./cite";
import { at, make, options } from "./dom";
import { type Both, amount, lang, name, t } from "./words";

export interface Lever {
  name: string; group: string; low: number; high: number; default: number; unit: string;
  title: Both; explanation: Both; basis: string; claims: string[]; sources: string[];
}
/** A lever's value, and the quarter from which it holds; empty: from the first simulated one. */
export interface Moved { value: number; at: string }
export type Moves = Map<string, Moved>;

const YEARS = ["2027", "2028", "2029", "2030", "2031", "2032", "2033"];

/** Return moves as the address and the charts' routes write them. */
export function written(moves: Moves): string[] {
  return [...moves].map(([lever, { value, at: from }]) => `${lever}=${value}${from ? `@${from}` : ""}`);
}

/** Return moves as the simulation's body has them. */
export function body(moves: Moves): Record<string, number | { at: string; value: number }[]> {
  return Object.fromEntries([...moves].map(([lever, { value, at: from }]) => [lever, from ? [{ at: from, value }] : value]));
}

/** Read moves from an address; unknown levers are left out, values are held within the lever's range. */
export function restored(texts: string[], known: Map<string, Lever>): Moves {
  const found: Moves = new Map();
  for (const text of texts) {
    const [, lever = "", value = "", from = ""] = /^([\w.]+)=([^@]+)(?:@(\d{4}Q[1-4]))?$/.exec(text) ?? [];
    const one = known.get(lever), number = Number(value);
    if (one && Number.isFinite(number)) found.set(lever, { value: Math.min(Math.max(number, one.low), one.high), at: from });
  }
  return found;
}

/** Draw the levers by group; `moved` is called after each move. */
export function draw(levers: Lever[], moves: Moves, moved: () => void): void {
  at("levers").replaceChildren(...[...grouped(levers)].map(([group, rows], k) => {
    const open = k === 0 || rows.some((one) => moves.has(one.name));
    return make("details", open ? { open: "", class: "group" } : { class: "group" },
      make("summary", {}, name("mechanisms", group)), ...rows.map((one) => control(one, moves, moved)));
  }));
}

function grouped(levers: Lever[]): Map<string, Lever[]> {
  const found = new Map<string, Lever[]>();
  for (const one of levers) found.set(one.group, [...(found.get(one.group) ?? []), one]);
  return found;
}

function control(lever: Lever, moves: Moves, moved: () => void): HTMLElement {
  const id = `l-${lever.name}`, value = moves.get(lever.name)?.value ?? lever.default;
  const output = make("output", { for: id }, amount(value, lever.unit));
  const input = make("input", {
    id, type: "range", min: String(lever.low), max: String(lever.high),
    step: String(Number(((lever.high - lever.low) / 100).toPrecision(2)) || 1), value: String(value),
    "aria-valuetext": amount(value, lever.unit), "aria-describedby": `${id}-about`,
  });
  const since = make("select", { id: `${id}-since` },
    ...options([["", t("at_once")], ...YEARS.map((year): [string, string] => [`${year}Q1`, year])], moves.get(lever.name)?.at));
  const box = make("div", { class: moves.has(lever.name) ? "lever moved" : "lever" },
    make("label", { for: id }, lever.title[lang], output), input);
  const move = (): void => {
    moves.set(lever.name, { value: Number(input.value), at: since.value });
    output.textContent = amount(Number(input.value), lever.unit);
    input.setAttribute("aria-valuetext", output.textContent);
    box.classList.add("moved");
    moved();
  };
  input.addEventListener("input", move);
  since.addEventListener("change", move);
  const rests = make("p", { class: "note" }, `${lever.name}. `);
  if (lever.claims.length) rests.append(`${t("claims")}: `, claimLinks(lever.claims));
  else rests.append(t("judgement_only"));
  box.append(make("details", {}, make("summary", {}, t("why")),
    make("p", { class: "note", id: `${id}-about` }, lever.explanation[lang]),
    make("p", { class: "since" }, make("label", { for: since.id }, t("since")), since), rests));
  return box;
}
