/** Chat: a picture in a dialog, as large as there is room, with a way to keep it. */
import { html, render } from 'lit';
import { t } from '../i18n.ts';
import { openDialog } from '../shell/dialogs.ts';
import type { Attachment } from './shapes.ts';

export function showPicture({ name, url, width, height }: Attachment): void {
  const { body, dialog } = openDialog({ title: name, width: 1_100 });
  dialog.classList.add('chat-picture-dialog');
  render(
    html`<img src=${url} alt=${name} width=${width ?? 800} height=${height ?? 600} />
      <a class="button" href=${url} download=${name}><wa-icon name="download" aria-hidden="true"></wa-icon>${t('Download')}</a>`,
    body,
  );
}
