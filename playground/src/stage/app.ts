// The page's heart: state and history, and one question in flight whose answer is drawn.

import { NOTHING, type Ensemble, type Pool } from "./pool";
import { Summing, relative, type Drawn, type Wanted } from "./stats";
import { addressOf, focusOf, outcomeOf, read, worldOf } from "./state";
import { model } from "./words";
import type { Outcome, State } from "./types";

export interface Shown {
  state: State; outcome: Outcome; focus: string; drawn: Drawn; drag: boolean; moved: boolean; full: boolean;
}

export interface Side {
  before: Ensemble; now: Ensemble | null; skip: number; // series before those of the side
}

interface Reference {
  ensemble: Ensemble; summing: Summing;
}

const KEPT = 8; // outcomes whose reference stays in memory
const SAME_LEVER = 1500; // ms within which steps of one lever are one step of the history
const GOAL = 40; // ms that a picture may take while a lever moves
const SIZES = [512, 256, 128, 64];

export class App {
  state: State;
  pool: Pool | null = null;
  side: Side | null = null;
  shown: Shown | null = null;
  readonly sideSeries: number[];
  onState: ((before: State, drag: boolean) => void)[] = [];
  onShown: ((shown: Shown) => void)[] = [];
  onIdle: () => void = () => undefined;
  onFailed: (why: unknown) => void = () => undefined;
  private readonly references = new Map<string, Reference>();
  private busy = false;
  private again: boolean | null = null;
  private perDraw = 0.15;
  private few = 256;
  private pushed = { what: "", when: 0 };
  private place = 0;
  private top = 0;
  quietSince = 0;

  constructor(state: State) {
    this.state = state;
    const thumbs = model.thumbs.flatMap((id) => Object.values(model.outcomes.find((one) => one.id === id)?.lines ?? {}));
    const ahead = Object.keys(model.definitions).flatMap((name) => Object.values(model.outcomes.find((one) => one.id === `ahead|${name}`)!.lines));
    this.sideSeries = [...new Set([...thumbs, ...ahead])];
    history.replaceState({ ...(history.state as object), place: this.place }, "");
    addEventListener("popstate", (event) => this.back(event));
  }

  get canUndo(): boolean {
    return this.place > 0;
  }

  get canRedo(): boolean {
    return this.place < this.top;
  }

  private back(event: PopStateEvent): void {
    const place = (event.state as { place?: number } | null)?.place;
    if (place === undefined || !this.pool) return;
    this.place = place;
    this.pushed.what = "";
    const before = this.take(read(location.search, this.pool.numbers).state);
    void this.refresh(false);
    this.tell(before);
  }

  private take(state: State): State {
    const before = this.state;
    this.state = state;
    return before;
  }

  private tell(before: State, drag = false): void {
    for (const one of this.onState) one(before, drag);
  }

  /** Show a state while something is dragged; the history is left alone. */
  preview(state: State): void {
    if (this.again === null && !this.shown?.drag) this.few = SIZES.find((size) => size * this.perDraw < GOAL) ?? 64;
    const before = this.take(state);
    void this.refresh(true); // the workers begin before the page is brought up to date
    this.tell(before, true);
  }

  /** Take a state: it becomes a step of the history, or replaces the last where `what` says that it is the same step. */
  commit(state: State, what = ""): void {
    const now = performance.now();
    const same = what !== "" && what === this.pushed.what && now - this.pushed.when < SAME_LEVER;
    this.pushed = { what, when: now };
    const before = this.take(state);
    void this.refresh(false);
    const address = addressOf(state) + location.hash;
    if (same || what === "year") history.replaceState({ place: this.place }, "", address);
    else if (address !== location.href) {
      this.top = ++this.place;
      history.pushState({ place: this.place }, "", address);
    }
    this.tell(before);
  }

  wanted(state: State, all = false): Wanted {
    const outcome = outcomeOf(state);
    const keys = Object.keys(outcome.lines);
    const focus = keys.indexOf(focusOf(state));
    const world = keys.indexOf("world");
    const blocs = keys.map((_, row) => row).filter((row) => row !== world);
    const shown = all || state.line === "all" ? (all ? keys.map((_, row) => row) : blocs) : [focus];
    return { outcome, view: state.view, shown, focus, quarter: (state.year - 2022) * 4 + 3, blocs };
  }

  /** An outcome's reference, if it is still in memory. */
  private known(outcome: Outcome): Reference | undefined {
    return this.references.get(outcome.id);
  }

  async reference(outcome: Outcome): Promise<Reference> {
    const kept = this.known(outcome);
    if (kept) return kept;
    const series = [...Object.values(outcome.lines), ...this.sideSeries];
    const ensemble = await this.pool!.ask({ series, world: NOTHING, whole: true });
    const found = { ensemble, summing: new Summing(ensemble) };
    this.references.set(outcome.id, found);
    if (this.references.size > KEPT) this.references.delete(this.references.keys().next().value!);
    return found;
  }

  /** Draw other draws: everything that was counted is forgotten. */
  async begin(): Promise<void> {
    this.references.clear();
    await this.pool!.begin(this.state.seed, model.draws);
  }

  /** Answer what the page asks now; while one answer is on its way, only the newest question waits. */
  async refresh(drag: boolean): Promise<void> {
    if (!this.pool) return;
    this.quietSince = performance.now();
    if (this.busy) this.again = drag;
    else await this.answer(drag);
  }

  private async answer(drag: boolean): Promise<void> {
    this.busy = true;
    const state = this.state;
    const outcome = outcomeOf(state);
    const world = worldOf(state);
    const moved = world.moves.length + world.priors.length > 0;
    const [lines, draws] = [Object.keys(outcome.lines).length, drag ? this.few : model.draws];
    let [reference, now]: [Reference | undefined, Ensemble | null] = [this.known(outcome), null];
    let next: boolean | null = null;
    try {
      reference ??= await this.reference(outcome);
      const began = performance.now();
      // A preview asks for what the whole picture asks for, so that the draws that it takes need not be run again.
      if (moved) now = await this.pool!.ask({ series: [...Object.values(outcome.lines), ...this.sideSeries], world, draws, ...(drag ? { told: lines } : {}) });
      if (moved && drag) this.perDraw = 0.7 * this.perDraw + 0.3 * ((performance.now() - began) / draws);
    } catch (error) {
      return this.onFailed(error);
    } finally {
      this.busy = false;
      [next, this.again] = [this.again, null];
      if (next !== null) void this.answer(next); // the workers go on while this is drawn
    }
    const drawn = reference.summing.drawn(now, this.wanted(state));
    if (!drag) this.side = { before: reference.ensemble, now, skip: lines };
    this.shown = { state, outcome, focus: focusOf(state), drawn, drag, moved, full: !drag };
    for (const tell of this.onShown) tell(this.shown);
    if (next === null && !drag) this.onIdle();
  }

  get resting(): boolean {
    return !this.busy && this.again === null;
  }
}

/** The change of a median, relative or in the unit, as effects are compared. */
export function effect(before: number, now: number, unit: string): number {
  return relative(unit) ? (Math.abs(before) > 1e-12 ? now / before - 1 : 0) : now - before;
}
