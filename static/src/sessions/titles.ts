/** Sessions: headings of widgets; what they say may read ctx and the state. No DOM here. */
import { evaluate, readerOf } from '../declarative/expressions/evaluate.ts';
import { toText } from '../declarative/expressions/values.ts';
import { inWords } from '../declarative/words.ts';
import { regionalLocale } from '../i18n.ts';

/** The words of a title; one whose expression is faulty is shown as it was written. */
export function titleText(title: unknown, scope: { ctx?: Record<string, unknown>; state?: Record<string, unknown> }): string {
  const words = toText(title);
  try {
    return toText(evaluate(words, readerOf({ ctx: scope.ctx ?? {}, state: scope.state ?? {} }), { now: new Date(), locale: regionalLocale() }));
  } catch {
    return words;
  }
}

/** A name that nobody wrote as a title: `workspace_tabs.open_orders` is "Open orders". */
export function titleOfKey(key: string): string {
  return inWords(key.slice(key.lastIndexOf('.') + 1));
}
