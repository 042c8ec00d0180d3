/** Manager: a button that copies a text. */
import { html } from 'lit';
import type { TemplateResult } from 'lit';
import { putOnClipboard } from '../../clipboard.ts';
import { t } from '../../i18n.ts';

const SHOWN = 1_500;

/** `label` says what is copied. The icon changes for a moment when it worked. */
export function copyButton(text: string, label: string): TemplateResult {
  return html`<button
    type="button"
    class="icon-button copy"
    data-size="small"
    aria-label=${label}
    title=${label}
    @click=${(event: Event) => void copy(text, event.currentTarget as HTMLElement)}
  >
    <wa-icon name="content_copy"></wa-icon><span class="visually-hidden" role="status"></span>
  </button>`;
}

async function copy(text: string, button: HTMLElement): Promise<void> {
  const worked = await putOnClipboard(text);
  const icon = button.querySelector('wa-icon')!;
  const status = button.querySelector('[role=status]')!;
  icon.setAttribute('name', worked ? 'check' : 'error');
  status.textContent = worked ? t('Copied.') : t('The browser does not allow copying here.');
  setTimeout(() => {
    icon.setAttribute('name', 'content_copy');
    status.textContent = '';
  }, SHOWN);
}
