/** Agents: the dialogs that make one, change one, and show credentials this once. */
import { html, nothing, render } from 'lit';
import type { TemplateResult } from 'lit';
import { ApiError } from '../../api.ts';
import { agentServer } from '../../chat/agents.ts';
import type { Agent, NewCredentials } from '../../chat/agents.ts';
import { wordsOf } from '../../chat/faults.ts';
import { putOnClipboard } from '../../clipboard.ts';
import { t } from '../../i18n.ts';
import { openDialog } from '../../shell/dialogs.ts';
import type { OpenDialog } from '../../shell/dialogs.ts';
import { toast } from '../../shell/toasts.ts';

const WIDTH = 560;
const MOST_NAME = 100;
const MOST_ABOUT = 500;
const PYTHON = `# in this application's source: pip install ./sdk/python
# and the lines above in a file .env beside this program
from widget_agents import AgentClient

client = AgentClient.from_env()


@client.on_message
async def handle(message, agent):
    await agent.reply(message, f"You said: {message.text}")


client.run()`;
const JAVASCRIPT = `// in this application's source, sdk/js: npm install && npm pack
// here: npm install <path>/widget-agents-0.1.0.tgz
// and the lines above in a file .env beside this agent.mjs
import { AgentClient } from 'widget-agents';

const client = AgentClient.fromEnv();

client.onMessage(async (message, agent) => {
  await agent.reply(message, \`You said: \${message.text}\`);
});

await client.connect();`;

/** Asks for a name and makes an agent; its credentials are shown in the same dialog. Undefined when given up. */
export async function newAgent(mayShare: boolean): Promise<Agent | undefined> {
  const open = openDialog({ title: t('New agent'), width: WIDTH });
  let made: Agent | undefined;
  const submit = async (form: FormData): Promise<void> => {
    const answer = await agentServer.create({
      name: String(form.get('name')),
      description: String(form.get('description')),
      shared: form.get('shared') !== null,
    });
    made = answer.agent;
    retitle(open, t('Credentials of {name}', { name: made.name }));
    credentials(open, answer.env);
  };
  ask(open, t('Make the agent'), submit, mayShare);
  await open.closed;
  return made;
}

/** Changes name and description. Undefined when given up. */
export async function editAgent(agent: Agent): Promise<Agent | undefined> {
  const open = openDialog({ title: t('Edit {name}', { name: agent.name }), width: WIDTH });
  let changed: Agent | undefined;
  const submit = async (form: FormData): Promise<void> => {
    changed = await agentServer.change(agent.id, { name: String(form.get('name')), description: String(form.get('description')) });
    open.close();
  };
  ask(open, t('Save'), submit, false, agent);
  await open.closed;
  return changed;
}

/** Shows credentials that are shown this once. */
export async function showCredentials({ agent, env }: NewCredentials): Promise<void> {
  const open = openDialog({ title: t('Credentials of {name}', { name: agent.name }), width: WIDTH });
  credentials(open, env);
  await open.closed;
}

function ask(open: OpenDialog, label: string, submit: (form: FormData) => Promise<void>, mayShare: boolean, agent?: Agent): void {
  let fault: { path: string; words: string } | undefined;
  let busy = false;
  const onSubmit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    fault = undefined;
    draw();
    try {
      await submit(new FormData(event.target as HTMLFormElement));
    } catch (error) {
      busy = false;
      fault = { path: (error instanceof ApiError && error.path) || '', words: wordsOf(error) };
      draw();
      open.body.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
    }
  };
  const faultOf = (path: string): TemplateResult | typeof nothing =>
    fault?.path === path ? html`<p class="error" role="alert" id="agent-fault-${path}"><wa-icon name="error" aria-hidden="true"></wa-icon>${fault.words}</p>` : nothing;
  const draw = (): void => {
    render(
      html`<form class="form agent-form" @submit=${onSubmit}>
        <div class="field">
          <label for="agent-name">${t('Name')}</label>
          <input id="agent-name" class="input" name="name" required maxlength=${MOST_NAME} autocomplete="off" .defaultValue=${agent?.name ?? ''}
            placeholder=${t('Release helper')} aria-invalid=${String(fault?.path === 'name')} aria-describedby=${fault?.path === 'name' ? 'agent-fault-name' : nothing} />
          ${faultOf('name')}
        </div>
        <div class="field">
          <label for="agent-about">${t('What it does')} <span class="caption">${t('(optional)')}</span></label>
          <textarea id="agent-about" class="input" name="description" rows="2" maxlength=${MOST_ABOUT} .defaultValue=${agent?.description ?? ''}
            aria-invalid=${String(fault?.path === 'description')} aria-describedby=${fault?.path === 'description' ? 'agent-fault-description' : nothing}></textarea>
          ${faultOf('description')}
        </div>
        ${mayShare
          ? html`<label class="check"><input type="checkbox" name="shared" />
              <span>${t('Share with everybody')}<span class="hint caption">${t('Everybody in the organisation may talk with it.')}</span></span></label>`
          : nothing}
        ${faultOf('shared')} ${faultOf('')}
        <div class="form-actions">
          <button class="button" data-variant="primary" ?disabled=${busy}>${label}</button>
          <button type="button" class="button" data-variant="ghost" @click=${open.close}>${t('Cancel')}</button>
        </div>
      </form>`,
      open.body,
    );
  };
  draw();
  open.body.querySelector<HTMLElement>('input')?.focus();
}

function credentials(open: OpenDialog, env: string): void {
  const copy = async (): Promise<void> => {
    if (await putOnClipboard(env)) toast(t('Copied.'), { kind: 'success' });
    else toast(t('It could not be copied: select the lines and press Ctrl+C.'), { kind: 'error' });
  };
  render(
    html`<div class="stack agent-credentials">
      <div class="alert" data-tone="warning">
        <wa-icon name="key" aria-hidden="true"></wa-icon>
        <div class="alert-body">${t('The token is shown only now. Whoever has it can speak as this agent.')}</div>
      </div>
      <pre class="agent-env" tabindex="0" role="region" aria-label=${t('The .env file')}>${env.trimEnd()}</pre>
      <div class="cluster">
        <button type="button" class="button" data-variant="primary" data-does="copy" @click=${copy}>
          <wa-icon name="content_copy" aria-hidden="true"></wa-icon>${t('Copy .env')}
        </button>
        <button type="button" class="button" data-variant="ghost" @click=${open.close}>${t('Done')}</button>
      </div>
      ${firstAgent(t('A first agent in Python'), PYTHON)} ${firstAgent(t('A first agent in JavaScript'), JAVASCRIPT)}
    </div>`,
    open.body,
  );
  open.body.querySelector<HTMLElement>('[data-does="copy"]')?.focus();
}

function firstAgent(label: string, code: string): TemplateResult {
  return html`<details>
    <summary>${label}</summary>
    <pre tabindex="0" role="region" aria-label=${label}>${code}</pre>
  </details>`;
}

function retitle({ header }: OpenDialog, title: string): void {
  header.querySelector('h2')!.textContent = title;
}
