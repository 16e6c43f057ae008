// The levers: prior and value on one track, what moving means in words, and the effect on what is shown beside each.

import { changed, firstProjected, focusOf, locked, outcomeOf, scenarioOf, showing, worldOf } from "./state";
import { at, button, el } from "./dom";
import { leverValue, plain, signed } from "./numbers";
import { quarterWord, t, colourOf, lineName, model } from "./words";
import { relative } from "./stats";
import { who } from "./sentence";
import { endMove, type Background } from "./background";
import type { App } from "./app";
import type { Lever, Move, State, Step } from "./types";

const TICKS = 1000;
const NEAR = 0.6; // per cent of the track within which a pointer's value snaps to the prior's median or ends
const STEP = 0.05; // the same for a key, whose steps of 0.1 % must be able to leave them
const LEAST: Record<string, number> = { share: 0.002, month: 0.05 };

/** The move that holds for a lever now, its own or the scenario's. */
export const moveOf = (state: State, name: string): Move | undefined => worldOf(state).moves.find((one) => one.name === name);

/** Values of a lever's prior after a move: its ends travel with the median, or all become one. */
export function travelled(lever: Lever, move: Move | undefined, x: number): number {
  const value = move?.steps[0]?.[1];
  if (value === undefined) return x;
  if (move!.kind === "set") return value;
  const middle = lever.ends[1];
  if (lever.form === "share") {
    if (value <= 0 || value >= 1) return value;
    const logit = (p: number): number => Math.log(p / (1 - p));
    return 1 / (1 + Math.exp(-(logit(x) + logit(value) - logit(middle))));
  }
  return middle > 0 && lever.track[0] >= 0 ? (x * value) / middle : x + value - middle;
}

class Row {
  readonly box: HTMLElement;
  private readonly input: HTMLInputElement;
  private readonly output = el("output");
  private readonly release: HTMLButtonElement;
  private readonly prior = el("span", { class: "prior" });
  private readonly now = el("span", { class: "now" });
  private readonly middle = el("span", { class: "middle" });
  private readonly mode = el("div", { class: "mode" });
  private readonly says = el("span");
  private readonly toggle: HTMLButtonElement;
  private readonly since: HTMLSelectElement;
  private readonly bars = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  private readonly low: HTMLButtonElement;
  private readonly high: HTMLButtonElement;
  private dragging = false;
  private held = ""; // what update() showed last
  private effects = ""; // what effect() showed last

  constructor(readonly lever: Lever, private readonly app: App) {
    const id = `l-${lever.name}`;
    this.input = el("input", { type: "range", id, min: 0, max: TICKS, step: 1 });
    this.output.setAttribute("for", id);
    this.release = button("×", () => {
      this.input.focus({ preventScroll: true }); // the button goes, and the keyboard's place must not go with it
      this.take(null);
    }, { class: "icon small", "aria-label": t("released", { what: lever.label }), title: t("released", { what: lever.label }) });
    const why = this.why();
    const ask = button("?", () => {
      why.hidden = !why.hidden;
      ask.setAttribute("aria-expanded", String(!why.hidden));
    }, { class: "icon small ask", "aria-label": t("why", { what: lever.label }), "aria-expanded": false });
    this.toggle = button("", () => this.turn(), { class: "plainly" });
    this.since = el("select", { "aria-label": `${lever.label}: ${t("from")}` });
    this.since.addEventListener("change", () => this.redate());
    this.mode.append(this.says, this.toggle, el("span", { class: "since" }, this.since));
    this.bars.setAttribute("viewBox", "-50 0 100 8");
    this.bars.setAttribute("preserveAspectRatio", "none");
    this.bars.setAttribute("aria-hidden", "true");
    this.low = button("", () => this.take(this.end(0)), { class: "end" });
    this.high = button("", () => this.take(this.end(2)), { class: "end" });
    this.box = el("div", { class: "lever", "data-name": lever.name },
      el("div", { class: "r" }, el("label", { for: id }, lever.label), el("span", { class: "value" }, this.output, this.release, ask)),
      el("div", { class: "r2" }, el("div", { class: "track" }, el("span", { class: "rail" }), this.prior, this.now, this.middle, this.input),
        el("div", { class: "effect" }, this.bars, el("div", { class: "ends" }, this.low, this.high))),
      this.mode, why);
    this.input.addEventListener("pointerdown", () => (this.pointed = true));
    this.input.addEventListener("keydown", () => (this.pointed = false));
    this.input.addEventListener("input", () => this.drag());
    this.input.addEventListener("change", () => this.drop());
  }

