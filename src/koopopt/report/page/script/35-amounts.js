// Gains and losses in words, as the words of reports say them; never a sign.

/** Return a word of the page with its fields, as a part of another sentence. */
const part = (key, fields = {}) => [D.words[key][0], fields];

/** Return a sum rounded as an estimate deserves: to 1,000, below 20,000 to 100. */
function rough(value) {
  const grain = Math.abs(value) >= 20000 ? 1000 : 100;
  return Math.round(value / grain) * grain;
}

function amount(value) {
  const sum = Math.abs(rough(value));
  return sum >= 1e6 ? part("amount_million", { value: Math.round(sum / 1e4) / 100 }) : part("amount_euros", { value: sum });
}

/** Say what a difference in cost is; minus is saved. */
function change(difference) {
  if (!Number.isFinite(difference)) return null;
  if (!rough(difference)) return part("change_none");
  return part(difference < 0 ? "change_saves" : "change_costs", { amount: amount(difference) });
}

/** Say in a cell, below a head that names the unit, how an amount differs; all its digits count. */
function differs(by, digits, less, more) {
  if (by === null || by === undefined || !Number.isFinite(by)) return "–";
  const size = number(Math.abs(by), digits);
  return size === number(0, digits) ? size : word(by < 0 ? less : more, { amount: size });
}

const dearer = (by, digits = 0) => differs(by, digits, "change_saves", "change_costs");
const larger = (by, digits = 0) => differs(by, digits, "less_by", "more_by");

/** Say between what a difference in cost lies. */
function span(one, other) {
  const [best, worst] = one < other ? [one, other] : [other, one];
  if (rough(best) === rough(worst)) return change(best);
  if (rough(best) >= 0) return part("span_costs", { low: amount(best), high: amount(worst) });
  if (rough(worst) <= 0) return part("span_saves", { low: amount(worst), high: amount(best) });
  return part("span_either", { saved: amount(best), more: amount(worst) });
}

/** What plans are held against: today, or all alone where nothing else is known. */
const BASE = D.others[D.base];

const better = (difference) => (difference < -0.5 ? "better" : difference > 0.5 ? "worse" : "");
