/** Chat: what stands above the message field: the message that is replied to, and the files that will be sent. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { styles } from '../declarative/styles.ts';
import { writtenSize } from '../declarative/sizes.ts';
import { locale, t } from '../i18n.ts';
import { iconOfFile } from './attachments.ts';
import type { Attaching, Draft } from './attaching.ts';
import type { Message } from './shapes.ts';

export function replyView(message: Message | undefined, drop: () => void): TemplateResult | typeof nothing {
  if (!message) return nothing;
  return html`<div class="chat-replying">
    <wa-icon name="reply" aria-hidden="true"></wa-icon>
    <span class="truncate">${t('Reply to {name}', { name: message.sender.name })}: <span class="muted">${message.text}</span></span>
    <button type="button" class="chat-tool" aria-label=${t('Do not reply to it')} title=${t('Do not reply to it')} @click=${drop}><wa-icon name="close" aria-hidden="true"></wa-icon></button>
  </div>`;
}

export function filesView(attaching: Attaching): TemplateResult | typeof nothing {
  if (attaching.drafts.length === 0) return nothing;
  return html`<ul class="chat-drafts" aria-label=${t('Files to be sent')}>${attaching.drafts.map((draft) => one(draft, () => attaching.drop(draft)))}</ul>`;
}

function one({ file, share, attachment, fault }: Draft, drop: () => void): TemplateResult {
  const percent = Math.round(share * 100);
  const isOnItsWay = attachment === undefined && fault === undefined;
  return html`<li ?data-failed=${fault !== undefined}>
    <wa-icon name=${fault ? 'error' : iconOfFile(attachment?.mime ?? file.type)} aria-hidden="true"></wa-icon>
    <span class="truncate" title=${file.name}>${file.name}</span>
    <span class="caption" role=${fault ? 'alert' : nothing}>${fault ?? (isOnItsWay ? `${percent} %` : writtenSize(file.size, locale()))}</span>
    <button type="button" class="chat-tool" aria-label=${t('Remove {name}', { name: file.name })} title=${t('Remove')} @click=${drop}><wa-icon name="close" aria-hidden="true"></wa-icon></button>
    ${isOnItsWay
      ? html`<div class="progress" role="progressbar" aria-label=${file.name} aria-valuemin="0" aria-valuemax="100" aria-valuenow=${percent} ${styles({ '--progress': String(percent) })}>
          <div class="progress-track"><div class="progress-fill"></div></div>
        </div>`
      : nothing}
  </li>`;
}
