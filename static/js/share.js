// Copying the story's address and the device's own share sheet. Without this
// module the links still lead to the mail program and to the story itself.
const status = document.querySelector("[data-share-status]");
const copyLink = document.querySelector("a[data-copy]");
const shareButton = document.querySelector("button[data-share]");
const story = { title: document.title, url: copyLink?.href ?? location.href };

if (copyLink && navigator.clipboard) copyLink.textContent = "Copy link";

copyLink?.addEventListener("click", async (event) => {
  if (!navigator.clipboard) return;
  event.preventDefault();
  try {
    await navigator.clipboard.writeText(story.url);
    status.textContent = "Link copied.";
  } catch {
    location.assign(story.url);
  }
});

if (shareButton && navigator.share) {
  shareButton.hidden = false;
  shareButton.addEventListener("click", () => {
    // A reader who closes the sheet has done nothing wrong.
    navigator.share(story).catch(() => {});
  });
}
