// Tables of very many rows: the first ones, those that are looked for, and more on demand.

const lookedFor = new Map();  // by table: what is looked for, and how many rows are shown

/**
 * Return which of all items a table shows, and say above it how many that are.
 * @param id of the table
 * @param nameOf what an item can be found by
 * @param draw draws the table anew
 */
function some(id, items, nameOf, draw) {
  const bar = $(`${id}-some`);
  if (items.length <= D.rows) {
    bar?.remove();
    return items;
  }
  if (!lookedFor.has(id)) lookedFor.set(id, { query: "", most: D.rows });
  const asked = lookedFor.get(id);
  const lower = (text) => text.toLocaleLowerCase(state.lang);
  const query = lower(asked.query.trim());
  const found = query ? items.filter((one) => lower(nameOf(one)).includes(query)) : items;
  const shown = found.slice(0, asked.most);
  sayHowMany(bar ?? searchBar(id, asked, draw), shown.length, found.length, items.length);
  return shown;
}

/** Return the same of municipalities by their numbers; the chosen one comes first. */
function someTowns(id, numbers, draw) {
  const many = numbers.length > D.rows && numbers.includes(state.town);
  const order = many ? [state.town, ...numbers.filter((i) => i !== state.town)] : numbers;
  return some(id, order, (i) => D.towns[i].name, draw);
}

/** Return a new bar above a table: what to look for, how many rows there are, a button for more. */
function searchBar(id, asked, draw) {
  let turn;
  const look = ({ target }) => {
    asked.query = target.value;
    asked.most = D.rows;
    clearTimeout(turn);
    turn = setTimeout(draw, 150);
  };
  const more = () => { asked.most += D.rows; draw(); };
  const bar = el("div", { id: `${id}-some`, class: "choices some" },
    el("label", { class: "choice" }, el("span", {}), " ", el("input", { type: "search", on: { input: look } })),
    el("output", { class: "quiet", "aria-live": "polite" }),
    el("button", { type: "button", on: { click: more } }));
  $(id).closest(".scroll").before(bar);
  return bar;
}

function sayHowMany(bar, shown, found, all) {
  fill(bar.querySelector("span"), word("look_for"));
  fill(bar.querySelector("output"), word(found === all ? "rows_shown" : "rows_found", { shown, found, all }));
  const button = bar.querySelector("button");
  button.hidden = shown === found;
  fill(button, word("rows_more", { count: Math.min(D.rows, found - shown) }));
}
