/** Sandbox: the page's colours for widgets, as six-digit hex: charts and canvases read no newer notation. */

/** What a widget is told, by the token it comes from. */
const TOKENS = {
  background: '--surface',
  surface: '--surface-sunken',
  text: '--text',
  muted: '--text-muted',
  border: '--border',
  accent: '--accent',
  accentText: '--text-on-solid',
  success: '--green-text',
  warning: '--orange-text',
  danger: '--red-text',
} as const;

export type Colours = Record<keyof typeof TOKENS, string>;

export interface Dress {
  theme: 'light' | 'dark';
  colors: Colours;
}

let pixel: CanvasRenderingContext2D | null | undefined;

/** The theme at the place of `element`. */
export function dressOf(element: Element): Dress {
  const style = getComputedStyle(element);
  const theme = element.closest<HTMLElement>('[data-theme]')?.dataset['theme'] === 'dark' ? 'dark' : 'light';
  const entries = Object.entries(TOKENS).map(([name, token]) => [name, hex(style.getPropertyValue(token))]);
  return { theme, colors: Object.fromEntries(entries) as Colours };
}

/** Any CSS colour as `#rrggbb`. */
function hex(colour: string): string {
  pixel ??= document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  if (!pixel) return colour;
  pixel.fillStyle = colour;
  pixel.fillRect(0, 0, 1, 1);
  const [red, green, blue] = pixel.getImageData(0, 0, 1, 1).data;
  return `#${[red, green, blue].map((part) => part!.toString(16).padStart(2, '0')).join('')}`;
}
