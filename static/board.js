// Keys, dragging and filtering on the line board: every move presses one of its own buttons, and the server answers with the result.
{
  let grabbedId = null; // of the handle that is held
  let valuesBeforeGrab = null; // by the name of each control
  const queue = []; // of presses made while an answer is awaited

  const board = () => byId("board-form");
  const rowOf = (element) => element.closest("#lines > tr[data-port]");
  const controlOf = (row, part) => byId(row.id.replace("line", part));
  const isBusy = () => board()?.dataset.sent !== undefined;

  function press(button) {
    if (isBusy()) queue.push(() => press(byId(button.id)));
    else button?.click();
  }

  function typePort(input, port) {
    const { id } = input;
    if (isBusy()) return queue.push(() => typePort(byId(id), port));
    input.value = port;
    press(byId("show"));
  }

  // --- pressing and typing ---

  // One press at a time, each on the result of the one before it.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("#board-form button[type=submit], #board button[form]");
    if (!button) return;
    if (isBusy()) queue.push(() => byId(button.id)?.click());
    else if (button.getAttribute("aria-disabled") !== "true") return;
    event.preventDefault();
    event.stopPropagation();
  }, true);

  document.addEventListener("change", ({ target }) => {
    if (target.matches("#lines .move input")) typePort(target, target.value);
  });

  // --- keys ---

  document.addEventListener("keydown", (event) => {
    const row = rowOf(event.target);
    const direction = { ArrowUp: "up", ArrowDown: "down" }[event.key];
    if (!row || event.ctrlKey || event.metaKey) return;
    if (direction && (event.altKey || grabbedId === event.target.id)) {
      event.preventDefault();
      const button = controlOf(row, direction);
      if (button) press(button);
    } else if (event.key === "Escape" && grabbedId) restoreGrabbed();
  });

  function grab(handle) {
    grabbedId = handle.id;
    const controls = [...board().elements].filter(({ name }) => /^(shown|port:)/.test(name));
    valuesBeforeGrab = new Map(controls.map(({ name, value }) => [name, value]));
    showGrabbed();
    announce(`${handle.getAttribute("aria-label")}. Use the arrow keys to move it, Space to drop it, Escape to cancel.`);
  }

  function drop() {
    grabbedId = valuesBeforeGrab = null;
    showGrabbed();
  }

  function restoreGrabbed() {
    const before = valuesBeforeGrab;
    drop();
    const restore = () => {
      for (const control of board().elements) if (before.has(control.name)) control.value = before.get(control.name);
      press(byId("show"));
    };
    if (isBusy()) queue.push(restore);
    else restore();
  }

  const showGrabbed = () => {
    for (const handle of document.querySelectorAll(".grip")) handle.setAttribute("aria-pressed", handle.id === grabbedId);
  };

  document.addEventListener("click", ({ target, detail }) => {
    const handle = target.closest(".grip");
    if (!handle || detail > 0) return; // a mouse drags
    if (grabbedId === handle.id) {
      drop();
      announce("Dropped.");
    } else grab(handle);
  });

  document.addEventListener("focusin", ({ target }) => { if (grabbedId && target.id !== grabbedId) drop(); });

  // --- dragging ---

  let sortable = null;

  // 16 KB that whoever only reads the lines does not fetch: they come when a mouse does.
  function loadSortable() {
    const script = Object.assign(document.createElement("script"), { src: board()?.dataset.dragScript });
    script.addEventListener("load", enableDragging);
    if (board()) document.head.append(script);
  }

  if (matchMedia("(hover: none)").matches) loadSortable(); // nothing comes over a page before a finger is on it
  else document.addEventListener("pointerover", loadSortable, { once: true });

  function enableDragging() {
    sortable?.destroy();
    sortable = null;
    const lines = byId("lines");
    if (!window.Sortable || !board()?.matches("[data-in-order]")) return;
    const before = [...lines.children];
    sortable = new Sortable(lines, {
      draggable: "tr[data-port]",
      handle: ".grip",
      swap: board().matches("[data-swap]"),
      swapClass: "target",
      animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
      onEnd({ item, newDraggableIndex, oldDraggableIndex, swapItem }) {
        const targetRow = swapItem ?? before[newDraggableIndex];
        lines.append(...before); // the server says how the rows stand
        if (newDraggableIndex === oldDraggableIndex && !swapItem) return;
        if (targetRow !== item) typePort(controlOf(item, "port"), targetRow.dataset.port);
      },
    });
  }

  // --- filtering: what is hidden stays in the form ---

  // Like the search on the server: what is typed without accents finds names that have them.
  const STROKED = { ł: "l", ø: "o", đ: "d", ı: "i" };
  const fold = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase()
    .replace(/[łøđı]/g, (letter) => STROKED[letter]);

  function filter() {
    const needle = fold(byId("lines-q")?.value.trim() ?? "");
    byId("lines").closest("table").classList.toggle("filtered", needle !== "");
    for (const row of byId("lines").children) {
      row.hidden = needle !== "" && !fold(row.textContent).includes(needle);
    }
  }

  document.addEventListener("input", ({ target }) => { if (target.id === "lines-q") filter(); });

  // --- asking the server: forms.js, which is loaded before this, has marked the form as sent ---

  // Saving is a page's own affair: an error must not replace the moves on the page.
  document.addEventListener("submit", (event) => { if (event.submitter?.value === "save") event.stopPropagation(); }, true);

  let typedBefore = null; // the value of the focused field when the request was sent

  document.addEventListener("htmx:before:request", () => { typedBefore = document.activeElement.value; });

  // A morph keeps what was typed, and what has the focus.
  function showPorts() {
    for (const input of document.querySelectorAll("#lines .move input")) {
      if (input !== document.activeElement || input.value === typedBefore) input.value = input.defaultValue;
    }
  }

  document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    // The server says whether leaving the page loses something; without an answer it does.
    if (board()) unsaved.set(board(), board().matches("[data-unsaved]") || !ctx.response); // of forms.js
    queue.shift()?.();
  });

  document.addEventListener("htmx:after:swap", () => {
    showPorts();
    setUp();
  });

  function setUp() {
    if (!byId("lines")) return;
    showGrabbed();
    enableDragging();
    filter();
  }

  setUp();
}
