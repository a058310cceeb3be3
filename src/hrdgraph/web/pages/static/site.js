// What a script makes better: names offered as one types, and on a site without a server its search and its lists by facet.
// Names are folded as hrdgraph.exports.folding folds them, with the letters that the index brings along.
"use strict";

const body = document.body.dataset;
const language = document.documentElement.lang;
let loading = null;

// A file of the site, which may be in gzip; some hosts unpack it on the way.
async function read(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(answer.statusText);
  const bytes = await answer.blob();
  const [first, second] = new Uint8Array(await bytes.slice(0, 2).arrayBuffer());
  const packed = first === 0x1f && second === 0x8b;
  return new Response(packed ? bytes.stream().pipeThrough(new DecompressionStream("gzip")) : bytes).json();
}

function index() {
  loading ??= read(body.index);
  return loading;
}

function fold(text, letters) {
  let plain = "";
  for (const char of text.normalize("NFKD").toLowerCase()) {
    if (/\p{M}/u.test(char)) continue;
    plain += letters[char] ?? (/[\p{L}\p{N}]/u.test(char) ? char : " ");
  }
  return plain.trim().split(/\s+/).filter(Boolean);
}

const MERGED = { p: "b", v: "f", j: "g", q: "k", c: "k", x: "k", z: "s" };
function bone(word) {
  const merged = [...word].filter((char) => !"aeiouwyh".includes(char)).map((char) => MERGED[char] ?? char);
  return merged.filter((char, place) => !place || char !== merged[place - 1]).join("");
}
function skeleton(words) {
  return words.map((word) => bone(word.length > 4 && word.startsWith("al") ? word.slice(2) : word)).filter(Boolean);
}

function fit(folded, words, text) {
  if (folded.startsWith(text)) return folded === text ? 0 : 1;
  const starts = folded.split(" ");
  if (words.every((word) => starts.some((start) => start.startsWith(word)))) return 2;
  return text.length > 2 && words.every((word) => folded.includes(word)) ? 3 : 99;
}

// what people call an award beside its names: as hrdgraph.web.pages.search_index has it
const awardWords = new Map();
function callsAward(data, thing, words) {
  if (!data.awards.kinds.includes(kindKey(data, thing))) return false;
  const wanted = words.filter((word) => !data.awards.small.includes(word));
  if (!wanted.length) return false;
  if (!awardWords.has(thing)) {
    const own = new Set(thing[2].flatMap((folded) => folded.split(" ")));
    awardWords.set(thing, [...own, ...data.awards.alike.filter((group) => group.some((word) => own.has(word))).flat()]);
  }
  return wanted.every((word) => awardWords.get(thing).some((known) => known.startsWith(word)));
}

const LONGEST = 400, BESIDE = 500, SIMILAR = 20; // as in hrdgraph.web.pages.search_index
function found(data, typed, most = data.things.length) {
  const words = fold(typed.slice(0, LONGEST), data.letters);
  if (!words.length) return [];
  const near = named(data, typed, words);
  const last = /\p{Nd}/u.test(typed) ? [] : near.filter((thing) => kindKey(data, thing) === "edition");
  const first = last.length ? near.filter((thing) => kindKey(data, thing) !== "edition") : near;
  if (first.length >= most) return first.slice(0, most);
  const known = new Set(near);
  const said = beside(data, words.slice(0, 8)).filter((thing) => !known.has(thing)).slice(0, BESIDE);
  const others = said.length || near.length ? said : similar(data, words.slice(0, 8));
  return [...first, ...others, ...last].slice(0, most);
}

function named(data, typed, words) {
  const text = words.join(" ");
  const bones = /[\u0590-\u06ff]/.test(typed) ? skeleton(words) : [];
  const ranked = [];
  data.things.forEach((thing, place) => {
    let rank = Math.min(99, ...thing[2].map((folded) => fit(folded, words, text)));
    if (rank === 99 && callsAward(data, thing, words)) rank = 4;
    if (rank === 99 && bones.length && thing[2].some((folded) => { const own = skeleton(folded.split(" ")); return bones.every((part) => own.includes(part)); })) rank = 4;
    const kind = kindKey(data, thing);
    if (rank < 99) ranked.push([rank * 2 + (kind === "edition" || kind === "event" ? 1 : 0), place]);
  });
  return inOrder(data, ranked);
}

function inOrder(data, ranked) {
  return ranked.sort((one, other) => one[0] - other[0] || one[1] - other[1]).map(([, place]) => data.things[place]);
}

