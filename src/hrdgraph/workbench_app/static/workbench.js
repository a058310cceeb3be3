// Small steps on top of pages that work without: dropping files, and forms that wait.
"use strict";

const drop = document.getElementById("drop");
if (drop) {
  const files = drop.querySelector("input[type=file]");
  const over = (event) => event.dataTransfer && [...event.dataTransfer.types].includes("Files");
  let depth = 0;
  files.addEventListener("change", () => drop.requestSubmit());
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

// A file that would be refused is not sent at all.
if (drop) drop.addEventListener("submit", (event) => {
  const files = drop.querySelector("input[type=file]");
  const size = [...files.files].reduce((sum, file) => sum + file.size, 0);
  let told = document.getElementById("too-large");
  if (told) told.remove();
  if (size <= Number(drop.dataset.most)) return;
  event.preventDefault();
  told = document.createElement("p");
  told.id = "too-large";
  told.className = "verdict bad";
  told.setAttribute("role", "alert");
  told.textContent = drop.dataset.large;
  drop.after(told);
  files.value = "";
});

// A form that was sent is not sent twice.
addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  const button = event.submitter;
  if (!button) return;
  setTimeout(() => { button.disabled = true; }, 0);
  setTimeout(() => wait(button), 500);
});

// A text that is being typed stays: the answer to an earlier change is not shown over it.
addEventListener("htmx:beforeSwap", (event) => {
  const field = document.activeElement;
  if (field.matches("#proposal input:not([type=checkbox])") && field.value !== field.defaultValue) event.detail.shouldSwap = false;
});

// What takes longer says so beside its button, and to who listens.
function wait(button) {
  if (!button.isConnected || !button.disabled || button.parentElement.querySelector(".busy")) return;
  const told = document.createElement("span");
  told.className = "busy";
  told.textContent = document.body.dataset.busy;
  button.after(told);
  document.getElementById("said").textContent = told.textContent;
}
addEventListener("pageshow", () => {
  for (const told of document.querySelectorAll(".busy")) {
    told.previousElementSibling.disabled = false;
    told.remove();
  }
});

// Who decides is asked once in a window.
for (const field of document.querySelectorAll("input.who")) {
  field.value = sessionStorage.getItem("hrdgraph-who") || "";
  field.addEventListener("change", () => {
    sessionStorage.setItem("hrdgraph-who", field.value);
    for (const other of document.querySelectorAll("input.who")) other.value = field.value;
  });
}
