/** Preview: what stands around a widget in its zone: the panel beside a chat, the page of tabs, the dialog, the message. */
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import { t } from '../i18n.ts';
import { titleOf } from './zones.ts';
import type { Place } from './zones.ts';

const SIDE_WIDTH = 320;
const DIALOG_WIDTH = 560;

/** The widget in the frame of its zone; `tabs` is the bar over a tab. */
export function framed(place: Place, widget: TemplateResult, tabs: TemplateResult | typeof nothing): TemplateResult {
  const { accent } = place.entry;
  return html`<div class="zone-frame" data-zone=${place.zone} data-accent=${accent ?? nothing} ${ref((element) => size(element, place))}>
    ${place.zone === 'inline' ? html`<div class="zone-speaker caption"><wa-icon name="smart_toy"></wa-icon>${t('Assistant')}</div>` : nothing}
    ${place.zone === 'workspace_tabs' ? tabs : nothing}
    <div class="zone-box">
      ${place.zone === 'chat_side' || place.zone === 'modals' ? head(place) : nothing}
      <div class="zone-body">${widget}</div>
    </div>
  </div>`;
}

/** The policy allows no style attribute. */
function size(element: Element | undefined, { zone, entry }: Place): void {
  const width = entry.width ?? (zone === 'modals' ? DIALOG_WIDTH : SIDE_WIDTH);
  (element as HTMLElement | undefined)?.style.setProperty('--zone-width', `${width}px`);
}

function head(place: Place): TemplateResult {
  const { icon } = place.entry;
  return html`<div class="zone-head">
    ${icon ? html`<span class="tile" data-tone="accent"><wa-icon name=${icon}></wa-icon></span>` : nothing}
    <span class="zone-title truncate">${titleOf(place)}</span>
    <wa-icon class="push muted" name=${place.zone === 'modals' ? 'close' : 'right_panel_close'}></wa-icon>
  </div>`;
}
