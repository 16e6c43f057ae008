// One of the workers that run the kernel: each holds a slice of the draws, so that a question is shared out over cores.

import { Kernel } from "../kernel";
import { keysOf } from "./blake2b";
import type { Numbers } from "./types";

export interface Begin {
  kind: "begin"; id: number; module: WebAssembly.Module; numbers: Numbers; seed: number; draws: number; first: number; count: number;
}

/** A lever as the kernel takes it: row, step, and how its value comes about in each draw. */
export interface Pull {
  row: number; step: number; value: number; shift: boolean; middle: number; unit: string; low: number;
}

export interface Ask {
  kind: "ask"; id: number; series: number[]; years: boolean; whole: boolean; pulls: Pull[];
  priors: [row: number, low: number, mid: number, high: number][]; draws: number;
  told: number; // so many of the series are told; the others are wanted by the same question with more draws
}

export interface Told {
  id: number; out?: Float32Array<ArrayBuffer>; used: number; error?: string;
}

let kernel: Kernel;
let given: Begin;
let dated: Float64Array;
let p: Float64Array;
let changed = { key: "", p: new Float64Array(0) }; // the parameters under other priors
let before = { key: "", blocks: 0 }; // the question asked last and how much of it stands in the kernel's memory

/** Write run-length pairs out: [step][input]. */
function unpacked(numbers: Numbers): Float64Array {
  const steps = numbers.phase.length;
  const found = new Float64Array(steps * numbers.inputs);
  numbers.dated.forEach((column, input) => {
    let step = 0;
    for (let k = 0; k < column.length; k += 2) for (let n = 0; n < column[k + 1]!; n++) found[step++ * numbers.inputs + input] = column[k]!;
  });
  return found;
}

function sampled(rows: number[] | null, ends: number[][]): Float64Array {
  const { numbers, seed, draws, first, count } = given;
  const names = rows ? rows.map((row) => numbers.names[row]!) : numbers.names;
  const kinds = rows ? rows.map((row) => numbers.kinds[row]!) : numbers.kinds;
  return kernel.sample(keysOf(names, seed), new Int32Array(kinds), new Float64Array(ends.flat()), draws, first, count);
}

function begin(told: Begin): void {
  given = told;
  const { numbers } = told;
  kernel ??= new Kernel(told.module, { names: numbers.names, state: numbers.state, outputs: numbers.outputs, lanes: numbers.lanes });
  dated = unpacked(numbers);
  p = sampled(null, numbers.ends);
  changed.key = before.key = "";
  kernel.hold(p, told.count, numbers.cut);
  kernel.run({ ...usual(), series: [], keep: new Int32Array(numbers.phase.length).fill(-1), periods: 0, park: true });
}

function usual(): { draws: number; dated: Float64Array; phase: Int32Array } {
  return { draws: given.count, dated, phase: new Int32Array(given.numbers.phase) };
}

const clipped = (x: number): number => Math.min(Math.max(x, 1e-9), 1 - 1e-9);
const logit = (x: number): number => Math.log(x / (1 - x));

/** The values of a lever in each draw: the same, or the prior's moved so that its median is the value. */
export function pulled(one: Pull, from: Float64Array): Float64Array {
  const { value, middle } = one;
  if (!one.shift) return new Float64Array(from.length).fill(value);
  if (one.unit === "share") {
    if (value <= 0 || value >= 1 || middle <= 0 || middle >= 1) return new Float64Array(from.length).fill(Math.min(Math.max(value, 0), 1));
    const by = logit(value) - logit(middle);
    return from.map((x) => 1 / (1 + Math.exp(-(logit(clipped(x)) + by))));
  }
  return middle > 0 && one.low >= 0 ? from.map((x) => (x * value) / middle) : from.map((x) => x + value - middle);
}

/** The parameters under a question's priors. */
function parameters(priors: Ask["priors"]): Float64Array {
  if (!priors.length) return p;
  const key = JSON.stringify(priors);
  if (changed.key !== key) {
    const { count } = given;
    const from = p.slice();
    const rows = priors.map((one) => one[0]);
    const drawn = sampled(rows, priors.map((one) => one.slice(1)));
    rows.forEach((row, k) => from.set(drawn.subarray(k * count, (k + 1) * count), row * count));
    changed = { key, p: from };
  }
  return changed.p;
}

/** Which period a step ends, or -1: year ends or quarters, all or those after what is counted. */
function kept(years: boolean, whole: boolean): { keep: Int32Array; periods: number } {
  const { numbers } = given;
  const keep = new Int32Array(numbers.phase.length).fill(-1);
  let periods = 0;
  for (let quarter = 0; quarter < numbers.quarters; quarter++) {
    const last = (quarter + 1) * numbers.per_quarter - 1;
    if (years ? quarter % 4 === 3 && last >= numbers.cut : whole || last >= numbers.cut) keep[last] = periods++;
  }
  return { keep, periods };
}

function ask(asked: Ask): Told {
  const { numbers, count } = given;
  const key = JSON.stringify([asked.series, asked.years, asked.whole, asked.pulls, asked.priors]);
  const done = before.key === key ? before.blocks : 0;
  before.key = "";
  const from = parameters(asked.priors);
  const pulls = [...asked.pulls].sort((a, b) => a.step - b.step || Number(a.shift) - Number(b.shift));
  const values = new Float64Array(pulls.length * count);
  pulls.forEach((one, k) => values.set(pulled(one, from.subarray(one.row * count, (one.row + 1) * count)), k * count));
  const used = Math.min(asked.draws, count);
  const blocks = Math.ceil(used / numbers.lanes);
  const out = kernel.run({
    ...usual(), ...(asked.priors.length ? { p: from } : {}), series: asked.series, ...kept(asked.years, asked.whole),
    levers: new Int32Array(pulls.flatMap((one) => [one.row, one.step])), values,
    done: Math.min(done, blocks), blocks, resume: !asked.whole && !asked.priors.length, told: asked.told,
  });
  before = { key, blocks: Math.max(done, blocks) };
  return { id: asked.id, out: out as Float32Array<ArrayBuffer>, used: Math.min(blocks * numbers.lanes, count) };
}

addEventListener("message", (event: MessageEvent<Begin | Ask>) => {
  const told = event.data;
  try {
    if (told.kind === "begin") {
      begin(told);
      postMessage({ id: told.id, used: 0 } satisfies Told);
    } else {
      const found = ask(told);
      postMessage(found, { transfer: [found.out!.buffer] });
    }
  } catch (error) {
    postMessage({ id: told.id, used: 0, error: String(error) } satisfies Told);
  }
});
