/** Texts: Django's JavaScript catalog where a page loads it, else the English text itself. */

interface Catalog {
  gettext?(text: string): string;
  ngettext?(one: string, many: string, count: number): string;
}

const catalog = (): Catalog => (globalThis as { django?: Catalog }).django ?? {};

/** The text in the page's language; `{name}` is replaced by `values.name`. */
export function t(text: string, values: Record<string, string | number> = {}): string {
  return fill(catalog().gettext?.(text) ?? text, values);
}

/** The text for a number; `{count}` is that number. */
export function tn(one: string, many: string, count: number): string {
  const text = catalog().ngettext?.(one, many, count) ?? (count === 1 ? one : many);
  return fill(text, { count });
}

/** The language that dates and numbers are written in. */
export function locale(): string {
  return globalThis.document?.documentElement.lang || 'en';
}

/** The same in the person's own variety, such as `en-GB` for `en`: it decides the order of a date's numbers. */
export function regionalLocale(): string {
  const language = locale();
  return navigator.languages.find((wanted) => wanted.split('-')[0] === language) ?? language;
}

function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (Object.hasOwn(values, name) ? String(values[name]) : whole));
}
