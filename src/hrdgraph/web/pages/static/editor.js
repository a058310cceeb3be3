// The editor of queries: names of the ontology offered at the caret, the answer as a table below. Without it the form still works.
"use strict";

const form = document.querySelector("form.editor");
const area = form.querySelector("textarea");
const answer = document.getElementById("answer");
const tongue = document.documentElement.lang;
const list = document.createElement("ul");
list.className = "offers";
list.id = "offers";
list.setAttribute("role", "listbox");
list.setAttribute("aria-label", form.dataset.offers);
list.hidden = true;
area.after(list);
area.setAttribute("aria-controls", "offers");
area.setAttribute("aria-autocomplete", "list");
form.querySelector(".keys").hidden = false;
let words = null;
let chosen = 0;

async function vocabulary() {
  words ??= await fetch(form.dataset.words).then((found) => (found.ok ? found.json() : { languages: ["en"], names: [], prefixes: {} }));
  return words;
}

const typed = () => /[?\w:-]*$/.exec(area.value.slice(0, area.selectionStart))[0];

function make(name, text, marks = {}) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  for (const [key, value] of Object.entries(marks)) made.setAttribute(key, value);
  return made;
}

async function offer(always) {
  const word = typed().toLowerCase();
  if (!always && word.length < 2) return close();
  const data = await vocabulary();
  const at = Math.max(data.languages.indexOf(tongue), 0);
  const fits = data.names.filter(([short, labels]) => short.toLowerCase().includes(word) || labels[at].toLowerCase().includes(word));
  const starts = (name) => (name[0].toLowerCase().startsWith(word) || name[0].toLowerCase().split(":")[1]?.startsWith(word) ? 0 : 1);
  fits.sort((one, other) => starts(one) - starts(other) || other[2] - one[2]);
  list.replaceChildren(...fits.slice(0, 12).map((name, place) => {
    const item = make("li", "", { role: "option", id: `name-${place}`, "aria-selected": "false" });
    item.append(make("code", name[0]), make("span", `${name[1][at]}${name[2] ? ` · ${name[2]}` : ""}`, { class: "soft" }));
    item.addEventListener("mousedown", (event) => { event.preventDefault(); take(name[0]); });
    return item;
  }));
  list.hidden = !list.children.length;
  mark(0);
}

function mark(place) {
  chosen = place;
  [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === place)));
  if (list.hidden) area.removeAttribute("aria-activedescendant");
  else { area.setAttribute("aria-activedescendant", `name-${place}`); list.children[place].scrollIntoView({ block: "nearest" }); }
}

function close() {
  list.hidden = true;
  area.removeAttribute("aria-activedescendant");
}

const SEARCH = "SERVICE hrd:search {\n    ?thing hrd:query \"\" ; hrd:score ?score ; hrd:matched ?matched ; hrd:limit 20 .\n  }";

function take(name) {
  const start = area.selectionStart - typed().length;
  const before = area.value.slice(0, start);
  const clause = name === "hrd:search";
  const service = clause ? /service\s+$/i.exec(before) : null; // the word may have been typed
  const from = service ? service.index : start;
  area.setRangeText(clause ? SEARCH : name, from, area.selectionStart, "end");
  if (clause) { const inside = from + SEARCH.indexOf('""') + 1; area.setSelectionRange(inside, inside); }
  const prefix = name.split(":")[0];
  const space = words.prefixes[prefix];
  if (space && !new RegExp(`prefix\\s+${prefix}\\s*:`, "i").test(area.value)) {
    const line = `PREFIX ${prefix}: <${space}>\n`;
    const caret = area.selectionStart;
    area.setRangeText(line, 0, 0, "preserve");
    area.setSelectionRange(caret + line.length, caret + line.length);
  }
  close();
}

area.addEventListener("input", () => offer(false));
area.addEventListener("blur", close);
area.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); run(); }
  else if (event.key === " " && event.ctrlKey) { event.preventDefault(); offer(true); }
  else if (list.hidden) return;
  else if (event.key === "ArrowDown") { event.preventDefault(); mark((chosen + 1) % list.children.length); }
  else if (event.key === "ArrowUp") { event.preventDefault(); mark((chosen + list.children.length - 1) % list.children.length); }
  else if (event.key === "Enter") { event.preventDefault(); take(list.children[chosen].querySelector("code").textContent); }
  else if (event.key === "Escape") { event.preventDefault(); close(); }
});

