// The outlines of countries (Natural Earth, public domain, by way of world-atlas) → paths of an SVG picture, one a country;
// and CodeMirror, in one file, for the editor of queries.
// `node build.mjs` writes them, `node build.mjs --check` says whether the files that are committed are what it would write.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync, mkdirSync } from "node:fs";
import { build } from "esbuild";
import { geoCentroid, geoNaturalEarth1, geoPath } from "d3-geo";
import { feature } from "topojson-client";

const target = new URL("../src/hrdgraph/web/pages/static/vendor/", import.meta.url);
const modules = new URL("./node_modules/", import.meta.url);
const read = (path) => readFileSync(new URL(path, modules), "utf8");
const digest = (text) => createHash("sha256").update(text).digest("hex");

// What Natural Earth draws by who is in control, and several states claim: taken out of the outlines of countries, to be drawn as
// disputed. Either a shape of its own, by its name; or a polygon of another country, by what its middle lies within.
const DISPUTED_SHAPES = ["W. Sahara", "Falkland Is.", "N. Cyprus", "Somaliland", "Kosovo"];
const NAMES = {
  Crimea: { en: "Crimea", fr: "Crimée", es: "Crimea" },
  "Falkland Is.": { en: "Falkland Islands", fr: "Îles Malouines", es: "Islas Malvinas" },
  Kosovo: { en: "Kosovo", fr: "Kosovo", es: "Kosovo" },
  "N. Cyprus": { en: "Northern Cyprus", fr: "Chypre du Nord", es: "Chipre del Norte" },
  Somaliland: { en: "Somaliland", fr: "Somaliland", es: "Somalilandia" },
  "W. Sahara": { en: "Western Sahara", fr: "Sahara occidental", es: "Sahara Occidental" },
};
const DISPUTED_PARTS = [{ name: "Crimea", of: "643", west: 32, east: 37, south: 44, north: 46.5 }];

function disputed(features) {
  const found = features.filter(({ properties }) => DISPUTED_SHAPES.includes(properties.name));
  for (const { name, of, west, east, south, north } of DISPUTED_PARTS) {
    const { geometry } = features.find(({ id }) => id === of);
    const inside = (rings) => {
      const [x, y] = geoCentroid({ type: "Polygon", coordinates: rings });
      return west < x && x < east && south < y && y < north;
    };
    const parts = geometry.coordinates.filter(inside);
    if (parts.length !== 1) throw new Error(`${name}: ${parts.length} polygons`);
    geometry.coordinates = geometry.coordinates.filter((rings) => !inside(rings));
    found.push({ type: "Feature", properties: { name }, geometry: { type: "Polygon", coordinates: parts[0] } });
  }
  return found;
}

function world() {
  const atlas = JSON.parse(read("world-atlas/countries-110m.json"));
  const countries = feature(atlas, atlas.objects.countries);
  countries.features = countries.features.filter((country) => country.id !== "010"); // Antarctica: no country, and a third of the picture
  const projection = geoNaturalEarth1().fitSize([960, 440], countries);
  const path = geoPath(projection).digits(1);
  const apart = disputed(countries.features);
  const others = countries.features.filter((country) => !apart.includes(country));
  const claimed = apart.map((one) => [one.properties.name, one.id ?? "", path(one)]);
  claimed.sort(([one], [other]) => (one < other ? -1 : 1));
  const shapes = others.map((country) => [country.id ?? "", path(country)]).filter(([, outline]) => outline);
  shapes.sort(([one], [other]) => (one < other ? -1 : 1));
  const named = claimed.map(([name, ...rest]) => [NAMES[name], ...rest]);
  return JSON.stringify({ width: 960, height: 440, shapes, disputed: named }) + "\n";
}

// One script with what editor.mjs names, and the licences of the packages that are in it.
async function editor() {
  const options = { entryPoints: ["editor.mjs"], bundle: true, minify: true, format: "iife", globalName: "CodeMirror", legalComments: "none" };
  const { outputFiles, metafile } = await build({ ...options, absWorkingDir: import.meta.dirname, write: false, metafile: true });
  const names = new Set(Object.keys(metafile.inputs).map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]).filter(Boolean));
  const licences = new Map();
  for (const name of [...names].sort()) {
    const text = read(`${name}/LICENSE`).trim();
    licences.set(text, [...(licences.get(text) ?? []), name]);
  }
  const texts = [...licences].map(([text, packages]) => `${packages.join(", ")}\n\n${text}\n`);
  return { "codemirror.min.js": outputFiles[0].text, "codemirror.LICENSE.txt": texts.join(`\n${"-".repeat(72)}\n\n`) };
}

const { dependencies: libraries, devDependencies: packages } = JSON.parse(readFileSync(new URL("./package.json", import.meta.url), "utf8"));
const files = { "world-110m.json": world(), ...(await editor()) };
// Only the outlines are shipped: of the packages that draw them no code is in the result, so theirs is the licence that goes along.
files["world-atlas.LICENSE.txt"] = read("world-atlas/LICENSE");
const digests = Object.fromEntries(Object.entries(files).map(([name, text]) => [name, digest(text)]));
files["vendor.json"] = JSON.stringify({ from: packages, sha256: digests }, null, 2) + "\n";

// The small steps of the workbench: the library as it is.
const workbench = new URL("../src/hrdgraph/workbench_app/static/vendor/", import.meta.url);
const steps = { "htmx.LICENSE.txt": read("htmx.org/LICENSE"), "htmx.min.js": read("htmx.org/dist/htmx.min.js") };
const stepDigests = Object.fromEntries(Object.entries(steps).map(([name, text]) => [name, digest(text)]));
steps["vendor.json"] = JSON.stringify({ from: libraries, sha256: stepDigests }, null, 2) + "\n";

const check = process.argv.includes("--check");
let stale = 0;
for (const [folder, texts] of [[target, files], [workbench, steps]]) {
  if (!check) mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(texts)) {
    const file = new URL(name, folder);
    if (!check) writeFileSync(file, text);
    else if (readFileSync(file, "utf8") !== text) stale += console.error(`${name} is not what build.mjs would write`) ?? 1;
  }
}
process.exitCode = stale ? 1 : 0;
