// Scenarios as cards: the question, what it sets, what it does to three outcomes; two to four compared.

import { effect, type App } from "./app";
import { at, button, el } from "./dom";
import { long, percent } from "./numbers";
import { sized } from "./sentence";
import { labelOf, lineShort, model, t } from "./words";
import { relative } from "./stats";
import { valueOf } from "./chips";
import { addressOf, MOST_COMPARED } from "./state";
import { copy } from "./take";
import type { Background } from "./background";
import type { Numbers, Outcome, Scenario } from "./types";

const COMPARED: [string, string][] = [
  ["installed|h100e_8bit", "cn"], ["installed|h100e_8bit", "us"], ["accessible|h100e_8bit", "cn"], ["power_connected", "us"],
  ["capex_ai", "us"], ["frontier_gap", "cn"], ["smuggled|h100e_8bit", "cn"], ["firms_using_ai", "us"],
];

const outcomeOf = (id: string): Outcome => model.outcomes.find((one) => one.id === id)!;

/** All outcomes that cards and the comparison need, each once. */
export function cardSeries(): [string, string][] {
  const all = [...model.scenarios.flatMap((one) => one.figures), ...COMPARED].filter(([id, line]) => line in (model.outcomes.find((one) => one.id === id)?.lines ?? {}));
  return [...new Map(all.map((one) => [one.join("@"), one])).values()];
}

function named(id: string, line: string): string {
  const outcome = outcomeOf(id);
  return Object.keys(outcome.lines).length > 1 ? `${outcome.name}, ${lineShort(line)}` : outcome.name;
}

/** A change with its sign: −26 %, +3 months. */
function changeText(by: number, unit: string): string {
  const text = sized(Math.abs(by), unit);
  return /[1-9]/.test(text) ? (by < 0 ? "−" : "+") + text : relative(unit) ? percent(0) : text;
}

/** What a scenario sets, in words. */
export function settings(scenario: Scenario, numbers: Numbers): string {
  const sets = scenario.sets.map(([name, steps]) => {
    const [, value] = steps[0]!;
    const more = steps.length > 1 ? " …" : "";
    return `${labelOf(name)} ${valueOf(name, value, numbers)} ${t("since", { when: steps[0]![0].replace(/^(\d{4})-Q1$/, "$1").replace(/^(\d{4})-(Q\d)$/, "$2 $1") })}${more}`;
  });
  const priors = scenario.priors.map(([name, low, , high]) => t("card_prior", { what: labelOf(name), low: valueOf(name, low, numbers), high: valueOf(name, high, numbers) }));
  return t("card_sets", { what: [...sets, ...priors].join("; ") });
}

export class Cards {
  private readonly figures = new Map<string, HTMLElement>();
  private readonly shows = new Map<string, HTMLButtonElement>();
  private led = false; // whether a link to the comparison has led there
  private readonly ticks = new Map<string, HTMLInputElement>();

  constructor(private readonly app: App, private readonly background: Background, numbers: Numbers) {
    at("cards").replaceChildren(...model.scenarios.map((one) => this.card(one, numbers)));
    this.update();
  }

  private card(scenario: Scenario, numbers: Numbers): HTMLElement {
    const figures = el("ul", { class: "figures" });
    const show = button("", () => this.show(scenario), { class: "show", "aria-pressed": false });
    const tick = el("input", { type: "checkbox", id: `c-${scenario.id}` });
    this.ticks.set(scenario.id, tick);
    tick.addEventListener("change", () => {
      const rest = this.app.state.compare.filter((one) => one !== scenario.id);
      this.app.commit({ ...this.app.state, compare: tick.checked ? [...rest, scenario.id] : rest });
    });
    this.figures.set(scenario.id, figures);
    this.shows.set(scenario.id, show);
    return el("article", { class: "card", "data-id": scenario.id },
      el("h3", {}, scenario.title), el("p", {}, scenario.question), figures,
      el("details", { class: "sets" }, el("summary", {}, t("card_details")), el("p", {}, settings(scenario, numbers))),
      el("p", { class: "row" }, show, el("label", { for: `c-${scenario.id}`, class: "tick" }, tick, t("compare_pick"))));
  }