  private why(): HTMLElement {
    const { lever } = this;
    const span = lever.spread ? t("range", { low: leverValue(lever.form, lever.ends[0]), high: leverValue(lever.form, lever.ends[2]) }) : t("point");
    const acts = lever.acts.map(([id, line]) => {
      const outcome = model.outcomes.find((one) => one.id === id)!;
      const name = Object.keys(outcome.lines).length > 1 ? `${outcome.name} (${lineName(line)})` : outcome.name;
      return el("li", {}, button(name, () => this.app.commit(showing(this.app.state, outcome, line, moveOf(this.app.state, lever.name) ? "change" : "linear")), { class: "plainly", "data-act": `${id}@${line}` }));
    });
    const found = el("div", { class: "why", hidden: true }, el("p", {}, lever.note), el("p", {}, span));
    if (acts.length) found.append(el("p", {}, t("acts")), el("ul", { class: "acts" }, ...acts));
    found.append(el("p", {}, lever.count ? t("rests", { n: lever.count }) : t("judgement")));
    if (lever.claims.length) {
      found.append(el("ul", {}, ...lever.claims.map(([claim, source, address]) => el("li", {}, /^https?:/.test(address) ? el("a", { href: address, rel: "noreferrer" }, source) : source, " ", el("code", {}, claim)))));
    }
    return found;
  }

  private end(k: 0 | 2): Move | null {
    const value = this.lever.ends[k];
    if (value === this.lever.ends[1]) return null;
    const move = moveOf(this.app.state, this.lever.name);
    const usual = endMove(this.lever, value);
    return move ? { ...move, steps: [[move.steps[0]![0], value], ...move.steps.slice(1)] } : usual;
  }

  private span(): [number, number] {
    const values = (moveOf(this.app.state, this.lever.name)?.steps ?? []).map(([, value]) => value);
    return [Math.min(this.lever.track[0], ...values), Math.max(this.lever.track[1], ...values)];
  }

  private place(value: number): number {
    const [low, high] = this.span();
    return high > low ? ((value - low) / (high - low)) * 100 : 0;
  }

  private pointed = false;

  private value(): number {
    const [low, high] = this.span();
    const raw = low + ((high - low) * Number(this.input.value)) / TICKS;
    const near = [this.lever.ends[1], this.lever.ends[0], this.lever.ends[2]].find((one) => Math.abs(this.place(raw) - this.place(one)) < (this.pointed ? NEAR : STEP));
    return near ?? raw;
  }

  private moved(): Move | null {
    const value = this.value();
    const move = moveOf(this.app.state, this.lever.name);
    if (value === this.lever.ends[1] && (!move || move.steps.length === 1)) return null;
    const first: Step = [move?.steps[0]?.[0] ?? firstProjected(), value];
    return { name: this.lever.name, kind: move?.kind ?? (this.lever.spread ? "shift" : "set"), steps: [first, ...(move?.steps.slice(1) ?? [])] };
  }

  private drag(): void {
    this.dragging = true;
    performance.mark("lever");
    this.app.preview(changed(this.app.state, this.lever.name, this.moved()));
  }

  private drop(): void {
    this.dragging = false;
    this.app.commit(changed(this.app.state, this.lever.name, this.moved()), this.lever.name);
  }

  private take(move: Move | null): void {
    this.app.commit(changed(this.app.state, this.lever.name, move));
  }

