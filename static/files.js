// What a tag stands for shows at its mark by CSS alone. Escape puts it away until the mark is left.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const mark of document.querySelectorAll(".bw:hover, .bw:focus-visible")) {
    mark.classList.add("hushed");
    for (const left of ["mouseleave", "blur"]) mark.addEventListener(left, () => mark.classList.remove("hushed"), { once: true });
  }
});
