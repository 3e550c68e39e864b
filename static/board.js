// Comfort for the line board: every move is a press of one of its own buttons, and the server tells the result.
{
  let grabbed = null; // the id of the handle that is held
  let held = null; // what stood in the form when it was taken
  const waiting = []; // presses made while an answer is on its way

  const board = () => byId("board-form");
  const rowOf = (element) => element.closest("#lines > tr[data-port]");
  const partOf = (row, part) => byId(row.id.replace("line", part));
  const isBusy = () => board()?.dataset.sent !== undefined;

  function press(button) {
    if (isBusy()) waiting.push(() => press(byId(button.id)));
    else button?.click();
  }

  function place(input, port) {
    const { id } = input;
    if (isBusy()) return waiting.push(() => place(byId(id), port));
    input.value = port;
    press(byId("show"));
  }

  // --- pressing and typing ---

  // One press at a time, each on what the one before it came to.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("#board-form button[type=submit], #board button[form]");
    if (!button) return;
    if (isBusy()) waiting.push(() => byId(button.id)?.click());
    else if (button.getAttribute("aria-disabled") !== "true") return;
    event.preventDefault();
    event.stopPropagation();
  }, true);

  document.addEventListener("change", ({ target }) => {
    if (target.matches("#lines .move input")) place(target, target.value);
  });

  // --- keys ---

  document.addEventListener("keydown", (event) => {
    const row = rowOf(event.target);
    const way = { ArrowUp: "up", ArrowDown: "down" }[event.key];
    if (!row || event.ctrlKey || event.metaKey) return;
    if (way && (event.altKey || grabbed === event.target.id)) {
      event.preventDefault();
      const button = partOf(row, way);
      if (button) press(button);
    } else if (event.key === "Escape" && grabbed) putBack();
  });

  function grab(handle) {
    grabbed = handle.id;
    const controls = [...board().elements].filter(({ name }) => /^(shown|port:)/.test(name));
    held = new Map(controls.map(({ name, value }) => [name, value]));
    mark();
    announce(`${handle.getAttribute("aria-label")}. Arrow keys move it, Space drops it, Escape puts it back.`);
  }

  function drop() {
    grabbed = held = null;
    mark();
  }

  function putBack() {
    const before = held;
    drop();
    const restore = () => {
      for (const control of board().elements) if (before.has(control.name)) control.value = before.get(control.name);
      press(byId("show"));
    };
    if (isBusy()) waiting.push(restore);
    else restore();
  }

  const mark = () => {
    for (const handle of document.querySelectorAll(".grip")) handle.setAttribute("aria-pressed", handle.id === grabbed);
  };

  document.addEventListener("click", ({ target, detail }) => {
    const handle = target.closest(".grip");
    if (!handle || detail > 0) return; // a mouse drags
    if (grabbed === handle.id) {
      drop();
      announce("Dropped.");
    } else grab(handle);
  });

  document.addEventListener("focusin", ({ target }) => { if (grabbed && target.id !== grabbed) drop(); });

  // --- dragging ---

  let sortable = null;

  function offerDragging() {
    sortable?.destroy();
    sortable = null;
    const lines = byId("lines");
    if (!board()?.matches("[data-in-order]")) return;
    const before = [...lines.children];
    sortable = new Sortable(lines, {
      draggable: "tr[data-port]",
      handle: ".grip",
      swap: board().matches("[data-swap]"),
      swapClass: "target",
      animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
      onEnd({ item, newDraggableIndex, oldDraggableIndex, swapItem }) {
        const onto = swapItem ?? before[newDraggableIndex];
        lines.append(...before); // the server says how the rows stand
        if (newDraggableIndex === oldDraggableIndex && !swapItem) return;
        if (onto !== item) place(partOf(item, "port"), onto.dataset.port);
      },
    });
  }

  // --- filtering: what is hidden stays in the form ---

  // As the server folds: what is typed without accents finds names that have them.
  const STROKED = { ł: "l", ø: "o", đ: "d", ı: "i" };
  const folded = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase()
    .replace(/[łøđı]/g, (letter) => STROKED[letter]);

  function filter() {
    const needle = folded(byId("lines-q")?.value.trim() ?? "");
    byId("lines").closest("table").classList.toggle("filtered", needle !== "");
    for (const row of byId("lines").children) {
      row.hidden = needle !== "" && !folded(row.textContent).includes(needle);
    }
  }

  document.addEventListener("input", ({ target }) => { if (target.id === "lines-q") filter(); });

  // --- asking the server: portal.js, which is loaded before this, has marked the form as sent ---

  // Saving is a page's own affair: what goes wrong on the way must not take the moves off the page.
  document.addEventListener("submit", (event) => { if (event.submitter?.value === "save") event.stopPropagation(); }, true);

  let asked = null; // what stood where somebody was typing

  document.addEventListener("htmx:before:request", () => { asked = document.activeElement.value; });

  // A morph leaves alone what was typed, and what has the focus.
  function showPorts() {
    for (const input of document.querySelectorAll("#lines .move input")) {
      if (input !== document.activeElement || input.value === asked) input.value = input.defaultValue;
    }
  }

  document.addEventListener("htmx:finally:request", () => {
    unsaved = board()?.matches("[data-unsaved]") ?? false; // of portal.js: whether leaving loses something
    waiting.shift()?.();
  });

  document.addEventListener("htmx:after:swap", () => {
    showPorts();
    begin();
  });

  function begin() {
    if (!byId("lines")) return;
    mark();
    offerDragging();
    filter();
  }

  begin();
}
