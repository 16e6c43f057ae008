// The licences of what is bundled are put beside it; they ask for that.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Return the folder of the package that a module belongs to, if it is another's. */
function packageOf(module) {
  let folder = dirname(module.replace(/^\0/, "").split("?")[0]);
  while (folder.includes("node_modules") && !existsSync(join(folder, "package.json"))) folder = dirname(folder);
  return folder.includes("node_modules") ? folder : "";
}

/** Put the licences of all that is bundled beside it; they ask for that. */
export const licences = {
  name: "licences",
  generateBundle(_, bundle) {
    const modules = Object.values(bundle).flatMap((chunk) => Object.keys(chunk.modules ?? {}));
    const folders = [...new Set(modules.map(packageOf))].filter(Boolean);
    const parts = folders.map((folder) => {
      const told = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
      const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
      const text = file ? readFileSync(join(folder, file), "utf8").trim() : "";
      return `${told.name} ${told.version} (${told.license})\n\n${text}\n`;
    });
    const source = [...new Set(parts)].sort().join(`\n${"-".repeat(80)}\n\n`);
    this.emitFile({ type: "asset", fileName: "licences.txt", source });
  },
};
