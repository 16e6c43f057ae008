// What is counted while nothing else is: each lever's effect on what is shown, and what scenarios do. Same draws as the
// picture, so that figures which can be compared agree.

import { effect, type App } from "./app";
import { NOTHING, type Ensemble } from "./pool";
import { median } from "./stats";
import { firstProjected, outcomeOf } from "./state";
import { model } from "./words";
import type { Lever, Move, Outcome, Scenario, World } from "./types";

const QUIET = 350; // ms without a question before something is counted
const PIECE = 256; // draws
const FIRST_YEAR = 2026;
const CARD_YEAR = 2030;

/** Medians at year ends, [series][year]. */
type Table = number[][];

export const endMove = (lever: Lever, value: number): Move => ({ name: lever.name, kind: lever.spread ? "shift" : "set", steps: [[firstProjected(), value]] });

export class Background {
  private readonly effects = new Map<string, { before: Table; levers: Map<string, [Table, Table]> }>();
  readonly cards = new Map<string, Map<string, number>>(); // scenario ("" the reference) -> "outcome@line" -> median
  private running = false;
  onEffects: () => void = () => undefined;
  onCards: () => void = () => undefined;

  constructor(private readonly app: App, private readonly cardSeries: [string, string][]) {}

  clear(): void {
    this.effects.clear();
    this.cards.clear();
  }

  private medians(from: Ensemble): Table {
    return from.series.map((_, k) => Array.from({ length: from.periods }, (__, year) => median(from, k, year)));
  }

  /** Medians of a world, asked in pieces so that a lever never waits long; the last goes on where the others stood. */
  private async ask(series: number[], world: World): Promise<Table> {
    const pool = this.app.pool!;
    const asked = { series, world, years: true };
    for (let draws = PIECE; draws < model.draws; draws += PIECE) {
      await pool.ask({ ...asked, draws, told: 0 });
      await this.rested();
    }
    return this.medians(await pool.ask(asked));
  }

  private async rested(): Promise<void> {
    while (!this.app.resting) await new Promise((resolve) => setTimeout(resolve, 60));
  }

  /** The effect of a lever at both ends on what is shown, or null until it is counted. */
  effect(lever: Lever, outcome: Outcome, line: string, year: number): [number, number] | null {
    const kept = this.effects.get(outcome.id);
    const both = kept?.levers.get(lever.name);
    if (!kept || !both) return null;
    const row = Object.keys(outcome.lines).indexOf(line);
    const at = year - FIRST_YEAR;
    if (at < 0) return [0, 0];
    const before = kept.before[row]![at]!;
    return [effect(before, both[0][row]![at]!, outcome.unit), effect(before, both[1][row]![at]!, outcome.unit)];
  }

  counted(outcome: Outcome): number {
    return this.effects.get(outcome.id)?.levers.size ?? 0;
  }

  /** Count on, one piece after another, as long as the page rests. */
  async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    try {
      while (await this.piece()) {
        const wait = this.app.quietSince + QUIET - performance.now();
        if (wait > 0 || !this.app.resting) await new Promise((resolve) => setTimeout(resolve, Math.max(wait, 80)));
        while (document.hidden) await new Promise((resolve) => setTimeout(resolve, 1000)); // nobody looks: the reader's battery is spared
        await this.rested();
      }
    } finally {
      this.running = false;
    }
  }

  private async piece(): Promise<boolean> {
    const outcome = outcomeOf(this.app.state);
    const series = Object.values(outcome.lines);
    if (this.compared().length) return this.card();
    if (outcome.unit !== "indicator") {
      let kept = this.effects.get(outcome.id);
      if (!kept) {
        kept = { before: await this.ask(series, NOTHING), levers: new Map() };
        this.effects.set(outcome.id, kept);
      }
      const first = model.levers.filter((one) => !kept.levers.has(one.name));
      const some = first.length > model.levers.length - 14 || this.cards.size > model.scenarios.length;
      if (first.length && some) {
        await this.lever(first[0]!, series, kept.levers);
        if (outcomeOf(this.app.state).id === outcome.id) this.onEffects();
        return true;
      }
    }
    return this.card();
  }

  private async lever(lever: Lever, series: number[], to: Map<string, [Table, Table]>): Promise<void> {
    const ends = [lever.ends[0], lever.ends[2]].map((value) => ({ priors: [], moves: value === lever.ends[1] ? [] : [endMove(lever, value)] }));
    const low = await this.ask(series, ends[0]!);
    await this.rested();
    to.set(lever.name, [low, await this.ask(series, ends[1]!)]);
  }

  /** Scenarios that a reader compares and that are not counted yet; they come before all else. */
  private compared(): Scenario[] {
    const { compare } = this.app.state;
    return compare.length > 1 ? model.scenarios.filter((one) => compare.includes(one.id) && !this.cards.has(one.id)) : [];
  }

  private async card(): Promise<boolean> {
    const next = (): Scenario | undefined => this.compared()[0] ?? model.scenarios.find((one) => !this.cards.has(one.id));
    const scenario: Scenario | null | undefined = this.cards.has("") ? next() : null;
    if (scenario === undefined) return false;
    const series = this.cardSeries.map(([id, line]) => model.outcomes.find((one) => one.id === id)!.lines[line]!);
    const world: World = scenario
      ? { priors: scenario.priors, moves: scenario.sets.map(([name, steps]) => ({ name, kind: "set", steps })) }
      : NOTHING;
    const table = await this.ask(series, world);
    const year = CARD_YEAR - FIRST_YEAR;
    this.cards.set(scenario?.id ?? "", new Map(this.cardSeries.map(([id, line], k) => [`${id}@${line}`, table[k]![year]!])));
    this.onCards();
    return true;
  }
}

