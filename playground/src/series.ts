// A simulation's series as charts, tables and sentences need them.

import type { Answer } from "./api";
import type { Row } from "./figure";
import { colour } from "./theme";
import { amount, given, label, name, range } from "./words";

export interface Series { variable: string; region: string; unit: string; values: number[][] }
export interface Simulated extends Answer {
  quarters: string[]; series: Series[]; probabilities: { variable: string; region: string; values: number[] }[];
  draws: number; seed: number; backend: string;
}
const FIRST_SHOWN = "2022-Q4", LAST_OBSERVED = "2026-Q2";
export const TOLD = ["2030-Q4", "2035-Q4"];

const decimal = (quarter: string): number => Number(quarter.slice(0, 4)) + Number(quarter.slice(6)) / 4;
export const regionOf = (bloc: string): string => given.blocs[bloc]?.region ?? bloc;
const blocsOf = (variable: string): string[] => given.outcomes.find((one) => one.variable === variable)?.blocs ?? [];

function seriesOf(found: Simulated, variable: string, bloc: string): Series {
  const one = found.series.find((row) => row.variable === variable && row.region === regionOf(bloc));
  if (!one) throw new Error(`no series ${variable} of ${bloc}`);
  return one;
}

/** Return a chart's data as the server writes them (charts_bands): one row a panel and quarter. */
export function rowsOf(now: Simulated, other: Simulated | null, variable: string, log: boolean, low: number): Row[] {
  const found: Row[] = [], quarters = now.quarters, first = quarters.indexOf(FIRST_SHOWN), last = quarters.length - 1;
  for (const bloc of blocsOf(variable)) {
    const { values, unit } = seriesOf(now, variable, bloc), middle = values[2]!;
    const compared = other ? seriesOf(other, variable, bloc).values[2]! : null;
    for (let k = first; k <= last; k++) {
      if (log && middle[k]! < low) continue;
      const held = (row: number[]): number => Math.max(row[k]!, low);
      const row: Row = {
        panel: name("regions", bloc), colour: colour(given.blocs[bloc]?.role ?? "slate"), year: decimal(quarters[k]!),
        low: held(values[0]!), q25: held(values[1]!), mid: held(middle), q75: held(values[3]!), high: held(values[4]!),
      };
      if (compared) row.other = held(compared);
      if (quarters[k] === LAST_OBSERVED || k === last) {
        row.text = label(middle[k]!, unit);
        Object.assign(row, { falls: k < last && middle[Math.max(k - 4, first)]! > middle[k]! });
      }
      found.push(row);
    }
  }
  return found;
}

/** Say a chart's medians and ranges in a sentence. */
export function described(now: Simulated, variable: string, title: string): string {
  const parts = blocsOf(variable).map((bloc) => {
    const { values, unit } = seriesOf(now, variable, bloc);
    const told = TOLD.map((quarter) => {
      const k = now.quarters.indexOf(quarter);
      return `${quarter} ${amount(values[2]![k], unit)} (${range(values[0]![k]!, values[4]![k]!, unit)})`;
    });
    return `${name("regions", bloc)}: ${told.join(", ")}`;
  });
  return `${title}. ${parts.join("; ")}.`;
}

/** Return a chart's numbers as rows of a table. */
export function tableRows(now: Simulated, variable: string): Row[] {
  return now.series.filter((one) => one.variable === variable).flatMap((one) => now.quarters.map((quarter, k) => ({
    region: one.region, quarter, q05: one.values[0]![k]!, q25: one.values[1]![k]!, q50: one.values[2]![k]!,
    q75: one.values[3]![k]!, q95: one.values[4]![k]!, unit: one.unit,
  })).filter((row) => row.quarter >= FIRST_SHOWN));
}
