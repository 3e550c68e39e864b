// A file that is too large is told before it travels: a server that refuses it half-way looks like a broken line.

document.addEventListener("change", ({ target }) => {
  if (!target.matches("[data-most-bytes]")) return;
  const most = Number(target.dataset.mostBytes);
  const tooLarge = [...target.files].some((file) => file.size > most);
  target.setCustomValidity(tooLarge ? `This file is too large: at most ${most.toLocaleString("en-GB")} bytes (1 MiB) are taken.` : "");
  target.reportValidity();
});
