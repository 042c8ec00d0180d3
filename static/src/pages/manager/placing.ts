/** Manager: put a widget or built-in on a dashboard: at once where there is one, else by asking which. */
import { html, render } from 'lit';
import type { TemplateResult } from 'lit';
import { t, tn } from '../../i18n.ts';
import { openDialog } from '../../shell/dialogs.ts';
import { toast } from '../../shell/toasts.ts';
import { brief } from '../../texts.ts';
import { message } from './element.ts';
import type { Place, Workspace } from './server.ts';
import type { ManagerStore } from './store.ts';

/** What is to be placed: one thing, or one of several that carry letters. */
export interface Placeable {
  name: string;
  variants: { letter: string; key: string; what: { widgetId: string } | { builtin: string } }[];
}

export function dashboardUrl(place: Pick<Place, 'workspace_id' | 'panel_id'>): string {
  return `/dashboard/${place.workspace_id}/?panel=${encodeURIComponent(place.panel_id)}`;
}

export function visibilityName({ visibility }: Workspace): string {
  return visibility === 'tenant' ? t('Everybody') : t('Only you');
}

/** Resolves when it is done or called off; tells about it in a toast. */
export async function addToDashboard(store: ManagerStore, thing: Placeable): Promise<void> {
  const only = store.workspaces.length === 1 ? store.workspaces[0] : undefined;
  if (only && thing.variants.length === 1) return put(store, thing.variants[0]!.what, only);
  const chosen = await choose(store, thing);
  if (chosen) await put(store, chosen.what, chosen.workspace);
}

async function put(store: ManagerStore, what: Placeable['variants'][number]['what'], workspace: Workspace): Promise<void> {
  try {
    const place = await store.place(what, workspace.id);
    const open = { label: t('Open'), run: () => location.assign(dashboardUrl(place)) };
    toast(t('{title} is on {dashboard}.', { title: brief(place.title), dashboard: brief(workspace.name) }), { kind: 'success', action: open, duration: 8_000 });
  } catch (error) {
    toast(message(error), { kind: 'error' });
  }
}

interface Choice {
  what: Placeable['variants'][number]['what'];
  workspace: Workspace;
}

/** A dialog over the dashboards; undefined when it is closed without an answer. */
async function choose(store: ManagerStore, thing: Placeable): Promise<Choice | undefined> {
  const { body, close, closed } = openDialog({ title: t('Add {name} to…', { name: brief(thing.name) }), width: 440 });
  let answer: Choice | undefined;
  let variant = thing.variants.find(({ key }) => store.placesOf(key).length === 0) ?? thing.variants[0]!;
  let fault = '';
  const take = (workspace: Workspace): void => {
    answer = { what: variant.what, workspace };
    close();
  };
  const make = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const name = String(new FormData(event.target as HTMLFormElement).get('name')).trim();
    try {
      take(await store.createWorkspace(name || t('My dashboard')));
    } catch (error) {
      fault = message(error);
      draw();
    }
  };
  const pick = (event: Event): void => {
    variant = thing.variants[Number((event.target as HTMLSelectElement).value)]!;
    draw();
  };
  const draw = (): void => {
    render(
      html`<div class="choose">
        ${thing.variants.length > 1 ? letters(store, thing, variant, pick) : ''}
        ${store.workspaces.length > 0
          ? html`<ul class="choose-list" role="list">
              ${store.workspaces.map((workspace) => option(workspace, countOn(store, variant.key, workspace), take))}
            </ul>`
          : html`<p class="muted">${t('There is no dashboard yet. Make one:')}</p>`}
        <form class="field" novalidate @submit=${(event: SubmitEvent) => void make(event)}>
          <label for="new-dashboard">${t('A new dashboard')}</label>
          <div class="inline-form">
            <input id="new-dashboard" name="name" maxlength="100" autocomplete="off" placeholder=${t('Name')} />
            <button class="button">${t('Make and add')}</button>
          </div>
          ${fault ? html`<p class="error" role="alert"><wa-icon name="error"></wa-icon>${fault}</p>` : ''}
        </form>
      </div>`,
      body,
    );
  };
  store.addEventListener('change', draw);
  draw();
  body.querySelector<HTMLElement>('select, button, input')?.focus();
  await closed;
  store.removeEventListener('change', draw);
  return answer;
}

function letters(store: ManagerStore, thing: Placeable, chosen: Placeable['variants'][number], pick: (event: Event) => void): TemplateResult {
  const name = ({ letter, key }: Placeable['variants'][number]): string =>
    store.placesOf(key).length > 0 ? t('{letter} (on a dashboard)', { letter }) : letter;
  return html`<div class="field">
    <label for="which-letter">${t('Which one')}</label>
    <select id="which-letter" class="input" @change=${pick}>
      ${thing.variants.map((variant, at) => html`<option value=${at} ?selected=${variant === chosen}>${name(variant)}</option>`)}
    </select>
  </div>`;
}

function option(workspace: Workspace, count: number, take: (workspace: Workspace) => void): TemplateResult {
  const already = count > 0 ? ` · ${tn('{count} there already', '{count} there already', count)}` : '';
  return html`<li>
    <button type="button" class="choose-option" @click=${() => take(workspace)}>
      <wa-icon name=${workspace.visibility === 'tenant' ? 'group' : 'lock'}></wa-icon>
      <span class="choose-text"><span class="truncate">${workspace.name}</span><span class="caption">${visibilityName(workspace)}${already}</span></span>
      <wa-icon name="add"></wa-icon>
    </button>
  </li>`;
}

function countOn(store: ManagerStore, key: string, workspace: Workspace): number {
  return store.placesOf(key).filter((place) => place.workspace_id === workspace.id).length;
}
