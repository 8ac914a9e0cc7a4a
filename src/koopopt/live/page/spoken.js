// What is said to those who listen: one short sentence at a time, only for what somebody did or waits for.

import { $ } from "./elements.js";

/** Say a sentence to readers of the screen. */
export function speak(sentence) {
  const place = $("spoken");
  place.textContent = place.textContent === sentence ? `${sentence} ` : sentence;
}
