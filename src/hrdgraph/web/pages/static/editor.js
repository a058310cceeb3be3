// The editor of queries: CodeMirror with the names of the ontology offered at the caret, the answer as a table below. Without it the form still works.
"use strict";

const { EditorView, HighlightStyle, tags } = CodeMirror;
const form = document.querySelector("form.editor");
const area = form.querySelector("textarea");
const answer = document.getElementById("answer");
const tongue = document.documentElement.lang;
let words = null;

async function vocabulary() {
  words ??= await fetch(form.dataset.words).then((found) => (found.ok ? found.json() : { languages: ["en"], names: [], prefixes: {} }));
  return words;
}

function make(name, text, marks = {}) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  for (const [key, value] of Object.entries(marks)) made.setAttribute(key, value);
  return made;
}

async function offer(context) {
  const typed = context.matchBefore(/[?\w:-]*/);
  const word = typed.text.toLowerCase();
  if (!context.explicit && word.length < 2) return null;
  const data = await vocabulary();
  const at = Math.max(data.languages.indexOf(tongue), 0);
  const fits = data.names.filter(([short, labels]) => short.toLowerCase().includes(word) || labels[at].toLowerCase().includes(word));
  const starts = (name) => (name[0].toLowerCase().startsWith(word) || name[0].toLowerCase().split(":")[1]?.startsWith(word) ? 0 : 1);
  fits.sort((one, other) => starts(one) - starts(other) || other[2] - one[2]);
  const options = fits.slice(0, 12).map(([label, labels, uses]) => ({ label, detail: `${labels[at]}${uses ? ` · ${uses}` : ""}`, apply: take }));
  return { from: typed.from, options, filter: false };
}

const SEARCH = "SERVICE hrd:search {\n    ?thing hrd:query \"\" ; hrd:score ?score ; hrd:matched ?matched ; hrd:limit 20 .\n  }";

function take(view, { label }, start, to) {
  const clause = label === "hrd:search";
  const insert = clause ? SEARCH : label;
  const service = clause ? /service\s+$/i.exec(view.state.sliceDoc(0, start)) : null; // the word may have been typed
  const from = service ? service.index : start;
  const prefix = label.split(":")[0];
  const declared = new RegExp(`prefix\\s+${prefix}\\s*:`, "i").test(view.state.doc.toString());
  const line = declared || !words.prefixes[prefix] ? "" : `PREFIX ${prefix}: <${words.prefixes[prefix]}>\n`;
  const inside = clause ? SEARCH.indexOf('""') + 1 : insert.length;
  view.dispatch({ changes: [{ from: 0, insert: line }, { from, to, insert }], selection: { anchor: line.length + from + inside } });
}

const COLOURS = [[tags.keyword, "accent"], [tags.string, "good"], [tags.comment, "soft"], [tags.variableName, "info"]];
const LOOKS = {
  ".cm-content": { minHeight: "22em", fontFamily: "var(--mono)", caretColor: "var(--text)" }, ".cm-scroller": { maxHeight: "70vh" },
  ".cm-activeLine, .cm-activeLineGutter": { background: "none" },
  ".cm-gutters, .cm-tooltip": { background: "var(--card)", color: "var(--soft)", borderColor: "var(--rule)" },
};

// It lies in a shadow root: there the policy of the page allows the styles that CodeMirror brings.
const root = make("div", "", { class: "code" });
area.after(root);
area.hidden = true;
form.querySelector(".keys").hidden = false;
const shadow = root.attachShadow({ mode: "open" });
const editor = new EditorView({
  doc: area.value,
  root: shadow,
  parent: shadow,
  extensions: [
    CodeMirror.keymap.of([{ key: "Mod-Enter", run: () => { run(); return true; } }]),
    CodeMirror.basicSetup,
    CodeMirror.StreamLanguage.define(CodeMirror.sparql),
    CodeMirror.EditorState.languageData.of(() => [{ autocomplete: offer }]),
    CodeMirror.syntaxHighlighting(HighlightStyle.define(COLOURS.map(([tag, name]) => ({ tag, color: `var(--${name})` })))),
    EditorView.theme(LOOKS, { dark: matchMedia("(prefers-color-scheme: dark)").matches }),
    EditorView.contentAttributes.of({ "aria-label": form.querySelector("label").textContent, dir: "ltr", tabindex: "0" }),
    EditorView.updateListener.of(() => { area.value = editor.state.doc.toString(); }),
  ],
});

form.addEventListener("submit", (event) => {
  if (form.elements.format.value !== "json") return; // the answer as a file, from the endpoint itself
  event.preventDefault();
  run();
});

if (new URLSearchParams(location.search).get("query")) run(); // a query that was opened as an address

async function run() {
  history.replaceState(null, "", `?query=${encodeURIComponent(area.value)}`); // a link to share
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
