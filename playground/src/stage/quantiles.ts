// Quantiles by selection, which is several times as fast as sorting. They are those of numpy.quantile (type 7), so that
// digits are the same.

export const AT = [0.05, 0.25, 0.5, 0.75, 0.95];
export const NQ = AT.length;

/** Put the value that belongs at `k` once all are in order there, none larger before it, none smaller behind (quickselect). */
function select(values: Float64Array, k: number, low: number): void {
  let high = values.length - 1;
  while (low < high) {
    const pivot = values[(low + high) >> 1]!;
    let [i, j] = [low, high];
    while (i <= j) {
      while (values[i]! < pivot) i++;
      while (values[j]! > pivot) j--;
      if (i <= j) {
        const kept = values[i]!;
        values[i++] = values[j]!;
        values[j--] = kept;
      }
    }
    if (k <= j) high = j;
    else if (k >= i) low = i;
    else return;
  }
}

/** Write quantiles of values, which are put in another order. */
function ordered(values: Float64Array, at: readonly number[], to: Float64Array, place: number): void {
  let low = 0;
  at.forEach((q, k) => {
    const exact = q * (values.length - 1);
    const below = Math.floor(exact);
    const part = exact - below;
    select(values, below, low);
    low = below;
    let above = values[below]!;
    if (part > 0) {
      select(values, below + 1, below + 1);
      above = values[(low = below + 1)]!;
    }
    to[place + k] = values[below]! * (1 - part) + above * part;
  });
}

export function meanOf(values: Float64Array): number {
  let sum = 0;
  for (const x of values) sum += x;
  return sum / values.length;
}

/** Write five quantiles of values, which are put in another order; of indicators the mean five times. */
export function quantiles(values: Float64Array, to: Float64Array, at: number, mean = false): void {
  if (mean) to.fill(meanOf(values), at, at + NQ);
  else ordered(values, AT, to, at);
}

const MIDDLE = [0.5];
const single = new Float64Array(1);

/** The median of values, which are put in another order. */
export function middle(values: Float64Array): number {
  ordered(values, MIDDLE, single, 0);
  return single[0]!;
}
