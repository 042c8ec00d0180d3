/** Declarative: the colours of the catalog as the style sheet's tones. */

const TONES: Record<string, string> = { default: 'neutral', muted: 'neutral', '': 'neutral' };

/** The tone of a colour word. */
export function toneOf(color: string): string {
  return TONES[color] ?? color;
}
