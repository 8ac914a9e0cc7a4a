// Begin: take the choices from the address, then show everything once. Until here the page has said
// only what was written into it; what needs this script has been hidden.

recall();
for (const part of document.querySelectorAll("[data-live]")) part.hidden = false;
for (const { draw } of views) attempt(draw);
$("still").hidden = true;
window.addEventListener("hashchange", () => {
  if (!location.hash.includes("=")) return remember();  // a link to a section: it chooses nothing
  const before = { ...state };
  recall();
  const now = { ...state };
  Object.assign(state, before);
  choose(now);
});
performance.mark("usable");
