// Answers to questions, folded: a picture of bars, then what is said, with its tables.

const ROW = 46;  // pixels of a bar with its name above

/** Return the cell of column `k` of a table; those of `left` hold words. */
function askedCell(cell, k, left) {
  const { figure: shown } = cell;
  if (!shown) {
    const text = say(cell.words);
    if (!k) return side(text);
    return left.includes(k) ? td(text) : figure(text);
  }
  const [value, digits, sign] = shown;
  return figure(sign ? larger(value, digits ?? 0) : number(value, digits ?? undefined));
}

/** Return a block: a heading, a table, or a sentence; `title` is that of the answer. */
function askedBlock(block, title) {
  if (block.heading) return el("h3", {}, say(block.heading));
  if (!block.head) {
    const below = block.below.length ? sentences(block.below) : null;
    return el("p", { class: block.mark ? "item" : null }, block.mark ? `${block.mark} ` : null, say(block.said), below);
  }
  const heads = block.head.map((text, k) => (block.left.includes(k) ? th(say(text)) : right(say(text))));
  return el("div", { class: "scroll tall", tabindex: "0", role: "group", "aria-label": title }, trimmed(el("table", {},
    head(heads), el("tbody", {}, block.rows.map((cells) => row(cells.map((cell, k) => askedCell(cell, k, block.left))))))));
}

/** Draw the bars of an answer. */
function drawBars(answer) {
  const id = `asked-${answer.topic}-chart`;
  const rows = answer.bars.map(([, from, to, least, most], k) => ({ k, from, to, least, most }));
  const names = answer.bars.map(([name]) => say(name).replace(/[\u2068\u2069]/g, ""));
  const spec = structuredClone(D.charts.bars);
  spec.layer.forEach((layer) => { if (layer.encoding.x?.axis) layer.encoding.x.title = say(answer.axis); });
  chart(id, {
    label: word("bars_label", { question: say(answer.title), count: rows.length, axis: say(answer.axis) }),
    spec, data: { bars: rows, middle: [{ at: answer.middle }] },
    params: () => ({ labels: names }),
    height: () => ROW * rows.length + 70,
    tip: (k) => [names[k], `${whole(rows[k].from)} … ${whole(rows[k].most)}`],
  });
}

function drawAsked() {
  for (const answer of D.asked) {
    const place = $(`asked-${answer.topic}`);
    const title = say(answer.title);
    fill(place.querySelector("summary"), title);
    const open = answer.bars.some(([, , , least, most]) => least < most);
    fill(place.querySelector(".said"), open ? el("p", { class: "quiet" }, word("bars_open")) : null, answer.blocks.map((block) => askedBlock(block, title)));
    if (answer.bars.length && place.open) drawBars(answer);
  }
}

for (const answer of D.asked) {
  // Folded it has no width to draw in.
  listen(`asked-${answer.topic}`, "toggle", ({ target }) => { if (target.open && answer.bars.length) drawBars(answer); });
}
if (D.asked.length) view([], drawAsked);
