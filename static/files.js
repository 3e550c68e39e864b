// The value of a tag shows at its mark by CSS alone. Escape hides it until the mark is left.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const mark of document.querySelectorAll(".bw:hover, .bw:focus-visible")) {
    mark.classList.add("dismissed");
    for (const leaving of ["mouseleave", "blur"]) mark.addEventListener(leaving, () => mark.classList.remove("dismissed"), { once: true });
  }
});
