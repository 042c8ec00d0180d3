/** Declarative: the checks of an input, made while people type. */
import { t } from '../i18n.ts';
import { isMissing, toNumber, toText } from './expressions/values.ts';
import { LONGEST_TESTED, patternOf } from './patterns.ts';

/** The `validation` of the catalog, expressions already replaced. */
export interface Validation {
  min?: number;
  max?: number;
  regex?: string;
  type_hint?: 'text' | 'email' | 'url' | 'phone' | 'number' | 'integer' | 'date';
  message?: unknown;
}

export interface Rules {
  required: boolean;
  validation?: Validation | undefined;
  maxChars?: number | undefined;
  /** Further limits that the primitive checks itself; here so that a change of them is heard. */
  limits?: readonly unknown[];
}

const KINDS: Record<string, { test: (text: string) => boolean; message: () => string }> = {
  email: { test: (text) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text), message: () => t('Write an e-mail address.') },
  url: { test: isUrl, message: () => t('Write an address that begins with https:// or http://.') },
  phone: { test: (text) => /^\+?[\d\s()/.-]{5,}$/.test(text), message: () => t('Write a phone number.') },
  number: { test: (text) => toNumber(text) !== undefined, message: () => t('Write a number.') },
  integer: { test: (text) => Number.isInteger(toNumber(text)), message: () => t('Write a whole number.') },
  date: { test: isDate, message: () => t('Write a date such as 2026-03-14.') },
};

/** What is wrong with a value, in plain words; undefined if nothing is. An empty value only has to be allowed to be. */
export function fault(value: unknown, { required, validation = {}, maxChars }: Rules): string | undefined {
  if (isMissing(value) || value === '' || value === false) return required ? t('This is required.') : undefined;
  const text = toText(value);
  const found =
    kindFault(text, validation) ?? rangeFault(text, validation) ?? lengthFault(text, maxChars) ?? patternFault(text, validation);
  return found === undefined ? undefined : toText(validation.message) || found;
}

/** The value as it is kept: a number where the type asks for one and it is one. */
export function typed(text: string, validation: Validation | undefined): unknown {
  const numeric = validation?.type_hint === 'number' || validation?.type_hint === 'integer';
  return numeric ? (toNumber(text) ?? text) : text;
}

function kindFault(text: string, { type_hint: kind = 'text' }: Validation): string | undefined {
  const check = KINDS[kind];
  return !check || check.test(text) ? undefined : check.message();
}

function rangeFault(text: string, { min, max, type_hint: kind }: Validation): string | undefined {
  const numeric = kind === 'number' || kind === 'integer';
  const size = numeric ? toNumber(text)! : [...text].length;
  if (min !== undefined && size < min) {
    return numeric ? t('At least {min}.', { min }) : t('At least {min} characters.', { min });
  }
  if (max !== undefined && size > max) {
    return numeric ? t('At most {max}.', { max }) : t('At most {max} characters.', { max });
  }
  return undefined;
}

function lengthFault(text: string, maxChars: number | undefined): string | undefined {
  const tooLong = maxChars !== undefined && [...text].length > maxChars;
  return tooLong ? t('At most {max} characters.', { max: maxChars }) : undefined;
}

function patternFault(text: string, { regex }: Validation): string | undefined {
  const pattern = regex === undefined ? undefined : patternOf(toText(regex));
  if (!pattern) return undefined;
  return lengthFault(text, LONGEST_TESTED) ?? (pattern.test(text) ? undefined : t('This does not have the right form.'));
}

function isUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

function isDate(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
