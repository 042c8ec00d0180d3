/** Playground: what the server finds in a draft, and how problems find their lines. No DOM here. */
import { api } from '../../api.ts';
import { ZONE_NAMES, placeOfTree, placesOf } from '../../preview/zones.ts';
import type { Entry, Place, WidgetsConfig } from '../../preview/zones.ts';
import type { Draft } from './sharing.ts';

export interface Problem {
  path: string;
  message: string;
  line?: number | null;
  file?: string | null;
}

export interface Fallback {
  path: string;
  element: string;
  message: string;
  /** Where it was written, in a payload that was a text. */
  line?: number | null;
}

export type Kind = 'app' | 'widgets' | 'tree' | 'adaptive_card' | 'a2ui';

/** The server's answer about a document. `config` is absent where there are errors. */
export interface Verdict {
  valid: boolean;
  kind: Kind;
  errors: Problem[];
  warnings: Problem[];
  fallbacks: Fallback[];
  config?: WidgetsConfig | Entry | null;
}

export async function check({ source, files }: Draft, signal: AbortSignal): Promise<Verdict> {
  const body = { source, ...(Object.keys(files).length > 0 ? { files } : {}) };
  return (await api.post<{ data: Verdict }>('/api/apps/validate', body, { signal })).data;
}

/** The widgets of a valid document; a single tree can be looked at in every zone. */
export function placesIn({ config, kind }: Verdict): Place[] {
  if (!config) return [];
  if (kind === 'app' || kind === 'widgets') return placesOf(config as WidgetsConfig);
  return ZONE_NAMES.map((zone) => placeOfTree(config as Entry, zone));
}

export function isImported({ kind }: Verdict): boolean {
  return kind === 'adaptive_card' || kind === 'a2ui';
}

/** The problem's words without the path, which stands before them. */
export function wordsOf({ path, message }: Problem): string {
  return path && message.startsWith(`${path}: `) ? message.slice(path.length + 2) : message;
}

const ALLOWED = / \(allowed: \[[^\]]{80,}\]\)/;

/** The same in short: a long list of what is allowed is left out where the nearest of it is named. */
export function shortWordsOf(problem: Problem): string {
  const words = wordsOf(problem);
  return words.includes('did you mean') ? words.replace(ALLOWED, '') : words;
}

/** The texts of a draft besides its files. */
export const MAIN = '';
export const VALUES = 'values';

/** The text that a problem is in: the main document is the one that has no name. */
export function fileOf({ file }: Problem, files: Record<string, string>): string {
  if (!file || file === VALUES) return file ?? MAIN;
  const stem = (name: string): string => name.replace(/^.*\//, '').replace(/\.ya?ml$/, '');
  return Object.keys(files).find((name) => name === file || stem(name) === stem(file)) ?? MAIN;
}
