// What the page is given: texts and choices in its language (model-*.json) and what the kernel needs (numbers-*.json).

export interface Outcome {
  id: string; name: string; group: string; unit: string; lines: Record<string, number>; summed: boolean;
}

export interface Lever {
  name: string; label: string; theme: string; form: string; ends: [number, number, number]; track: [number, number];
  spread: boolean; acts: [string, string][]; strength: number; note: string; count: number; claims: [string, string, string][];
}

export type Step = [quarter: string, value: number];

export interface Scenario {
  id: string; title: string; question: string; sets: [string, Step[]][]; priors: [string, number, number, number][];
  figures: [string, string][];
}

export interface Model {
  lang: string; version: string; checksum: string; draws: number; seed: number; first: string; observed: string; last: string;
  start: { outcome: string; line: string; year: number }; thumbs: string[]; blocs: string[]; definitions: Record<string, string>;
  lines: Record<string, [string, string, string]>; outcomes: Outcome[]; levers: Lever[]; others: Record<string, string>;
  scenarios: Scenario[]; words: Record<string, string>; labels: string;
}

export interface Numbers {
  names: string[]; kinds: number[]; ends: number[][]; bounds: [number, number][]; units: string[]; middle: number[]; late: string;
  state: number; lanes: number; outputs: number[][]; inputs: number; dated: number[][]; phase: number[]; quarters: number;
  per_quarter: number; cut: number;
}

/** A lever moved: its value in all draws (set), or the median to which its range is moved (shift), from each quarter on. */
export interface Move {
  name: string; kind: "set" | "shift"; steps: Step[];
}

export type View = "linear" | "log" | "share" | "change";

/** What the page shows; the address holds it. `line` is a line's name or "all", `compare` are scenarios side by side. */
export interface State {
  outcome: string; line: string; view: View; year: number; scenario: string; moves: Move[]; seed: number; compare: string[];
}

/** One world to compute: changed priors and levers. */
export interface World {
  priors: [string, number, number, number][]; moves: Move[];
}
