// The race's kernel in the page: the same WebAssembly as in Python, so the same question gives the same digits.
// Arrays are laid out in the kernel's memory by hand; it allocates nothing and imports nothing.

export interface Meta {
  names: string[]; state: number; outputs: number[][]; lanes: number;
}

export interface Run {
  p?: Float64Array; // [name][draw]; those that are held if none are given
  draws: number;
  dated: Float64Array; // [step][input]
  phase: Int32Array; // which equations hold, by step
  keep: Int32Array; // which period a step ends, or -1
  periods: number;
  series: number[]; // places of the outcomes wanted
  levers?: Int32Array; // [lever][row, step], in the order of time
  values?: Float64Array; // [lever][draw]
  done?: number; // blocks before this one stand there already: the same question was asked just before
  blocks?: number; // blocks of draws from this one on are left out
  park?: boolean; // leave the state before the held step behind
  resume?: boolean; // begin at the held step with the parked state; earlier steps keep nothing
  told?: number; // so many of the series are handed out (all if not given), of the draws computed
}

type Numbers = Float64Array | Int32Array | BigUint64Array;
const PAGE = 65536;
const ALIGN = 64;

export class Kernel {
  private readonly memory: WebAssembly.Memory;
  private readonly call: Record<string, (...given: number[]) => number>;
  private readonly base: number;
  private top: number;
  private start: number; // where what is laid out for one question begins
  private held = { p: 0, parked: 0, cut: -1 };
  readonly meta: Meta;

  constructor(module: WebAssembly.Module, meta: Meta) {
    const exports = new WebAssembly.Instance(module, {}).exports;
    this.memory = exports.memory as WebAssembly.Memory;
    this.call = exports as unknown as Record<string, (...given: number[]) => number>;
    this.base = this.start = this.top = this.memory.buffer.byteLength;
    this.meta = meta;
  }

  private room(bytes: number): number {
    const at = Math.ceil(this.top / ALIGN) * ALIGN;
    this.top = at + bytes;
    const missing = this.top - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / PAGE));
    return at;
  }

  // Views are taken anew after every allocation: memory that grows leaves old ones empty.
  private put(array: Numbers): number {
    const at = this.room(Math.max(array.byteLength, 8));
    new Uint8Array(this.memory.buffer, at, array.byteLength).set(
      new Uint8Array(array.buffer, array.byteOffset, array.byteLength),
    );
    return at;
  }

  /** Draws of parameters, [name][draw]; `keys` as rechenmacht.streams makes them, seven words a name. */
  sample(keys: BigUint64Array, kinds: Int32Array, ends: Float64Array, draws: number, first = 0, count = draws): Float64Array {
    this.top = this.start;
    let bits = 1;
    while (2 ** bits < draws) bits++;
    const at = [this.put(keys), this.put(kinds), this.put(ends)] as const;
    const out = this.room(8 * kinds.length * count);
    this.call.sample!(...at, kinds.length, draws, bits, first, count, out);
    return new Float64Array(this.memory.buffer, out, kinds.length * count).slice();
  }

  /** Keep draws, and room for the state before step `cut`, in the kernel's memory; what was kept before is given up. */
  hold(p: Float64Array, draws: number, cut: number): void {
    this.top = this.base;
    this.held = { p: this.put(p), parked: this.room(8 * Math.ceil(draws / this.meta.lanes) * this.meta.state * this.meta.lanes), cut };
    this.start = this.top;
  }

  /** Outcomes, [series][period][draw]; of the draws in the blocks computed only. */
  run(asked: Run): Float32Array {
    this.top = this.start;
    const { meta } = this;
    const steps = asked.phase.length;
    const rows = new Int32Array(meta.outputs.flatMap((phase) => asked.series.map((place) => phase[place]!)));
    const levers = asked.levers ?? new Int32Array(0);
    const blocks = asked.blocks ?? Math.ceil(asked.draws / meta.lanes);
    const p = asked.p ? this.put(asked.p) : this.held.p;
    const dated = this.put(asked.dated);
    const phase = this.put(asked.phase);
    const keep = this.put(asked.keep);
    const outputs = this.put(rows);
    const places = this.put(levers);
    const values = this.put(asked.values ?? new Float64Array(0));
    const w = this.room(8 * this.call.workspace!());
    const size = asked.series.length * asked.periods * asked.draws;
    const out = this.room(4 * size);
    this.call.run!(
      p, meta.names.length, asked.draws, dated, asked.dated.length / steps, phase, keep, steps, outputs,
      asked.series.length, asked.periods, out, 0, asked.done ?? 0, blocks, places, values,
      levers.length / 2, w, this.held.parked, asked.park || asked.resume ? this.held.cut : -1, asked.resume ? 1 : 0,
    );
    const wanted = (asked.told ?? asked.series.length) * asked.periods;
    const count = Math.min(blocks * meta.lanes, asked.draws);
    const all = new Float32Array(this.memory.buffer, out, size);
    if (count === asked.draws) return all.slice(0, wanted * count);
    const found = new Float32Array(wanted * count);
    for (let row = 0; row < wanted; row++) found.set(all.subarray(row * asked.draws, row * asked.draws + count), row * count);
    return found;
  }
}
