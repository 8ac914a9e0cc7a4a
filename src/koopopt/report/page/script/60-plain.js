// The first page: figures that matter, what was proven, the nine questions.

function drawPlain() {
  const plan = D.plans[state.plan];
  fill("tiles", plan.tiles.map(([title, figure]) => el("div", { class: "tile" }, el("span", {}, say(title)), el("b", {}, say(figure)))));
  fill("answers", Object.entries(D.questions).map(([key, question]) =>
    el("article", { "data-question": key }, el("h3", {}, say(question)), el("ul", {}, plan.words[key].map((sentence) => el("li", {}, say(sentence)))))));
}

document.querySelector(".proven").classList.toggle("open", !D.proven);
view([], () => fill("verdict", D.verdict.map((sentence) => el("p", {}, say(sentence)))));
view(["plan"], drawPlain);
