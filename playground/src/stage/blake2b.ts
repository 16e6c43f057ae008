// BLAKE2b (RFC 7693) of short texts, for the keys of random streams: the same as rechenmacht.streams makes with Python's
// hashlib. Words of 64 bits are pairs of 32 bits, low then high, since BigInt is too slow for hundreds of names.

const IV = new Uint32Array([
  0xf3bcc908, 0x6a09e667, 0x84caa73b, 0xbb67ae85, 0xfe94f82b, 0x3c6ef372, 0x5f1d36f1, 0xa54ff53a,
  0xade682d1, 0x510e527f, 0x2b3e6c1f, 0x9b05688c, 0xfb41bd6b, 0x1f83d9ab, 0x137e2179, 0x5be0cd19,
]);
const SIGMA = [
  "0123456789abcdef", "ea489fd61c02b753", "b8c052fdae367194", "7931dcbe265a40f8", "905724afe1bc683d",
  "2c6a0b834d75fe19", "c51fed4a0763928b", "db7ec13950f4862a", "6fe9b308c2d714a5", "a2847615fb9e3cd0",
].map((line) => [...line].map((digit) => parseInt(digit, 16)));

const v = new Uint32Array(32);
const m = new Uint32Array(32);

function add(to: number, low: number, high: number): void {
  const sum = v[to]! + low;
  v[to + 1] = v[to + 1]! + high + (sum >= 0x100000000 ? 1 : 0);
  v[to] = sum;
}

/** v[to] = rotate right (v[to] xor v[from]) by so many bits. */
function turn(to: number, from: number, by: number): void {
  const low = (v[to]! ^ v[from]!) >>> 0;
  const high = (v[to + 1]! ^ v[from + 1]!) >>> 0;
  const [a, b] = by >= 32 ? [high, low] : [low, high];
  const n = by % 32;
  v[to] = n ? (a >>> n) | (b << (32 - n)) : a;
  v[to + 1] = n ? (b >>> n) | (a << (32 - n)) : b;
}

function mix(a: number, b: number, c: number, d: number, x: number, y: number): void {
  add(a, v[b]!, v[b + 1]!);
  add(a, m[x]!, m[x + 1]!);
  turn(d, a, 32);
  add(c, v[d]!, v[d + 1]!);
  turn(b, c, 24);
  add(a, v[b]!, v[b + 1]!);
  add(a, m[y]!, m[y + 1]!);
  turn(d, a, 16);
  add(c, v[d]!, v[d + 1]!);
  turn(b, c, 63);
}

/** The digest of a text of at most 128 bytes, `size` bytes long, as 64-bit words. */
export function blake2b(text: string, size: number): BigUint64Array {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > 128) throw new Error("text too long");
  const h = IV.slice();
  h[0] = h[0]! ^ 0x01010000 ^ size;
  const block = new Uint8Array(128);
  block.set(bytes);
  m.set(new Uint32Array(block.buffer));
  v.set(h);
  v.set(IV, 16);
  v[24] = v[24]! ^ bytes.length;
  v[28] = ~v[28]!;
  v[29] = ~v[29]!;
  for (let round = 0; round < 12; round++) {
    const s = SIGMA[round % 10]!;
    const at = (k: number): number => 2 * s[k]!;
    mix(0, 8, 16, 24, at(0), at(1));
    mix(2, 10, 18, 26, at(2), at(3));
    mix(4, 12, 20, 28, at(4), at(5));
    mix(6, 14, 22, 30, at(6), at(7));
    mix(0, 10, 20, 30, at(8), at(9));
    mix(2, 12, 22, 24, at(10), at(11));
    mix(4, 14, 16, 26, at(12), at(13));
    mix(6, 8, 18, 28, at(14), at(15));
  }
  for (let k = 0; k < 16; k++) h[k] = h[k]! ^ v[k]! ^ v[k + 16]!;
  return new BigUint64Array(h.buffer.slice(0, size));
}

const WORDS = 7; // two for each of three rounds of the permutation, and one for the jitter

/** The keys of streams, seven words a name, as rechenmacht.streams.keys gives them. */
export function keysOf(names: string[], seed: number): BigUint64Array {
  const found = new BigUint64Array(names.length * WORDS);
  names.forEach((name, k) => found.set(blake2b(`${seed}:${name}`, 8 * WORDS), k * WORDS));
  return found;
}