// those of whom the words are said: in their names, or as their country or award
const labels = new Map();
function beside(data, words) {
  const place = { country: 4, award: 5 };
  const label = (facet, at) => {
    const key = `${facet} ${at}`;
    if (!labels.has(key)) labels.set(key, data.facets[facet][at].slice(1).flatMap((name) => fold(name, data.letters)));
    return labels.get(key);
  };
  const all = (thing) => [...thing[2].flatMap((folded) => folded.split(" ")), ...Object.keys(place).flatMap((facet) => thing[place[facet]].flatMap((at) => label(facet, at)))];
  return data.things.filter((thing) => { const known = all(thing); return words.every((word) => known.some((one) => one.startsWith(word))); });
}

// those with names like that, for who mistypes
function similar(data, words) {
  const ranked = [];
  data.things.forEach((thing, place) => {
    const far = Math.min(99, ...thing[2].map((folded) => unlike(folded.split(" ").slice(0, 8), words)));
    const kind = kindKey(data, thing);
    if (far < 99) ranked.push([far * 2 + (kind === "edition" || kind === "event" ? 1 : 0), place]);
  });
  return inOrder(data, ranked).slice(0, SIMILAR);
}

function unlike(name, words) {
  const far = words.map((word) => Math.min(99, ...name.map((other) => between(word.slice(0, 24), other.slice(0, 24)))));
  return far.includes(99) ? 99 : far.reduce((sum, one) => sum + one, 0);
}

function between(word, other) {
  const most = word.length >= 8 ? 2 : word.length >= 4 ? 1 : 0;
  const distance = edits(word, other, most);
  if (distance <= most) return distance;
  const stem = Math.max(5, Math.round(word.length * 0.7));
  return word.length >= 6 && word.slice(0, stem) === other.slice(0, stem) ? 3 : 99;
}

