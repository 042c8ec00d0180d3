/** Charts: the page's tokens as colours that a canvas can mix. */

/** The order in which series without a colour take theirs. */
const ORDER = ['blue', 'green', 'orange', 'purple', 'cyan', 'red'] as const;
const NAMES: Record<string, string> = { info: 'blue', success: 'green', warning: 'orange', error: 'red' };

export interface Palette {
  text: string;
  muted: string;
  line: string;
  track: string;
  surface: string;
  raised: string;
  font: string;
  /** The colour of a word of the catalog, or the one in order. */
  of(word: string, index: number): string;
}

/** The colours in force at an element. */
export function paletteOf(element: Element): Palette {
  const style = getComputedStyle(element);
  const token = (name: string): string => solid(style.getPropertyValue(name).trim());
  const words: Record<string, string> = { default: '--text-muted', muted: '--text-faint' };
  return {
    text: token('--text'),
    muted: token('--text-muted'),
    line: token('--border'),
    track: token('--surface-active'),
    surface: token('--surface'),
    raised: token('--surface-raised'),
    font: style.fontFamily,
    of: (word, index) => {
      if (Object.hasOwn(words, word)) return token(words[word]!);
      const name = NAMES[word] ?? word;
      if ((ORDER as readonly string[]).includes(name)) return token(`--${name}`);
      const turn = Math.floor(index / ORDER.length) % 2; // the second time round in the colours of text, which differ enough
      return token(`--${ORDER[index % ORDER.length]!}${turn === 1 ? '-line' : ''}`);
    },
  };
}

const known = new Map<string, string>();
let canvas: CanvasRenderingContext2D | null | undefined;

/** `rgb(…)` of any colour that the browser knows: the library that draws cannot read all of them. */
function solid(colour: string): string {
  const found = known.get(colour);
  if (found !== undefined) return found;
  canvas ??= Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', { willReadFrequently: true });
  if (!canvas || !colour) return '#888';
  canvas.fillStyle = colour;
  canvas.fillRect(0, 0, 1, 1);
  const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data;
  const rgb = `rgb(${red}, ${green}, ${blue})`;
  known.set(colour, rgb);
  return rgb;
}