  private turn(): void {
    const move = moveOf(this.app.state, this.lever.name);
    if (move) this.take({ ...move, kind: move.kind === "set" ? "shift" : "set" });
  }

  private redate(): void {
    const move = moveOf(this.app.state, this.lever.name);
    if (!move) return;
    const later = move.steps.slice(1).filter(([at]) => at > this.since.value);
    this.take({ ...move, steps: [[this.since.value, move.steps[0]![1]], ...later] });
  }

  /** Show what holds for the lever: how it is moved, and whether its scenario keeps it. */
  update(move: Move | undefined, shut: boolean): void {
    const { lever, input } = this;
    const key = JSON.stringify([move, shut, this.dragging]);
    if (key === this.held) return;
    this.held = key;
    const value = move?.steps[0]?.[1] ?? lever.ends[1];
    this.box.classList.toggle("on", !!move);
    this.release.hidden = !move || shut;
    this.output.textContent = leverValue(lever.form, value);
    input.setAttribute("aria-valuetext", this.output.textContent);
    input.disabled = this.low.disabled = this.high.disabled = shut;
    if (!this.dragging) input.value = String(Math.round(this.place(value) * (TICKS / 100)));
    this.spread(this.prior, lever.ends[0], lever.ends[2]);
    this.middle.style.left = `${this.place(lever.ends[1])}%`;
    this.mode.hidden = !move;
    if (!move) return;
    this.spread(this.now, travelled(lever, move, lever.ends[0]), travelled(lever, move, lever.ends[2]));
    this.says.textContent = shut ? t("locked", { scenario: scenarioOf(this.app.state)!.title }) : t(move.kind === "set" ? "fix" : "shift");
    this.toggle.hidden = shut || !lever.spread;
    this.toggle.textContent = t(move.kind === "set" ? "to_shift" : "to_fix");
    this.since.disabled = shut;
    this.dates(move.steps[0]![0]);
  }

  private dates(now: string): void {
    const years = Array.from({ length: 9 }, (_, k) => `${2027 + k}-Q1`);
    const all = [...new Set([firstProjected(), ...years, now])].sort();
    if (this.since.dataset.all !== all.join()) {
      this.since.replaceChildren(...all.map((one) => el("option", { value: one }, t("since", { when: quarterWord(one) }))));
      this.since.dataset.all = all.join();
    }
    this.since.value = now;
  }

  private spread(mark: HTMLElement, low: number, high: number): void {
    const [from, to] = [low, high].map((one) => Math.max(0, Math.min(100, this.place(one)))).sort((a, b) => a - b);
    mark.style.left = `${from}%`;
    mark.style.width = `${Math.max(0.8, to! - from!)}%`;
  }

  /** Show the effect at both ends, on a scale that all levers share. */
  effect(both: [number, number] | null, most: number, colour: string, unit: string): void {
    const { lever } = this;
    const key = [both, most, colour, unit].join();
    if (key === this.effects) return;
    this.effects = key;
    const text = (x: number): string => {
      if (!relative(unit)) return Math.abs(x) < 0.0005 ? "0" : (x > 0 ? "+" : "−") + plain(Math.abs(x) * (unit === "share" ? 100 : 1), 2);
      return Math.abs(x) < 0.0005 ? "0" : signed(x, Math.abs(x) >= 0.0995 ? 0 : 1).replace(/\u00a0/g, "\u202f");
    };
    [this.low, this.high].forEach((end, k) => {
      const value = leverValue(lever.form, lever.ends[k ? 2 : 0]);
      end.textContent = both ? text(both[k]!) : "…";
      end.title = `${lever.label}: ${value}`;
      end.setAttribute("aria-label", `${lever.label}, ${value}: ${both ? text(both[k]!) : t("effect_counting")}`);
    });
    this.bars.innerHTML = (both ?? []).map((x, k) => {
      const width = Math.min(50, (Math.abs(x) / most) * 50);
      return `<rect x="${x < 0 ? -width : 0}" y="${k ? 4 : 0}" width="${width.toFixed(1)}" height="3.4" fill="${colour}" opacity="${k ? 1 : 0.5}"/>`;
    }).join("") + '<line x1="0" x2="0" y1="0" y2="8" class="axis"/>';
  }
}