  private show(scenario: Scenario): void {
    const on = this.app.state.scenario === scenario.id;
    this.app.commit({ ...this.app.state, scenario: on ? "" : scenario.id, moves: [] });
  }

  /** Mark the card that is shown and those that are compared; more than four cannot be. */
  update(): void {
    const { compare } = this.app.state;
    for (const [id, tick] of this.ticks) {
      tick.checked = compare.includes(id);
      tick.disabled = !tick.checked && compare.length >= MOST_COMPARED;
    }
    for (const [id, show] of this.shows) {
      const on = this.app.state.scenario === id;
      show.setAttribute("aria-pressed", String(on));
      const text = t(on ? "card_on" : "card_show");
      show.textContent = text;
      show.setAttribute("aria-label", `${text}: ${model.scenarios.find((one) => one.id === id)!.title}`);
      show.closest(".card")!.classList.toggle("on", on);
    }
    this.compare();
  }

  /** Fill in figures as they are counted. */
  count(): void {
    const before = this.background.cards.get("");
    for (const scenario of model.scenarios) {
      const now = this.background.cards.get(scenario.id);
      const box = this.figures.get(scenario.id)!;
      if (!before || !now || box.childElementCount) continue;
      box.replaceChildren(...scenario.figures.map(([id, line]) => {
        const key = `${id}@${line}`;
        const unit = outcomeOf(id).unit;
        return el("li", {}, `${named(id, line)} `, el("b", {}, changeText(effect(before.get(key)!, now.get(key)!, unit), unit)));
      }));
    }
    if (this.app.state.compare.length) this.compare();
  }

  private compare(): void {
    const box = at("compared");
    const some = model.scenarios.filter((one) => this.app.state.compare.includes(one.id));
    if (some.length < 2) {
      box.replaceChildren(el("p", { class: "note" }, t(some.length ? "compare_one" : "compare_none")));
      return;
    }
    const before = this.background.cards.get("");
    const counted = !!before && some.every((one) => this.background.cards.has(one.id));
    const cell = (key: string, unit: string, of: Map<string, number> | undefined): HTMLElement => {
      const value = of?.get(key);
      if (value === undefined) return el("td", {}, "…");
      const found = el("td", {}, long(value, unit));
      if (of !== before && before) found.append(el("small", {}, changeText(effect(before.get(key)!, value, unit), unit)));
      return found;
    };
    const rows = COMPARED.filter(([id, line]) => line in outcomeOf(id).lines).map(([id, line]) => {
      const unit = outcomeOf(id).unit;
      const key = `${id}@${line}`;
      return el("tr", {}, el("th", { scope: "row" }, named(id, line)), cell(key, unit, before), ...some.map((one) => cell(key, unit, this.background.cards.get(one.id))));
    });
    const heads = ["", t("reference"), ...some.map((one) => one.title)];
    const told = el("span", { class: "note", role: "status" });
    const link = button(t("compare_link"), () => void copy(`${addressOf(this.app.state, ["embed", "present", "saved"])}#compared`, told), { id: "compare-link" });
    box.replaceChildren(
      el("h3", { id: "h-compared" }, t("compare")), el("p", { class: "note", role: "status" }, t(counted ? "compare_note" : "computing")),
      el("div", { class: "scrolls", tabindex: 0, role: "group", "aria-labelledby": "h-compared" },
        el("table", { class: "numbers" }, el("thead", {}, el("tr", {}, ...heads.map((head, k) => (k ? el("th", { scope: "col" }, head) : el("td"))))), el("tbody", {}, ...rows))),
      el("p", { class: "row" }, link, told),
    );
    if (!this.led && location.hash === "#compared") box.scrollIntoView({ behavior: "instant" });
    this.led = true;
  }
}
