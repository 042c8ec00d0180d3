/** Shell: the palette's source of widgets: what is installed and built in, each with its settings. */
import { api } from '../api.ts';
import { t } from '../i18n.ts';
import { matches } from './palette.ts';
import type { PaletteEntry } from './palette.ts';

interface Answer {
  widgets: { id: string; name: string; slug: string }[];
  builtins: { slug: string; name: string }[];
}

/** Milliseconds for which what was read is good enough. */
const FRESH = 20_000;
const MOST = 12;
let read: { at: number; answer: Promise<Answer> } | undefined;

function known(now = Date.now()): Promise<Answer> {
  if (!read || now - read.at > FRESH) {
    read = { at: now, answer: api.get<Answer>('/api/widgets/list') };
    read.answer.catch(() => (read = undefined)); // asked again the next time
  }
  return read.answer;
}

/** Widgets whose name or slug has every word of the query; none before anything is typed: there may be many. */
export async function widgetEntries(query: string): Promise<PaletteEntry[]> {
  if (query === '') return [];
  const { widgets, builtins } = await known();
  const all = [...widgets.map(({ id, name, slug }) => ({ key: id, name, slug })), ...builtins.map(({ name, slug }) => ({ key: slug, name, slug }))];
  return all
    .filter(({ name, slug }) => matches(`${name} ${slug}`, query))
    .slice(0, MOST)
    .map(({ key, name }) => ({ label: name, icon: 'widgets', hint: t('Widget'), url: `/widgets/?widget=${encodeURIComponent(key)}` }));
}
