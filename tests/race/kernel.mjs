// Runs the shipped kernel in Node.js on a question written by the test and writes draws and outcomes as bytes.
import fs from "node:fs";
import { Kernel } from "../../playground/src/kernel.ts";

const folder = process.argv[2];
const asked = JSON.parse(fs.readFileSync(`${folder}/asked.json`, "utf8"));
const meta = JSON.parse(fs.readFileSync(asked.meta, "utf8"));
const kernel = new Kernel(await WebAssembly.compile(fs.readFileSync(asked.wasm)), meta);
const keys = new BigUint64Array(asked.keys.map(BigInt));
const p = kernel.sample(keys, new Int32Array(asked.kinds), new Float64Array(asked.ends), asked.draws);
const out = kernel.run({
  p, draws: asked.draws, dated: new Float64Array(asked.dated), phase: new Int32Array(asked.phase),
  keep: new Int32Array(asked.keep), periods: asked.periods, series: asked.series,
  levers: new Int32Array(asked.levers), values: new Float64Array(asked.values),
});
fs.writeFileSync(`${folder}/p.bin`, Buffer.from(p.buffer));
fs.writeFileSync(`${folder}/out.bin`, Buffer.from(out.buffer));
