/** Chat: a long text in pieces, of which the browser lays out only those in sight. No DOM here. */

const LENGTH = 4_000;
const NEAR = 1_000;

/** The text, taken apart at ends of lines, else between words, so that it reads on from piece to piece. */
export function pieces(text: string): string[] {
  const found: string[] = [];
  let at = 0;
  while (text.length - at > LENGTH + NEAR) {
    const part = text.slice(at, at + LENGTH);
    const line = part.lastIndexOf('\n');
    const end = line > LENGTH - NEAR ? line : Math.max(part.lastIndexOf(' '), LENGTH - NEAR);
    // The end of a line is the end of the piece itself.
    found.push(text.slice(at, at + end));
    at += end + (/\s/.test(text[at + end]!) ? 1 : 0);
  }
  return [...found, text.slice(at)];
}
