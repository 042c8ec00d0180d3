/** Playground: asks for the name of a further file of an app. */
import { html, nothing, render } from 'lit';
import { t } from '../../i18n.ts';
import { openDialog } from '../../shell/dialogs.ts';

const NAME = /^widgets\/[A-Za-z0-9_-]{1,64}\.ya?ml$/;

/** The full name of the file, such as `widgets/confirm_delete.yaml`; or why it cannot be that. */
export function nameOf(written: string, taken: string[]): { name: string } | { fault: string } {
  const short = written.trim().replace(/^\.?\/?(widgets\/)?/, '');
  const name = `widgets/${/\.ya?ml$/.test(short) ? short : `${short}.yaml`}`;
  if (!NAME.test(name)) return { fault: t('A name has letters, digits, _ and -, such as confirm_delete.yaml.') };
  return taken.includes(name) ? { fault: t('{name} is there already.', { name }) } : { name };
}

/** Undefined when it is called off. */
export async function askForFile(taken: string[]): Promise<string | undefined> {
  const { body, close, closed } = openDialog({ title: t('Add a file'), width: 440 });
  let name: string | undefined;
  let fault = '';
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const answer = nameOf(String(new FormData(event.target as HTMLFormElement).get('name')), taken);
    if ('name' in answer) {
      name = answer.name;
      return close();
    }
    fault = answer.fault;
    draw();
    body.querySelector('input')?.focus();
  };
  const draw = (): void =>
    void render(
      html`<form class="form" novalidate @submit=${submit}>
        <div class="field">
          <label for="file-name">${t('Name')}</label>
          <input id="file-name" name="name" autocomplete="off" placeholder="confirm_delete.yaml" aria-invalid=${fault ? 'true' : nothing} aria-describedby="file-hint" />
          <div class="hint" id="file-hint">${t('Each file of widgets/ is a message called after it. It belongs to an app.')}</div>
          ${fault ? html`<p class="error" role="alert"><wa-icon name="error"></wa-icon>${fault}</p>` : nothing}
        </div>
        <div class="form-actions"><button class="button" data-variant="primary">${t('Add')}</button></div>
      </form>`,
      body,
    );
  draw();
  body.querySelector('input')?.focus();
  await closed;
  return name;
}
