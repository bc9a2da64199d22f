/* Article HTML as it is stored, and how long it is. */

const BLANK_ENDS = /(?:<p><\/p>)+$/;
const LONE_CELL = /<(td|th)((?: [^<>"]+="[^"]*")*)><p>((?:(?!<\/?p[ >])[^])*?)<\/p><\/\1>/g;
const ITEM = /<li((?: [^<>"]+="[^"]*")*)><p>((?:(?!<\/?p[ >])[^])*?)<\/p>(?=<\/li>|<[uo]l[ >])/g;

/* Without the paragraphs that only the editor needs: at the end, in items and cells. */
export const tidy = (html) =>
  html
    .replace(BLANK_ENDS, "")
    .replace(LONE_CELL, "<$1$2>$3</$1>")
    .replace(ITEM, "<li$1>$2");

export const countWords = (text) => text.split(/\s+/).filter(Boolean).length;

export const readingMinutes = (words, wordsPerMinute) =>
  Math.max(1, Math.round(words / wordsPerMinute));
