// Ticks, widths of text, and labels that keep apart.

const FAMILY = '"Helvetica Neue",Helvetica,Arial,"Liberation Sans",sans-serif';
const context = document.createElement("canvas").getContext("2d")!;
const widths = new Map<string, number>();

/** The width of a text in pixels, so that margins are measured and not guessed. */
export function wide(text: string, size: number, bold = false): number {
  const key = `${size}${bold}${text}`;
  let found = widths.get(key);
  if (found === undefined) {
    context.font = `${bold ? "bold " : ""}${size}px ${FAMILY}`;
    found = context.measureText(text).width;
    widths.set(key, found);
  }
  return found;
}

/** Round ticks between two values, about so many. */
export function ticks(low: number, high: number, about: number): number[] {
  const raw = (high - low || 1) / about;
  const power = 10 ** Math.floor(Math.log10(raw));
  const rest = raw / power;
  const step = (rest < 1.5 ? 1 : rest < 3 ? 2 : rest < 7 ? 5 : 10) * power;
  const found: number[] = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-6; k++) found.push(k === 0 ? 0 : Number((k * step).toPrecision(12)));
  return found;
}

/** Powers of ten between two positive values; 1, 2 and 5 where there are few. */
export function logTicks(low: number, high: number, most = 6): number[] {
  const first = Math.ceil(Math.log10(low) - 1e-9);
  const last = Math.floor(Math.log10(high) + 1e-9);
  const every = Math.max(1, Math.ceil((last - first + 1) / most));
  const found: number[] = [];
  for (let power = first; power <= last; power += every) found.push(10 ** power);
  if (found.length >= 3) return found;
  const finer: number[] = [];
  for (let power = first - 1; power <= last + 1; power++) {
    for (const digit of [1, 2, 5]) {
      const value = digit * 10 ** power;
      if (value >= low && value <= high) finer.push(value);
    }
  }
  return finer;
}

export interface Label {
  y: number; height: number; at: number;
}

/** Push labels apart within [top, bottom]; labels that touch move as one (pool adjacent). Too many are left out from the end. */
export function apart<T extends Label>(labels: T[], top: number, bottom: number): T[] {
  let kept = labels;
  while (kept.reduce((sum, one) => sum + one.height, 0) > bottom - top && kept.length > 1) kept = kept.slice(0, -1);
  const blocks: { own: T[]; height: number; sum: number }[] = [];
  const place = (block: { own: T[]; height: number; sum: number }): number =>
    Math.max(top, Math.min(block.sum / block.own.length, bottom - block.height));
  for (const label of [...kept].sort((a, b) => a.y - b.y)) {
    blocks.push({ own: [label], height: label.height, sum: label.y - label.height / 2 });
    while (blocks.length > 1) {
      const [before, last] = [blocks.at(-2)!, blocks.at(-1)!];
      if (place(before) + before.height <= place(last) + 0.01) break;
      before.sum += last.sum - before.height * last.own.length;
      before.own.push(...last.own);
      before.height += last.height;
      blocks.pop();
    }
  }
  for (const block of blocks) {
    let y = place(block);
    for (const label of block.own) {
      label.at = y + label.height / 2;
      y += label.height;
    }
  }
  return kept;
}
