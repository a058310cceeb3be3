
"use strict";
for (const form of document.querySelectorAll("form.filters")) {
  const section = form.closest("section");
  const rules = [...section.querySelectorAll("details.rule")].map((rule) => ({
    rule,
    line: rule.querySelector("summary").textContent.toLowerCase(),
    cases: [...rule.querySelectorAll(".cases > li")].map((item) => ({ item, words: item.textContent.toLowerCase() })),
  }));
  const output = form.querySelector("output");
  const value = (name) => (form.elements[name] ? form.elements[name].value : "");
  const show = () => {
    const text = value("text").trim().toLowerCase();
    const source = value("source");
    const onlyNew = form.elements.new && form.elements.new.checked;
    let shown = 0;
    let all = 0;
    for (const { rule, line, cases } of rules) {
      const fits = ["severity", "kind", "rule"].every((name) => !value(name) || rule.dataset[name] === value(name));
      let left = 0;
      for (const { item, words } of cases) {
        const fitting =
          fits &&
          (!source || (item.dataset.source || "").split(" ").includes(source)) &&
          (!onlyNew || item.dataset.new === "1") &&
          (!text || line.includes(text) || words.includes(text));
        item.hidden = !fitting;
        left += fitting ? 1 : 0;
      }
      rule.hidden = left === 0;
      shown += left;
      all += cases.length;
    }
    output.textContent = output.dataset.told.replace("{k}", shown).replace("{n}", all);
  };
  form.addEventListener("input", show);
  form.addEventListener("reset", () => setTimeout(show));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  show();
}
