/** Chat: what people answered an agent's widget, in words; and how votes stand. No DOM here. */
import { locale, t } from '../i18n.ts';
import type { AgentAnswer, AgentWidgetPayload } from './shapes.ts';

interface Choice {
  id: string;
  label: string;
}

/** One possible answer of a vote, and who gave it. */
export interface Votes {
  label: string;
  names: string[];
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: unknown): string => (typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value));

/** The answer of one person. */
export function ownAnswer({ answers }: AgentWidgetPayload, userId: string): AgentAnswer | undefined {
  return answers.find(({ user }) => user === userId);
}

/** An answer on one line. */
export function answerWords({ kind, spec }: AgentWidgetPayload, { value, cancelled }: AgentAnswer): string {
  if (cancelled) return t('Cancelled');
  switch (kind) {
    case 'confirm':
      return confirmLabel(spec, value === true);
    case 'choice': {
      const chosen = (Array.isArray(value) ? value : [value]).map((id) => labelOf(spec, id));
      return chosen.length > 0 ? chosen.join(', ') : t('Nothing chosen');
    }
    case 'permission':
      return permissionWords(value);
    case 'datetime':
      return isRecord(value) ? momentWords(text(value['mode']), text(value['value'])) : text(value);
    case 'file-picker':
      return filesOf(value).join(', ');
    default:
      return isRecord(value) ? formWords(spec, value) : text(value);
  }
}

/** Each answer that can be counted with those who gave it; undefined for widgets whose answers cannot. */
export function votesOf(payload: AgentWidgetPayload): Votes[] | undefined {
  const { kind, spec, answers } = payload;
  const counted = answers.filter(({ cancelled }) => !cancelled);
  const of = (label: string, gave: (value: unknown) => boolean): Votes => ({
    label,
    names: counted.filter(({ value }) => gave(value)).map(({ name }) => name),
  });
  if (kind === 'confirm') return [true, false].map((yes) => of(confirmLabel(spec, yes), (value) => value === yes));
  if (kind === 'choice') return options(spec).map(({ id, label }) => of(label, (value) => value === id || (Array.isArray(value) && value.includes(id))));
  if (kind === 'permission') return [true, false].map((yes) => of(yes ? t('Allowed') : t('Denied'), (value) => isRecord(value) && value['granted'] === yes));
  return undefined;
}

function confirmLabel(spec: Record<string, unknown>, yes: boolean): string {
  const labels = isRecord(spec['labels']) ? spec['labels'] : {};
  return text(labels[yes ? 'yes' : 'no']) || (yes ? t('Yes') : t('No'));
}

function options({ options: given }: Record<string, unknown>): Choice[] {
  return Array.isArray(given) ? (given as Choice[]) : [];
}

function labelOf(spec: Record<string, unknown>, id: unknown): string {
  return options(spec).find((option) => option.id === id)?.label ?? text(id);
}

function permissionWords(value: unknown): string {
  if (!isRecord(value) || value['granted'] !== true) return t('Denied');
  const scope = text(value['scope']);
  return scope ? t('Allowed: {scope}', { scope }) : t('Allowed');
}

function momentWords(mode: string, value: string): string {
  if (mode === 'time') return value;
  // A day without an hour is the same day everywhere.
  const moment = new Date(mode === 'date' ? `${value}T00:00` : value);
  if (Number.isNaN(moment.getTime())) return value;
  return moment.toLocaleString(locale(), { dateStyle: 'medium', ...(mode === 'date' ? {} : { timeStyle: 'short' }) });
}

function filesOf(value: unknown): string[] {
  const files = isRecord(value) && Array.isArray(value['files']) ? value['files'] : [];
  return files.map((file) => (isRecord(file) ? text(file['name']) || text(file['id']) : text(file)));
}

/** In the order of the form; what was left empty is not there. */
function formWords({ fields }: Record<string, unknown>, value: Record<string, unknown>): string {
  const asked = Array.isArray(fields) ? (fields as { name: string; label?: string }[]) : [];
  const filled = asked.filter(({ name }) => Object.hasOwn(value, name));
  return filled.map(({ name, label }) => `${label || name}: ${fieldWords(value[name])}`).join(' · ') || t('Nothing filled in');
}

function fieldWords(value: unknown): string {
  return value === true ? t('Yes') : value === false ? t('No') : text(value);
}
