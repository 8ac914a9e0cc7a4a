// Parts that are folded: links open them, paper shows them all.

const FOLDS = "details:not([open])";

/** Open the part that an address or a link names, and everything around it. */
function unfold(id) {
  const place = id && $(id);
  if (!place) return;
  const inner = place.querySelector(":scope > details");
  if (inner) inner.open = true;
  for (let one = place.closest("details"); one; one = one.parentElement.closest("details")) one.open = true;
}

for (const link of document.querySelectorAll("a[href^='#']")) {
  link.addEventListener("click", () => unfold(link.getAttribute("href").slice(1)));
}

// What is folded away on a screen belongs on paper.
let folded = [];
window.addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll(FOLDS)];
  for (const one of folded) one.open = true;
  catchUp();
  attempt(drawAllMaps);
});
window.addEventListener("afterprint", () => { for (const one of folded) one.open = false; });
