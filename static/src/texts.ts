/** Texts of strangers, such as names of widgets, so that what is read is what is there. No DOM here. */

/** Joins signs to one emoji, such as a family. */
const JOINS_EMOJI = String.raw`(?<=\p{Extended_Pictographic}[\ufe0f\p{Emoji_Modifier}]*)\u200d(?=\p{Extended_Pictographic})`;

/**
 * Letters that turn, hide or join what stands around them, and halves of letters: a name or an argument made of these
 * would read as another one. So would those that are drawn as nothing: fillers, the empty Braille pattern. Line breaks,
 * tabs, and what makes signs an emoji are none of them.
 */
const HIDDEN = new RegExp(
  String.raw`(?![\n\t\ufe0e\ufe0f]|${JOINS_EMOJI})[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]`,
  'gu',
);

/** The text with every letter that cannot be seen written as its code. */
export function plain(text: string): string {
  return text.replace(HIDDEN, (letter) => `\\u${letter.codePointAt(0)!.toString(16).padStart(4, '0')}`);
}

/** A name or a title on one line. */
export function plainName(name: string): string {
  return plain(name).replace(/\s+/g, ' ').trim();
}

const BRIEF = 60;

/** A name for a message: cut where it would fill it. */
export function brief(name: string): string {
  const shown = plainName(name);
  return shown.length > BRIEF ? `${shown.slice(0, BRIEF - 1).trimEnd()}…` : shown;
}
