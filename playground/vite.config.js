// One entry for all pages; each page's module and the chart library are chunks of their own, loaded when needed.
// The manifest tells the server the hashed names, so that files can be cached for good.
import { licences } from "./vite.licences.js";

export default {
  base: "/static/",
  publicDir: false,
  plugins: [licences],
  build: {
    outDir: "../rechenmacht/outputs/web/static",
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2023",
    assetsDir: "",
    sourcemap: false,
    chunkSizeWarningLimit: 1000,
    rolldownOptions: { input: "src/main.ts" },
    modulePreload: { polyfill: false },
  },
};
