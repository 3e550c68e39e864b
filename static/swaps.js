// What htmx puts into the page: signs of waiting, answers that are errors, and where the focus goes.

document.addEventListener("htmx:config:request", (event) => {
  const { request, sourceElement, target } = event.detail.ctx;
  if (!target) { // an error page stands where the list was: go there as a page
    event.preventDefault();
    return sourceElement.submit?.();
  }
  if (request.method !== "GET") return;
  if (sourceElement.matches("form") && !sourceElement.reportValidity()) return event.preventDefault();
  for (const [name, value] of [...request.body]) if (value === "") request.body.delete(name); // keeps addresses short
});

// What the page asks of itself shows no sign of waiting, and is not asked where nobody sees it.
const byItself = (ctx) => ["every", "intersect"].includes(ctx.sourceEvent?.type) || ctx.sourceElement.matches("[data-quiet]");

document.addEventListener("htmx:before:request", (event) => {
  const { ctx } = event.detail;
  const unseen = !ctx.sourceElement.isConnected || (ctx.sourceEvent?.type === "every" && document.hidden);
  if (unseen) return event.preventDefault();
  if (!byItself(ctx)) ctx.target?.setAttribute("aria-busy", "true");
});

document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  ctx.target?.removeAttribute?.("aria-busy");
  if (ctx.sourceElement.matches("form[data-sent]") && !ctx.hx?.redirect) release(ctx.sourceElement);
});

// Our own error answers are made for a place on the page; those of a proxy are not, and must not land in a table.
document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  const { response, text, target } = ctx;
  if (response.status < 400 || text.includes("<hx-partial") || (target.id && text.includes(`id="${target.id}"`))) return;
  event.preventDefault();
  if (response.status === 429) return complain(text, ctx, "Your entries are still on this page.");
  complain(`The portal returned an error (${response.status}).`, ctx);
});

document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
  if (!ctx) return;
  const late = ctx.request.signal.reason === "timeout";
  complain(late ? "The portal did not respond in time." : "The portal cannot be reached.", ctx);
});

function complain(words, { request, sourceElement, push, replace }, advice) {
  if (sourceElement.matches("[data-quiet]")) return; // the whole form is looked at again when it is sent
  const trouble = byId("trouble");
  trouble.querySelector("strong").textContent = words;
  trouble.querySelector("span").textContent = advice ?? (request.method === "GET" ?
    "This page was not updated." : "Status unknown: the portal did not confirm the change. Check before trying again.");
  trouble.querySelector("a").href = sourceElement.href ?? (push || replace ? request.action : location.href);
  trouble.hidden = false;
  if (dialog.open) dialog.prepend(trouble);
}

let lost = null; // the id of what has the focus and is about to be replaced; "" where it has none

document.addEventListener("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
  if (dialog?.open && tasks.some(({ target }) => target?.id === "main")) dialog.close(); // an error takes the page
  const active = document.activeElement;
  const replaced = tasks.some(({ target }) => target?.id !== "announce" && target?.contains?.(active));
  lost = replaced ? active.id : null;
  if (ctx.swap.startsWith("outerMorph")) keepTyped(ctx.target);
});

// A value that was set by script outlives a morph that takes the value attribute away.
function keepTyped(root) {
  for (const control of root.querySelectorAll("input:not([type=hidden]), textarea")) control.value = control.value;
}

document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  const trouble = byId("trouble");
  if (trouble) trouble.hidden = true;
  localTimes(document);
  if (ctx.target === dialog && dialog.childElementCount > 0) openDialog(ctx.sourceElement);
  if (lost !== null && document.activeElement === document.body) focusAgain(lost);
});

// The same control if it is still there, the menu it is hidden in, or else the heading.
function focusAgain(id) {
  const control = id && byId(id);
  if (control) return (control.closest("details:not([open])")?.querySelector("summary") ?? control).focus();
  focusHeading((dialog?.open ? dialog : document).querySelector("h1"));
}
