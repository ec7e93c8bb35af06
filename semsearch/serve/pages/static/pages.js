// What a page can do with JavaScript; without it every link and form still works.
import { brush } from "./brush.js";
import { copyQuotes } from "./copy.js";
import { walkCards } from "./keys.js";
import { applyAtOnce, tellWaiting } from "./forms.js";

for (const histogram of document.querySelectorAll("svg.histogram")) brush(histogram);
copyQuotes(document);
walkCards(document);
applyAtOnce(document);
tellWaiting(document);
