// Small steps on top of pages that work without: dropping files, and forms that wait.
"use strict";

const drop = document.getElementById("drop");
if (drop) {
  const files = drop.querySelector("input[type=file]");
  const over = (event) => event.dataTransfer && [...event.dataTransfer.types].includes("Files");
  let depth = 0;
  addEventListener("dragenter", (event) => { if (over(event)) { depth += 1; document.body.classList.add("dragging"); } });
  addEventListener("dragleave", (event) => { if (over(event) && --depth === 0) document.body.classList.remove("dragging"); });
  addEventListener("dragover", (event) => { if (over(event)) event.preventDefault(); });
  addEventListener("drop", (event) => {
    if (!over(event)) return;
    event.preventDefault();
    document.body.classList.remove("dragging");
    files.files = event.dataTransfer.files;
    drop.requestSubmit();
  });
}

// The tour is left with one key.
const leave = document.getElementById("tour-leave");
if (leave) addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !document.querySelector("dialog[open]")) leave.click();
});

// A form that was sent is not sent twice.
addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  const button = event.submitter;
  if (button) setTimeout(() => { button.disabled = true; }, 0);
});
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("button:disabled")) button.disabled = false;
});

// Who decides is asked once in a window.
for (const field of document.querySelectorAll("input.who")) {
  field.value = sessionStorage.getItem("hrdgraph-who") || "";
  field.addEventListener("change", () => {
    sessionStorage.setItem("hrdgraph-who", field.value);
    for (const other of document.querySelectorAll("input.who")) other.value = field.value;
  });
}
