// The faces: which files are served for which characters, and fallback faces with the same measure, so that nothing jumps.
import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import { createFontStack } from "@capsizecss/core";
import { fromBuffer } from "@capsizecss/unpack";
import subsetFont from "subset-font";

const { resolve } = createRequire(import.meta.url);

const RANGES = {
  latin:
    "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,U+0329,U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD",
  // Without U+20B9, which has a face of its own: the rupee sign must not cost the whole file.
  "latin-ext":
    "U+0100-02BA,U+02BD-02C5,U+02C7-02CC,U+02CE-02D7,U+02DD-02FF,U+1D00-1DBF,U+1E00-1E9F,U+1EF2-1EFF,U+2020,U+20A0-20AB,U+20AD-20B8,U+20BA-20C0,U+2113,U+2C60-2C7F,U+A720-A7FF",
  devanagari: "U+0900-097F,U+1CD0-1CF9,U+200C-200D,U+20A8,U+20F0,U+25CC,U+A830-A839,U+A8E0-A8FF",
  rupee: "U+20B9",
};

// What the two system faces measure (units of their own files), needed to adjust them to ours.
const SYSTEM = {
  Arial: { familyName: "Arial", ascent: 1854, descent: -434, lineGap: 67, unitsPerEm: 2048, xWidthAvg: 904 },
  Georgia: { familyName: "Georgia", ascent: 1878, descent: -449, lineGap: 0, unitsPerEm: 2048, xWidthAvg: 913 },
};

const sans = (subset) => `@fontsource-variable/source-sans-3/files/source-sans-3-${subset}-wght-normal.woff2`;
const serif = (subset, weight, style) => `@fontsource/newsreader/files/newsreader-${subset}-${weight}-${style}.woff2`;
const devanagari = (weight) => `@fontsource/noto-sans-devanagari/files/noto-sans-devanagari-devanagari-${weight}-normal.woff2`;

const face = ({ family, url, weight, style = "normal", range }) => `@font-face {
  font-family: "${family}"; font-style: ${style}; font-weight: ${weight}; font-display: swap;
  src: url("./${url}") format("woff2"); unicode-range: ${range};
}`;

/** The fallback face for one of ours: the system's face, scaled until a line of text is as long and as high. */
function fallback(ours, system, name) {
  const { fontFaces } = createFontStack([{ ...ours, lineGap: 0, familyName: name }, SYSTEM[system]], {
    fontFaceFormat: "styleObject",
  });
  const rule = fontFaces[0]["@font-face"];
  return `@font-face {
  font-family: "${name} Fallback"; src: local("${system}");
  size-adjust: ${rule.sizeAdjust}; ascent-override: ${rule.ascentOverride};
  descent-override: ${rule.descentOverride}; line-gap-override: ${rule.lineGapOverride ?? "0%"};
}`;
}

/** Places every font file by `place(name, content)` and returns the CSS of the two sets of faces. */
export async function fontFaces(place) {
  const load = (name) => readFile(resolve(name));
  const put = async (name, content) => place(`fonts/${name}.woff2`, content);

  const text = await load(sans("latin"));
  const title = await load(serif("latin", 500, "normal"));
  const regular = await subsetFont(text, "abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ", {
    targetFormat: "sfnt",
    variationAxes: { wght: 400 },
  });

  const family = "Source Sans 3";
  const interfaceFaces = [
    fallback(await fromBuffer(regular), "Arial", family),
    fallback(await fromBuffer(title), "Georgia", "Newsreader"),
    face({ family, url: await put("source-sans-3-latin", text), weight: "200 900", range: RANGES.latin }),
    face({ family: "Newsreader", url: await put("newsreader-latin-500", title), weight: 500, range: RANGES.latin }),
  ];
  const wide = await load(sans("latin-ext"));
  const rupee = await subsetFont(wide, "\u20b9", { targetFormat: "woff2" });
  interfaceFaces.push(
    face({ family, url: await put("source-sans-3-latin-ext", wide), weight: "200 900", range: RANGES["latin-ext"] }),
    face({ family, url: await put("source-sans-3-rupee", rupee), weight: "200 900", range: RANGES.rupee }),
    face({
      family: "Newsreader",
      url: await put("newsreader-latin-ext-500", await load(serif("latin-ext", 500, "normal"))),
      weight: 500,
      range: RANGES["latin-ext"],
    }),
  );
  for (const weight of [400, 600]) {
    const url = await put(`noto-sans-devanagari-${weight}`, await load(devanagari(weight)));
    interfaceFaces.push(face({ family: "Noto Sans Devanagari", url, weight, range: RANGES.devanagari }));
  }

  const readingFaces = [];
  for (const style of ["normal", "italic"]) {
    for (const subset of ["latin", "latin-ext"]) {
      const url = await put(`newsreader-${subset}-400-${style}`, await load(serif(subset, 400, style)));
      readingFaces.push(face({ family: "Newsreader", url, weight: 400, style, range: RANGES[subset] }));
    }
  }
  return { interface: interfaceFaces.join("\n"), reading: readingFaces.join("\n") };
}
