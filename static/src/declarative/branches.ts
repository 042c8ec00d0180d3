/** Declarative: the entries of a hierarchy as lines: which of them are there, folded or not, and where. Knows no Lit. */
import { keyOf, member } from './expressions/values.ts';

/** An entry of the hierarchy, with its place among those beside it. */
export interface Entry {
  /** Tells it from all others: its own key, else the places that lead to it. */
  key: string;
  /** What actions are told: the entry's key as it is in the data. */
  id: unknown;
  value: unknown;
  /** From 1. */
  level: number;
  /** From 0. */
  index: number;
  /** How many entries stand beside it, itself counted. */
  count: number;
  parent: Entry | undefined;
  /** Undefined where nothing is known of what is below. */
  children: Entry[] | undefined;
}

export interface Keys {
  item: string;
  children: string;
}

/** Entries beyond this are left out: no page can show them. */
const MOST = 20_000;

/** The entries of a list, with all that is below them. */
export function readEntries(items: unknown, keys: Keys): Entry[] {
  return entriesOf(items, keys, undefined, new Set());
}

function entriesOf(items: unknown, keys: Keys, parent: Entry | undefined, taken: Set<string>): Entry[] {
  const list = Array.isArray(items) ? items.slice(0, MOST - Math.min(MOST, taken.size)) : [];
  return list.map((value, index) => {
    const own = member(value, keys.item);
    const place = parent ? `${parent.key}.${index}` : String(index);
    const key = keyOf(own) !== '' && !taken.has(keyOf(own)) ? keyOf(own) : unused(`#${place}`, taken);
    taken.add(key);
    const entry: Entry = { key, id: own ?? key, value, level: (parent?.level ?? 0) + 1, index, count: list.length, parent, children: undefined };
    const below = member(value, keys.children);
    if (Array.isArray(below)) entry.children = entriesOf(below, keys, entry, taken);
    return entry;
  });
}

function unused(key: string, taken: Set<string>): string {
  return taken.has(key) ? unused(`${key}'`, taken) : key;
}

/** The lines from top to bottom: what is below a folded entry is not among them. */
export function visibleEntries(entries: readonly Entry[], unfolded: (entry: Entry) => boolean): Entry[] {
  const lines: Entry[] = [];
  const add = (entry: Entry): void => {
    lines.push(entry);
    if (entry.children && unfolded(entry)) entry.children.forEach(add);
  };
  entries.forEach(add);
  return lines;
}

/** The entries that match or lead to one that does; what is below a match stays. */
export function matchingEntries(entries: readonly Entry[], matches: (entry: Entry) => boolean): Entry[] {
  const kept = entries.flatMap((entry) => {
    if (matches(entry)) return [entry];
    const children = matchingEntries(entry.children ?? [], matches);
    return children.length > 0 ? [{ ...entry, children }] : [];
  });
  return kept.map((entry, index) => ({ ...entry, index, count: kept.length }));
}