form.addEventListener("submit", (event) => {
  if (form.elements.format.value !== "json") return; // the answer as a file, from the endpoint itself
  event.preventDefault();
  run();
});

if (new URLSearchParams(location.search).get("query")) run(); // a query that was opened as an address

async function run() {
  answer.replaceChildren(make("p", form.dataset.running, { class: "soft" }));
  let found;
  let text;
  try {
    found = await ask(area.value);
    text = await found.text();
  } catch (error) {
    return failed(String(error));
  }
  if (!found.ok) return failed(problem(text));
  if (!(found.headers.get("Content-Type") ?? "").includes("json")) return answer.replaceChildren(make("pre", text, { tabindex: "0" }));
  show(JSON.parse(text));
  warnOfTerms(found.headers.get("Warning") ?? "");
  await nameLinks();
}

function ask(body) {
  const headers = { "Content-Type": "application/sparql-query", Accept: "application/sparql-results+json, application/n-triples;q=0.8" };
  return fetch(form.action, { method: "POST", headers, body });
}

// A misspelt term finds nothing and is no error: the endpoint names those that are nowhere.
function warnOfTerms(warning) {
  for (const [, name] of warning.matchAll(/299 - "(\S+): /g)) answer.append(make("p", form.dataset.unknown.replace("{name}", name), { class: "verdict" }));
}

// Names beside addresses, asked for afterwards: without an answer the addresses stand alone.
async function nameLinks() {
  const links = [...answer.querySelectorAll("td a")].slice(0, 500);
  const iris = [...new Set(links.map((link) => link.textContent))].filter((iri) => !/[\s<>"{}|\\^`]/.test(iri));
  if (!iris.length) return;
  const found = await ask(`SELECT ?t (MIN(?l) AS ?label) { VALUES ?t { ${iris.map((iri) => `<${iri}>`).join(" ")} }
    ?t skos:prefLabel|rdfs:label ?l FILTER(LANG(?l) IN ("${tongue}", "")) } GROUP BY ?t`).catch(() => null);
  if (!found?.ok) return;
  const names = new Map((await found.json()).results.bindings.filter((row) => row.label).map((row) => [row.t.value, row.label.value]));
  for (const link of links) if (names.has(link.textContent)) link.before(make("bdi", names.get(link.textContent)), document.createElement("br"));
}

function problem(text) {
  try {
    const told = JSON.parse(text);
    return [told.detail ?? told.title, told.line ? `(${told.line}:${told.column ?? ""})` : "", told.hint ?? ""].filter(Boolean).join(" ");
  } catch {
    return text.slice(0, 500);
  }
}

function failed(text) {
  const box = make("div", "", { class: "verdict bad", role: "alert" });
  box.append(make("p", `${form.dataset.failed}: ${text}`));
  answer.replaceChildren(box);
}

function show(results) {
  if ("boolean" in results) return answer.replaceChildren(make("p", results.boolean ? form.dataset.yes : form.dataset.no));
  const names = results.head.vars;
  const rows = results.results.bindings;
  const table = make("table");
  const head = make("tr");
  head.append(...names.map((name) => make("th", name, { scope: "col" })));
  table.append(make("thead"), make("tbody"));
  table.tHead.append(head);
  for (const row of rows.slice(0, 1000)) {
    const line = table.tBodies[0].insertRow();
    for (const name of names) {
      const cell = line.insertCell();
      const value = row[name];
      if (!value) continue;
      if (value.type === "uri" && /^https?:/.test(value.value)) {
        cell.append(make("a", value.value, { href: local(value.value), rel: "noreferrer" }));
      } else cell.append(make("bdi", value.value, value["xml:lang"] ? { lang: value["xml:lang"] } : {}));
    }
  }
  const one = new Intl.PluralRules(tongue).select(rows.length) === "one";
  const count = (one ? form.dataset.row : form.dataset.rows).replace("{n}", rows.length);
  const scroll = make("div", "", { class: "scroll card", role: "region", tabindex: "0", "aria-label": count });
  scroll.append(table);
  answer.replaceChildren(make("h2", count, { class: "count" }), scroll);
}

function local(iri) {
  const base = words?.base ?? "";
  return base && iri.startsWith(base) ? `${document.body.dataset.root}id/${iri.slice(base.length)}` : iri;
}
vocabulary();
