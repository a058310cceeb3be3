// An endpoint asked by Comunica, fetch-sparql-endpoint and sparql-http-client, as JSON: how many answers each gave.
import { QueryEngine } from "@comunica/query-sparql";
import { SparqlEndpointFetcher } from "fetch-sparql-endpoint";
import ParsingClient from "sparql-http-client/ParsingClient.js";

const top = process.argv[2];
const endpoint = `${top}/sparql`;
const engine = new QueryEngine();
const prefixes =
  "PREFIX hrd: <https://w3id.org/hrdgraph/ontology#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> ";
const select = `${prefixes}SELECT ?a ?n { ?a a hrd:Award ; skos:prefLabel ?n } ORDER BY ?a ?n LIMIT 7`;
const construct = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 9";

const rows = async (query, ...sources) =>
  (await (await engine.queryBindings(query, { sources })).toArray()).length;
const triples = async (query) =>
  (await (await engine.queryQuads(query, { sources: [endpoint] })).toArray()).length;
const counted = async (stream) => {
  let count = 0;
  for await (const _ of stream) count += 1;
  return count;
};

const said = {
  "Comunica, SELECT": await rows(select, { type: "sparql", value: endpoint }),
  "Comunica, endpoint found by its description": await rows(select, endpoint),
  "Comunica, ASK": await engine.queryBoolean("ASK { ?s ?p ?o }", { sources: [endpoint] }),
  "Comunica, CONSTRUCT": await triples(construct),
  "Comunica, DESCRIBE": await triples("DESCRIBE <https://w3id.org/hrdgraph/id/country/RU>"),
  "Comunica, join of endpoint and document": await rows(
    `${prefixes}SELECT * { ?a a hrd:Award ; skos:prefLabel ?n } LIMIT 5`, endpoint, `${top}/data/country/RU.ttl`,
  ),
};
for (const path of ["/id/country/RU", "/data/country/RU.jsonld", "/void.ttl", "/.well-known/void", "/ontology",
  "/vocabulary/claim-status/contested"])
  said[`Comunica, ${path}`] = await rows("SELECT * { ?s ?p ?o }", top + path);
for (const method of ["GET", "POST"]) {
  const fetcher = new SparqlEndpointFetcher({ method });
  said[`fetch-sparql-endpoint, SELECT by ${method}`] = await counted(await fetcher.fetchBindings(endpoint, select));
  said[`fetch-sparql-endpoint, ASK by ${method}`] = await fetcher.fetchAsk(endpoint, "ASK { ?s ?p ?o }");
  said[`fetch-sparql-endpoint, CONSTRUCT by ${method}`] = await counted(await fetcher.fetchTriples(endpoint, construct));
}
for (const operation of ["get", "postUrlencoded", "postDirect"]) {
  const client = new ParsingClient({ endpointUrl: endpoint });
  said[`sparql-http-client, SELECT by ${operation}`] = (await client.query.select(select, { operation })).length;
  said[`sparql-http-client, ASK by ${operation}`] = await client.query.ask("ASK { ?s ?p ?o }", { operation });
  said[`sparql-http-client, CONSTRUCT by ${operation}`] = (await client.query.construct(construct, { operation })).size;
}
console.log(JSON.stringify(said));
process.exit(0);
