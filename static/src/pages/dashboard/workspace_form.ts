/** Dashboard: the dialog that asks for a workspace's name and who sees it. */
import { html, nothing, render } from 'lit';
import { ApiError } from '../../api.ts';
import { t } from '../../i18n.ts';
import type { Workspace } from '../../panels/shapes.ts';
import { openDialog } from '../../shell/dialogs.ts';

export interface WorkspaceValues {
  name: string;
  visibility: Workspace['visibility'];
}

interface Question extends WorkspaceValues {
  title: string;
  submit: string;
  /** Without this only the name is asked for. */
  sharing?: boolean;
  save: (values: WorkspaceValues) => Promise<Workspace>;
}

/** The workspace as it was saved; undefined when the person thought better of it. */
export async function askForWorkspace({ title, submit, name, visibility, sharing = true, save }: Question): Promise<Workspace | undefined> {
  const { body, close, closed } = openDialog({ title });
  let saved: Workspace | undefined;
  let busy = false;
  const onSubmit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (busy) return;
    const form = new FormData(event.target as HTMLFormElement);
    busy = true;
    show('');
    try {
      saved = await save({ name: String(form.get('name')).trim(), visibility: form.get('shared') === null ? 'private' : 'tenant' });
      close();
    } catch (error) {
      busy = false;
      show(error instanceof ApiError ? error.message : t('Something went wrong.'));
    }
  };
  const show = (fault: string): void => {
    render(
      html`<form class="form" novalidate @submit=${onSubmit}>
        <div class="field">
          <label for="workspace-name">${t('Name')}</label>
          <input id="workspace-name" name="name" maxlength="100" autocomplete="off" value=${name} aria-invalid=${fault ? 'true' : nothing}
            aria-describedby="workspace-fault" />
          <div id="workspace-fault">${fault ? html`<p class="error" role="alert"><wa-icon name="error" aria-hidden="true"></wa-icon>${fault}</p>` : nothing}</div>
        </div>
        ${sharing
          ? html`<div class="field"><label class="check"><input type="checkbox" name="shared" ?checked=${visibility === 'tenant'} /><span>${t('Share with the whole organisation')}
              <span class="hint">${t('Everybody in it sees the panels and their entries; members can change them.')}</span></span></label></div>`
          : nothing}
        <div class="form-actions">
          <button class="button" data-variant="primary" ?disabled=${busy}>${busy ? t('Saving…') : submit}</button>
          <button type="button" class="button" data-variant="ghost" @click=${close}>${t('Cancel')}</button>
        </div>
      </form>`,
      body,
    );
  };
  show('');
  body.querySelector('input')?.select();
  await closed;
  return saved;
}
