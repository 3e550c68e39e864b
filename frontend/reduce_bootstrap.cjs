// `make bootstrap`: writes static/bootstrap.css, the rules of Bootstrap that this portal uses, in the lowest cascade layer.
const fs = require("node:fs");
const { PurgeCSS } = require("purgecss");

const OWN_SHEETS = fs.readdirSync("static").filter((name) => name.endsWith(".css") && name !== "bootstrap.css");
const VERSION = require("bootstrap/package.json").version;

async function reduce() {
  const text = OWN_SHEETS.map((name) => fs.readFileSync(`static/${name}`, "utf8")).join("\n");
  const [{ css }] = await new PurgeCSS().purge({
    css: [require.resolve("bootstrap/dist/css/bootstrap.min.css")],
    content: ["templates/**/*.html", "static/*.js", "app/portal/forms/*.py"],
    keyframes: true,
    fontFace: true,
    variables: true,
    safelist: {
      standard: [/^[mp][tbsexy]?-([0-5]|auto)$/, /^(row-|column-)?gap-[0-5]$/], // a new page needs no new sheet for a space
      variables: [...new Set(text.match(/--bs-[\w-]+/g))],
    },
  });
  const rules = css.replace(/^@charset "UTF-8";/i, "").replace(/\/\*[\s\S]*?\*\//g, "").replace(/\/\*#.*$/, "").trim();
  const head = `/*! Bootstrap v${VERSION} (https://getbootstrap.com/), reduced by \`make bootstrap\`. Copyright 2011-2026 The Bootstrap Authors, MIT */`;
  fs.writeFileSync("static/bootstrap.css", `${head}\n@layer bootstrap {\n${rules.replace(/.{300,}?}/gs, "$&\n")}\n}\n`);
}

reduce();
