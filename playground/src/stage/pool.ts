// The workers: questions are shared out over them, each on its slice of the draws; one question in flight at a time.

import type { Ask, Begin, Pull, Told } from "./worker";
import type { Move, Numbers, World } from "./types";

const MOST = 4;
export const QUARTER = /^(\d{4})-Q([1-4])$/;

/** Outcomes of some draws: [series][period][draw], one part a worker. */
export interface Ensemble {
  parts: { out: Float32Array; used: number }[]; periods: number; series: number[];
}

/** `draws`: fewer than all. `told`: so many of the series are handed out now; asked again with more draws, the same
 * question goes on where it stood. */
export interface Question {
  series: number[]; world: World; years?: boolean; whole?: boolean; draws?: number; told?: number;
}

export const NOTHING: World = { priors: [], moves: [] };

export class Pool {
  private readonly workers: Worker[];
  private readonly waiting = new Map<number, (told: Told) => void>();
  private readonly rows: Map<string, number>;
  private id = 0;
  private seed = 1;
  private draws = 1000;
  readonly numbers: Numbers;
  private readonly module: WebAssembly.Module;

  constructor(module: WebAssembly.Module, numbers: Numbers) {
    this.module = module;
    this.numbers = numbers;
    this.rows = new Map(numbers.names.map((name, row) => [name, row]));
    const count = Math.max(1, Math.min(MOST, navigator.hardwareConcurrency || 2));
    this.workers = Array.from({ length: count }, () => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" }));
    for (const one of this.workers) {
      one.onmessage = (event: MessageEvent<Told>) => {
        const answer = this.waiting.get(event.data.id);
        this.waiting.delete(event.data.id);
        answer?.(event.data);
      };
      one.onerror = (event) => this.fail(event.message || "worker");
    }
  }

  private fail(why: string): void {
    for (const answer of this.waiting.values()) answer({ id: 0, used: 0, error: why });
    this.waiting.clear();
  }

  private post(worker: Worker, told: Begin | Ask): Promise<Told> {
    return new Promise((resolve, reject) => {
      this.waiting.set(told.id, (answer) => (answer.error ? reject(new Error(answer.error)) : resolve(answer)));
      worker.postMessage(told);
    });
  }

  get size(): number {
    return this.workers.length;
  }

  /** Draw the ensemble anew and run the reference up to the first projected quarter. */
  async begin(seed: number, draws: number): Promise<void> {
    [this.seed, this.draws] = [seed, draws];
    const lanes = this.numbers.lanes;
    const each = Math.ceil(draws / this.workers.length / lanes) * lanes;
    await Promise.all(
      this.workers.map((worker, k) => {
        const first = Math.min(k * each, draws);
        const count = Math.min(each, draws - first);
        return this.post(worker, { kind: "begin", id: ++this.id, module: this.module, numbers: this.numbers, seed: this.seed, draws, first, count });
      }),
    );
  }

  step(quarter: string): number {
    const [, year, part] = QUARTER.exec(quarter)!;
    return ((Number(year) - 2022) * 4 + Number(part) - 1) * this.numbers.per_quarter;
  }

  private pulls(moves: Move[]): Pull[] {
    return moves.flatMap((move) => {
      const row = this.rows.get(move.name)!;
      return move.steps.map(([at, value]) => ({
        row, step: this.step(at), value, shift: move.kind === "shift", middle: this.numbers.middle[row]!,
        unit: this.numbers.units[row]!, low: this.numbers.bounds[row]![0],
      }));
    });
  }

  /** Run a world; `draws` fewer than all are the first of each worker's slice. */
  async ask(asked: Question): Promise<Ensemble> {
    const some = asked.draws ?? this.draws;
    const each = some < this.draws ? Math.ceil(some / this.workers.length) : this.draws; // all: each worker's whole slice
    const pulls = this.pulls(asked.world.moves);
    const priors = asked.world.priors.map(([name, ...ends]) => [this.rows.get(name)!, ...ends] as Ask["priors"][0]);
    const whole = asked.whole ?? priors.length > 0;
    const handed = asked.told ?? asked.series.length;
    const told = await Promise.all(
      this.workers.map((worker) =>
        this.post(worker, {
          kind: "ask", id: ++this.id, series: asked.series, years: asked.years ?? false, whole, pulls, priors, draws: each, told: handed,
        }),
      ),
    );
    const parts = told.map(({ out, used }) => ({ out: out!, used }));
    const { quarters, per_quarter, cut } = this.numbers;
    const periods = asked.years ? quarters / 4 - Math.ceil((cut / per_quarter - 3) / 4) : whole ? quarters : quarters - cut / per_quarter;
    return { parts, periods, series: asked.series.slice(0, handed) };
  }
}
