// The first page, which any server of files can hand out: addresses are relative to the script.
import { licences } from "./vite.licences.js";

export default {
  base: "./",
  publicDir: false,
  plugins: [licences],
  worker: { format: "es" },
  build: {
    outDir: "../rechenmacht/outputs/stage/built",
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2023",
    assetsDir: "",
    sourcemap: false,
    rolldownOptions: { input: ["src/stage/main.ts", "src/stage/early.ts"] },
    modulePreload: { polyfill: false },
  },
};
