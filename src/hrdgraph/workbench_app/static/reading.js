// Words that are selected in a page into a row, or into the cell that one stood in; decisions by single keys.
"use strict";

(() => {
  const text = document.getElementById("page-text");
  const pick = document.getElementById("pick-words");
  const start = document.getElementById("pick-start");
  const letters = (string) => [...string].length;  // as the server counts them
  let cell = null;

  // Where in the page's text a place of the document stands.
  function offset(node, at) {
    const line = (node.nodeType === 1 ? node : node.parentElement).closest("[data-at]");
    if (!line) return -1;
    const before = document.createRange();
    before.setStart(line, 0);
    before.setEnd(node, at);
    return Number(line.dataset.at) + letters(before.toString());
  }

  function selected() {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    if (!text.contains(range.commonAncestorContainer)) return null;
    const words = range.toString();
    if (!words.trim()) return null;
    return { words: words.trim(), start: offset(range.startContainer, range.startOffset) };
  }

  function take() {
    const found = selected();
    if (!found || !pick) return;
    if (cell && cell.isConnected) {
      cell.value = found.words.replace(/\s+/g, " ");
      cell.dispatchEvent(new Event("change", { bubbles: true }));
      document.getElementById("said").textContent = cell.value;
      return;
    }
    pick.value = found.words;
    start.value = found.start >= 0 ? String(found.start) : "";
  }

  text.addEventListener("mouseup", () => setTimeout(take, 0));
  text.addEventListener("touchend", () => setTimeout(take, 50));
  if (pick) pick.addEventListener("input", () => { start.value = ""; });
  for (const one of document.querySelectorAll("form.proposal input[data-cell]")) {
    one.addEventListener("focus", () => { cell = document.querySelector("form.proposal input[name=words]") ? one : null; });
  }

  // With the text focused, arrows go from word to word, with Shift they select more of them.
  const words = [];
  for (const line of text.querySelectorAll("[data-at]")) {
    for (const found of line.textContent.matchAll(/\S+/g)) words.push({ line, from: found.index, to: found.index + found[0].length });
  }
  const first = document.getElementById("now-words");
  let [from, to] = [-1, -1];

  function place(line, at, range, end) {
    const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
    let passed = 0;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (at < passed + node.length || (end && at === passed + node.length)) {
        range[end ? "setEnd" : "setStart"](node, at - passed);
        return;
      }
      passed += node.length;
    }
  }

  text.addEventListener("keydown", (event) => {
    if (event.target !== text || !["ArrowLeft", "ArrowRight"].includes(event.key) || event.ctrlKey || event.altKey) return;
    event.preventDefault();
    const step = event.key === "ArrowRight" ? 1 : -1;
    if (from < 0) from = to = Math.max(words.findIndex((one) => first && one.line === first.closest("[data-at]")), 0);
    else if (event.shiftKey) to = Math.min(Math.max(to + step, from), words.length - 1);
    else from = to = Math.min(Math.max((step > 0 ? to : from) + step, 0), words.length - 1);
    if (!words.length) return;
    const range = document.createRange();
    place(words[from].line, words[from].from, range, false);
    place(words[to].line, words[to].to, range, true);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    words[to].line.scrollIntoView({ block: "nearest" });
    take();
    document.getElementById("said").textContent = range.toString();
  });

  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.matches("input, select, textarea")) return;
    if (event.key === "m") {
      const first = document.querySelector("form.proposal [data-cell]");
      if (first) { event.preventDefault(); first.focus(); }
      return;
    }
    const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (target) { event.preventDefault(); target.click(); }
  });

  // Names that the graph knows.
  let asking = 0;
  for (const one of document.querySelectorAll("input[data-names]")) {
    one.setAttribute("list", "known-names");
    one.addEventListener("input", () => {
      clearTimeout(asking);
      asking = setTimeout(async () => {
        const answer = await fetch(`/names?${new URLSearchParams({ text: one.value })}`, { headers: { Accept: "application/json" } });
        const { names } = await answer.json();
        document.getElementById("known-names").replaceChildren(...(names || []).map(({ name, about }) => {
          const option = document.createElement("option");
          option.value = name;
          option.label = about;
          return option;
        }));
      }, 120);
    });
  }

  // Another kind, another form.
  const kind = document.getElementById("kind");
  if (kind) kind.addEventListener("change", () => kind.form.requestSubmit());
  const now = document.getElementById("now-words");
  if (now) now.scrollIntoView({ block: "center" });
})();
