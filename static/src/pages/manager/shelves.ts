/** Manager: which rows the list shows: search, and built-ins that differ only by a letter as one row. */
import type { Builtin, Command, Widget } from './server.ts';

/** Built-ins of one kind; `members` has several where they carry letters, such as Quick Links A to Z. */
export interface BuiltinRow {
  key: string;
  name: string;
  icon: string;
  description: string;
  commands: Command[];
  members: { letter: string; builtin: Builtin }[];
}

const FEWEST_OF_A_KIND = 3;
const LETTERED = /^(.+)-([a-z])$/;

/** One row per built-in, except for those whose slugs differ only by a last letter. */
export function builtinRows(builtins: Builtin[]): BuiltinRow[] {
  const kinds = new Map<string, Builtin[]>();
  for (const builtin of builtins) {
    const stem = LETTERED.exec(builtin.slug)?.[1] ?? builtin.slug;
    kinds.set(stem, [...(kinds.get(stem) ?? []), builtin]);
  }
  return [...kinds].flatMap(([stem, members]) =>
    members.length >= FEWEST_OF_A_KIND ? [kindRow(stem, members)] : members.map((builtin) => kindRow(builtin.slug, [builtin])),
  );
}

function kindRow(key: string, builtins: Builtin[]): BuiltinRow {
  const first = builtins[0]!;
  const members = builtins.map((builtin) => ({ letter: letterOf(builtin, builtins), builtin }));
  const { icon, description, commands } = first;
  return { key, name: commonName(builtins), icon, description, commands, members };
}

function letterOf({ slug }: Builtin, siblings: Builtin[]): string {
  return siblings.length > 1 ? (LETTERED.exec(slug)?.[2] ?? '').toUpperCase() : '';
}

/** “Quick Links A” without its letter. */
function commonName(builtins: Builtin[]): string {
  const first = builtins[0]!;
  return builtins.length === 1 ? first.name : first.name.replace(/\s+[A-Z]$/, '');
}

/** Every word of the query occurs in the name, the slug or what one can say. */
export function found(query: string, row: { name: string; slug: string; commands: Command[] }): boolean {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const said = row.commands.flatMap(({ name, description, examples }) => [name, description, ...examples]);
  const text = [row.name, row.slug, ...said].join('\n').toLowerCase();
  return words.every((word) => text.includes(word));
}

export function foundBuiltin(query: string, row: BuiltinRow): boolean {
  return row.members.some(({ builtin }) => found(query, builtin));
}

/** Where a widget came from, in a few characters: a host or a file's name. */
export function shortSource({ source_type, source_ref }: Pick<Widget, 'source_type' | 'source_ref'>): string {
  if (source_type !== 'url') return source_ref;
  try {
    return new URL(source_ref).host;
  } catch {
    return source_ref;
  }
}

const ICONS: Record<string, string> = {
  taskboard: 'view_kanban',
  list: 'checklist',
  notes: 'sticky_note_2',
  links: 'link',
  metric: 'monitoring',
  app: 'apps',
  plugin: 'extension',
};

/** Whether it brings widgets for the chat and a workspace of its own. */
export function isApp({ manifest }: Pick<Widget, 'manifest'>): boolean {
  return manifest.panelType === 'app' || Object.hasOwn(manifest, 'widgets');
}

/** Whether it is a plugin: a skill, or code that the server runs. */
export function isPlugin({ manifest }: Pick<Widget, 'manifest'>): boolean {
  return manifest.panelType === 'plugin';
}

/** How a plugin's page is shown; undefined where it has none. */
function pageOf({ manifest }: Pick<Widget, 'manifest'>): { launchable: boolean } | undefined {
  return (manifest['plugin'] as { widget?: { launchable: boolean } } | undefined)?.widget;
}

/** Whether it makes a panel: an app or a plugin without intents does so only by a page that people may open. */
export function makesPanel(widget: Pick<Widget, 'manifest'>): boolean {
  return pageOf(widget)?.launchable === true || (!isApp(widget) && !isPlugin(widget)) || (widget.manifest.intents ?? []).length > 0;
}

export function iconOf({ manifest }: Pick<Widget, 'manifest'>): string {
  const type = manifest.panelType ?? '';
  return Object.hasOwn(ICONS, type) ? ICONS[type]! : 'widgets';
}

/** The first example of each command first, so that a short preview shows different things. */
export function spokenExamples(commands: Command[]): string[] {
  const longest = Math.max(0, ...commands.map(({ examples }) => examples.length));
  const turns = Array.from({ length: longest }, (_, turn) => commands.map(({ examples }) => examples[turn]));
  return [...new Set(turns.flat().filter((text) => text !== undefined))];
}