function edits(word, other, most) {
  if (Math.abs(word.length - other.length) > most) return 99;
  let earlier = [], before = [], row = [...Array(other.length + 1).keys()];
  for (let i = 1; i <= word.length; i += 1) {
    [earlier, before, row] = [before, row, [i]];
    for (let j = 1; j <= other.length; j += 1) {
      let cost = Math.min(row[j - 1] + 1, before[j] + 1, before[j - 1] + (word[i - 1] === other[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && word[i - 1] === other[j - 2] && word[i - 2] === other[j - 1]) cost = Math.min(cost, earlier[j - 2] + 1);
      row.push(cost);
    }
    if (Math.min(...row) > most) return 99;
  }
  return row[other.length];
}

const spoken = (data, names) => names[data.languages.indexOf(language)] ?? names[0];
const kindKey = (data, thing) => data.facets.kind[thing[3][0]][0];
const kindOf = (data, thing) => spoken(data, data.kinds[kindKey(data, thing)]);
const counted = (told, n) => (new Intl.PluralRules(language).select(n) === "one" ? told.one : told.found).replace("{n}", n);
const label = (data, facet, place) => spoken(data, data.facets[facet][place].slice(1));

function address(key) {
  // as hrdgraph.web.pages.links spells a key
  const path = body.ending ? key.split("/").map(unescaped).map(encodeURIComponent).join("/") : key.split("/").map((part) => encodeURIComponent(part).replaceAll("%25", "%")).join("/");
  return `${body.root}${language}/id/${path}${body.ending}`;
}
// the index says where things are told that have no file of their own, or one of another name
const where = (thing) => body.ending && typeof thing.at(-1) === "string" ? `${body.root}${language}/${thing.at(-1)}` : address(thing[0]);
function unescaped(part) {
  try { return decodeURIComponent(part); } catch { return part; }
}

function element(name, options = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(options)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// ---- names offered as one types ----
function suggest(input) {
  const list = element("ul", { class: "suggested", id: "suggested", role: "listbox", "aria-label": input.dataset.suggestions });
  list.hidden = true;
  input.after(list);
  for (const [key, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-controls": "suggested", "aria-expanded": "false" })) input.setAttribute(key, value);
  let chosen = -1;
  const close = () => { list.hidden = true; chosen = -1; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
  const mark = (place) => {
    chosen = place;
    [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === place)));
    if (place < 0) input.removeAttribute("aria-activedescendant");
    else { input.setAttribute("aria-activedescendant", list.children[place].id); list.children[place].scrollIntoView({ block: "nearest" }); }
  };
  const show = async () => {
    const typed = input.value;
    let data;
    try { data = await index(); } catch { return; } // the form still works
    if (input.value !== typed) return;
    const things = found(data, typed, 8);
    list.replaceChildren(...things.map((thing, place) => {
      const item = element("li", { role: "option", id: `offer-${place}`, "aria-selected": "false", "data-href": where(thing) });
      item.append(element("bdi", {}, spoken(data, thing[1])), element("small", {}, kindOf(data, thing)));
      item.addEventListener("mousedown", (event) => { event.preventDefault(); location.href = item.dataset.href; });
      return item;
    }));
    list.hidden = !things.length;
    input.setAttribute("aria-expanded", String(things.length > 0));
    mark(-1);
  };
  input.addEventListener("focus", () => { index().catch(() => {}); }, { once: true });
  input.addEventListener("input", () => { if (input.value.trim()) show(); else close(); });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const last = list.children.length - 1;
    if (event.key === "Escape" && !list.hidden) { close(); event.preventDefault(); }
    else if (list.hidden) return;
    else if (event.key === "ArrowDown") { mark(chosen < last ? chosen + 1 : 0); event.preventDefault(); }
    else if (event.key === "ArrowUp") { mark(chosen > 0 ? chosen - 1 : last); event.preventDefault(); }
    else if (event.key === "Enter" && chosen >= 0) { location.href = list.children[chosen].dataset.href; event.preventDefault(); }
  });
}

// ---- lists of a site without a server ----
function entry(data, thing) {
  const places = kindKey(data, thing) === "country" ? [] : thing[4].map((place) => label(data, "country", place));
  const about = element("span", { class: "about" }, [kindOf(data, thing), places.join(", ")].filter(Boolean).join(" · "));
  const name = element("span", { class: "name" }, element("a", { href: where(thing) }, spoken(data, thing[1])));
  return element("li", {}, name, " ", about);
}

async function search(results) {
  const typed = new URLSearchParams(location.search).get("q") ?? "";
  document.querySelectorAll('input[name="q"]').forEach((input) => { input.value = typed; });
  if (!typed.trim()) return;
  const data = await index();
  const things = found(data, typed);
  const shown = things.slice(0, Number(results.dataset.most));
  const count = element("h2", { class: "count" }, counted(results.dataset, things.length));
  const first = shown.length < things.length ? [element("p", { class: "soft" }, results.dataset.first)] : [];
  const list = things.length ? element("ul", { class: "entries" }, ...shown.map((thing) => entry(data, thing))) : element("p", {}, results.dataset.none);
  results.replaceChildren(count, ...first, list);
}

async function browse(root) {
  const data = await index();
  for (const part of root.querySelectorAll(".facets, .pager")) part.hidden = false; // without the names they would lead to all things
  const per = 60;
  const here = location.pathname;
  const read = () => new URLSearchParams(location.hash.slice(1) || location.search);
  const hash = (wanted) => `${here}#${new URLSearchParams(Object.entries({ order: read().get("order"), ...wanted }).filter(([, value]) => value))}`;
  const orders = root.querySelector(".orders");
  orders.parentElement.hidden = false;
  const show = () => {
    const query = read();
    const names = Object.keys(data.facets);
    const wanted = Object.fromEntries(names.map((facet) => [facet, query.get(facet)]).filter(([, value]) => value));
    if (wanted.award) delete wanted.decade; // of another award perhaps: the file does not join them
    const places = Object.entries(wanted).map(([facet, value]) => [3 + names.indexOf(facet), data.facets[facet].findIndex((item) => item[0] === value)]);
    const things = data.things.filter((thing) => places.every(([at, place]) => thing[at].includes(place)));
    const order = query.get("order") ?? "";
    if (order === "-name") things.reverse();
    orders.replaceChildren(...[["A–Z", ""], ["Z–A", "-name"]].flatMap(([text, way]) => [way === order ? element("strong", {}, text) : element("a", { href: hash({ ...wanted, order: way }) }, text), " "]));
    facets(root, data, things, wanted, hash);
    const pages = Math.max(1, Math.ceil(things.length / per));
    const page = Math.min(Math.max(Number.parseInt(query.get("page") ?? "1", 10) || 1, 1), pages);
    root.querySelector(".count").textContent = counted(root.dataset, things.length);
    const list = root.querySelector(".entries") ?? root.querySelector(".none");
    list.replaceWith(things.length ? element("ul", { class: "entries" }, ...things.slice((page - 1) * per, page * per).map((thing) => entry(data, thing))) : element("p", { class: "none" }, root.dataset.none));
    root.querySelector(".chosen").replaceChildren(...Object.entries(wanted).map(([facet, value]) => chip(root, data, facet, value, hash({ ...wanted, [facet]: "" }))));
    root.querySelector(".pager").replaceChildren(...pager(root, wanted, page, pages, hash));
  };
  addEventListener("hashchange", show);
  show();
}

function chip(root, data, facet, value, href) {
  const place = data.facets[facet].findIndex((item) => item[0] === value);
  const title = root.querySelector(`[data-facet="${facet}"] summary`)?.textContent ?? facet;
  const text = `${title}: ${place < 0 ? value : label(data, facet, place)} `;
  const link = element("a", { class: "chip", href }, text, element("span", { "aria-hidden": "true" }, "×"), element("span", { class: "hidden" }, `(${root.dataset.remove})`));
  return element("li", {}, link);
}

function pager(root, wanted, page, pages, hash) {
  if (pages < 2) return [];
  const told = element("span", {}, root.dataset.page.replace("{page}", page).replace("{pages}", pages));
  const before = page > 1 ? [element("a", { href: hash({ ...wanted, page: page - 1 }) }, root.dataset.before)] : [];
  const after = page < pages ? [element("a", { href: hash({ ...wanted, page: page + 1 }) }, root.dataset.after)] : [];
  return [...before, told, ...after];
}

function facets(root, data, things, wanted, hash) {
  Object.keys(data.facets).forEach((facet, number) => {
    const box = root.querySelector(`[data-facet="${facet}"]`);
    if (!box) return;
    const counts = new Map();
    for (const thing of things) for (const place of thing[3 + number]) counts.set(place, (counts.get(place) ?? 0) + 1);
    const value = (place) => data.facets[facet][place][0];
    const order = facet === "decade" ? (one, other) => (value(one[0]) < value(other[0]) ? 1 : -1) : (one, other) => other[1] - one[1] || (value(one[0]) < value(other[0]) ? -1 : 1);
    const items = [...counts].sort(order).map(([place, count]) => {
      const chosen = wanted[facet] === value(place);
      const link = element("a", { href: hash({ ...wanted, [facet]: chosen ? "" : value(place) }), ...(chosen ? { "aria-current": "true" } : {}) }, label(data, facet, place));
      return element("li", {}, link, " ", element("span", { class: "soft" }, String(count)));
    });
    const rest = items.slice(12);
    const more = rest.length ? [element("details", { class: "rest" }, element("summary", {}, root.dataset.more.replace("{n}", rest.length)), element("ul", {}, ...rest))] : [];
    box.replaceChildren(box.querySelector("summary"), element("ul", {}, ...items.slice(0, 12)), ...more);
    box.hidden = !items.length || Boolean(wanted[{ award: "decade", decade: "award" }[facet]]);
  });
}

// ---- tables: narrowed down by what is typed, in the order of a column ----
function sortable(table) {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const value = (row, at) => row.cells[at].dataset.n ?? row.cells[at].textContent.trim();
  const collator = new Intl.Collator(language, { numeric: true });
  [...table.tHead.rows[0].cells].forEach((head, at) => {
    const button = element("button", { type: "button" }, ...head.childNodes);
    button.addEventListener("click", () => {
      const turn = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", turn > 0 ? "ascending" : "descending");
      body.append(...rows.sort((one, other) => turn * collator.compare(value(one, at), value(other, at))));
    });
    head.append(button);
  });
  const input = element("input", { type: "search", "aria-label": table.dataset.filter, placeholder: table.dataset.filter });
  input.addEventListener("input", () => {
    const words = fold(input.value, {});
    for (const row of rows) row.hidden = !words.every((word) => fold(row.textContent, {}).join(" ").includes(word));
  });
  table.parentElement.before(input);
}
document.querySelectorAll("table[data-filter]").forEach(sortable);

const box = document.getElementById("q");
if (box) suggest(box);
const results = document.querySelector("[data-search]");
const unread = () => { document.getElementById("unread").hidden = false; };
if (results) search(results).catch(unread);
const lists = document.querySelector("[data-browse]");
if (lists) browse(lists).catch(unread);

// On a host that reads no _redirects: where an address that is missing has moved, or the page of an IRI.
if (body.moved) {
  const path = decodeURIComponent(location.pathname.slice(body.root.length)).replace(/\.(html|jsonld|ttl|nt)$/, "");
  const [, tongue, key] = path.match(/^(?:([a-z]{2,3}(?:-[A-Za-z]+)?)\/)?((?:id|data|documents)\/.+)$/) ?? [];
  if (key) {
    read(body.moved).then((moved) => {
      const wanted = key.replace(/^data\//, "id/");
      const found = moved[wanted] ?? (tongue ? "" : `${wanted.split("/").map(encodeURIComponent).join("/")}.html`);
      if (found) location.replace(`${body.root}${tongue ?? language}/${found}`);
    }).catch(() => {});
  }
}
