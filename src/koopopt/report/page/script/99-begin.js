// Begin: take the choices from the address, then show everything once.

recall();
for (const { draw } of views) draw();
window.addEventListener("hashchange", () => {
  if (!location.hash.includes("=")) return remember();  // a link to a section: it chooses nothing
  const before = { ...state };
  recall();
  const now = { ...state };
  Object.assign(state, before);
  choose(now);
});
performance.mark("usable");