const panelInUse = (): boolean => at("panel").contains(document.activeElement) || at("panel").matches(":hover");

/** The panel of levers. */
export class Levers {
  private readonly rows = new Map<string, Row>();
  private sort: "effect" | "theme" = "effect";
  private order = "";
  private sorted = false;

  constructor(private readonly app: App, private readonly background: Background) {
    for (const lever of model.levers) this.rows.set(lever.name, new Row(lever, app));
    for (const one of at("sort").querySelectorAll("button")) {
      one.addEventListener("click", () => {
        this.sort = one.dataset.sort as "effect" | "theme";
        for (const other of at("sort").querySelectorAll("button")) other.setAttribute("aria-pressed", String(other === one));
        this.arrange(true);
      });
    }
  }

  update(): void {
    const { state } = this.app;
    const moves = new Map(worldOf(state).moves.map((move) => [move.name, move]));
    for (const [name, row] of this.rows) row.update(moves.get(name), locked(state, name));
  }

  /** Put rows in order and draw effects; order changes with what is shown, never with a move. */
  arrange(anew = false): void {
    const state = this.app.state;
    const outcome = outcomeOf(state);
    const focus = focusOf(state);
    const alone = who(outcome, focus) === outcome.name;
    at("help").textContent = t(alone ? "effect_help_one" : "effect_help", { what: outcome.name, where: lineName(focus), year: state.year });
    const counted = model.levers.map((lever) => {
      const both = this.background.effect(lever, outcome, focus, state.year);
      return { lever, both, size: both ? Math.max(Math.abs(both[0]), Math.abs(both[1])) : lever.strength };
    });
    const most = Math.max(...counted.map((one) => (one.both ? one.size : 0)), 1e-9);
    for (const one of counted) this.rows.get(one.lever.name)!.effect(one.both, most, colourOf(focus), outcome.unit);
    const ready = counted.every((one) => one.both);
    const key = [outcome.id, focus, state.year, this.sort].join();
    const playing = state.moves.length > 0 || state.scenario !== "" || panelInUse();
    if (!anew && key === this.order && (this.sorted === ready || playing)) return;
    this.order = key;
    this.sorted = ready;
    const least = LEAST[outcome.unit] ?? 0.005;
    const sorted = ready || outcome.id === model.start.outcome ? [...counted].sort((a, b) => b.size - a.size) : counted;
    const known = ready || (outcome.id === model.start.outcome && focus === model.start.line && state.year >= model.start.year);
    const acts = sorted.filter((one) => !known || one.size >= least || moveOf(state, one.lever.name));
    this.fill(acts.map((one) => one.lever), sorted.filter((one) => !acts.includes(one)).map((one) => one.lever));
  }

  private fill(acts: Lever[], rest: Lever[]): void {
    const panel = at("panel");
    const [active, top] = [document.activeElement?.id, panel.scrollTop];
    const boxes = (some: Lever[]): HTMLElement[] => some.map((lever) => this.rows.get(lever.name)!.box);
    const kids: HTMLElement[] = [];
    if (this.sort === "effect") kids.push(...boxes(acts));
    else {
      for (const theme of new Set(acts.map((lever) => lever.theme))) {
        const name = model.words[`theme_of.${theme}`] ?? theme;
        kids.push(el("details", { class: "group", open: true }, el("summary", {}, name), ...boxes(acts.filter((lever) => lever.theme === theme))));
      }
    }
    const open = at("levers").querySelector<HTMLDetailsElement>(".fold")?.open ?? false;
    if (rest.length) kids.push(el("details", { class: "fold", open }, el("summary", {}, t("no_effect", { n: rest.length })), ...boxes(rest)));
    at("levers").replaceChildren(...kids);
    panel.scrollTop = top;
    if (active?.startsWith("l-")) document.getElementById(active)?.focus({ preventScroll: true });
  }
}
