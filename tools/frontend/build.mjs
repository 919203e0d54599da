// Builds tracker/static: one style sheet, our script, htmx, the mark; hashed names, .br and .gz beside them, manifest.json.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import * as sass from "sass";
import { minify } from "terser";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "../../tracker/static");
const modules = join(here, "node_modules");
const own = { package: "tuntas", version: "own", licence: "MIT" };

const source = (name) => readFileSync(join(here, "src", name));
const installed = (name, folder = name) => {
  const { version, license } = JSON.parse(readFileSync(join(modules, folder, "package.json")));
  return { package: name, version, licence: license };
};

const style = sass.compile(join(here, "src/tuntas.scss"), {
  style: "compressed",
  loadPaths: [modules],
  quietDeps: true,
  silenceDeprecations: ["import", "global-builtin", "color-functions", "if-function", "mixed-decls"],
});
const script = await minify(source("tuntas.js").toString(), { compress: { passes: 2 }, mangle: true });
const meeting = await minify(source("session.js").toString(), { compress: { passes: 2 }, mangle: true });
const bootstrap = installed("bootstrap");
const licences = ["bootstrap", "htmx.org"].map((name) => {
  const { version, licence } = installed(name);
  return `${name} ${version} (${licence})\n\n${readFileSync(join(modules, name, "LICENSE"))}`;
});

const files = {
  "tuntas.css": [Buffer.from(style.css + "\n"), { ...own, contains: `bootstrap ${bootstrap.version} (MIT)` }],
  "tuntas.js": [Buffer.from(script.code + "\n"), own],
  "session.js": [Buffer.from(meeting.code + "\n"), own],
  "htmx.js": [readFileSync(join(modules, "htmx.org/dist/htmx.min.js")), installed("htmx.org")],
  "mark.svg": [source("mark.svg"), own],
  "licences.txt": [Buffer.from(licences.join("\n\n")), own],
};

mkdirSync(target, { recursive: true });
for (const old of readdirSync(target)) rmSync(join(target, old));

const manifest = {};
for (const [name, [content, about]] of Object.entries(files)) {
  const sha256 = createHash("sha256").update(content).digest("hex");
  const file = name.replace(/\.(\w+)$/, `.${sha256.slice(0, 10)}.$1`);
  const brotli = brotliCompressSync(content, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length },
  });
  writeFileSync(join(target, file), content);
  writeFileSync(join(target, `${file}.br`), brotli);
  writeFileSync(join(target, `${file}.gz`), gzipSync(content, { level: 9 }));
  manifest[name] = { file, ...about, sha256 };
  console.log(`${file}: ${content.length} bytes, ${brotli.length} in Brotli`);
}
writeFileSync(join(target, "manifest.json"), JSON.stringify(manifest, null, 2) + "\n");
