/** Settings: a secret that is shown this once, with a button that copies it. */
import { html } from 'lit';
import type { TemplateResult } from 'lit';
import { t } from '../../i18n.ts';
import { toast } from '../../shell/toasts.ts';

/** An alert with `secret` to copy; `done` takes it away for good. */
export function shownOnce(label: string, text: string, secret: string, done: () => void): TemplateResult {
  return html`<div class="alert" data-tone="success" role="status">
    <wa-icon name="check_circle"></wa-icon>
    <div class="alert-body">
      <div class="alert-title">${label}</div>
      ${text}
      <div class="secret">
        <input class="input" readonly aria-label=${label} .value=${secret} @focus=${selectAll} />
        <button type="button" class="button" @click=${() => void copy(secret)}>
          <wa-icon name="content_copy"></wa-icon>${t('Copy')}
        </button>
      </div>
    </div>
    <button type="button" class="icon-button" aria-label=${t('Close')} @click=${done}><wa-icon name="close"></wa-icon></button>
  </div>`;
}

function selectAll(event: FocusEvent): void {
  (event.target as HTMLInputElement).select();
}

/** The clipboard exists on secure origins only; elsewhere the text is selected for the person to copy. */
async function copy(secret: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(secret);
    toast(t('Copied.'), { kind: 'success' });
  } catch {
    document.querySelector<HTMLInputElement>('.secret > input')?.focus();
    toast(t('Press Ctrl+C to copy the selected text.'));
  }
}
