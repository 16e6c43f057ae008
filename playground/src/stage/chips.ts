// What is moved, as chips: every lever, every changed range, every dated step, each with a way to release it.

import { changed, locked, scenarioOf, worldOf } from "./state";
import { at, button, el } from "./dom";
import { leverValue, plain } from "./numbers";
import { labelOf, model, quarterWord, t } from "./words";
import type { App } from "./app";
import type { Numbers } from "./types";

const SHOWN = 8; // chips before the rest is folded

/** A value of any parameter in words: as its lever writes it, else with its unit. */
export function valueOf(name: string, value: number, numbers: Numbers): string {
  const lever = model.levers.find((one) => one.name === name);
  if (lever) return leverValue(lever.form, value);
  const unit = numbers.units[numbers.names.indexOf(name)] ?? "";
  if (unit === "share") return leverValue("share", value);
  return [plain(value, 4), unit === "1" ? "" : unit].filter(Boolean).join("\u00a0");
}

function steps(name: string, all: [string, number][], numbers: Numbers): string {
  const said = ([at_, value]: [string, number]): string => `${valueOf(name, value, numbers)} ${t("since", { when: quarterWord(at_) })}`;
  if (all.length <= 2) return all.map(said).join(", ");
  return `${said(all[0]!)}, … ${said(all.at(-1)!)}`;
}

/** Draw the chips of a state. */
export function chips(app: App, numbers: Numbers): void {
  const state = app.state;
  const scenario = scenarioOf(state);
  const world = worldOf(state);
  const kids: HTMLElement[] = [];
  const close = (what: string, press: () => void): HTMLElement => button("×", press, { class: "icon small", "aria-label": t("released", { what }), title: t("released", { what }) });
  if (scenario) {
    kids.push(el("span", { class: "chip whole" }, el("b", {}, scenario.title), close(scenario.title, () => app.commit({ ...state, scenario: "" }))));
  }
  for (const move of world.moves) {
    const was = numbers.middle[numbers.names.indexOf(move.name)] ?? 0;
    const label = labelOf(move.name);
    const found = el("span", { class: "chip", "data-name": move.name }, `${label} `, el("span", { class: "was" }, valueOf(move.name, was, numbers)), " → ", el("b", {}, steps(move.name, move.steps, numbers)));
    if (!locked(state, move.name)) found.append(close(label, () => app.commit(changed(app.state, move.name, null))));
    kids.push(found);
  }
  for (const [name, low, mid, high] of world.priors) {
    const text = t("card_prior", { what: labelOf(name), low: valueOf(name, low, numbers), high: valueOf(name, high, numbers) });
    kids.push(el("span", { class: "chip", "data-name": name, title: valueOf(name, mid, numbers) }, text));
  }
  if (!kids.length) kids.push(el("span", { class: "note" }, t("nothing")));
  const box = at("chips");
  const open = box.querySelector("details")?.open ?? false;
  const rest = kids.splice(SHOWN);
  if (world.moves.length + world.priors.length) kids.push(button(t("reset"), () => app.commit({ ...app.state, scenario: "", moves: [] }), { class: "plainly", id: "reset" }));
  if (rest.length) kids.push(el("details", { class: "more", open }, el("summary", {}, `+ ${rest.length}`), el("div", { class: "chips" }, ...rest)));
  const inside = box.contains(document.activeElement);
  box.replaceChildren(...kids);
  if (inside) (box.querySelector("button") ?? at("pick")).focus({ preventScroll: true });
  at<HTMLButtonElement>("undo").disabled = !app.canUndo;
  at<HTMLButtonElement>("redo").disabled = !app.canRedo;
}
