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
  text.addEventListener("keydown", (event) => {
    if (event.target !== text || !["ArrowLeft", "ArrowRight"].includes(event.key) || event.ctrlKey || event.altKey) return;
    event.preventDefault();
    const selection = getSelection();
    const direction = event.key === "ArrowRight" ? "right" : "left";
    if (!selection.rangeCount || !text.contains(selection.anchorNode)) {
      const first = document.getElementById("now-words") || text.querySelector("[data-at]");
      selection.collapse(first, 0);
    }
    if (event.shiftKey) selection.modify("extend", direction, "word");
    else {
      if (!selection.isCollapsed) { if (direction === "right") selection.collapseToEnd(); else selection.collapseToStart(); }
      selection.modify("move", direction, "word");
      selection.modify("extend", direction, "word");
      selection.modify("extend", direction, "character");
      if (/\s$/.test(selection.toString()) || direction === "left") selection.modify("extend", direction === "right" ? "left" : "right", "character");
    }
    take();
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

  // Another kind, another form.
  const kind = document.getElementById("kind");
  if (kind) kind.addEventListener("change", () => kind.form.requestSubmit());
  const now = document.getElementById("now-words");
  if (now) now.scrollIntoView({ block: "center" });
})();
