// Report a file that is too large before it is sent: refused half-way, it looks like a lost connection.

document.addEventListener("change", ({ target }) => {
  if (!target.matches("[data-most-bytes]")) return;
  const maxBytes = Number(target.dataset.mostBytes);
  const tooLarge = [...target.files].some((file) => file.size > maxBytes);
  target.setCustomValidity(tooLarge ? `This file is too large: at most ${maxBytes.toLocaleString("en-GB")} bytes (1 MiB) are taken.` : "");
  target.reportValidity();
});

// The textarea under the editor shows where the editor cannot be loaded or started.
window.addEventListener("error", () => document.querySelector(".editor-box")?.classList.add("is-plain"), true);
