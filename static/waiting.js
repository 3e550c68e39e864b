// Pages that wait for the platform: htmx polls, and their seconds go on between the polls.

window.addEventListener("load", () => window.stop()); // cancels the Refresh header, which is for pages without a script

setInterval(() => {
  const seconds = document.querySelector("[data-seconds]");
  if (seconds) seconds.textContent = Number(seconds.textContent) + 1;
}, 1000);
