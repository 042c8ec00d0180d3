/** Preview: the values that a widget is tried with. No DOM here. */
import { t } from '../i18n.ts';
import { isRecord } from '../declarative/tree.ts';

type Bag = Record<string, unknown>;

/** `data` by binding, `results` of tools by name. */
export interface Values {
  ctx: Bag;
  state: Bag;
  data: Bag;
  results: Bag;
}

export const NO_VALUES: Values = { ctx: {}, state: {}, data: {}, results: {} };

const PARTS = Object.keys(NO_VALUES) as (keyof Values)[];

export interface Fault {
  message: string;
  line?: number;
}

/** Reads JSON such as `{"ctx": {…}, "data": {"orders": […]}}`; empty text means no values. */
export function readValues(text: string): { values: Values } | { fault: Fault } {
  if (text.trim() === '') return { values: NO_VALUES };
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (error) {
    return { fault: syntaxFault(text, error) };
  }
  return checked(given);
}

function checked(given: unknown): { values: Values } | { fault: Fault } {
  if (!isRecord(given)) return { fault: { message: t('Values are an object with ctx, state, data and results.') } };
  for (const [name, part] of Object.entries(given)) {
    if (!(PARTS as string[]).includes(name)) {
      return { fault: { message: t('{name}: unknown; values are {allowed}.', { name, allowed: PARTS.join(', ') }) } };
    }
    if (!isRecord(part)) return { fault: { message: t('{name}: this must be an object.', { name }) } };
  }
  return { values: { ...NO_VALUES, ...(given as Partial<Values>) } };
}

/** Browsers say the position or the line, each in its own words. */
function syntaxFault(text: string, error: unknown): Fault {
  const message = error instanceof Error ? error.message.replace(/^JSON\.parse: /, '') : String(error);
  const line = /line (\d+)/.exec(message)?.[1];
  const position = /position (\d+)/.exec(message)?.[1];
  if (line) return { message, line: Number(line) };
  return position ? { message, line: text.slice(0, Number(position)).split('\n').length } : { message };
}

/** The values as text, without the parts that are empty. */
export function writeValues(values: Partial<Values>): string {
  const filled = PARTS.filter((name) => Object.keys(values[name] ?? {}).length > 0).map((name) => [name, values[name]]);
  return filled.length === 0 ? '' : JSON.stringify(Object.fromEntries(filled), null, 2);
}
