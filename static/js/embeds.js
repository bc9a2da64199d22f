/* Videos and charts of others, loaded at a press and not before. Without this module
   the card is the link to their page. */

for (const card of document.querySelectorAll(".embed-card")) {
  const ask = card.querySelector(".embed-ask");
  const button = card.querySelector("button");
  ask.hidden = button.hidden = false;
  button.addEventListener("click", () => {
    const frame = document.createElement("iframe");
    frame.className = "embed-frame";
    frame.title = card.dataset.title;
    frame.loading = "lazy";
    frame.allowFullscreen = true;
    frame.referrerPolicy = "strict-origin";
    // It is of another origin, so with its own scripts it still cannot reach the page.
    frame.sandbox = "allow-scripts allow-same-origin allow-popups allow-presentation";
    frame.src = card.dataset.frame;
    card.prepend(frame);
    ask.remove();
    button.remove();
    frame.focus();
  });
}
