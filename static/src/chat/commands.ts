/** Chat: what the person's widgets understand, for suggestions and the palette. */
import { api } from '../api.ts';
import { forgetStartables, startables } from './plugin_server.ts';
import type { Startable } from './plugin_shapes.ts';

export interface Command {
  name: string;
  permission: 'read' | 'write';
  description: string;
  examples: string[];
}

interface Widget {
  id: string;
  name: string;
  enabled: boolean;
  commands: Command[];
}

interface Builtin {
  slug: string;
  name: string;
  commands: Command[];
}

export interface Place {
  widget_id: string | null;
  builtin_slug: string;
  workspace_id: string;
  panel_id: string;
  title: string;
  enabled: boolean;
}

/** A widget that the chat can use: it is enabled and stands on a dashboard. */
export interface Speaker {
  name: string;
  commands: Command[];
  panelIds: string[];
  /** It stands nowhere and can be used everywhere, as the tools of plugins. */
  isEverywhere?: boolean;
}

export interface Known {
  speakers: Speaker[];
  places: Place[];
}

export interface Example {
  text: string;
  widget: string;
}

const FRESH = 20_000;
let read: { at: number; known: Promise<Known> } | undefined;

/** Widgets and places, read anew after a while. Rejects with ApiError. */
export function knownWidgets(now = Date.now()): Promise<Known> {
  if (!read || now - read.at > FRESH) {
    const known = load();
    read = { at: now, known };
    known.catch(() => (read = undefined));
  }
  return read.known;
}

/** Something has changed: the next one who asks gets a fresh answer. */
export function forgetWidgets(): void {
  read = undefined;
  forgetStartables();
}

async function load(): Promise<Known> {
  const [{ widgets, builtins }, { instances }, tools] = await Promise.all([
    api.get<{ widgets: Widget[]; builtins: Builtin[] }>('/api/widgets/list'),
    api.get<{ instances: Place[] }>('/api/widgets/instances'),
    startables(),
  ]);
  const speakers = [...speakersOf(widgets, builtins, instances), ...toolsOf(tools)];
  return { speakers, places: instances.filter(({ enabled }) => enabled) };
}

/** The tools that the chat calls by itself. */
function toolsOf(tools: Startable[]): Speaker[] {
  return tools
    .filter(({ kind, trigger }) => kind === 'tool' && trigger === 'auto')
    .map(({ name, tool, permission, description, examples }) => ({
      name,
      commands: [{ name: tool, permission, description, examples }],
      panelIds: [],
      isEverywhere: true,
    }));
}

/** Installed widgets first, then the built-ins; those that stand nowhere are left out, for the chat cannot use them. */
export function speakersOf(widgets: Widget[], builtins: Builtin[], places: Place[]): Speaker[] {
  const idsOf = (wanted: (place: Place) => boolean): string[] => places.filter(wanted).map(({ panel_id: id }) => id);
  const installed = widgets
    .filter(({ enabled }) => enabled)
    .map(({ id, name, commands }) => ({ name, commands, panelIds: idsOf((place) => place.widget_id === id) }));
  const own = builtins.map(({ slug, name, commands }) => ({
    name,
    commands,
    panelIds: idsOf(({ builtin_slug: placed }) => placed === slug),
  }));
  return [...installed, ...own].filter(({ panelIds }) => panelIds.length > 0);
}

/**
 * Examples to begin with: of each widget in turn, so that several are seen; only of panels in `visible` where that is
 * given, and without writes for those who only read.
 */
export function examplesOf(speakers: Speaker[], most: number, mayWrite: boolean, visible?: readonly string[]): Example[] {
  const shown = speakers.filter(
    ({ panelIds, isEverywhere }) => !visible || isEverywhere || panelIds.some((id) => visible.includes(id)),
  );
  const queues = shown.map(({ name, commands }) =>
    commands
      .filter(({ permission }) => mayWrite || permission === 'read')
      .flatMap(({ examples }) => examples.slice(0, 1))
      .map((text) => ({ text, widget: name })),
  );
  const found: Example[] = [];
  for (let round = 0; found.length < most && queues.some((queue) => queue.length > round); round += 1) {
    found.push(...queues.flatMap((queue) => queue.slice(round, round + 1)));
  }
  const distinct = found.filter(({ text }, at) => found.findIndex((other) => other.text === text) === at);
  return distinct.slice(0, most);
}
