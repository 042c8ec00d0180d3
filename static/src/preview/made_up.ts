/** Preview: values made up for what a tree reads, so that it can be looked at before anything is loaded. No DOM here. */
import { emptyShape, shapeOfReads } from './reading.ts';
import type { Leaf, Shape } from './reading.ts';
import type { Entry } from './zones.ts';
import type { Values } from './values.ts';

const ITEMS = 3;
const DAY = 86_400_000;
const NUMBERS = [128, 42, 96, 71, 55];
const WORDS = ['Northwind', 'Contoso', 'Fabrikam'];
const PEOPLE = ['Alice', 'Bob', 'Vera'];
const STATUSES = ['open', 'done', 'failed'];
/** Names of a scope that no binding can have. */
const ROOTS: ReadonlySet<string> = new Set(['ctx', 'state', 'form', 'item', 'index', 'value', 'column', 'result', 'error', 'loading']);

/** Which kind a field has, by its name. */
const BY_NAME: readonly (readonly [RegExp, Leaf])[] = [
  [/^(is|has|can)_|^(done|enabled|active|checked|visible)$/, 'boolean'],
  [/(^|_)(count|total|amount|num|number|score|size|qty|quantity|price|value|share|percent|progress|hits|rows|duration|used|min|max)$/, 'number'],
  [/(^|_)(date|time|at|on|due|placed|created|updated|start|end|when|day)$/, 'date'],
];

/** Values for what the widgets read: bindings that have no value of their own, and `ctx`. State is left to the widgets. */
export function madeUpFor(entries: readonly Pick<Entry, 'tree' | 'data'>[], now = new Date()): Pick<Values, 'data' | 'ctx'> {
  const data: Record<string, unknown> = {};
  let ctx: Record<string, unknown> = {};
  for (const { tree, data: sources = {} } of entries) {
    const shape = shapeOfReads(tree);
    for (const [name, source] of Object.entries(sources)) {
      if (source.type === 'http' || source.type === 'tool') data[name] ??= valueOf(shape.fields.get(name) ?? emptyShape(), name, 0, now);
    }
    for (const [name, read] of shape.fields) {
      if (!ROOTS.has(name) && !Object.hasOwn(sources, name)) data[name] ??= valueOf(read, name, 0, now);
    }
    const read = shape.fields.get('ctx');
    if (read && read.fields.size > 0) ctx = { ...objectOf(read, 0, now), ...ctx };
  }
  return { data, ctx };
}

function valueOf(shape: Shape, name: string, place: number, now: Date): unknown {
  if (shape.list) return Array.from({ length: ITEMS }, (_, index) => itemOf(shape, name, index, now));
  if (shape.fields.size > 0) return objectOf(shape, place, now);
  if (shape.choices.length > 0) return shape.choices[place % shape.choices.length];
  return leafOf(shape.leaf ?? kindOf(name), name, place, now);
}

/** An item has an id, so that lists can tell it from the others. */
function itemOf(shape: Shape, name: string, index: number, now: Date): unknown {
  if (shape.fields.size === 0) return { id: index + 1, title: WORDS[index], name: WORDS[index] };
  const item = objectOf(shape, index, now);
  return Object.hasOwn(item, 'id') ? item : { id: `${name}-${index + 1}`, ...item };
}

function objectOf(shape: Shape, place: number, now: Date): Record<string, unknown> {
  return Object.fromEntries([...shape.fields].map(([name, below]) => [name, valueOf(below, name, place, now)]));
}

function kindOf(name: string): Leaf {
  return BY_NAME.find(([pattern]) => pattern.test(name))?.[1] ?? 'text';
}

function leafOf(kind: Leaf, name: string, place: number, now: Date): unknown {
  if (kind === 'number') return numberOf(name, place);
  if (kind === 'boolean') return place === 0;
  if (kind === 'date') return new Date(now.getTime() - place * DAY).toISOString().slice(0, 10);
  return textOf(name, place);
}

/** Other names begin elsewhere: the lines of two series do not lie upon each other. */
function numberOf(name: string, place: number): number {
  const turn = [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  return NUMBERS[(turn + place) % NUMBERS.length]!;
}

function textOf(name: string, place: number): string {
  if (/(^|_)(url|link|href|website)$/.test(name)) return `https://example.com/${place + 1}`;
  if (/(^|_)id$/.test(name)) return `${name.replace(/_?id$/, '') || 'item'}-${place + 1}`;
  if (/email/.test(name)) return `${WORDS[place]!.toLowerCase()}@example.com`;
  if (/status|state$/.test(name)) return STATUSES[place]!;
  if (/path|file/.test(name)) return `/docs/page-${place + 1}.md`;
  if (/icon$/.test(name)) return 'description';
  if (/^(by|user|author|owner|assignee)$/.test(name)) return PEOPLE[place]!;
  if (/^(name|title|label|company|customer)$/.test(name)) return WORDS[place]!;
  const words = name.replaceAll('_', ' ');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)} ${place + 1}`;
}
