// `make editor`: bundles codemirror.js, with the versions of package-lock.json, to a file under static/vendor.
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { build } from "esbuild";

const read = (name) => readFileSync(new URL(name, import.meta.url), "utf8");
const { dependencies } = JSON.parse(read("package.json"));
const sources = createHash("sha256").update(read("package-lock.json")).update(read("codemirror.js")).digest("hex");
const versions = Object.entries(dependencies).map((pin) => pin.join(" ")).join(", ");
const folder = new URL(`../../static/vendor/codemirror-${dependencies["@codemirror/view"]}/`, import.meta.url).pathname;

mkdirSync(folder, { recursive: true });
copyFileSync(new URL("node_modules/@codemirror/view/LICENSE", import.meta.url), `${folder}LICENSE`);
await build({
  absWorkingDir: new URL(".", import.meta.url).pathname,
  entryPoints: ["codemirror.js"],
  outfile: `${folder}codemirror.min.js`,
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "none",
  banner: { js: `/*! CodeMirror (MIT): ${versions}. Built by \`make editor\` from sources ${sources} */` },
});
