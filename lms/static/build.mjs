// Builds lms/static/dist: bundled CSS and ES modules with hashed names, fonts, manifest.json, .gz and .br beside each text file.
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import zlib from "node:zlib";
import { build } from "esbuild";
import { fontFaces } from "./fonts.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const dist = path.join(here, "dist");
const next = path.join(here, `dist.${process.pid}`);
const manifest = {};

const brotli = promisify(zlib.brotliCompress);
const gzip = promisify(zlib.gzip);

/** Writes one file under a name that carries its content's hash, and notes it in the manifest. */
export async function place(name, content) {
  const { dir, name: stem, ext } = path.parse(name);
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 10);
  const file = path.posix.join(dir, `${stem}-${hash}${ext}`);
  await mkdir(path.join(next, dir), { recursive: true });
  await writeFile(path.join(next, file), content);
  manifest[name] = file;
  return file;
}

/** Lets CSS say `@import "fonts:interface"`: the faces are computed, not written by hand. */
function fonts(faces) {
  return {
    name: "fonts",
    setup(bundler) {
      bundler.onResolve({ filter: /^fonts:/ }, ({ path: name }) => ({ path: name, namespace: "fonts" }));
      bundler.onLoad({ filter: /.*/, namespace: "fonts" }, ({ path: name }) => ({
        contents: faces[name.slice("fonts:".length)],
        loader: "css",
      }));
      bundler.onResolve({ filter: /\.woff2$/ }, ({ path: url }) => ({ path: url, external: true }));
    },
  };
}

async function bundle(faces) {
  const result = await build({
    absWorkingDir: here,
    entryPoints: { app: "js/app.js", main: "css/app.css", reading: "css/reading.css" },
    outdir: next,
    bundle: true,
    splitting: true,
    format: "esm",
    minify: true,
    target: ["es2022", "chrome123", "firefox121", "safari17.5"],
    entryNames: "[name]-[hash]",
    chunkNames: "js/[name]-[hash]",
    metafile: true,
    legalComments: "none",
    logLevel: "warning",
    plugins: [fonts(faces)],
  });
  for (const [file, { entryPoint }] of Object.entries(result.metafile.outputs)) {
    if (!entryPoint) continue;
    const name = { "js/app.js": "app.js", "css/app.css": "app.css", "css/reading.css": "reading.css" }[entryPoint];
    if (name) manifest[name] = path.relative(next, path.join(here, file));
  }
}

async function compress(folder) {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(css|js|svg)$/.test(entry.name)) continue;
    const file = path.join(entry.parentPath ?? entry.path, entry.name);
    const content = await readFile(file);
    const size = { [zlib.constants.BROTLI_PARAM_SIZE_HINT]: content.length };
    await writeFile(`${file}.br`, await brotli(content, { params: size }));
    await writeFile(`${file}.gz`, await gzip(content, { level: 9 }));
  }
}

await rm(next, { recursive: true, force: true });
await mkdir(next, { recursive: true });
try {
  await place("icon.svg", await readFile(path.join(here, "icon.svg")));
  await bundle(await fontFaces(place));
  await compress(next);
  const sorted = Object.fromEntries(Object.entries(manifest).sort(([a], [b]) => a.localeCompare(b)));
  await writeFile(path.join(next, "manifest.json"), `${JSON.stringify(sorted, null, 2)}\n`);
  await rm(dist, { recursive: true, force: true });
  await rename(next, dist);
} catch (error) {
  await rm(next, { recursive: true, force: true });
  console.error(error);
  process.exitCode = 1;
}
