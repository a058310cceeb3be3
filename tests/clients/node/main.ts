// The example client, as somebody would use it; `tsc --strict` checks it and tsx runs it.
import { Graph } from "./hrdgraph.ts";

const graph = new Graph(process.argv[2]!);
const won = await graph.laureates("award/martin-ennals-award", "2013");
const events = [];
for await (const event of graph.entries("events", { country: "country/RU" })) events.push(event);
console.log(
  JSON.stringify({
    won: [...new Set(won.flatMap((one) => one.recipients.map((who) => who.label)))],
    events: events.length,
    found: (await graph.search("kalyapn"))[0]!.label,
  }),
);
