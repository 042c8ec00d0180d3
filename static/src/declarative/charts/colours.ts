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
  /** The colour of a word of the catalog, or the one in order; what is thin takes the tone that stands out more. */
  of(word: string, index: number, thin?: boolean): string;
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
    of: (word, index, thin = false) => {
      if (Object.hasOwn(words, word)) return token(words[word]!);
      const name = NAMES[word] ?? word;
      if ((ORDER as readonly string[]).includes(name)) return token(`--${name}${thin ? '-text' : ''}`);
      const secondTime = Math.floor(index / ORDER.length) % 2 === 1;
      return token(`--${ORDER[index % ORDER.length]!}${secondTime ? '-line' : thin ? '-text' : ''}`);
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
