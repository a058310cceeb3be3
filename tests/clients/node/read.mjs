// Documents of things, as JSON lines of what was found: each address is read by rdf-parse as Turtle and as JSON-LD, and by jsonld.js,
// and compared as canonical N-Quads with the N-Triples, which N3.js reads.
import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import jsonld from "jsonld";
import { Parser, Writer } from "n3";
import { rdfParser } from "rdf-parse";

const [top, folder, ...keys] = process.argv.slice(2);

const nquads = (quads) =>
  new Promise((done, fail) => {
    const writer = new Writer({ format: "N-Quads" });
    writer.addQuads(quads);
    writer.end((error, text) => (error ? fail(error) : done(text)));
  });

const canonical = async (text) => {
  const made = await jsonld.canonize(text, {
    algorithm: "URDNA2015",
    inputFormat: "application/n-quads",
    format: "application/n-quads",
  });
  return made.split("\n").filter(Boolean).sort();
};

const parsed = async (text, contentType, baseIRI) => {
  const quads = [];
  for await (const quad of rdfParser.parse(Readable.from([text]), { contentType, baseIRI })) quads.push(quad);
  return canonical(await nquads(quads));
};

const get = async (address) => {
  const answer = await fetch(address, { headers: { connection: "close" } });
  return { text: await answer.text(), type: answer.headers.get("content-type").split(";")[0] };
};

const differences = (wanted, found) => {
  const [left, right] = [new Set(wanted), new Set(found)];
  return [...wanted.filter((line) => !right.has(line)), ...found.filter((line) => !left.has(line))];
};

const said = [];
for (const key of keys) {
  const plain = await get(`${top}/data/${key}.nt`);
  const wanted = await canonical(await nquads(new Parser({ format: "N-Triples" }).parse(plain.text)));
  const note = (reader, found) =>
    said.push({ key, reader, triples: wanted.length, differences: differences(wanted, found).slice(0, 5) });
  for (const ending of ["ttl", "jsonld"]) {
    const address = `${top}/data/${key}.${ending}`;
    const document = await get(address);
    note(`rdf-parse ${ending}`, await parsed(document.text, document.type, address));
  }
  const saved = JSON.parse((await get(`${top}/data/${key}.jsonld`)).text);
  note("jsonld.js", await canonical(await jsonld.toRDF(saved, { format: "application/n-quads" })));
}
if (folder) {
  for (const [name, type] of [["graph.jsonld", "application/ld+json"], ["graph.trig", "application/trig"]]) {
    let count = 0;
    const quads = rdfParser.parse(Readable.from([await readFile(`${folder}/${name}`, "utf8")]), { contentType: type });
    for await (const _ of quads) count += 1;
    said.push({ key: name, reader: "rdf-parse", triples: count, differences: [] });
  }
}
console.log(JSON.stringify(said));
