/** Declarative: the button that an alert or an empty state offers. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { toText } from './expressions/values.ts';
import { iconOf } from './primitive.ts';
import { isRecord } from './tree.ts';

/** The button of a `cta` property; nothing where there is none. */
export function cta(
  value: unknown,
  evaluated: (value: unknown) => unknown,
  press: (action: unknown) => Promise<void>,
): TemplateResult | typeof nothing {
  if (!isRecord(value)) return nothing;
  const word = (name: string): string => toText(evaluated(value[name]));
  return html`<button type="button" class="button" data-variant=${word('variant') || 'primary'} data-size="small" @click=${() => press(value['action'])}>
    ${iconOf(word('icon'))}${word('label')}
  </button>`;
}
