// Begin: take the choices from the address, then show everything once. Until here the page has said
// only what was written into it; what needs this script has been hidden.

recall();
for (const part of document.querySelectorAll("[data-live]")) part.hidden = false;
for (const part of document.querySelectorAll("details.fold[open]")) part.open = false;
for (const one of views) show(one);
$("still").hidden = true;
unfold(location.hash.slice(1));
window.addEventListener("hashchange", () => {
  if (!location.hash.includes("=")) {  // a link to a section: it chooses nothing
    unfold(location.hash.slice(1));
    remember();
    return;
  }
  const before = { ...state };
  recall();
  const now = { ...state };
  Object.assign(state, before);
  choose(now);
});
performance.mark("usable");
