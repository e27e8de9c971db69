// Builds the style sheet, the script and the pictures into app/static/build, with content-hashed
// names, a manifest and precompressed copies, so that the server only ever hands out finished files.
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

import * as esbuild from "esbuild";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");
const target = join(here, "build");
const staging = join(here, `build.${process.pid}.tmp`);

function styles() {
  const { css } = sass.compile(join(here, "styles", "site.scss"), {
    style: "compressed",
    loadPaths: [join(root, "node_modules")],
    quietDeps: true,
  });
  // No web font and no picture of gov.uk may slip in with an update of the package.
  for (const unwanted of ["@font-face", "GDS Transport", "crest"]) {
    if (css.includes(unwanted)) throw new Error(`The style sheet must not contain ${unwanted}`);
  }
  return Buffer.from(css);
}

async function script(name) {
  const result = await esbuild.build({
    entryPoints: [join(here, "scripts", name)],
    bundle: true,
    minify: true,
    format: "esm",
    target: ["es2020"],
    legalComments: "none",
    write: false,
  });
  return Buffer.from(result.outputFiles[0].contents);
}

async function pictures() {
  const folder = join(here, "images");
  const names = (await readdir(folder)).filter((name) => extname(name) === ".svg").sort();
  return Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))]));
}

function brotli(content) {
  return brotliCompressSync(content, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
    },
  });
}

async function put(name, content, manifest) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 12);
  const suffix = extname(name);
  const hashed = `${name.slice(0, -suffix.length)}-${hash}${suffix}`;
  manifest[name] = hashed;
  await writeFile(join(staging, hashed), content);
  await writeFile(join(staging, `${hashed}.gz`), gzipSync(content, { level: 9 }));
  await writeFile(join(staging, `${hashed}.br`), brotli(content));
}

await rm(staging, { recursive: true, force: true });
await mkdir(staging, { recursive: true });
const manifest = {};
await put("site.css", styles(), manifest);
for (const name of ["site.js", "account.js"]) await put(name, await script(name), manifest);
for (const [name, content] of await pictures()) await put(name, content, manifest);
const stamp = process.argv[2] ?? "";
await writeFile(join(staging, "manifest.json"), JSON.stringify({ stamp, files: manifest }, null, 2));
// Swapped in whole, so that a server reading the folder never meets half a build.
await rm(target, { recursive: true, force: true });
await rename(staging, target);
