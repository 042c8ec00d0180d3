/** Declarative: one stop of the Tab key for several things, arrows between them. */

/** Ways that the arrows lead. */
export type Direction = 'horizontal' | 'vertical' | 'both';

const AHEAD: Record<Direction, readonly string[]> = {
  horizontal: ['ArrowRight'],
  vertical: ['ArrowDown'],
  both: ['ArrowRight', 'ArrowDown'],
};
const BACK: Record<Direction, readonly string[]> = {
  horizontal: ['ArrowLeft'],
  vertical: ['ArrowUp'],
  both: ['ArrowLeft', 'ArrowUp'],
};

/** Where a key leads among `count` things, round the ends; undefined for a key that leads nowhere. */
export function placeAfterKey(event: KeyboardEvent, place: number, count: number, direction: Direction): number | undefined {
  if (count === 0 || event.altKey || event.ctrlKey || event.metaKey) return undefined;
  const key = readingKey(event);
  if (key === 'Home') return 0;
  if (key === 'End') return count - 1;
  if (AHEAD[direction].includes(key)) return (place + 1) % count;
  if (BACK[direction].includes(key)) return (place - 1 + count) % count;
  return undefined;
}

/** The key as it is meant where people read from left to right: in the other scripts the two arrows are swapped. */
export function readingKey(event: KeyboardEvent): string {
  const target = event.target;
  if (!(target instanceof Element) || getComputedStyle(target).direction !== 'rtl') return event.key;
  return { ArrowLeft: 'ArrowRight', ArrowRight: 'ArrowLeft' }[event.key] ?? event.key;
}
