// Scenarios as cards: the question, what it sets, what it does to three outcomes; two to four compared.

import { effect, type App } from "./app";
import { at, button, el } from "./dom";
import { long, percent } from "./numbers";
import { sized } from "./sentence";
import { labelOf, lineShort, model, t } from "./words";
import { relative } from "./stats";
import { valueOf } from "./chips";
import type { Background } from "./background";
import type { Numbers, Outcome, Scenario } from "./types";

const MOST = 4;
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
  private readonly compared = new Set<string>();

  constructor(private readonly app: App, private readonly background: Background, numbers: Numbers) {
    at("cards").replaceChildren(...model.scenarios.map((one) => this.card(one, numbers)));
    this.update();
    this.compare();
  }

  private card(scenario: Scenario, numbers: Numbers): HTMLElement {
    const figures = el("ul", { class: "figures" });
    const show = button("", () => this.show(scenario), { class: "show", "aria-pressed": false });
    const tick = el("input", { type: "checkbox", id: `c-${scenario.id}` });
    tick.addEventListener("change", () => {
      if (tick.checked && this.compared.size >= MOST) tick.checked = false;
      else if (tick.checked) this.compared.add(scenario.id);
      else this.compared.delete(scenario.id);
      this.compare();
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

  /** Mark the card that is shown. */
  update(): void {
    for (const [id, show] of this.shows) {
      const on = this.app.state.scenario === id;
      show.setAttribute("aria-pressed", String(on));
      const text = t(on ? "card_on" : "card_show");
      show.textContent = text;
      show.setAttribute("aria-label", `${text}: ${model.scenarios.find((one) => one.id === id)!.title}`);
      show.closest(".card")!.classList.toggle("on", on);
    }
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
    if (this.compared.size) this.compare();
  }

  private compare(): void {
    const box = at("compared");
    const some = model.scenarios.filter((one) => this.compared.has(one.id));
    const before = this.background.cards.get("");
    if (some.length < 2 || !before) {
      box.replaceChildren(el("p", { class: "note" }, t("compare_none")));
      return;
    }
    const cell = (key: string, unit: string, of: Map<string, number> | undefined): HTMLElement => {
      const value = of?.get(key);
      if (value === undefined) return el("td", {}, "…");
      const found = el("td", {}, long(value, unit));
      if (of !== before) found.append(el("small", {}, changeText(effect(before.get(key)!, value, unit), unit)));
      return found;
    };
    const rows = COMPARED.filter(([id, line]) => line in outcomeOf(id).lines).map(([id, line]) => {
      const unit = outcomeOf(id).unit;
      const key = `${id}@${line}`;
      return el("tr", {}, el("th", { scope: "row" }, named(id, line)), cell(key, unit, before), ...some.map((one) => cell(key, unit, this.background.cards.get(one.id))));
    });
    const heads = ["", t("reference"), ...some.map((one) => one.title)];
    box.replaceChildren(
      el("h3", { id: "h-compared" }, t("compare")), el("p", { class: "note" }, t("compare_note")),
      el("div", { class: "scrolls", tabindex: 0, role: "group", "aria-labelledby": "h-compared" },
        el("table", { class: "numbers" }, el("thead", {}, el("tr", {}, ...heads.map((head, k) => (k ? el("th", { scope: "col" }, head) : el("td"))))), el("tbody", {}, ...rows))),
    );
  }
}

