// Quantiles and paired differences of ensembles.

import { NQ, meanOf, middle, quantiles } from "./quantiles";
import type { Ensemble } from "./pool";
import type { Outcome, View } from "./types";

/** Whether a change of the unit is said in per cent; shares, months and chances change by points. */
export const relative = (unit: string): boolean => !["share", "month", "indicator"].includes(unit);

/** Copy a series' draws of a period into `to`; returns how many. `most` takes fewer of each part. */
export function gather(from: Ensemble, series: number, period: number, to: Float64Array, like: Ensemble = from): number {
  let n = 0;
  from.parts.forEach((part, k) => {
    const used = Math.min(part.used, like.parts[k]!.used);
    const at = (series * from.periods + period) * part.used;
    to.set(part.out.subarray(at, at + used), n);
    n += used;
  });
  return n;
}

export const sizeOf = (of: Ensemble): number => of.parts.reduce((n, part) => n + part.used, 0);

export function median(from: Ensemble, series: number, period: number, mean = false): number {
  const room = new Float64Array(sizeOf(from));
  gather(from, series, period, room);
  return mean ? meanOf(room) : middle(room);
}

export interface Focus {
  before: number[]; now: number[]; paired: number[]; lower: number; higher: number;
}

export interface Drawn {
  now: Float64Array; // [line][quarter][quantile], in the view's unit
  before: Float64Array | null; // the reference; none where the view is the change against it
  focus: Focus; // in the outcome's unit
}

export interface Wanted {
  outcome: Outcome; view: View; shown: number[]; focus: number; quarter: number; blocs: number[];
}

/** What a picture needs, from the reference (all quarters) and a world (its last quarters; none if nothing is moved). */
export class Summing {
  private readonly room: Float64Array;
  private readonly other: Float64Array;
  private readonly kept = new Map<string, Float64Array>();

  constructor(private readonly before: Ensemble) {
    this.room = new Float64Array(sizeOf(before));
    this.other = new Float64Array(sizeOf(before));
  }

  /** Draws of a line in a quarter: the world's, or the reference's where nothing could move. */
  private draws(world: Ensemble | null, line: number, quarter: number, to: Float64Array): number {
    const like = world ?? this.before;
    return world && quarter >= this.skipped(world)
      ? gather(world, line, quarter - this.skipped(world), to)
      : gather(this.before, line, quarter, to, like);
  }

  private skipped(world: Ensemble): number {
    return this.before.periods - world.periods;
  }

  private viewed(world: Ensemble | null, line: number, quarter: number, wanted: Wanted): Float64Array {
    const n = this.draws(world, line, quarter, this.room);
    const found = this.room.subarray(0, n);
    if (wanted.view === "share") {
      const sum = new Float64Array(n);
      for (const bloc of wanted.blocs) {
        this.draws(world, bloc, quarter, this.other);
        for (let j = 0; j < n; j++) sum[j] = sum[j]! + this.other[j]!;
      }
      for (let j = 0; j < n; j++) found[j] = sum[j]! > 0 ? found[j]! / sum[j]! : 0;
    } else if (wanted.view === "change") {
      gather(this.before, line, quarter, this.other, world ?? this.before);
      this.against(found, wanted.outcome.unit);
    }
    return found;
  }

  /** Turn values into changes against those in `other`, draw by draw. */
  private against(values: Float64Array, unit: string): void {
    const rel = relative(unit);
    for (let j = 0; j < values.length; j++) {
      const was = this.other[j]!;
      values[j] = rel ? (Math.abs(was) > 1e-9 ? values[j]! / was - 1 : 0) : values[j]! - was;
    }
  }

  /** Quantiles of all shown lines; quarters that no lever reaches are those of `like`, where it is given. */
  private table(world: Ensemble | null, wanted: Wanted, like: Float64Array | null = null): Float64Array {
    const quarters = this.before.periods;
    const found = like?.slice() ?? new Float64Array(Object.keys(wanted.outcome.lines).length * quarters * NQ);
    const first = like && world ? this.skipped(world) : 0;
    const mean = wanted.outcome.unit === "indicator";
    for (const line of wanted.shown) {
      for (let quarter = first; quarter < quarters; quarter++) {
        quantiles(this.viewed(world, line, quarter, wanted), found, (line * quarters + quarter) * NQ, mean);
      }
    }
    return found;
  }

  /** The reference's quantiles, of all draws or of as many as `some` has. */
  private reference(wanted: Wanted, some: Ensemble = this.before): Float64Array {
    const key = [sizeOf(some), wanted.view, wanted.shown.join()].join();
    const kept = this.kept.get(key) ?? this.table(some === this.before ? null : this.few(some), wanted);
    this.kept.set(key, kept);
    return kept;
  }

  private focus(world: Ensemble | null, wanted: Wanted): Focus {
    const { focus: line, quarter } = wanted;
    const unit = wanted.outcome.unit;
    const mean = unit === "indicator";
    const found = { before: new Float64Array(NQ), now: new Float64Array(NQ), paired: new Float64Array(NQ) };
    const n = this.draws(world, line, quarter, this.room);
    gather(this.before, line, quarter, this.other, world ?? this.before);
    let lower = 0;
    let higher = 0;
    for (let j = 0; j < n; j++) {
      const [a, b] = [this.other[j]!, this.room[j]!];
      if (b < a - Math.abs(a) * 1e-6 - 1e-12) lower++;
      else if (b > a + Math.abs(a) * 1e-6 + 1e-12) higher++;
    }
    quantiles(this.room.slice(0, n), found.now, 0, mean);
    quantiles(this.other.slice(0, n), found.before, 0, mean);
    // The changes last: quantiles put values in another order, and changes go draw by draw.
    const changes = this.room.subarray(0, n);
    this.against(changes, unit);
    quantiles(changes, found.paired, 0);
    return { before: [...found.before], now: [...found.now], paired: [...found.paired], lower: lower / n, higher: higher / n };
  }

  /** The picture of a world; of fewer draws than all, moved so that it stands on the whole reference. */
  drawn(world: Ensemble | null, wanted: Wanted): Drawn {
    const before = this.reference(wanted);
    const focus = this.focus(world, wanted);
    const change = wanted.view === "change";
    if (!world) return { now: before, before: change ? null : before, focus };
    if (sizeOf(world) === sizeOf(this.before)) return { now: this.table(world, wanted, before), before: change ? null : before, focus };
    const few = this.reference(wanted, world);
    const now = this.table(world, wanted, few);
    if (!change) this.settle(wanted, { now, before, few }, focus);
    return { now, before: change ? null : before, focus };
  }

  /** A preview of few draws: the whole reference, changed as those draws' quantiles change. */
  private settle(wanted: Wanted, tables: { now: Float64Array; before: Float64Array; few: Float64Array }, focus: Focus): void {
    const { now, before, few } = tables;
    const rel = relative(wanted.outcome.unit) && wanted.view !== "share";
    const moved = (whole: number, a: number, b: number): number => (rel ? (Math.abs(a) > 1e-9 ? (whole * b) / a : b) : whole + b - a);
    for (let k = 0; k < now.length; k++) now[k] = moved(before[k]!, few[k]!, now[k]!);
    const whole = this.focus(null, wanted).before;
    focus.now = focus.now.map((b, k) => moved(whole[k]!, focus.before[k]!, b));
    focus.before = whole;
  }

  private few(world: Ensemble): Ensemble {
    return { ...this.before, parts: this.before.parts.map((part, k) => ({ ...part, used: Math.min(part.used, world.parts[k]!.used) })) };
  }
}
