// A grid over rows that the server holds: only what is seen is fetched and drawn, whatever the number of rows.
// Everything is set through the object model, so that the content security policy needs no exception.
"use strict";

(() => {
  const grid = document.getElementById("grid");
  const config = JSON.parse(grid.dataset.config);
  const texts = config.texts;
  const columns = config.columns;
  const byId = (id) => document.getElementById(id);
  const ROW = 32, HEAD = 36, BLOCK = 200, SPARE = 8;
  const address = { source: config.source, table: config.table };
  const draftKey = `hrdgraph-draft ${config.project} ${config.source} ${config.table}`;
  const waitingKey = `hrdgraph-waiting ${config.project} ${config.source} ${config.table}`;

  let blocks = new Map();          // numbers of blocks to rows, or a promise of them
  let total = 0, revision = config.state.revision;
  let active = { at: 0, column: 0 };
  let editor = null;
  let sort = -1, descending = false;
  let waiting = JSON.parse(sessionStorage.getItem(waitingKey) || "[]");  // changes that were not answered yet
  let sending = false, offline = false;

  const element = (name, className, text) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  };

  // --- asking the server

  async function ask(path, given) {
    const answer = await fetch(`${path}?${new URLSearchParams({ ...address, ...given })}`, { headers: { Accept: "application/json" } });
    return answer.json();
  }

  function view() {
    const given = {};
    if (byId("find").value) given.text = byId("find").value;
    if (byId("find-in").value) given.in = byId("find-in").value;
    if (byId("only-findings").checked) given.findings = "1";
    if (sort >= 0) given.sort = String(sort);
    if (descending) given.desc = "1";
    return given;
  }

  function block(number) {
    if (!blocks.has(number)) {
      const mine = blocks;
      const promise = ask("/table/rows", { ...view(), from: number * BLOCK, count: BLOCK }).then((found) => {
        if (mine !== blocks || !found.rows) return;
        blocks.set(number, found.rows);
        take(found);
        draw();
      }, () => { blocks.delete(number); });
      blocks.set(number, promise);
    }
    const found = blocks.get(number);
    return Array.isArray(found) ? found : null;
  }

  function rowAt(at) {
    const found = block(Math.floor(at / BLOCK));
    return found ? found[at % BLOCK] : undefined;
  }

  function take(state) {
    if (state.total !== undefined && state.total !== total) {
      total = state.total;
      body.style.height = `${total * ROW}px`;
      grid.setAttribute("aria-rowcount", String(total + 1));
      byId("count").textContent = `${total.toLocaleString(config.language)} ${texts.table_rows}`;
    }
    if (state.revision !== undefined) revision = state.revision;
    for (const name of ["undo", "redo"]) if (byId(name) && state[name] !== undefined) byId(name).disabled = !state[name];
    if (offline) byId("state").textContent = texts.table_offline;
    else if (waiting.length) byId("state").textContent = texts.table_saving;
    else if (state.problem) byId("state").textContent = `${texts.table_unsaved} ${state.problem}`;
    else if (state.saved !== undefined) byId("state").textContent = state.saved ? texts.table_saved : texts.table_saving;
  }

  function reload() {
    blocks = new Map();
    draw();
  }

  // --- drawing

  const head = element("div", "g-row g-head");
  head.setAttribute("role", "row");
  head.setAttribute("aria-rowindex", "1");
  const headGroup = element("div");
  headGroup.setAttribute("role", "rowgroup");
  headGroup.append(head);
  const body = element("div", "g-body");
  body.setAttribute("role", "rowgroup");
  grid.append(headGroup, body);
  grid.setAttribute("aria-colcount", String(columns.length + 1));
  headGroup.style.position = "sticky";
  headGroup.style.top = "0";
  headGroup.style.zIndex = "2";

  const corner = element("div", "g-number", texts.table_row);
  corner.setAttribute("role", "columnheader");
  head.append(corner);
  columns.forEach((column, place) => {
    const cell = element("div", "g-cell");
    cell.setAttribute("role", "columnheader");
    cell.setAttribute("aria-sort", "none");
    const button = element("button", "", column.heading + (column.required ? " *" : ""));
    button.type = "button";
    button.title = [column.label, column.hint].filter(Boolean).join(" – ");
    button.addEventListener("click", () => {
      descending = sort === place && !descending;
      sort = sort === place && !descending ? -1 : place;
      [...head.querySelectorAll("[aria-sort]")].forEach((one, at) => one.setAttribute("aria-sort", at === sort ? (descending ? "descending" : "ascending") : "none"));
      grid.scrollTop = 0;
      reload();
    });
    cell.append(button);
    head.append(cell);
  });

  function draw() {
    const first = Math.max(Math.floor((grid.scrollTop - HEAD) / ROW) - SPARE, 0);
    const last = Math.min(first + Math.ceil(grid.clientHeight / ROW) + 2 * SPARE, Math.max(total, 1));
    const made = document.createDocumentFragment();
    for (let at = first; at < last && at < Math.max(total, 1); at += 1) {
      const row = rowAt(at);
      if (total) made.append(drawRow(at, row));
    }
    body.replaceChildren(made);
    if (editor) place();
    const cell = byId(`cell-${active.at}-${active.column}`);
    if (cell) grid.setAttribute("aria-activedescendant", cell.id);
    else grid.removeAttribute("aria-activedescendant");
    tell();
  }

  function drawRow(at, row) {
    const line = element("div", at === active.at ? "g-row active" : "g-row");
    line.setAttribute("role", "row");
    line.setAttribute("aria-rowindex", String(at + 2));
    line.style.top = `${at * ROW}px`;
    const number = element("div", "g-number", row && row.number ? String(row.number) : "·");
    number.setAttribute("role", "rowheader");
    line.append(number);
    columns.forEach((column, place) => line.append(drawCell(at, place, row)));
    return line;
  }

  function drawCell(at, place, row) {
    const cell = element("div", "g-cell", row ? held(row, place) : "");
    cell.setAttribute("role", "gridcell");
    cell.id = `cell-${at}-${place}`;
    cell.dir = "auto";
    if (at === active.at && place === active.column) { cell.classList.add("active"); cell.setAttribute("aria-selected", "true"); }
    if (!row) return cell;
    if (row.findings[place]) { cell.classList.add("wrong"); cell.setAttribute("aria-invalid", "true"); cell.title = row.findings[place]; }
    if (row.locked.includes(place)) { cell.classList.add("locked"); cell.setAttribute("aria-readonly", "true"); }
    if (waiting.some((one) => one.row === row.id && one.column === place)) cell.classList.add("waiting");
    return cell;
  }

  // What a cell holds once all that waits is answered.
  function held(row, place) {
    const mine = waiting.filter((one) => one.what === "set" && one.row === row.id && one.column === place).pop();
    return mine ? mine.new : row.cells[place];
  }

  function tell() {
    const row = rowAt(active.at);
    byId("aloud").textContent = row ? row.aloud : "";
    if (!editor) help(row ? row.findings[active.column] || "" : "", "", row && row.locked.includes(active.column));
  }

  function help(finding, reading, locked) {
    const column = columns[active.column];
    const place = byId("help");
    const parts = [];
    if (finding) parts.push(element("span", "finding", finding));
    if (locked) parts.push(element("span", "", texts.cell_locked));
    if (reading) parts.push(element("span", "", `${texts.table_reading} ${reading}`));
    const about = [column.label || column.heading, column.required ? texts.table_needed : "", column.hint,
      column.example ? `${texts.table_example}${config.language === "fr" ? "\u00a0: " : ": "}${column.example}` : ""].filter(Boolean).join(" · ");
    parts.push(element("span", "soft", about));
    place.replaceChildren(...parts.flatMap((part, at) => (at ? [" — ", part] : [part])));
  }

  // --- moving

  function move(at, column) {
    active = { at: Math.min(Math.max(at, 0), Math.max(total - 1, 0)), column: Math.min(Math.max(column, 0), columns.length - 1) };
    const top = active.at * ROW;
    if (top < grid.scrollTop) grid.scrollTop = top;
    else if (top + ROW > grid.scrollTop + grid.clientHeight - HEAD - 16) grid.scrollTop = top + ROW - grid.clientHeight + HEAD + 16;
    const cell = head.children[active.column + 1];
    const left = cell.offsetLeft, shown = grid.clientWidth - corner.offsetWidth;
    if (left - corner.offsetWidth < grid.scrollLeft) grid.scrollLeft = left - corner.offsetWidth;
    else if (left + cell.offsetWidth > grid.scrollLeft + corner.offsetWidth + shown) grid.scrollLeft = left + cell.offsetWidth - shown - corner.offsetWidth;
    draw();
  }

  // Tab goes on from cell to cell once something was typed, over the ends of rows, until Escape.
  let walking = false;
  function walk(step) {
    const place = active.at * columns.length + active.column + step;
    const at = Math.floor(place / columns.length);
    walking = at >= 0 && at < total;
    if (walking) move(at, place % columns.length);
    return walking;
  }

  grid.addEventListener("scroll", () => requestAnimationFrame(draw));
  new ResizeObserver(() => draw()).observe(grid);

  grid.addEventListener("keydown", (event) => {
    if (editor || event.target !== grid) return;
    const page = Math.max(Math.floor(grid.clientHeight / ROW) - 2, 1);
    const { at, column } = active;
    const ctrl = event.ctrlKey || event.metaKey;
    const rtl = getComputedStyle(grid).direction === "rtl" ? -1 : 1;
    const steps = {
      ArrowDown: [at + 1, column], ArrowUp: [at - 1, column], ArrowRight: [at, column + rtl], ArrowLeft: [at, column - rtl],
      PageDown: [at + page, column], PageUp: [at - page, column],
      Home: ctrl ? [0, 0] : [at, 0], End: ctrl ? [total - 1, columns.length - 1] : [at, columns.length - 1],
    };
    if (steps[event.key]) { event.preventDefault(); move(...steps[event.key]); return; }
    if (event.key === "Tab" && walking && walk(event.shiftKey ? -1 : 1)) { event.preventDefault(); return; }
    walking = false;
    if (event.key === "F4") { event.preventDefault(); evidence(); return; }
    if (!config.editable) return;
    if (ctrl && event.key.toLowerCase() === "z") { event.preventDefault(); back(event.shiftKey ? "redo" : "undo"); }
    else if (ctrl && event.key.toLowerCase() === "y") { event.preventDefault(); back("redo"); }
    else if (event.key === "Enter" || event.key === "F2") { event.preventDefault(); edit(); }
    else if (event.key === "Delete" || event.key === "Backspace") { event.preventDefault(); put(""); }
    else if (event.key.length === 1 && !ctrl && !event.altKey) { event.preventDefault(); edit(event.key); }
  });

  body.addEventListener("mousedown", (event) => {
    const cell = event.target.closest("[role=gridcell]");
    if (!cell || (editor && event.target === editor.input)) return;
    event.preventDefault();
    const [, at, column] = cell.id.split("-").map(Number);
    if (editor) commit();
    grid.focus({ preventScroll: true });
    const again = active.at === at && active.column === column;
    move(at, column);
    if (again && config.editable && event.detail === 2) edit();
  });
  body.addEventListener("dblclick", () => { if (config.editable && !editor) edit(); });

  // --- editing

  function edit(first, draft) {
    const row = rowAt(active.at);
    if (!row || row.locked.includes(active.column)) return;
    const input = element("input", "editor");
    const cell = byId(`cell-${active.at}-${active.column}`);
    const old = held(row, active.column);
    input.value = draft !== undefined ? draft : first !== undefined ? first : old;
    input.setAttribute("aria-label", columns[active.column].heading);
    input.setAttribute("aria-describedby", "help");
    input.autocomplete = "off";
    input.dir = "auto";
    if (columns[active.column].options.length) {
      input.setAttribute("list", "options");
      options(columns[active.column].options);
    }
    editor = { input, row, at: active.at, column: active.column, old };
    input.style.width = `${Math.max(cell.offsetWidth, 200)}px`;
    input.style.height = `${ROW}px`;
    input.addEventListener("keydown", typed);
    input.addEventListener("input", () => { keepDraft(); checkSoon(); });
    input.addEventListener("blur", () => { if (editor && editor.input === input) commit(); });
    grid.parentElement.append(input);
    place();
    input.focus({ preventScroll: true });
    if (first === undefined && draft === undefined) input.select();
    checkSoon();
  }

  // The field lies over its cell, beside the grid: a grid has rows and cells only.
  function place() {
    const left = head.children[editor.column + 1].offsetLeft - grid.scrollLeft;
    editor.input.style.top = `${grid.offsetTop + HEAD + editor.at * ROW - grid.scrollTop}px`;
    editor.input.style.left = `${grid.offsetLeft + left}px`;
  }

  function options(list) {
    let data = byId("options");
    if (!data) { data = element("datalist"); data.id = "options"; document.body.append(data); }
    data.replaceChildren(...list.map((text) => { const one = element("option"); one.value = text; return one; }));
  }

  // Names that the graph knows, each with what tells it from others, before those of the column.
  function known(mine, names) {
    mine.input.setAttribute("list", "options");
    options(columns[mine.column].options);
    byId("options").prepend(...names.map(({ name, about }) => {
      const one = element("option", "", about);
      one.value = name;
      one.label = about;
      return one;
    }));
    const exact = names.filter((one) => one.name === mine.input.value);
    if (exact.length) byId("help").append(" — ", element("span", "known", exact.map((one) => one.about).join(" / ")));
  }

  function typed(event) {
    event.stopPropagation();
    if (event.key === "Escape") { event.preventDefault(); leave(); draw(); }
    else if (event.key === "Enter") { event.preventDefault(); commit(); move(active.at + 1, active.column); }
    else if (event.key === "Tab") { event.preventDefault(); commit(); walk(event.shiftKey ? -1 : 1); }
  }

  function keepDraft() {
    sessionStorage.setItem(draftKey, JSON.stringify({ row: editor.row.id, number: editor.row.number, column: editor.column, text: editor.input.value }));
  }

  let timer = 0;
  function checkSoon() {
    clearTimeout(timer);
    const mine = editor;
    timer = setTimeout(async () => {
      try {
        const found = await ask("/table/check", { column: mine.column, text: mine.input.value });
        if (editor !== mine || found.finding === undefined) return;
        help(found.finding, found.reading);
        if (found.names.length) known(mine, found.names);
      } catch { /* the next change tells that nobody answers */ }
    }, 90);
  }

  function leave() {
    const input = editor.input;
    editor = null;
    sessionStorage.removeItem(draftKey);
    input.remove();
    grid.focus({ preventScroll: true });
  }

  function commit() {
    const { row, column, old, input } = editor;
    const text = input.value;
    if (text !== old) queue({ what: "set", row: row.id, column, old, new: text });
    leave();
    draw();
  }

  function put(text) {
    const row = rowAt(active.at);
    if (!row || row.locked.includes(active.column)) return;
    const old = held(row, active.column);
    if (old !== text) queue({ what: "set", row: row.id, column: active.column, old, new: text });
    draw();
  }

  // --- sending: in order, kept in this window until they are answered

  function queue(change) {
    waiting.push(change);
    keep();
    take({});
    send();
  }

  function keep() {
    if (waiting.length) sessionStorage.setItem(waitingKey, JSON.stringify(waiting));
    else sessionStorage.removeItem(waitingKey);
  }

  async function send() {
    if (sending) return;
    sending = true;
    while (waiting.length) {
      const change = waiting[0];
      let answer, found;
      try {
        answer = await fetch("/table/change", {
          method: "POST", headers: { "Content-Type": "application/json", Accept: "application/json" },
          body: JSON.stringify({ ...address, project: config.project, ...change }),
        });
        found = answer.status === 403 ? null : await answer.json();
      } catch { answer = null; }
      if (!answer || !found) {
        offline = true;
        take({});
        sending = false;
        setTimeout(send, 1500);
        return;
      }
      offline = false;
      waiting.shift();
      keep();
      if (answer.status === 409) await conflict(change, found.now);
      else if (found.errors) say(found.errors.map((one) => one.text).join("\n"));
      else answered(change, found);
      take(found);
    }
    sending = false;
  }

  function answered(change, found) {
    if (change.what === "set" && found.row) replaceRow(found.row);
    else reload();
    if (change.what === "delete") say(texts.table_deleted);
    if (["undo", "redo"].includes(change.what)) say(texts.table_undone);
    if (change.what !== "set" || found.alike) alike(found.alike ? change : null, found.alike || found.said);
    if (["add", "double"].includes(change.what) && found.row) goTo({ row: found.row.id });
    draw();
  }

  // Other cells that say what this one said: often the same mistake.
  function alike(change, text) {
    const place = byId("alike");
    if (!place) return;
    place.hidden = !text;
    place.firstElementChild.textContent = text || "";
    const button = place.lastElementChild;
    button.hidden = !change;
    if (!change) return;
    button.textContent = texts.table_replace.replace("…", change.new);
    button.onclick = () => {
      place.hidden = true;
      button.onclick = null;
      queue({ what: "replace", row: 0, column: change.column, old: change.old, new: change.new });
      grid.focus();
    };
  }

  function replaceRow(row) {
    for (const rows of blocks.values()) {
      if (!Array.isArray(rows)) continue;
      const place = rows.findIndex((one) => one.id === row.id);
      if (place >= 0) rows[place] = row;
    }
  }

  async function goTo(wanted) {
    // a new row is the last one, or stands behind the active one
    const found = await ask("/table/rows", { ...view(), from: 0, count: 1 });
    take(found);
    for (const at of [active.at + 1, total - 1]) {
      await blocks.get(Math.floor(at / BLOCK));
      rowAt(at);
      await blocks.get(Math.floor(at / BLOCK));
      const row = rowAt(at);
      if (row && row.id === wanted.row) {
        move(at, 0);
        grid.focus({ preventScroll: true });
        edit();
        return;
      }
    }
  }

  function back(what) {
    if (byId(what).disabled) say(texts.nothing_back);
    else queue({ what, row: 0 });
  }

  function say(text) {
    byId("said").textContent = text;
    byId("state").textContent = text;
  }

  function conflict(change, now) {
    const dialog = byId("conflict");
    byId("conflict-title").textContent = now === null ? texts.table_conflict_gone : texts.table_conflict;
    const list = element("dl");
    const mine = change.what === "set" ? change.new : "";
    for (const [name, text] of [[texts.table_yours, mine], ...(now === null ? [] : [[texts.table_theirs, now]])]) {
      const bdi = element("bdi", "", text);
      const value = element("dd");
      value.append(bdi);
      list.append(element("dt", "soft", name), value);
    }
    byId("conflict-body").replaceChildren(list);
    return new Promise((done) => {
      const button = (text, action) => {
        const made = element("button", "second", text);
        made.type = "button";
        made.addEventListener("click", () => { dialog.close(); action(); });
        return made;
      };
      const buttons = [button(now === null ? texts.table_close : texts.table_keep_theirs, () => {})];
      if (now !== null && change.what === "set") {
        buttons.push(button(texts.table_put_mine, () => { waiting.unshift({ ...change, old: now }); keep(); }));
      }
      byId("conflict-buttons").replaceChildren(...buttons);
      dialog.addEventListener("close", () => { reload(); grid.focus(); setTimeout(send, 0); done(); }, { once: true });
      dialog.showModal();
    });
  }

  // --- tools

  const rowNow = () => rowAt(active.at);
  const tool = (id, action) => byId(id) && byId(id).addEventListener("click", action);
  const once = (action) => (event) => { if (event.detail < 2) action(); };  // a double click is one
  tool("add", once(() => queue({ what: "add", row: rowNow() ? rowNow().id : 0 })));
  tool("double", once(() => rowNow() && queue({ what: "double", row: rowNow().id })));
  tool("delete", once(() => rowNow() && queue({ what: "delete", row: rowNow().id, cells: rowNow().cells })));
  tool("undo", () => back("undo"));
  tool("redo", () => back("redo"));

  tool("evidence", () => evidence());
  tool("evidence-close", () => byId("evidence-box").close());

  // The words that a row cites.
  async function evidence() {
    const row = rowNow();
    if (!row) return;
    const answer = await fetch(`/table/evidence?${new URLSearchParams({ ...address, id: row.id })}`, { headers: { "HX-Request": "true" } });
    const shown = new DOMParser().parseFromString(await answer.text(), "text/html");
    byId("evidence-body").replaceChildren(...shown.body.childNodes);
    byId("evidence-box").addEventListener("close", () => grid.focus(), { once: true });
    byId("evidence-box").showModal();
  }

  let finding = 0;
  const refind = () => { clearTimeout(finding); finding = setTimeout(() => { grid.scrollTop = 0; active.at = 0; reload(); }, 150); };
  byId("find").addEventListener("input", refind);
  byId("find-in").addEventListener("change", refind);
  byId("only-findings").addEventListener("change", refind);

  // Other windows change rows too.
  setInterval(async () => {
    if (document.hidden || sending || editor) return;
    try {
      const state = await ask("/table/state", {});
      if (state.revision === undefined) return;
      const other = state.revision !== revision;
      take(state);
      if (other) reload();
    } catch { /* the next change tells that nobody answers */ }
  }, 2000);

  async function begin() {
    const column = columns.findIndex((one) => one.heading === config.column);
    if (config.row) {
      const found = await ask("/table/rows", { row: config.row, count: 1 });
      take(found);
      if (found.from >= 0) move(found.from, Math.max(column, 0));
    }
    draw();
    await blocks.get(Math.floor(active.at / BLOCK));
    draw();
    grid.focus({ preventScroll: true });
    const draft = JSON.parse(sessionStorage.getItem(draftKey) || "null");
    if (draft && config.editable) await restore(draft);
    if (waiting.length) send();
  }

  // What was being typed when the page went away.
  async function restore(draft) {
    const found = draft.number ? await ask("/table/rows", { row: draft.number, count: 1 }) : { from: -1 };
    if (found.from < 0 || found.rows[0].id !== draft.row) { say(draft.text); return; }
    move(found.from, draft.column);
    await blocks.get(Math.floor(found.from / BLOCK));
    draw();
    edit(undefined, draft.text);
    byId("said").textContent = texts.table_draft;
  }

  begin();
})();
