/** Declarative: how a table writes a value. */
import { html, nothing } from 'lit';
import { t } from '../i18n.ts';
import { isExternal, safeUrl } from './addresses.ts';
import type { Surroundings } from './expressions/dates.ts';
import { FILTERS } from './expressions/filters.ts';
import { isMissing, toText, truthy } from './expressions/values.ts';
import { iconOf } from './primitive.ts';
import { markdown } from './markdown.ts';
import { toneOf } from './tones.ts';

type Write = (value: unknown, around: Surroundings, options: unknown[]) => unknown;

function filtered(name: string): Write {
  return (value, around) => FILTERS.get(name)!(value, [], around);
}

/** A filter that takes a currency or a number of decimals. */
function counted(name: string): Write {
  return (value, around, options) => FILTERS.get(name)!(value, options.filter((option) => !isMissing(option)), around);
}

function link(value: unknown): unknown {
  const url = safeUrl(value);
  if (!url) return toText(value);
  const outside = isExternal(url);
  return html`<a href=${url} target=${outside ? '_blank' : nothing} rel=${outside ? 'noopener noreferrer' : nothing}>${toText(value)}</a>`;
}

const FORMATS: Record<string, Write> = {
  number: counted('number'),
  money: counted('money'),
  percent: counted('percent'),
  date: filtered('date'),
  time: filtered('time'),
  datetime: (value, around) => [filtered('date')(value, around, []), filtered('time')(value, around, [])].filter(Boolean).join(' '),
  relative_time: filtered('relative_time'),
  boolean: (value) => html`<span class="cluster" title=${truthy(value) ? t('Yes') : t('No')}>${iconOf(truthy(value) ? 'check' : 'remove')}<span class="visually-hidden">${truthy(value) ? t('Yes') : t('No')}</span></span>`,
  badge: (value, around) => html`<span class="badge" data-tone=${toneOf(toText(filtered('status_color')(value, around, [])))}>${toText(value)}</span>`,
  link,
  markdown: (value) => markdown(toText(value)),
  json: (value) => html`<code>${toText(FILTERS.get('json')!(value, [], { now: new Date(), locale: 'en' }))}</code>`,
};

/** The value in the given format; nothing where there is no value, plain text for a format that is unknown. */
export function cell(value: unknown, format: string, around: Surroundings, options: unknown[] = []): unknown {
  if (isMissing(value) && format !== 'boolean') return nothing;
  return Object.hasOwn(FORMATS, format) ? FORMATS[format]!(value, around, options) : toText(value);
}
