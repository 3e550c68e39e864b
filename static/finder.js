// The search over everything. What shows results while somebody types comes with the first focus of its box: typing.js.

const COMBOBOX = {
  "role": "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": "finder", "autocomplete": "off",
};

function markCombobox() {
  const control = byId("search-q");
  if (!control || control.hasAttribute("role")) return;
  for (const [name, value] of Object.entries(COMBOBOX)) control.setAttribute(name, value);
}
markCombobox();
document.addEventListener("htmx:after:swap", markCombobox); // going back brings another page with a box of its own

document.addEventListener("focusin", ({ target }) => {
  if (target.id !== "search-q") return;
  if (typeof setUpFinder === "function") return setUpFinder(target);
  if (byId("typing-script")) return;
  const { script, style } = target.form.dataset;
  document.head.append(
    Object.assign(document.createElement("link"), { rel: "stylesheet", href: style }),
    Object.assign(document.createElement("script"), { id: "typing-script", src: script }),
  );
});

document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
  if (!byId("search-q") || dialog?.open) return;
  event.preventDefault();
  byId("search-q").select();
});
